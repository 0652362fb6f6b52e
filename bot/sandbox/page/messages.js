// One message as a list item, and a list that changes only the items that changed.

import { fileAddress } from "./api.js";
import { formatted } from "./entities.js";

const MEGABYTE = 1024 * 1024;

export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function hue(id) {
  return Math.abs(id * 47) % 360;
}

export function summary(message) {
  if (message.text) return message.text;
  if (message.photo) return `Photo ${message.caption ?? ""}`.trim();
  if (message.animation) return `GIF ${message.caption ?? ""}`.trim();
  if (message.document) return message.document.file_name;
  return serviceWords(message) ?? "";
}

export function showMessages(list, messages, view, hands) {
  const shown = new Map([...list.children].map((node) => [Number(node.dataset.messageId), node]));
  for (const [id, node] of shown) if (!messages.some((one) => one.message_id === id)) node.remove();
  let previous = null;
  for (const message of messages) {
    const old = shown.get(message.message_id);
    const signature = JSON.stringify(message);
    const node = old?.signature === signature ? old : messageItem(message, view, hands);
    node.signature = signature;
    if (old && old !== node) old.replaceWith(node);
    else if (!old) previous ? previous.after(node) : list.prepend(node);
    previous = node;
  }
}

function messageItem(message, view, hands) {
  const item = element("li", "message");
  item.dataset.messageId = message.message_id;
  const service = serviceWords(message);
  if (service) {
    item.classList.add("service");
    item.append(element("p", "bubble", service));
    return item;
  }
  const own = message.from?.id === view.user.id && !message.sender_chat;
  item.classList.add(own ? "own" : message.from?.is_bot ? "from-bot" : "from-other");
  item.append(bubble(message, view, own, hands));
  if (message.reply_markup?.inline_keyboard) item.append(keyboard(message, hands));
  return item;
}

function bubble(message, view, own, hands) {
  const node = element("div", "bubble");
  if (!own && view.chat.type !== "private") node.append(sender(message));
  if (message.reply_to_message) node.append(element("p", "quote", summary(message.reply_to_message)));
  const words = textOf(message, hands);
  if (words && message.show_caption_above_media) node.append(words);
  if (message.photo) node.append(photo(message, hands));
  else if (message.animation) node.append(animation(message.animation, hands));
  else if (message.document) node.append(file(message.document));
  if (words && !message.show_caption_above_media) node.append(words);
  node.append(foot(message, own, hands));
  return node;
}

function sender(message) {
  const who = message.sender_chat ?? message.from;
  const node = element("p", "sender", who.title ?? who.first_name);
  node.style.setProperty("--hue", hue(who.id));
  return node;
}

function textOf(message, hands) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  return element("div", "text", formatted(text, message.entities ?? message.caption_entities, hands.command));
}

function picture(fileId, width, height, alt, onOpen) {
  const image = element("img");
  Object.assign(image, { src: fileAddress(fileId), width, height, alt, loading: "lazy" });
  const button = element("button", "photo", image);
  button.type = "button";
  button.setAttribute("aria-label", "Open the picture");
  button.addEventListener("click", () => onOpen(image.src, alt));
  return button;
}

function photo(message, hands) {
  const full = message.photo.at(-1);
  return picture(full.file_id, full.width, full.height, message.caption ?? "Photo", hands.open);
}

function animation(found, hands) {
  return picture(found.file_id, found.width, found.height, "GIF", hands.open);
}

function file(document) {
  const size = document.file_size < MEGABYTE
    ? `${Math.max(1, Math.round(document.file_size / 1024))} KB`
    : `${(document.file_size / MEGABYTE).toFixed(1)} MB`;
  const name = element("span", "", document.file_name, element("small", "", size));
  const node = element("a", "file", element("b", "", "↓"), name);
  node.href = fileAddress(document.file_id);
  node.download = document.file_name;
  return node;
}

function foot(message, own, hands) {
  const node = element("p", "foot");
  if (own && message.text) node.append(footButton("Edit", () => hands.edit(message)));
  else if (!own && message.chat.type !== "channel") node.append(footButton("Reply", () => hands.reply(message)));
  if (message.edit_date) node.append(element("span", "edited", "edited"));
  node.append(element("time", "", clock(message.date)));
  return node;
}

function footButton(word, onClick) {
  const button = element("button", word.toLowerCase(), word);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

function keyboard(message, hands) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element("div", "row", ...row.map((button) => inlineButton(message, button, hands))));
  return element("div", "keyboard", ...rows);
}

function inlineButton(message, button, hands) {
  const node = element(button.url ? "a" : "button", `inline-button ${button.style ?? ""}`.trim(), button.text);
  if (button.url) {
    Object.assign(node, { href: button.url, target: "_blank", rel: "noreferrer noopener" });
    return node;
  }
  node.type = "button";
  node.dataset.data = button.callback_data ?? "";
  node.addEventListener("click", () => hands.press(node, message, button));
  return node;
}

function serviceWords(message) {
  if (message.pinned_message) return `Pinned: ${summary(message.pinned_message).slice(0, 60)}`;
  if (message.chat_shared) return `Shared ${message.chat_shared.title ?? "a chat"} with the bot`;
  if (message.migrate_to_chat_id) return "This group became a supergroup";
  if (message.migrate_from_chat_id) return "This supergroup was a group";
  return null;
}
