"""Telegram's HTML: what it takes, and where it says no (offsets in UTF-8 bytes, as Telegram gives them)."""

import re
from dataclasses import dataclass, field
from html import unescape

from bot.sandbox.telegram.wire import Json, RefusalError, bad_request

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
}
OTHER_TAGS = ("a", "pre", "span", "blockquote", "tg-emoji", "tg-time")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_NAME = re.compile(r"[^\s/>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]+))""")
_BARE_ATTRIBUTE = re.compile(r"\s*([A-Za-z-]+)(?=[\s>])")
_PERSON = re.compile(r"tg://user\?id=(\d+)")


def broken(reason: str) -> RefusalError:
    return bad_request(f"can't parse entities: {reason}")


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    starts_at: int


@dataclass(slots=True)
class _Reader:
    source: str
    position: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[_OpenTag] = field(default_factory=list)
    spans: list[tuple[int, int, Json]] = field(default_factory=list)

    def read(self) -> tuple[str, list[tuple[int, int, Json]]]:
        while self.position < len(self.source):
            self._read_next()
        if self.open_tags:
            raise broken(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        return "".join(self.text), self.spans

    def _read_next(self) -> None:
        character = self.source[self.position]
        if character == "&":
            self._read_character()
        elif character != "<":
            self._write(character)
            self.position += 1
        elif self.source.startswith("</", self.position):
            self._close_tag()
        else:
            self._open_tag()

    def _write(self, text: str) -> None:
        self.text.append(text)
        self.length += len(text)

    def _read_character(self) -> None:
        found = _CHARACTER.match(self.source, self.position)
        self._write(unescape(found.group()) if found else "&")
        self.position = found.end() if found else self.position + 1

    def _open_tag(self) -> None:
        at = self._bytes()
        name = self._name(self.position + 1)
        self.position += 1 + len(name)
        if self.position >= len(self.source):
            raise broken(f"Unclosed start tag at byte offset {at}")
        name = name.lower()
        if name not in SIMPLE_TAGS and name not in OTHER_TAGS:
            raise broken(f'Unsupported start tag "{name}" at byte offset {at}')
        attributes = self._attributes(name, at)
        _check_attributes(name, attributes, at)
        self.open_tags.append(_OpenTag(name, attributes, self.length))

    def _attributes(self, tag: str, at: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while found := (_ATTRIBUTE.match(self.source, self.position) or self._bare_attribute()):
            values = [value for value in found.groups()[1:] if value is not None]
            attributes[found.group(1).lower()] = unescape(values[0]) if values else ""
            self.position = found.end()
        rest = self.source[self.position :].lstrip()
        if not rest:
            raise broken(f"Unclosed start tag at byte offset {at}")
        if not rest.startswith(">"):
            raise broken(
                f"Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {self._bytes()}'
            )
        self.position = len(self.source) - len(rest) + 1
        return attributes

    def _bare_attribute(self) -> re.Match[str] | None:
        return _BARE_ATTRIBUTE.match(self.source, self.position)

    def _close_tag(self) -> None:
        at = self._bytes()
        end = self.source.find(">", self.position)
        if end < 0:
            raise broken(f"Unclosed end tag at byte offset {at}")
        name = self.source[self.position + 2 : end].strip().lower()
        if not self.open_tags:
            raise broken(f"Unexpected end tag at byte offset {at}")
        tag = self.open_tags.pop()
        if name not in ("", tag.name):
            raise broken(
                f'Unmatched end tag at byte offset {at}, expected "</{tag.name}>", found "</{name}>"'
            )
        self.position = end + 1
        self._keep(tag)

    def _keep(self, tag: _OpenTag) -> None:
        inside = "".join(self.text)[tag.starts_at :]
        entity = _entity(tag, inside)
        if inside and entity:
            self.spans.append((tag.starts_at, self.length, entity))

    def _name(self, start: int) -> str:
        found = _NAME.match(self.source, start)
        return found.group() if found else ""

    def _bytes(self) -> int:
        return len(self.source[: self.position].encode("utf-8", "surrogatepass"))


def _check_attributes(tag: str, attributes: dict[str, str], at: int) -> None:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise broken(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdecimal():
        raise broken("Invalid custom emoji identifier specified")
    if tag == "tg-time" and not attributes.get("unix", "").isdecimal():
        raise broken(f'Tag "tg-time" must have a valid attribute "unix" at byte offset {at}')


def _entity(tag: _OpenTag, inside: str) -> Json | None:
    if tag.name == "code" and tag.attributes.get("class", "").startswith("language-"):
        return {"type": "code", "language": tag.attributes["class"].removeprefix("language-")}
    if tag.name in SIMPLE_TAGS:
        return {"type": SIMPLE_TAGS[tag.name]}
    if tag.name == "a":
        return link_entity(tag.attributes.get("href") or inside)
    return _other_entity(tag.name, tag.attributes)


def _other_entity(name: str, attributes: dict[str, str]) -> Json:
    if name == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if name == "tg-time":
        body: Json = {"type": "date_time", "unix_time": int(attributes["unix"])}
        return body | ({"date_time_format": attributes["format"]} if attributes.get("format") else {})
    if name == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
    return {"type": "spoiler" if name == "span" else "pre"}


def link_entity(address: str) -> Json | None:
    """An address that is none loses its link in silence, as in Telegram."""
    if person := _PERSON.fullmatch(address):
        return {"type": "text_mention", "user_id": int(person.group(1))}
    if re.fullmatch(r"(?:https?|tg|ton)://\S+", address):
        return {"type": "text_link", "url": address}
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", address):
        return {"type": "text_link", "url": f"http://{address}"}
    return None


def parse_html(source: str) -> tuple[str, list[tuple[int, int, Json]]]:
    """The text, and spans (start, end, entity) in its characters."""
    return _Reader(source).read()
