"""How thin the books are before the zones next to price, kept for pairs that somebody asks for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.jobs.pair_watch import PairWatch
from bot.jobs.resting import Resting
from bot.liquidation.cover import cover
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.zone import Zone
from bot.market.lanes import Lane, in_lane
from bot.market.venue import Venue, VenueError

EVERY_MS = 60_000  # market time
WANTED_SECONDS = 60.0  # after it was asked for last
MOST_AT_ONCE = 20  # pairs a round: a book costs Binance 20 of 2,400 a minute
PATIENCE_SECONDS = 1.5

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Known:
    asked_ms: int
    by_zone: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Covers:
    """Asking for a pair's covers has its books fetched from then on, as long as it is asked for."""

    venues: Mapping[str, Venue]
    watches: Mapping[str, PairWatch]  # all, as they come and go
    now_ms: Callable[[], int]  # market time
    wall: Callable[[], float] = time.monotonic
    resting: Resting = field(default_factory=Resting)
    _wanted: dict[str, float] = field(default_factory=dict)  # symbol -> when it was asked for last
    _known: dict[str, _Known] = field(default_factory=dict)

    def cover_of(self, symbol: str) -> Mapping[str, float]:
        """By zone within an hourly range of price: its mass over the depth before it; empty where unknown."""
        self._wanted[symbol] = self.wall()
        watch, known = self.watches.get(symbol), self._known.get(symbol)
        if watch is None or known is None or self.now_ms() - known.asked_ms > watch.limits.candles_ms:
            return {}
        return known.by_zone

    async def tick(self) -> None:
        """Meant to run every few seconds; the pairs whose zones are nearest go first."""
        since = self.wall() - WANTED_SECONDS
        self._wanted = {name: at for name, at in self._wanted.items() if at > since and name in self.watches}
        self._known = {name: known for name, known in self._known.items() if name in self._wanted}
        due = [self.watches[name] for name in self._wanted if self._is_due(name)]
        nearby = [(watch, _beside(watch, self.now_ms())) for watch in due]
        chosen = sorted((one for one in nearby if one[1]), key=lambda one: one[1][0][0])[:MOST_AT_ONCE]
        await asyncio.gather(*(self._look(watch, [zone for _, zone in zones]) for watch, zones in chosen))

    def _is_due(self, symbol: str) -> bool:
        known = self._known.get(symbol)
        return known is None or self.now_ms() - known.asked_ms >= EVERY_MS

    async def _look(self, watch: PairWatch, zones: list[Zone]) -> None:
        asked_ms = self.now_ms()
        names = [share.venue for share in watch.reference.venues] if watch.reference else []
        found = await asyncio.gather(*(self._book(self.venues[name], watch.symbol) for name in names))
        books = {name: book for name, book in zip(names, found, strict=True) if book is not None}
        shown, mark = watch.snapshot(asked_ms), watch.reference_mark(asked_ms)
        if shown is None or mark is None:
            return
        seen = shown.found.at_price(mark.price, mark.timestamp_ms)
        covers = {zone.id: cover(seen, zone, books) for zone in zones}
        known = {name: value for name, value in covers.items() if value is not None}
        self._known[watch.symbol] = _Known(asked_ms, known)

    async def _book(self, venue: Venue, symbol: str) -> OrderBook | None:
        if self.resting.rests(venue.name):
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                with in_lane(Lane.UPDATE):
                    book = await venue.order_book(symbol)
        except (VenueError, TimeoutError) as error:
            log.info(
                "no order book", venue=venue.name, symbol=symbol, reason=str(error) or "no answer in time"
            )
            self.resting.failed(venue.name)
            return None
        self.resting.recovered(venue.name)
        return book


def _beside(watch: PairWatch, now_ms: int) -> list[tuple[float, Zone]]:
    """(distance in hourly ranges, zone) of the zones within one of them, nearest first; price is in none."""
    mark = watch.reference_mark(now_ms)
    if mark is None or watch.reference is None or not watch.reference.hourly_range > 0:
        return []
    away = [
        (abs(zone.distance(mark.price)) / watch.reference.hourly_range, zone) for zone in watch.model.zones
    ]
    return sorted((one for one in away if 0 < one[0] <= 1), key=lambda one: one[0])
