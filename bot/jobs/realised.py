"""What was liquidated lately, in memory: bursts, and how much fell in zones that price came to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.bursts import (
    BURST_MINUTES,
    DAY_MINUTES,
    MINUTE_MS,
    PAST_MINUTES,
    MinuteRecord,
    heard_lately,
    rare_base,
    spate,
)
from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.visits import LOOK_BACK_MS, Told, Visits
from bot.liquidation.zone import Zone
from bot.market.forced_orders import ForcedOrder
from bot.rules.scene import Burst
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import MinuteTotal, Orders, Stretch

RARE_GOOD_FOR_MINUTES = 15  # a week's figure does not change sooner


@dataclass
class _Venue:
    """One venue's liquidations of one contract."""

    record: MinuteRecord = field(default_factory=MinuteRecord)
    live_from_ms: int | None = None  # since when this process has heard it
    heard_until_ms: int = 0
    told: dict[ForcedOrder, None] = field(default_factory=dict)  # of the last hour: some are told twice

    def news(self, orders: Iterable[ForcedOrder], until_ms: int) -> list[ForcedOrder]:
        """Those that were not told before; a stamp from the far future would wipe what is known."""
        latest_ms = until_ms + DAY_MINUTES * MINUTE_MS
        fresh = []
        for order in orders:
            if order not in self.told and order.stamp_ms < latest_ms:
                self.told[order] = None
                fresh.append(order)
        oldest_ms = until_ms - LOOK_BACK_MS
        while self.told and next(iter(self.told)).stamp_ms < oldest_ms:
            del self.told[next(iter(self.told))]
        return fresh


@dataclass
class _Pair:
    venues: dict[str, _Venue] = field(default_factory=dict)
    visits: Visits = field(default_factory=Visits)
    rare: dict[tuple[str, ...], tuple[int, float | None]] = field(default_factory=dict)  # (minute, figure)
    is_restored: bool = False

    def venue(self, name: str) -> _Venue:
        return self.venues.setdefault(name, _Venue())

    def rare_of(self, names: tuple[str, ...], minute: int) -> float | None:
        known = self.rare.get(names)
        if known is None or minute - known[0] >= RARE_GOOD_FOR_MINUTES:
            records = [self.venues[name].record for name in names]
            known = self.rare[names] = minute, rare_base(records, minute)
        return known[1]


@dataclass(frozen=True)
class _Past:
    """What is stored of one venue's liquidations of one contract."""

    stretches: Sequence[Stretch]
    minutes: Sequence[MinuteTotal]
    orders: Orders  # of the last hour, and of the minute in which this process began to hear them

    def put_into(self, venue: _Venue, visits: Visits, now_ms: int) -> None:
        """What is older than what this process heard by itself."""
        until_ms = now_ms if venue.live_from_ms is None else venue.live_from_ms
        for stretch in self.stretches:
            venue.record.hear(stretch.from_ms, min(stretch.until_ms, until_ms))
        begun_ms = _minute_of(until_ms)  # the rest of this minute is heard: of it single orders count
        for minute in self.minutes:
            if minute.start_ms < begun_ms:
                venue.record.add(minute.start_ms, minute.side, minute.quantity_base)
        told = [one for one in _as_told(self.orders) if one.stamp_ms < until_ms]
        for one in told:
            if one.stamp_ms >= begun_ms:
                venue.record.add(one.stamp_ms, one.side, one.quantity_base)
        visits.tell(one for one in told if one.stamp_ms >= now_ms - LOOK_BACK_MS)


