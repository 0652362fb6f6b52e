"""What was learned of how far price goes after it enters zones, worked out when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.jobs import tasks
from bot.jobs.pair_watch import PairWatch
from bot.jobs.workers import Workers
from bot.liquidation.impact import HOUR_MS, Impact
from bot.store import readings
from bot.store.database import Database

PAST_MS = 30 * 24 * HOUR_MS
GOOD_FOR_MS = HOUR_MS  # market time: a month's figures hardly change sooner


@dataclass
class Impacts:
    database: Database
    workers: Workers
    now_ms: Callable[[], int]  # market time
    _known: dict[str, tuple[int, Impact]] = field(default_factory=dict)

    async def of(self, watch: PairWatch) -> Impact | None:
        """As the venue of the largest share saw prices; None without a map."""
        now_ms, known = self.now_ms(), self._known.get(watch.symbol)
        if known is not None and now_ms - known[0] < GOOD_FOR_MS:
            return known[1]
        if watch.reference is None:
            return None
        venue = max(watch.reference.venues, key=lambda share: share.open_interest_base).venue
        async with self.database.read() as tx:
            payloads = await readings.hourly_payloads(tx, watch.symbol, now_ms - PAST_MS)
        found = await self.workers.run(tasks.impact, watch.model, venue, payloads)
        self._known = {name: one for name, one in self._known.items() if now_ms - one[0] < GOOD_FOR_MS}
        self._known[watch.symbol] = now_ms, found
        return found
