"""What was open at which price while time passed: the past of a map, as the inventory recalls it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class HeatHistory:
    """Everything that was open at the end of each column, on these venues, by reference price."""

    venues: tuple[str, ...]  # those of the map that cover the window
    window: str  # the time axis is so long
    span_ms: int  # of a column
    stamp_ms: Ints  # (columns,) their ends, ascending
    known_from_ms: int  # before it nothing is known: those columns are empty
    edges: Floats  # (cells + 1,) prices, ascending
    quantity: Floats  # (2 sides, cells, columns), base coin
    candles: Floats  # (columns, 4) open, high, low, close of the mark price; NaN where it is not known
    volume: Floats  # (cells,) traded at that price in the window, in usual days; 0 where it is not known
