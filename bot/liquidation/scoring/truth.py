"""What maps are compared with, and the market that plain maps are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History, Stamps

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class PricedQuantities:
    """Quantities at prices, one a row, ascending in time; all arrays have shape (n,)."""

    stamp_ms: Stamps
    side: Whole  # Side
    price: Floats
    quantity_base: Floats


@dataclass(frozen=True)
class BucketTotals:
    """What was liquidated in each bucket of time, without prices."""

    period: str  # as the file is named, e.g. half_hourly
    span_ms: int
    stamp_ms: Stamps  # (n,), start of the bucket
    liquidated_usd: Floats  # (n, 2 sides)


@dataclass(frozen=True)
class Truth:
    """Whatever is known of one market; a part that is unknown is None or empty."""

    open_positions: PricedQuantities | None  # stamped like a snapshot, by liquidation price
    liquidations: PricedQuantities | None
    totals: tuple[BucketTotals, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.open_positions is None and self.liquidations is None and not self.totals


@dataclass(frozen=True)
class ScoredMarket:
    """The candles that maps are judged on, and what the plain maps are made from."""

    candles: History
    taker_buy_base: Floats  # (candles,)
    interest_ms: Stamps  # (m,) open interest as it was published, empty where it was not
    interest_base: Floats  # (m,)

    def last_ended_by(self, stamp_ms: int) -> int:
        """Row of the last candle that had ended, -1 if none had."""
        return int(np.searchsorted(self.candles.end_ms, stamp_ms, "right")) - 1
