"""Letters that look alike become one letter, before anything is judged or dropped."""

from __future__ import annotations

import unicodedata

LONGEST_TEXT = 80

# Upper-case letters of other scripts that read as Latin ones; Cyrillic first, then Greek.
_ALIKE = str.maketrans(
    "АВСЕНІЈКМОРЅТХУҮԌԚԜҒЁЗ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ" + "—–‐‑‒−﹘_⁄∕·•：",
    "ABCEHIJKMOPSTXYYGQWFE3" + "ABEZHIKMNOPTYXCJ" + "-------_//..:",
)
# The same keys on a Russian keyboard, for people who forgot to switch it.
_KEYS = str.maketrans("ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", "QWERTYUIOPASDFGHJKLZXCVBNM")


def folded(text: str) -> str:
    """Upper-case text with full-width forms, invisible marks and spare spaces gone; empty if far too long."""
    if len(text) > LONGEST_TEXT:
        return ""
    wide = unicodedata.normalize("NFKC", text)
    seen = "".join(letter for letter in wide if unicodedata.category(letter) != "Cf")
    return " ".join(seen.upper().split())


def latin(text: str) -> str:
    """Folded text with look-alike letters replaced by the Latin ones they imitate."""
    return text.translate(_ALIKE)


def as_if_typed_in_latin(text: str) -> str:
    """What the same keys give on a Latin keyboard: ИЕС is BTC."""
    return text.translate(_KEYS)
