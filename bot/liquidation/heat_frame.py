"""Which times and prices a heatmap shows. Prices are positions here: ln(price) / DISTANCE_BIN."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.windows import DAY_MS, HOUR_MS, WINDOWS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MINUTE_MS = 60_000
# A column is no shorter than what a ledger tells apart: candles for a day, hours, then quarters of a day.
SPANS_MS = {
    "12h": 10 * MINUTE_MS,
    "24h": 15 * MINUTE_MS,
    "3d": HOUR_MS,
    "7d": HOUR_MS,
    "30d": 4 * HOUR_MS,
    "90d": 12 * HOUR_MS,
    "180d": DAY_MS,
    "1y": 2 * DAY_MS,
}
REACHES = {"12h": 0.05, "24h": 0.05, "3d": 0.06, "7d": 0.08, "30d": 0.12}  # around the present price
WIDEST = 0.2
MARGIN = 0.1  # of the range that price went over, beyond it on either side
BEYOND = 4.0  # bins
MOST_CELLS = 200


def column_ends(window: str, newest_ms: int) -> Ints:
    """Ends of a window's columns, shape (columns,), at full spans of the clock; the last one ends at the
    newest candle."""
    span_ms = SPANS_MS[window]
    first, last = (newest_ms - WINDOWS[window]) // span_ms + 1, newest_ms // span_ms
    whole = np.arange(first, last + 1, dtype=np.int64) * span_ms
    return whole if newest_ms % span_ms == 0 else np.append(whole, newest_ms)


class Cells(NamedTuple):
    first_bin: int
    width: int  # bins
    cells: int

    @property
    def edges(self) -> Floats:
        """Positions, shape (cells + 1,), ascending."""
        return self.first_bin + self.width * np.arange(self.cells + 1.0)


def cells_around(window: str, position: float, went: tuple[float, float], wanted: Floats) -> Cells:
    """Around the present price, a little beyond where price went, and just beyond what is wanted."""
    reach, margin = math.log1p(REACHES.get(window, WIDEST)) / DISTANCE_BIN, MARGIN * (went[1] - went[0])
    lowest = min(position - reach, went[0] - margin, wanted.min(initial=position) - BEYOND)
    highest = max(position + reach, went[1] + margin, wanted.max(initial=position) + BEYOND)
    begin = math.floor(lowest)
    bins = math.ceil(highest) - begin
    width = math.ceil(bins / MOST_CELLS)
    return Cells(begin, width, math.ceil(bins / width))