@dataclass
class Realised:
    """The recorder tells it what it drains; the sentinel asks it with every mark price."""

    _pairs: dict[str, _Pair] = field(default_factory=dict)

    def keep(self, symbols: Collection[str]) -> None:
        """Nobody asks for the others any more."""
        for gone in self._pairs.keys() - set(symbols):
            del self._pairs[gone]

    def heard(self, venue: str, symbol: str, begin_ms: int, until_ms: int) -> None:
        """In this stretch nothing can have been missed."""
        there = self._pair(symbol).venue(venue)
        there.live_from_ms = begin_ms if there.live_from_ms is None else min(begin_ms, there.live_from_ms)
        there.heard_until_ms = until_ms
        there.record.hear(begin_ms, until_ms)

    def take(self, venue: str, orders: Iterable[ForcedOrder], until_ms: int) -> None:
        """Orders that a venue told until then."""
        by_symbol: dict[str, list[ForcedOrder]] = {}
        for order in orders:
            by_symbol.setdefault(order.symbol, []).append(order)
        for symbol, some in by_symbol.items():
            pair = self._pair(symbol)
            fresh = pair.venue(venue).news(some, until_ms)
            for order in fresh:
                pair.venue(venue).record.add(order.stamp_ms, order.side, order.quantity_base)
            pair.visits.tell(
                Told(order.stamp_ms, order.side, order.trigger_price, order.quantity_base) for order in fresh
            )

    async def restore(self, database: Database, symbol: str, now_ms: int) -> None:
        """What was recorded before this process listened; once, as a pair is built until it has a map."""
        pair = self._pair(symbol)
        if pair.is_restored:
            return
        past = await _past(database, symbol, now_ms, pair)
        if pair.is_restored:
            return
        for name, one in past.items():
            one.put_into(pair.venue(name), pair.visits, now_ms)
        pair.is_restored = True
        pair.rare.clear()

    def burst(self, watch: PairWatch, now_ms: int) -> Burst | None:
        """The last minutes of all venues that are heard; None where none is, or too little is known."""
        pair = self._pairs.get(watch.symbol)
        names, minute = _listening(pair, watch, now_ms) if pair else ((), 0)
        rare = pair.rare_of(names, minute) if pair and names else None
        if pair is None or rare is None:
            return None
        usual = sum(watch.model.inventories[name].daily_volume_base for name in names) / DAY_MINUTES
        found = spate([pair.venues[name].record for name in names], minute, rare, usual)
        if found is None:
            return None
        at_least = any(watch.contracts[name].feed.is_lower_bound for name in names)
        return Burst(found.side, found.quantity_base, found.ratio, BURST_MINUTES, at_least)

    def in_zones(
        self, reading: Reading, entered: Iterable[Zone], price: float, now_ms: int
    ) -> Mapping[str, float]:
        """Base coin by zone that price is in, has passed, or has not gone far from since it was in.

        `entered`: zones as they were when price came into them; the reading has what is left of them.
        """
        zones = {zone.id: zone for zone in (*reading.zones, *entered)}
        visits = self._pair(reading.symbol).visits
        return visits.at_price(zones.values(), price, reading.hourly_range, now_ms)

    def _pair(self, symbol: str) -> _Pair:
        return self._pairs.setdefault(symbol, _Pair())


def _listening(pair: _Pair, watch: PairWatch, now_ms: int) -> tuple[tuple[str, ...], int]:
    """The venues that were heard all through the last minutes, and the minute that all of them reached."""
    oldest_ms = now_ms - watch.limits.liquidations_ms
    heard = {
        name: venue.heard_until_ms
        for name, venue in pair.venues.items()
        if venue.heard_until_ms >= oldest_ms and name in watch.contracts and name in watch.model.inventories
    }
    minute = min(heard.values(), default=0) // MINUTE_MS
    return tuple(sorted(name for name in heard if heard_lately(pair.venues[name].record, minute))), minute


async def _past(database: Database, symbol: str, now_ms: int, pair: _Pair) -> dict[str, _Past]:
    begin_ms = now_ms - PAST_MINUTES * MINUTE_MS
    found: dict[str, _Past] = {}
    async with database.read() as tx:
        by_minute = await liquidations.by_minute(tx, symbol, begin_ms)
        for name in await liquidations.listening_since(tx, symbol):
            live_from_ms = pair.venue(name).live_from_ms
            until_ms = now_ms if live_from_ms is None else live_from_ms
            lately_ms = min(now_ms - LOOK_BACK_MS, _minute_of(until_ms))
            found[name] = _Past(
                await liquidations.stretches(tx, name, symbol, begin_ms, until_ms),
                by_minute.get(name, ()),
                await liquidations.between(tx, name, symbol, lately_ms, until_ms),
            )
    return found


def _minute_of(stamp_ms: int) -> int:
    return stamp_ms // MINUTE_MS * MINUTE_MS


def _as_told(orders: Orders) -> Sequence[Told]:
    columns = (orders.stamp_ms, orders.side, orders.trigger_price, orders.quantity_base)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Told(stamp_ms, Side(side), price, base) for stamp_ms, side, price, base in rows]
