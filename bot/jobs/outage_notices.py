"""Chats are told once that alerts of theirs wait for data, and once that all is well again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import structlog

from bot.jobs.pair_watch import PairWatch
from bot.jobs.withheld import Withheld, withheld
from bot.market.clock import MarketClock
from bot.store import outbox, waiting
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter
from bot.store.waiting import Waiting
from bot.wording.waiting_text import alerts_go_on, alerts_wait

LASTING_MS = 3 * 60_000  # in market time; shorter than this is a hiccup, either way
NOBODY_WAITS_MS = 3_600_000  # an all-clear waits no longer for a pair that stays dark
LASTING_SECONDS = 30.0  # on the wall; the longer of the two counts

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Phase:
    """A pair's alerts wait, or they do not, since then."""

    waits: bool
    since_ms: int  # market time
    since_s: float  # monotonic

    def is_long_over(self, now_ms: int) -> bool:
        return not self.waits and now_ms - self.since_ms >= NOBODY_WAITS_MS

    def lasts(self, now_ms: int, now_s: float) -> bool:
        return now_ms - self.since_ms >= LASTING_MS and now_s - self.since_s >= LASTING_SECONDS


@dataclass
class OutageNotices:
    """Who was told is in the store, so a restart in between neither repeats nor forgets."""

    database: Database
    clock: MarketClock
    wake_courier: Callable[[], None]
    wall: Callable[[], float] = time.monotonic
    _phases: dict[str, Phase] = field(default_factory=dict)  # by symbol

    async def tick(self, watches: Sequence[PairWatch]) -> None:
        """One notice and one all-clear for each chat, however many of its pairs an outage touches."""
        now_ms, now_s = self.clock.now_ms(), self.wall()
        found = {watch.symbol: withheld(watch, now_ms) for watch in watches if watch.reference is not None}
        self._note(found, now_ms, now_s)
        lasting = {symbol for symbol, phase in self._phases.items() if phase.lasts(now_ms, now_s)}
        waits = {symbol for symbol, phase in self._phases.items() if phase.waits}
        long_over = {symbol for symbol, phase in self._phases.items() if phase.is_long_over(now_ms)}
        missing = {watch.symbol: watch.reference.missing for watch in watches if watch.reference is not None}
        async with self.database.read() as tx:
            subscribed = await waiting.of_symbols(tx, waits)
        for destination, rows in groupby(subscribed, key=lambda one: one.destination):
            mine = tuple(rows)
            due = _due(mine, waits, lasting)
            if due:
                await self._tell_waiting(destination, due, [found[symbol] for symbol in due])
            elif over := _over(mine, lasting - waits, long_over):
                gone = {venue for symbol in over for venue in missing.get(symbol, ())}
                await self._tell_over(destination, over, gone)

    def _note(self, found: Mapping[str, Withheld], now_ms: int, now_s: float) -> None:
        for gone in self._phases.keys() - found.keys():
            del self._phases[gone]
        for symbol, one in found.items():
            known = self._phases.get(symbol)
            if known is None or known.waits != one.something:
                self._phases[symbol] = Phase(one.something, now_ms, now_s)

    async def _tell_waiting(
        self, destination: Destination, symbols: Sequence[str], found: Sequence[Withheld]
    ) -> None:
        venues = [venue for one in found for venue in one.venues]
        has_price = all(one.price is not None for one in found)
        async with self.database.begin() as tx:
            fresh = await waiting.mark(tx, destination, symbols, told=True)
            if fresh:
                await _enqueue(tx, destination, alerts_wait(fresh, venues, has_price=has_price))
        log.warning("alerts wait for data", chat=destination.chat_id, pairs=list(fresh))
        self.wake_courier()

    async def _tell_over(self, destination: Destination, symbols: Sequence[str], missing: set[str]) -> None:
        async with self.database.begin() as tx:
            fresh = await waiting.mark(tx, destination, symbols, told=False)
            if fresh:
                await _enqueue(tx, destination, alerts_go_on(fresh, missing))
        log.info("alerts go on", chat=destination.chat_id, pairs=list(fresh))
        self.wake_courier()


def _due(mine: Sequence[Waiting], waits: set[str], lasting: set[str]) -> list[str]:
    """What to tell this chat of: all its pairs that wait, as soon as one has waited long."""
    untold = [one.symbol for one in mine if not one.was_told and one.symbol in waits]
    return untold if lasting.intersection(untold) else []


def _over(mine: Sequence[Waiting], well: set[str], long_over: set[str]) -> list[str]:
    """What was told and is over: all of it together, or after a long time without those that stay dark."""
    told = [one.symbol for one in mine if one.was_told]
    over = [symbol for symbol in told if symbol in well]
    return over if over == told or long_over.intersection(over) else []


async def _enqueue(tx: Transaction, destination: Destination, text: str) -> None:
    now_ms = round(time.time() * 1000)
    key = f"data:{destination.chat_id}:{destination.thread_id}:{now_ms}"
    await outbox.enqueue(tx, Letter(key, destination, Kind.NOTICE, text), now_ms=now_ms)
