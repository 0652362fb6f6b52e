"""Who goes first where requests have to queue: a mark price never waits behind a month of history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count


class Lane(IntEnum):
    """The smaller, the sooner."""

    NOW = 0  # mark prices and the venue's clock
    KEPT = 1  # what a pair lacks that is watched for subscribers
    UPDATE = 2  # what any other warm pair lacks, contracts, market lists
    KEPT_FIRST = 3  # what a first map needs, or a map after a long gap
    FIRST = 4
    KEPT_BACKFILL = 5  # the rest of the history
    BACKFILL = 6


_FOR_SUBSCRIBERS = frozenset({Lane.KEPT, Lane.KEPT_FIRST, Lane.KEPT_BACKFILL})
_lane: ContextVar[Lane] = ContextVar("lane", default=Lane.UPDATE)


@contextmanager
def in_lane(lane: Lane) -> Iterator[None]:
    """Requests made inside, also by tasks started inside, queue in this lane."""
    token = _lane.set(lane)
    try:
        yield
    finally:
        _lane.reset(token)


def lane() -> Lane:
    """The lane we are in."""
    return _lane.get()


def first_lane() -> Lane:
    """For a first map or a long gap of the pair in whose lane we are."""
    return Lane.KEPT_FIRST if _lane.get() in _FOR_SUBSCRIBERS else Lane.FIRST


def backfill_lane() -> Lane:
    """For the long past of the pair in whose lane we are."""
    return Lane.KEPT_BACKFILL if _lane.get() in _FOR_SUBSCRIBERS else Lane.BACKFILL


class Turns:
    """At most `at_once` inside; then the most urgent lane is next, first come first served within it."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[tuple[Lane, int, asyncio.Future[None]]] = []
        self._tickets = count()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self._free:
            self._free -= 1
            return
        granted = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (_lane.get(), next(self._tickets), granted))
        try:
            await granted
        except asyncio.CancelledError:
            if not granted.cancelled():  # the turn came in the moment of giving up
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, _, granted = heappop(self._waiting)
            if not granted.done():
                granted.set_result(None)
                return
        self._free += 1
