"""Where the quantity in a range of prices comes from: when it was opened and with which leverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Provenance:
    """One venue's share of a price range, base coin. `by_hour` and `earlier_base` add up to `quantity_base`,
    so does `by_leverage`."""

    venue: str
    side: Side
    low: float  # the range of prices
    high: float
    quantity_base: float
    hour_ms: Ints  # (n,) start of each clock hour in which something of it was opened, ascending
    by_hour: Floats  # (n,)
    earlier_base: float  # opened before the record of openings begins
    leverage: Floats  # (k,) descending
    by_leverage: Floats  # (k,)
    with_half_leverage_base: float  # what the range would hold if people used half the leverage believed
    with_double_leverage_base: float
