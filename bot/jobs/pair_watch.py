"""One watched pair in memory: its model, and what each venue said last."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.jobs.kept_model import KeptModel
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.snapshot import Snapshot
from bot.market.venue import MarkPrice

LATE_MS = 3 * 60_000  # a venue whose last candle is older has no share in the map
VOTING_MS = 10_000  # an older mark price has no vote while there is a fresher one


@dataclass
class PairWatch:
    symbol: str
    model: KeptModel
    contracts: dict[str, Contract] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)  # venue -> why it has no share now
    marks: dict[str, MarkPrice] = field(default_factory=dict)
    reference: LiquidationMap | None = None  # all fresh venues, everything open
    unsettled: set[str] = field(default_factory=set)  # venues stored perhaps, but without a contract so far
    backfills: dict[str, asyncio.Task[Sequence[History]]] = field(default_factory=dict)  # by venue
    voting_ms: int = VOTING_MS  # in market time
    last_asked: float = 0.0  # monotonic seconds
    saved_s: float = -math.inf  # monotonic seconds
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one refresh at a time
    building: asyncio.Lock = field(default_factory=asyncio.Lock)  # one first build at a time

    @property
    def tick_size(self) -> float:
        return min(contract.tick_size for contract in self.contracts.values())

    @property
    def built(self) -> bool:
        return self.reference is not None

    def fresh_marks(self, now_ms: int, late_ms: int = LATE_MS) -> dict[str, float]:
        """By venue; a venue that froze is outvoted by any that goes on, and stands in while none does."""
        fresh = {venue: mark for venue, mark in self.marks.items() if now_ms - mark.timestamp_ms <= late_ms}
        newest = max((mark.timestamp_ms for mark in fresh.values()), default=now_ms)
        oldest = (now_ms if now_ms - newest <= self.voting_ms else newest) - self.voting_ms
        return {venue: mark.price for venue, mark in fresh.items() if mark.timestamp_ms >= oldest}

    def price(self, now_ms: int, late_ms: int = LATE_MS) -> float | None:
        """The reference mark price: the median of the venues that are fresh, None where none is."""
        marks = self.fresh_marks(now_ms, late_ms)
        return statistics.median(marks.values()) if marks else None

    def snapshot(self, now_ms: int) -> Snapshot | None:
        if self.reference is None:
            return None
        return Snapshot(self.reference, self.model.zones, self.tick_size, now_ms)

    def begin_backfill(self, venue: str, fetch: Coroutine[Any, Any, Sequence[History]]) -> None:
        """It goes on when the refresh that began it is over."""
        task = self.backfills[venue] = asyncio.create_task(fetch)
        task.add_done_callback(_heard)

    async def finished_backfill(self, venue: str, patience_s: float) -> Sequence[History] | None:
        """What it brought, or None while it goes on; raises what it raised."""
        task = self.backfills[venue]
        done, _ = await asyncio.wait({task}, timeout=patience_s)
        if not done:
            return None
        self.backfills.pop(venue, None)
        return () if task.cancelled() else task.result()

    def end(self) -> None:
        """Nobody wants this pair any more."""
        for task in self.backfills.values():
            task.cancel()


def _heard(task: asyncio.Task[Sequence[History]]) -> None:
    """An outcome that nobody waits for any more is no news."""
    if not task.cancelled():
        task.exception()
