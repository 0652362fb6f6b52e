"""How a caption is made to fit: what is least needed goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.wording.escape import visible_length


class Need(IntEnum):
    """Lines are let in in this order, each where it still fits."""

    ALWAYS = 0
    BASIS = 1  # what the picture rests on
    LONGER = 2  # here longer forms replace what is said
    ZONE = 3
    EXTRA = 4


@dataclass(frozen=True)
class Line:
    text: str
    need: Need = Need.BASIS
    rank: int = 0  # among lines of one need, lowest first
    longer: str = ""  # what stands instead where there is room


Section = Sequence[Line]


def lines(texts: Iterable[str], need: Need = Need.BASIS, rank: int = 0) -> list[Line]:
    return [Line(text, need, rank) for text in texts if text]


def fitted(sections: Sequence[Section], room: int) -> str:
    """The sections with an empty line between them, in at most `room` UTF-16 units as a chat shows them."""
    places = [(at, line) for at, section in enumerate(sections) for line in section if line.text]
    forms = [(line.need, line.rank, number, line.text) for number, (_, line) in enumerate(places)]
    forms += [(Need.LONGER, 0, number, line.longer) for number, (_, line) in enumerate(places) if line.longer]
    said: dict[int, str] = {}
    for need, _, number, text in sorted(forms):
        tried = {**said, number: text}
        if need is Need.ALWAYS or visible_length(_whole(places, tried)) <= room:
            said = tried
    return _whole(places, said)


def _whole(places: Sequence[tuple[int, Line]], said: dict[int, str]) -> str:
    blocks: dict[int, list[str]] = {}
    for number in sorted(said):
        blocks.setdefault(places[number][0], []).append(said[number])
    return "\n\n".join("\n".join(block) for block in blocks.values())
