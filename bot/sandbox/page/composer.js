// The text box, the command menu and the reply keyboard.

import * as api from "./api.js";
import { element, summary } from "./messages.js";

const find = (id) => document.getElementById(id);

export class Composer {
  constructor({ view, toast, choose }) {
    Object.assign(this, { view, toast, choose, commands: [], picked: -1, edited: null, answered: null, menuOpen: false });
    find("composer").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    find("text").addEventListener("keydown", (event) => this.key(event));
    find("text").addEventListener("input", () => { this.picked = -1; this.grow(); this.showCommands(); });
    find("menu").addEventListener("click", () => { this.menuOpen = !this.menuOpen; this.showCommands(); });
    find("start").addEventListener("click", () => this.say("/start"));
    find("stop-editing").addEventListener("click", () => this.stopEditing());
  }

  async reset() {
    this.stopEditing();
    this.menuOpen = false;
    this.keyboardShown = null;
    await this.loadCommands();
  }

  async loadCommands() {
    const { chat, user } = this.view();
    this.commands = await api.commands(chat.id, user.id).catch(() => []);
    this.showCommands();
  }

  async send() {
    const text = find("text").value.trim();
    if (!text) return;
    const { edited, answered } = this;
    this.stopEditing();
    await (edited ? this.change(edited, text) : this.say(text, answered?.message_id));
  }

  async say(text, replyTo) {
    const { chat, user } = this.view();
    this.menuOpen = false;
    this.showCommands();
    await api.say(chat.id, user.id, text, replyTo).catch((error) => this.toast(error.message));
    find("text").focus({ preventScroll: true });
  }

  async change(message, text) {
    const { chat, user } = this.view();
    await api.edit(chat.id, user.id, message.message_id, text).catch((error) => this.toast(error.message));
  }

  startEditing(message) {
    this.edited = message;
    find("text").value = message.text;
    this.showBand("Editing a message");
  }

  startReplying(message) {
    this.stopEditing();
    this.answered = message;
    this.showBand(`Replying to: ${summary(message).slice(0, 60)}`);
  }

  showBand(words) {
    find("editing").querySelector("span").textContent = words;
    find("editing").hidden = false;
    this.grow();
    find("text").focus();
  }

  stopEditing() {
    this.edited = null;
    this.answered = null;
    find("text").value = "";
    find("editing").hidden = true;
    this.grow();
    this.showCommands();
  }

  key(event) {
    const fitting = find("commands").hidden ? [] : this.fitting();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (this.picked >= 0 && fitting[this.picked]) this.fill(fitting[this.picked]);
      else this.send();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && fitting.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.picked = (this.picked + step + fitting.length) % fitting.length;
      this.showCommands();
    } else if (event.key === "Escape") {
      this.menuOpen = false;
      if (this.edited || this.answered) this.stopEditing(); else find("commands").hidden = true;
    }
  }

  fitting() {
    const typed = find("text").value;
    if (this.menuOpen) return this.commands;
    if (!/^\/\w*$/.test(typed)) return [];
    return this.commands.filter((one) => `/${one.command}`.startsWith(typed.toLowerCase()));
  }

  fill(command) {
    find("text").value = `/${command.command} `;
    this.picked = -1;
    this.menuOpen = false;
    this.showCommands();
    find("text").focus();
  }

  showCommands() {
    const fitting = this.fitting();
    find("commands").replaceChildren(...fitting.map((one, index) => this.commandItem(one, index)));
    find("commands").hidden = !fitting.length;
    find("menu").hidden = !this.commands.length;
    find("menu").setAttribute("aria-expanded", String(this.menuOpen));
  }

  commandItem(command, index) {
    const name = element("b", "", `/${command.command}`);
    const send = element("button", `command ${index === this.picked ? "picked" : ""}`.trim(), name,
      element("span", "", command.description));
    send.type = "button";
    send.dataset.command = command.command;
    send.addEventListener("click", () => { find("text").value = ""; this.say(`/${command.command}`); });
    const fill = element("button", "fill", "↖");
    fill.type = "button";
    fill.setAttribute("aria-label", `Put /${command.command} into the text box`);
    fill.addEventListener("click", () => this.fill(command));
    return element("li", "", send, fill);
  }

  showReplyKeyboard(markup) {
    const signature = JSON.stringify(markup ?? null);
    if (signature === this.keyboardShown) return;
    this.keyboardShown = signature;
    const rows = (markup?.keyboard ?? []).map((row) =>
      element("div", "row", ...row.map((button) => this.replyButton(button, markup))));
    find("reply-keyboard").replaceChildren(...rows);
    find("reply-keyboard").hidden = !rows.length;
  }

  replyButton(button, markup) {
    const text = button.text ?? button;
    const node = element("button", "reply-button", text);
    node.type = "button";
    node.addEventListener("click", () => {
      if (button.request_chat) return this.choose(button.request_chat);
      if (markup.one_time_keyboard) find("reply-keyboard").hidden = true;
      return this.say(text);
    });
    return node;
  }

  grow() {
    const box = find("text");
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }
}
