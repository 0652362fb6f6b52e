"""What rules would have told in the last days, from stored readings and the model's own prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.jobs import tasks
from bot.jobs.pair_watch import PairWatch
from bot.jobs.workers import Workers
from bot.liquidation.reading import Reading
from bot.rules.preview import UNKNOWN, Preview
from bot.rules.rule_set import RuleSet
from bot.store import readings
from bot.store.database import Database

PAST_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Previews:
    """Of pairs whose model is there; `zone` is the chat's, by its IANA name."""

    database: Database
    workers: Workers

    async def preview(self, watch: PairWatch, now_ms: int, rules: RuleSet, zone: str) -> Preview:
        past = await self._readings(watch.symbol, now_ms)
        return await self.workers.run(tasks.previewed, watch.model, past, rules, zone) if past else UNKNOWN

    async def threshold_for(self, watch: PairWatch, now_ms: int, rules: RuleSet, zone: str) -> float | None:
        past = await self._readings(watch.symbol, now_ms)
        return await self.workers.run(tasks.threshold, watch.model, past, rules, zone) if past else None

    async def _readings(self, symbol: str, now_ms: int) -> Sequence[Reading]:
        async with self.database.read() as tx:
            return await readings.since(tx, symbol, now_ms - PAST_MS)
