"""The recorder: writes down what venues tell of liquidations, and when it was listening."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import structlog

from bot.jobs.pair_watch import PairWatch
from bot.jobs.realised import Realised
from bot.market.forced_orders import ForcedOrder, Heard
from bot.market.venue import Venue, VenueError
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import Liquidation, Market, Stretch

LISTEN_SECONDS = 2.0
CATCH_UP_SECONDS, CATCH_UP_TRIES = 0.25, 16
MOST_WAITING = 100_000  # orders kept in memory while the database cannot be written

log = structlog.get_logger(__name__)


@dataclass
class Recorder:
    """What was heard waits here until it is written: orders and stretches in one transaction."""

    venues: Mapping[str, Venue]
    database: Database
    most_waiting: int = MOST_WAITING
    realised: Realised = field(default_factory=Realised)
    _orders: deque[Liquidation] = field(default_factory=deque)
    _stretches: dict[Market, list[Stretch]] = field(default_factory=dict)  # the last one goes on
    _lost_until_ms: dict[Market, int] = field(default_factory=dict)  # up to which orders had to be dropped
    _heard_until_ms: dict[Market, int] = field(default_factory=dict)  # of those that are listened to now
    _deaf: dict[str, str] = field(default_factory=dict)  # venue -> why it does not listen, said once
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one write at a time

    async def tick(self, watches: Sequence[PairWatch]) -> None:
        """Listen to the contracts of exactly these pairs, and write what was told of them."""
        self.realised.keep({watch.symbol for watch in watches})
        await asyncio.gather(*(self._listen(venue, watches) for venue in self.venues.values()))
        await self.flush()

    async def flush(self) -> None:
        """When this returns, what was heard before it was called is in the database, if that can be written.

        Otherwise it is kept and written with the next flush.
        """
        async with self._turn:
            self._drain()
            try:
                await self._write()
            except Exception as error:
                waiting = len(self._orders)
                log.warning("liquidations wait for the database", orders=waiting, reason=repr(error))
                self._make_room()
            else:
                self._orders.clear()
                self._stretches.clear()

    async def catch_up(self, symbol: str, ends_ms: Mapping[str, int]) -> None:
        """As `flush`, but waits a little for a feed that is alive and a little behind its venue's moment."""
        for _ in range(CATCH_UP_TRIES):
            await self.flush()
            if all(self._heard_until_ms.get((name, symbol), end) >= end for name, end in ends_ms.items()):
                return
            await asyncio.sleep(CATCH_UP_SECONDS)

    def heard_until_ms(self, venue: str, symbol: str) -> int | None:
        """Up to when a contract that is listened to now was heard; market time."""
        return self._heard_until_ms.get((venue, symbol))

    async def _listen(self, venue: Venue, watches: Sequence[PairWatch]) -> None:
        symbols = sorted(watch.symbol for watch in watches if venue.name in watch.contracts)
        try:
            async with asyncio.timeout(LISTEN_SECONDS):
                await venue.listen(symbols)
        except (VenueError, TimeoutError) as error:
            reason = error.reason if isinstance(error, VenueError) else "no answer in time"
            if self._deaf.get(venue.name) != reason:
                log.warning("not listening", venue=venue.name, reason=reason)
            self._deaf[venue.name] = reason
        else:
            self._deaf.pop(venue.name, None)

    def _drain(self) -> None:
        self._heard_until_ms.clear()
        for venue in self.venues.values():
            heard = venue.heard()
            sensible = [order for order in heard.orders if _makes_sense(order)]
            if len(sensible) < len(heard.orders):
                strange = len(heard.orders) - len(sensible)
                log.warning("liquidations that make no sense", venue=venue.name, orders=strange)
            self._orders.extend(_row(venue.name, order) for order in sensible)
            for symbol, begin_ms in heard.listening_since_ms.items():
                self._heard_until_ms[venue.name, symbol] = heard.until_ms
                self._note_stretch((venue.name, symbol), heard)
                self.realised.heard(venue.name, symbol, begin_ms, heard.until_ms)
            self.realised.take(venue.name, sensible, heard.until_ms)

    def _note_stretch(self, at: Market, heard: Heard) -> None:
        begin_ms = max(heard.listening_since_ms[at[1]], self._lost_until_ms.get(at, 0))
        if begin_ms > heard.until_ms:
            return
        known = self._stretches.setdefault(at, [])
        if known and known[-1].from_ms == begin_ms:
            known.pop()
        known.append(Stretch(begin_ms, heard.until_ms))

    async def _write(self) -> None:
        told = [(at, stretch) for at, stretches in self._stretches.items() for stretch in stretches]
        if not told and not self._orders:
            return
        async with self.database.begin() as tx:
            await liquidations.add(tx, self._orders)
            await liquidations.listened(tx, told)

    def _make_room(self) -> None:
        """The oldest go; where they were is not called listened to any more."""
        dropped = [self._orders.popleft() for _ in range(len(self._orders) - self.most_waiting)]
        if not dropped:
            return
        log.error("liquidations were lost: too many wait for the database", orders=len(dropped))
        for order in dropped:
            at = (order.venue, order.symbol)
            self._lost_until_ms[at] = max(self._lost_until_ms.get(at, 0), order.stamp_ms + 1)
        for at, lost_ms in self._lost_until_ms.items():
            known = [one for one in self._stretches.pop(at, []) if one.until_ms > lost_ms]
            if known:
                self._stretches[at] = [Stretch(max(one.from_ms, lost_ms), one.until_ms) for one in known]


def _row(venue: str, order: ForcedOrder) -> Liquidation:
    return Liquidation(
        venue=venue,
        symbol=order.symbol,
        stamp_ms=order.stamp_ms,
        side=order.side,
        price=order.price,
        trigger_price=order.trigger_price,
        quantity_base=order.quantity_base,
        nth=order.nth,
    )


def _makes_sense(order: ForcedOrder) -> bool:
    """One number that is none would keep all the others from being written."""
    numbers = (order.stamp_ms, order.price, order.trigger_price, order.quantity_base)
    return all(0 < number < inf for number in numbers)
