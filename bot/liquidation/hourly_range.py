"""How far price moves in an ordinary hour: the unit in which zones and distances are measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
HOURS = 24


class HourlyRanges:
    """High and low of the last hours, by the hour a candle starts in. Rows: index, low, high (log)."""

    def __init__(self, hours: Floats | None = None) -> None:
        self.hours: Floats = np.zeros((0, 3)) if hours is None else hours

    def add(self, history: History) -> None:
        """Take in candles that follow those known. A candle longer than an hour counts as one of its hours,
        scaled by the square root of time."""
        if not len(history):
            return
        low, high = np.log(history.low), np.log(history.high)
        longer = max(1.0, history.span_ms / HOUR_MS)
        middle, half = (low + high) / 2, (high - low) / 2 / np.sqrt(longer)
        rows = np.column_stack([(history.end_ms - 1) // HOUR_MS, middle - half, middle + half])
        rows = np.concatenate([self.hours, rows])
        first = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
        lows, highs = np.minimum.reduceat(rows[:, 1], first), np.maximum.reduceat(rows[:, 2], first)
        self.hours = np.column_stack([rows[first, 0], lows, highs])[-HOURS - 1 :]

    def mean(self, as_of_ms: int) -> float:
        """Mean (high - low) of an hour in log price over the 24 complete hours before the stamp.

        Only complete hours count, so that the unit changes once an hour; the running one if alone.
        """
        complete = self.hours[(self.hours[:, 0] + 1) * HOUR_MS <= as_of_ms]
        recent = complete[complete[:, 0] >= as_of_ms // HOUR_MS - HOURS]
        used = recent if len(recent) else self.hours
        return float(np.mean(used[:, 2] - used[:, 1])) if len(used) else 0.0
