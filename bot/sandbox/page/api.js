// The sandbox's JSON interface.

async function request(method, path, body) {
  const answer = await fetch(`/api/${path}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content?.error ?? `The sandbox answered ${answer.status}.`);
  return content;
}

export const fileAddress = (fileId) => `/api/files/${encodeURIComponent(fileId)}`;
export const chats = () => request("GET", "chats");
export const changes = (since) => request("GET", `changes?since=${since}&timeout=25`);
export const messages = (chatId) => request("GET", `chats/${chatId}/messages`);
export const commands = (chatId, userId) => request("GET", `commands?chat_id=${chatId}&user_id=${userId}`);
export const say = (chatId, userId, text, replyTo) =>
  request("POST", `chats/${chatId}/messages`, { text, user_id: userId, reply_to_message_id: replyTo });
export const edit = (chatId, userId, messageId, text) =>
  request("PATCH", `chats/${chatId}/messages/${messageId}`, { text, user_id: userId });
export const tap = (chatId, userId, messageId, data) =>
  request("POST", `chats/${chatId}/taps`, { message_id: messageId, data, user_id: userId });
export const share = (chatId, userId, requestId, sharedId) =>
  request("POST", `chats/${chatId}/shared`, { request_id: requestId, shared_chat_id: sharedId, user_id: userId });
export const createChat = (userId, type, title) =>
  request("POST", "chats", { type, title, user_id: userId, bot: false });
export const moveBot = (chatId, userId, status) =>
  request("POST", `chats/${chatId}/bot`, { status, user_id: userId });
