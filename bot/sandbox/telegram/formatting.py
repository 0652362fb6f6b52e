"""From what a bot sends to the text and entities that a Message carries."""

import json
import re
from collections.abc import Callable

from bot.sandbox.telegram.html_markup import parse_html
from bot.sandbox.telegram.markdown_markup import parse_markdown, parse_markdown_v2
from bot.sandbox.telegram.utf16 import Ruler, units
from bot.sandbox.telegram.wire import Json, bad_request

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100
Span = tuple[int, int, Json]

PARSERS: dict[str, Callable[[str], tuple[str, list[Span]]]] = {
    "html": parse_html,
    "markdownv2": parse_markdown_v2,
    "markdown": parse_markdown,
}
_AUTOMATIC = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,!?;:)'])"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w))"
    r"|(?P<hashtag>(?<![\w#&])#(?=\w*[^\W\d])\w+)"
    r"|(?P<cashtag>(?<![\w$])\$[A-Z]{1,8}(?!\w))"
)
_OPAQUE = ("code", "pre", "text_link", "text_mention")
_ORDER = ("blockquote", "expandable_blockquote", "pre", "code", "text_link")


def format_text(
    source: str, parse_mode: str, entities: str | list[Json] | None = None
) -> tuple[str, list[Json]]:
    """What Telegram makes of it: parsed, trimmed, with commands, mentions and addresses found."""
    if parse_mode and parse_mode.lower() not in PARSERS:
        raise bad_request("unsupported parse_mode")
    if parse_mode:
        text, spans = PARSERS[parse_mode.lower()](_clean(source))
    else:
        text, spans = _clean(source), []
    given = [] if parse_mode else _given(entities)
    text, spans, cut = _trim(text, _merge_code_blocks(spans))
    found = _with_offsets(text, spans + _find_automatic(text, spans))
    shifted = [one | {"offset": one["offset"] - cut} for one in given if one["offset"] >= cut]
    taken = {one["offset"] for one in shifted}
    return text, (shifted + [one for one in found if one["offset"] not in taken])[:MOST_ENTITIES]


def message_text(source: str, parse_mode: str, entities: str | list[Json] | None = None) -> Json:
    """The part of a Message that says it; empty and overlong texts are refused."""
    text, found = format_text(source, parse_mode, entities)
    if not text:
        raise bad_request("message text is empty")
    # Telegram's word is "characters"; counting UTF-16 units is the stricter reading.
    if units(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": found} if found else {})


def message_caption(source: str, parse_mode: str, entities: str | list[Json] | None = None) -> Json:
    text, found = format_text(source, parse_mode, entities)
    if units(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": found} if found else {})


def _clean(text: str) -> str:
    return "".join(c for c in text.replace("\r", "") if c in "\n\t" or ord(c) >= 32).replace("\t", " ")


def _given(entities: str | list[Json] | None) -> list[Json]:
    found = json.loads(entities) if isinstance(entities, str) and entities else entities
    return list(found) if isinstance(found, list) else []


def _merge_code_blocks(spans: list[Span]) -> list[Span]:
    """<pre><code class="language-x"> is one block with a language; a language alone means nothing."""
    blocks = {(start, end) for start, end, one in spans if one["type"] == "pre"}
    languages = {
        (s, e): one["language"] for s, e, one in spans if one["type"] == "code" and "language" in one
    }
    merged: list[Span] = []
    for start, end, entity in spans:
        if entity["type"] == "pre" and (start, end) in languages:
            merged.append((start, end, {"type": "pre", "language": languages[start, end]}))
        elif entity["type"] != "code":
            merged.append((start, end, entity))
        elif (start, end) not in blocks:
            merged.append((start, end, {"type": "code"}))
    return merged


def _trim(text: str, spans: list[Span]) -> tuple[str, list[Span], int]:
    trimmed = text.strip()
    cut = len(text) - len(text.lstrip()) if trimmed else 0
    end = len(trimmed)
    moved = [(max(0, a - cut), min(end, b - cut), entity) for a, b, entity in spans]
    return trimmed, [(a, b, one) for a, b, one in moved if b > a and trimmed[a:b].strip()], cut


def _find_automatic(text: str, spans: list[Span]) -> list[Span]:
    closed = [(a, b) for a, b, one in spans if one["type"] in _OPAQUE]
    return [
        (found.start(), found.end(), {"type": found.lastgroup})
        for found in _AUTOMATIC.finditer(text)
        if not any(a < found.end() and found.start() < b for a, b in closed)
    ]


def _with_offsets(text: str, spans: list[Span]) -> list[Json]:
    ruler = Ruler(text)
    ordered = sorted(spans, key=lambda span: (span[0], -span[1], span[2]["type"] not in _ORDER))
    return [_place(ruler, start, end, entity) for start, end, entity in ordered]


def _place(ruler: Ruler, start: int, end: int, entity: Json) -> Json:
    offset = ruler.at(start)
    place: Json = {"type": entity["type"], "offset": offset, "length": ruler.at(end) - offset}
    return place | {key: value for key, value in entity.items() if key != "type"}
