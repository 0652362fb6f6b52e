"""Outside text on its way into Telegram HTML, and how long a text is for Telegram."""

from __future__ import annotations

import html
import re

CAPTION_LIMIT = 1_024  # characters after entity parsing
MESSAGE_LIMIT = 4_096
_TAG = re.compile(r"<[^<>]*>")


def escaped(text: str, limit: int = 40) -> str:
    """Someone else's text: on one line, cut to so many UTF-16 units, harmless as HTML."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return html.escape(shortened(plain, limit), quote=False)


def shortened(plain: str, limit: int) -> str:
    """Cut to so many UTF-16 units, the last of them a sign that it was cut."""
    if _units(plain) <= limit:
        return plain
    plain = plain[:limit]
    while _units(plain) >= limit:
        plain = plain[:-1]
    return f"{plain}…"


def visible_length(text: str) -> int:
    """UTF-16 units of an HTML text after entity parsing: what Telegram counts."""
    return _units(html.unescape(_TAG.sub("", text)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def ordinal(number: int) -> str:
    """ "1st", "92nd", "13th"."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
