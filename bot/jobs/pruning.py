"""What is too old goes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog

from bot.jobs.desk import Desk
from bot.store import alerts, backfill_pages, liquidations, outbox, pairs, pictures, zone_events
from bot.store.database import Database

DAY_MS = 86_400_000
SENT_KEPT_MS = 7 * DAY_MS
DEAD_KEPT_MS = 90 * DAY_MS
PICTURES_KEPT_MS = 2 * DAY_MS
PAGES_KEPT_MS = 7 * DAY_MS  # of a pair that nobody has asked for since
ALERTS_KEPT_MS = 365 * DAY_MS

log = structlog.get_logger(__name__)


@dataclass
class Pruner:
    database: Database
    desk: Desk

    async def tick(self) -> None:
        wall_ms = round(time.time() * 1000)
        market_ms = self.desk.now_ms()
        self.desk.forget_idle()
        async with self.database.begin() as tx:
            gone = await outbox.prune(
                tx, sent_before_ms=wall_ms - SENT_KEPT_MS, dead_before_ms=wall_ms - DEAD_KEPT_MS
            )
            gone += await pictures.prune(tx, wall_ms - PICTURES_KEPT_MS)
            gone += await alerts.prune(tx, market_ms - ALERTS_KEPT_MS)
            gone += await liquidations.prune(tx, liquidations.kept_from_ms(market_ms))
            gone += await zone_events.prune(tx, market_ms)
            for symbol in await backfill_pages.left_behind(tx, market_ms - PAGES_KEPT_MS):
                if symbol not in self.desk.watches:
                    # Its model rests on the last days alone: whoever asks again begins anew.
                    await backfill_pages.drop(tx, symbol)
                    await pairs.forget_checkpoint(tx, symbol)
            for symbol in self.desk.watched:
                gone += await pairs.thin_maps(tx, symbol, market_ms)
        log.info("pruned", rows=gone)
