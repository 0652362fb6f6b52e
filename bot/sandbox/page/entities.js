// A text and its entities as DOM nodes. Offsets are UTF-16 units, as JavaScript counts anyway.

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span", date_time: "time",
};
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];
const LINKS = { text_link: (entity) => entity.url, url: (_, text) => text, email: (_, text) => `mailto:${text}` };

export function formatted(text, entities, onCommand) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return fragment(text, sorted, 0, text.length, onCommand);
}

function fragment(text, entities, start, end, onCommand) {
  const nodes = document.createDocumentFragment();
  let position = start;
  while (entities.length && entities[0].offset < end) {
    const entity = entities.shift();
    if (entity.offset < position) continue;
    nodes.append(text.slice(position, entity.offset));
    position = Math.min(end, entity.offset + entity.length);
    const inside = fragment(text, entities, entity.offset, position, onCommand);
    nodes.append(wrap(entity, text.slice(entity.offset, position), inside, onCommand));
    // The line break after a block is the block's own end.
    if (BLOCKS.includes(entity.type) && text[position] === "\n") position += 1;
  }
  nodes.append(text.slice(position, end));
  return nodes;
}

function wrap(entity, text, inside, onCommand) {
  if (entity.type in LINKS) return link(LINKS[entity.type](entity, text), inside);
  if (entity.type === "bot_command") return commandButton(text, onCommand);
  const node = document.createElement(PLAIN[entity.type] ?? "span");
  node.append(inside);
  if (entity.type === "spoiler") hide(node);
  if (entity.type === "expandable_blockquote") fold(node);
  if (entity.type === "date_time") showTime(node, entity);
  if (["mention", "hashtag", "cashtag", "text_mention"].includes(entity.type)) node.className = "link";
  return node;
}

function link(address, inside) {
  const node = document.createElement("a");
  if (/^(https?|mailto|tg):/i.test(address)) node.href = address;
  node.target = "_blank";
  node.rel = "noreferrer noopener";
  node.append(inside);
  return node;
}

function commandButton(text, onCommand) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "link";
  node.textContent = text;
  node.addEventListener("click", () => onCommand(text));
  return node;
}

function hide(node) {
  node.className = "spoiler";
  node.tabIndex = 0;
  node.title = "Hidden until tapped";
  node.addEventListener("click", () => node.classList.add("open"));
}

function fold(node) {
  node.className = "folded";
  node.addEventListener("click", () => node.classList.toggle("folded"));
}

function showTime(node, entity) {
  const moment = new Date(entity.unix_time * 1000);
  node.dateTime = moment.toISOString();
  node.title = moment.toString();
  if (entity.date_time_format) node.textContent = timeWords(moment, entity.date_time_format);
}

function timeWords(moment, format) {
  if (format.toLowerCase().includes("r")) return relative(moment);
  const parts = {};
  if (format.includes("w")) parts.weekday = "short";
  if (format.includes("W")) parts.weekday = "long";
  if (format.includes("d")) Object.assign(parts, { day: "numeric", month: "numeric", year: "2-digit" });
  if (format.includes("D")) Object.assign(parts, { day: "numeric", month: "long", year: "numeric" });
  if (/t/i.test(format)) Object.assign(parts, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (format.includes("T")) parts.second = "2-digit";
  return new Intl.DateTimeFormat(undefined, Object.keys(parts).length ? parts : undefined).format(moment);
}

function relative(moment) {
  const seconds = Math.round((moment - Date.now()) / 1000);
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? steps[3];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
