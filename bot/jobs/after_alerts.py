"""What came after a pair's alerts: prices, recorded liquidations, and what like levels without a zone saw."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.feed import Feed
from bot.liquidation.zone import Zone, restored_zone
from bot.rules.grading import KNOWN_SHARE, ForcedOrders, Grade, Unknown, grade, is_about_zone
from bot.rules.null_levels import LEVELS, null_levels, outside
from bot.rules.outcomes import NullMean, null_mean
from bot.rules.price_path import PricePath
from bot.rules.telling import Telling
from bot.store import liquidations, pairs
from bot.store.database import Transaction

MOST_LOOKED_AT = 4 * LEVELS  # times of which zones are looked up for one alert
MAP_AGE_MS = 2 * 3_600_000  # zones of an older map are not those of the moment
HEARD_WHOLE = 0.98  # of a horizon; what is missing may be on its way still


@dataclass(frozen=True)
class Aftertime:
    """Reads within one transaction; `path` is where the pair's price went."""

    tx: Transaction
    watch: PairWatch
    path: PricePath

    async def grade(self, telling: Telling, horizon_ms: int) -> Grade | Unknown:
        orders = await self._orders(telling, horizon_ms) if is_about_zone(telling) else None
        return grade(telling, self.path, orders, horizon_ms)

    async def null(self, telling: Telling, horizon_ms: int) -> NullMean | None:
        """The mean over up to LEVELS levels; None where the past is too short to have any."""
        levels: list[tuple[Telling, Grade]] = []
        found = null_levels(telling, self.path, horizon_ms, seed=telling.at_ms % 2**32)
        for level in itertools.islice(found, MOST_LOOKED_AT):
            if len(levels) == LEVELS:
                break
            zones = await self._zones(level.at_ms)
            if zones is not None and outside(level, zones):
                graded = await self.grade(level, horizon_ms)
                levels += [] if isinstance(graded, Unknown) else [(level, graded)]
        return null_mean(levels)

    async def _zones(self, at_ms: int) -> Sequence[Zone] | None:
        """As they were known then; None where no map of about that time was kept."""
        payload = await pairs.load_map(self.tx, self.watch.symbol, at_ms, oldest_ms=at_ms - MAP_AGE_MS)
        if payload is None:
            return None
        stored = payload.get("zones", [])
        assert isinstance(stored, list)
        return [restored_zone(one) for one in stored]

    async def _orders(self, telling: Telling, horizon_ms: int) -> ForcedOrders | None:
        assert telling.side is not None
        symbol, end_ms = self.watch.symbol, telling.at_ms + horizon_ms
        heard = {venue: await self._heard(venue, telling.at_ms, end_ms) for venue in self.watch.contracts}
        if max(heard.values(), default=0.0) < KNOWN_SHARE:
            return None
        stretch = (telling.side, telling.low, telling.high, telling.at_ms, end_ms)
        found = await liquidations.in_range(self.tx, symbol, *stretch)
        feeds = {self.watch.contracts[venue].feed for venue in heard}
        is_whole = feeds == {Feed.COMPLETE} and min(heard.values()) >= HEARD_WHOLE
        return ForcedOrders(
            found.stamp_ms, found.side, found.trigger_price, found.quantity_base, at_least=not is_whole
        )

    async def _heard(self, venue: str, begin_ms: int, end_ms: int) -> float:
        """Share of the time in which the venue was listened to."""
        known = await liquidations.stretches(self.tx, venue, self.watch.symbol, begin_ms, end_ms)
        return sum(min(one.until_ms, end_ms) - one.from_ms for one in known) / (end_ms - begin_ms)
