"""One watched pair in memory: its model, and what each venue said last."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field

from bot.liquidation.contract import Contract
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.snapshot import Snapshot
from bot.market.venue import MarkPrice

LATE_MS = 3 * 60_000  # a venue whose last candle is older has no share in the map


@dataclass
class PairWatch:
    symbol: str
    model: PairModel
    contracts: dict[str, Contract] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)  # venue -> why it has no share now
    marks: dict[str, MarkPrice] = field(default_factory=dict)
    reference: LiquidationMap | None = None  # all fresh venues, everything open
    last_asked: float = 0.0  # monotonic seconds
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one refresh at a time
    building: asyncio.Lock = field(default_factory=asyncio.Lock)  # one first build at a time

    @property
    def tick_size(self) -> float:
        return min(contract.tick_size for contract in self.contracts.values())

    @property
    def built(self) -> bool:
        return self.reference is not None

    def fresh_venues(self, now_ms: int, late_ms: int = LATE_MS) -> tuple[str, ...]:
        """Venues whose candles reach almost to now."""
        inventories = self.model.inventories.items()
        return tuple(venue for venue, inventory in inventories if now_ms - inventory.as_of_ms <= late_ms)

    def fresh_marks(self, now_ms: int, late_ms: int = LATE_MS) -> dict[str, float]:
        return {
            venue: mark.price for venue, mark in self.marks.items() if now_ms - mark.timestamp_ms <= late_ms
        }

    def price(self, now_ms: int, late_ms: int = LATE_MS) -> float | None:
        """The reference mark price: the median of the venues that are fresh, None where none is."""
        marks = self.fresh_marks(now_ms, late_ms)
        return statistics.median(marks.values()) if marks else None

    def snapshot(self, now_ms: int) -> Snapshot | None:
        if self.reference is None:
            return None
        return Snapshot(self.reference, self.model.zones, self.tick_size, now_ms)
