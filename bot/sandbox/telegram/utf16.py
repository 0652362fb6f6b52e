"""Telegram counts text in UTF-16 code units."""

import re
from itertools import accumulate


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Ruler:
    """Turns positions in a text into UTF-16 offsets."""

    def __init__(self, text: str) -> None:
        self._plain = not re.search("[^\x00-\uffff]", text)
        self._offsets = [] if self._plain else [0, *accumulate(2 if ord(c) > 0xFFFF else 1 for c in text)]

    def at(self, position: int) -> int:
        return position if self._plain else self._offsets[position]
