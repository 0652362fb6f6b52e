"""What was read off a symbol's maps once an hour, for saying how usual a value is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.side import Side

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
REMEMBERED_MS = 30 * 24 * HOUR_MS
COLUMNS = 7  # stamp_ms, steepness by side, long share by REACHES
NONE = np.zeros((0, COLUMNS))


class HourlyValues:
    """`table` has shape (hours, COLUMNS), oldest first; NaN where a map had no such value."""

    def __init__(self, table: Floats = NONE) -> None:
        self.table = table

    def is_due(self, stamp_ms: int) -> bool:
        """Once an hour of market time, whatever the pace of the maps."""
        return not len(self.table) or stamp_ms // HOUR_MS > self.table[-1, 0] // HOUR_MS

    def sample(self, stamp_ms: int, values: Sequence[float]) -> None:
        """What `read_off.to_remember` says of the hour's first map."""
        table = np.vstack([self.table, [stamp_ms, *values]])
        self.table = table[table[:, 0] > stamp_ms - REMEMBERED_MS]

    def steepness_rank(self, side: Side, value: float) -> float:
        return percentile_among(self.table[:, 1 + side], value)

    def long_share_rank(self, reach: int, value: float) -> float:
        """`reach` is the index of a distance in REACHES."""
        return percentile_among(self.table[:, 3 + reach], value)

    def rank_among(self, other: HourlyValues) -> None:
        """What `other` remembers, and what was sampled here since."""
        if len(other.table):
            since = self.table[self.table[:, 0] > other.table[-1, 0]]
            self.table = np.concatenate([other.table, since])


def percentile_among(values: Floats, value: float) -> float:
    """Percent of the values below this one, equals counting half; 50 if there are none."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 50.0
    return float(100 * (np.mean(known < value) + np.mean(known == value) / 2))
