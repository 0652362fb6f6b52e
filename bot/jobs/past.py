"""How far one venue's history of a pair has been read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.liquidation.history import History
from bot.liquidation.packed_history import packed_history
from bot.liquidation.windows import HOUR_MS
from bot.market.page_plan import is_oldest
from bot.store.backfill_pages import Page

ALMOST_ALL = 0.99  # of what has been read but is not in the model yet


@dataclass
class Past:
    """From now back to where it has to begin; the model rests on its newest part until all of it is read."""

    read_from_ms: int
    needed_from_ms: int
    adopted: bool = False  # the model rests on all of it
    unsaved: list[Page] = field(default_factory=list)  # what came since the last checkpoint

    @property
    def is_read(self) -> bool:
        return self.read_from_ms <= self.needed_from_ms

    def share(self, now_ms: int) -> float:
        """Which share of the time has been read, 0..1."""
        needed_ms = max(1, now_ms - self.needed_from_ms)
        return min(ALMOST_ALL, (now_ms - self.read_from_ms) / needed_ms)

    @classmethod
    def of_first(cls, parts: Sequence[History], asked_from_ms: int, end_ms: int, needed_ms: int) -> Past:
        """The past of a contract of which a first stretch has come; a young one has no more than that."""
        first = next(part for part in parts if len(part))
        begin_ms = min(asked_from_ms, int(first.start_ms[0]) // HOUR_MS * HOUR_MS)  # asked a while ago
        whole = begin_ms <= needed_ms or is_oldest(first, begin_ms, end_ms)
        return cls(needed_ms if whole else begin_ms, needed_ms, adopted=whole)


def pages_of(venue: str, parts: Sequence[History], begin_ms: int | None = None) -> list[Page]:
    """A page for each part; before the first, back to `begin_ms`, the venue has nothing."""
    pages = [
        Page(venue, int(part.start_ms[0]), int(part.end_ms[-1]), packed_history(part))
        for part in parts
        if len(part)
    ]
    if begin_ms is None:
        return pages
    first = pages[0] if pages else Page(venue, begin_ms, begin_ms, packed_history(parts[0]))
    return [replace(first, begin_ms=begin_ms), *pages[1:]]
