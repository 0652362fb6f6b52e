// The chat page: every chat, seen by each person in it.
// For tests: a view is .view[data-view="CHAT:USER"] (also data-chat-type, data-user); a message is
// #messages .message[data-message-id] (.own, .from-bot, .from-other, .service) with .text, .photo img,
// .inline-button[data-data], .edit, .reply; #text, #send, #menu, .command[data-command], .reply-button; #toast, #alert-text,
// #alert-ok, #lightbox img, #chooser .choice[data-chat-id], #start, .unread.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { alertBox, chooseChat, openPicture, toast, wireLightbox } from "./dialogs.js";
import { clock, element, hue, showMessages, summary } from "./messages.js";

const find = (id) => document.getElementById(id);
const ROLES = { creator: "admin", administrator: "admin" };
const ACTIONS = { typing: "typing…", upload_photo: "sending a photo…", upload_document: "sending a file…" };
const RETRY_MS = 1500;
const state = { chats: [], messages: new Map(), versions: {}, version: 0, read: {}, current: null };

const composer = new Composer({
  view: currentView,
  toast,
  choose: (request) => chooseChat(request, currentView(), state.chats),
});
const hands = {
  command: (text) => composer.say(text),
  edit: (message) => composer.startEditing(message),
  reply: (message) => composer.startReplying(message),
  open: openPicture,
  press,
};

function allViews() {
  return state.chats.flatMap((chat) =>
    chat.members
      .filter((one) => !one.user.is_bot && !["left", "kicked"].includes(one.status))
      .map((member) => ({ key: `${chat.id}:${member.user.id}`, chat, member, user: member.user })));
}

function currentView() {
  return allViews().find((view) => view.key === state.current);
}

function botIn(chat) {
  return chat.members.find((one) => one.user.is_bot) ?? { user: { first_name: "Bot", id: 0 }, status: "left" };
}

function titleOf(view) {
  return view.chat.title ?? botIn(view.chat).user.first_name;
}

function roleOf(view) {
  if (view.chat.type === "private") return `as ${view.user.first_name}`;
  return `as ${view.user.first_name}, ${ROLES[view.member.status] ?? "member"}`;
}

function lettersOf(view) {
  return view.chat.type === "private" ? view.user.first_name[0] : titleOf(view)[0];
}

function unreadIn(view) {
  const messages = state.messages.get(view.chat.id) ?? [];
  const read = state.read[view.key] ?? 0;
  return messages.filter((one) => one.message_id > read && one.from?.id !== view.user.id).length;
}

function showViews() {
  find("view-list").replaceChildren(...allViews().map((view) => element("li", "", viewButton(view))));
}

function viewButton(view) {
  const last = state.messages.get(view.chat.id)?.at(-1);
  const avatar = element("span", "avatar", lettersOf(view));
  avatar.style.setProperty("--hue", hue(view.chat.id));
  avatar.ariaHidden = "true";
  const name = element("span", "name", element("b", "", titleOf(view)), element("span", "role", roleOf(view)));
  const node = element("button", "view", avatar, name, element("span", "clock", last ? clock(last.date) : ""),
    element("span", "last", last ? summary(last) : "No messages yet"));
  const unread = unreadIn(view);
  if (unread) node.append(element("span", "unread", String(unread)));
  node.type = "button";
  Object.assign(node.dataset, { view: view.key, chatType: view.chat.type, user: view.user.first_name });
  node.setAttribute("aria-label", `${titleOf(view)} ${roleOf(view)}${unread ? `, ${unread} unread` : ""}`);
  node.setAttribute("aria-current", String(view.key === state.current));
  node.addEventListener("click", () => open(view.key));
  return node;
}

async function open(key) {
  state.current = key;
  document.body.classList.toggle("talking", Boolean(key));
  find("conversation").hidden = !key;
  location.hash = key ?? "";
  find("messages").replaceChildren();
  if (key) {
    await composer.reset();
    showConversation(true);
  }
  showViews();
}

