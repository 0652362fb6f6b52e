"""The bare words of a Telegram HTML text."""

import html
import re

TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
LONGEST = 4096


def plain_words(text: str) -> str:
    """HTML again, but without any markup that Telegram could refuse, and not too long."""
    bare = html.unescape(TAG.sub("", text)).strip() or "…"
    kept = bare if len(bare) <= LONGEST else bare[: LONGEST - 1] + "…"
    return html.escape(kept, quote=False)
