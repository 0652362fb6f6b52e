"""Which rows of a series a page shows."""

from collections.abc import Callable
from typing import Protocol, Self, TypeVar

EARLIEST = 0


class Rows(Protocol):
    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice, /) -> Self: ...


R = TypeVar("R", bound=Rows)


def oldest_first(fetch: Callable[[int, int], R], begin_ms: int, end_ms: int, step_ms: int, limit: int) -> R:
    """The first rows of [begin, end), looking beyond a gap."""
    page = fetch(begin_ms, min(end_ms, begin_ms + limit * step_ms))
    if len(page) == 0:
        page = fetch(begin_ms, end_ms)
    return page[slice(0, limit)]


def newest(fetch: Callable[[int, int], R], begin_ms: int, end_ms: int, step_ms: int, limit: int) -> R:
    """The last rows of [begin, end), looking beyond gaps for as many as are wanted."""
    page = fetch(max(begin_ms, end_ms - limit * step_ms), end_ms)
    if len(page) < limit:
        page = fetch(begin_ms, end_ms)
    return page[slice(max(0, len(page) - limit), len(page))]