function showConversation(jump = false) {
  const view = currentView();
  if (!view) return;
  const list = find("messages");
  const messages = state.messages.get(view.chat.id) ?? [];
  const atBottom = jump || list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  showHead(view);
  showMessages(list, messages, view, hands);
  composer.showReplyKeyboard(view.chat.type === "private" ? view.chat.reply_keyboard : null);
  showFloor(view, messages);
  state.read[view.key] = messages.at(-1)?.message_id ?? 0;
  if (atBottom) toBottom();
}

function showHead(view) {
  find("title").textContent = titleOf(view);
  find("head-avatar").textContent = lettersOf(view);
  find("head-avatar").style.setProperty("--hue", hue(view.chat.id));
  const action = ACTIONS[view.chat.action] ?? (view.chat.action ? "working…" : "");
  find("subtitle").textContent = action || roleOf(view);
  find("subtitle").classList.toggle("acting", Boolean(action));
  showBotSwitch(view);
}

function showBotSwitch(view) {
  const away = ["left", "kicked"].includes(botIn(view.chat).status);
  const isPrivate = view.chat.type === "private";
  const button = find("bot-switch");
  button.hidden = !isPrivate && !ROLES[view.member.status];
  button.textContent = isPrivate ? (away ? "Unblock" : "Block") : (away ? "Add the bot" : "Remove the bot");
  const present = view.chat.type === "channel" ? "administrator" : "member";
  button.onclick = () => api.moveBot(view.chat.id, view.user.id, away ? present : "kicked")
    .catch((error) => toast(error.message));
}

function showFloor(view, messages) {
  const silent = view.chat.type === "channel" && !ROLES[view.member.status];
  const fresh = view.chat.type === "private" && !messages.length;
  find("silent").hidden = !silent;
  find("start").hidden = !fresh;
  find("composer").hidden = silent;
}

function toBottom() {
  const list = find("messages");
  list.scrollTop = list.scrollHeight;
  for (const image of list.querySelectorAll("img")) {
    if (!image.complete) image.addEventListener("load", () => { list.scrollTop = list.scrollHeight; }, { once: true });
  }
}

async function press(node, message, button) {
  if (button.copy_text) return copy(button.copy_text.text);
  if (!button.callback_data || node.ariaBusy === "true") return undefined;
  const { chat, user } = currentView();
  node.ariaBusy = "true";
  try {
    showAnswer(await api.tap(chat.id, user.id, message.message_id, button.callback_data));
  } catch (error) {
    toast(error.message);
  } finally {
    node.ariaBusy = "false";
  }
  return undefined;
}

function showAnswer(answer) {
  if (!answer) toast("The bot did not answer.");
  else if (answer.text && answer.show_alert) alertBox(answer.text);
  else if (answer.text) toast(answer.text);
}

async function copy(text) {
  await navigator.clipboard?.writeText(text).catch(() => undefined);
  toast(`Copied ${text}`);
}

async function refresh(versions) {
  state.chats = await api.chats();
  const stale = state.chats.filter((chat) => state.versions[chat.id] !== versions[chat.id]);
  await Promise.all(stale.map(async (chat) => state.messages.set(chat.id, await api.messages(chat.id))));
  state.versions = versions;
}

async function follow() {
  for (;;) {
    try {
      const { version, chats } = await api.changes(state.version);
      const first = state.version === 0;
      await refresh(chats);
      state.version = version;
      if (first) begin();
      showConversation();
      showViews();
    } catch {
      await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    }
  }
}

function begin() {
  for (const view of allViews()) state.read[view.key] = state.messages.get(view.chat.id)?.at(-1)?.message_id ?? 0;
  const wanted = allViews().find((view) => `#${view.key}` === location.hash);
  const wide = matchMedia("(min-width: 721px)").matches;
  if (wanted || wide) open((wanted ?? allViews()[0])?.key);
}

find("back").addEventListener("click", () => open(null));
find("to-bottom").addEventListener("click", toBottom);
find("messages").addEventListener("scroll", ({ target }) => {
  find("to-bottom").hidden = target.scrollHeight - target.scrollTop - target.clientHeight < 300;
});
setInterval(async () => {
  const view = currentView();
  if (!view?.chat.action) return;
  state.chats = await api.chats().catch(() => state.chats);
  showHead(currentView());
}, 1500);
wireLightbox();
follow();
