"""The bare words of a Telegram HTML text."""

import html
import re

TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
LONGEST, LONGEST_CAPTION = 4096, 1024  # UTF-16 units as a chat shows them


def plain_words(text: str) -> str:
    """HTML again, but without any markup that Telegram could refuse, and not too long."""
    bare = html.unescape(TAG.sub("", text)).strip() or "…"
    kept = bare if len(bare) <= LONGEST else bare[: LONGEST - 1] + "…"
    return html.escape(kept, quote=False)


def has_room(text: str, *, is_caption: bool) -> bool:
    """Whether Telegram takes an HTML text of this length."""
    shown = html.unescape(TAG.sub("", text)).encode("utf-16-le", "surrogatepass")
    return len(shown) // 2 <= (LONGEST_CAPTION if is_caption else LONGEST)
