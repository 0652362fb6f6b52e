// What lies over the chat: toasts, alerts, the picture in full size, the choice of a chat to share.

import * as api from "./api.js";
import { element } from "./messages.js";

const find = (id) => document.getElementById(id);
const TOAST_MS = 3500;
let toastTimer = 0;

export function toast(text) {
  find("toast").textContent = text;
  find("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { find("toast").hidden = true; }, TOAST_MS);
}

export function alertBox(text) {
  find("alert-text").textContent = text;
  find("alert").showModal();
}

export function openPicture(address, words) {
  const image = find("lightbox").querySelector("img");
  Object.assign(image, { src: address, alt: words });
  image.classList.remove("full");
  find("lightbox").showModal();
}

export function wireLightbox() {
  const box = find("lightbox");
  const image = box.querySelector("img");
  image.addEventListener("click", (event) => { event.stopPropagation(); image.classList.toggle("full"); });
  box.addEventListener("click", () => box.close());
}

export function chooseChat(request, view, allChats) {
  const kind = request.chat_is_channel ? "channel" : "group";
  const fitting = allChats.filter((chat) => fits(chat, request, view.user.id));
  find("chooser-title").textContent = `Choose a ${kind} to share`;
  find("new-title").placeholder = `New ${kind}`;
  find("choices").replaceChildren(...fitting.map((chat) => choice(chat, () => share(request, view, chat.id))));
  find("new-chat").onsubmit = async (event) => {
    event.preventDefault();
    const type = request.chat_is_channel ? "channel" : "supergroup";
    const chat = await api.createChat(view.user.id, type, find("new-title").value);
    find("new-title").value = "";
    await share(request, view, chat.id);
  };
  find("chooser").showModal();
}

function fits(chat, request, userId) {
  if (chat.type === "private" || (chat.type === "channel") !== Boolean(request.chat_is_channel)) return false;
  return ["creator", "administrator"].includes(chat.members.find((one) => one.user.id === userId)?.status);
}

function choice(chat, onClick) {
  const node = element("button", "choice", chat.title);
  node.type = "button";
  node.dataset.chatId = chat.id;
  node.addEventListener("click", onClick);
  return element("li", "", node);
}

async function share(request, view, chatId) {
  find("chooser").close();
  await api.share(view.chat.id, view.user.id, request.request_id, chatId).catch((error) => toast(error.message));
}
