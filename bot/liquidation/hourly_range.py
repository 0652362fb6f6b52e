"""How far price moves in an ordinary hour: the unit in which zones and distances are measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
HOURS = 24


def no_hours() -> Floats:
    """Before the first candle: HOURS + 1 rows of (index, low, high), newest last, index -1 unused."""
    hours = np.zeros((HOURS + 1, 3))
    hours[:, 0] = -1
    return hours


def hourly_range(hours: Floats, as_of_ms: int) -> float:
    """Mean (high - low) of an hour in log price over the 24 complete hours before the stamp.

    Only complete hours count, so that the unit changes once an hour; the running one if alone.
    """
    known = hours[hours[:, 0] >= 0]
    complete = known[(known[:, 0] + 1) * HOUR_MS <= as_of_ms]
    recent = complete[complete[:, 0] >= as_of_ms // HOUR_MS - HOURS]
    used = recent if len(recent) else known
    return float(np.mean(used[:, 2] - used[:, 1])) if len(used) else 0.0


def range_before(rows: Floats) -> float:
    """The same of the last day of a ledger's rows (start_ms, end_ms, low, high, ...), shape (n, columns), in
    the unit of low and high. A longer row counts as one of its hours, scaled by the square root of time."""
    recent = rows[rows[:, 1] > rows[-1, 1] - HOURS * HOUR_MS]
    hour = (recent[:, 1].astype(np.int64) - 1) // HOUR_MS
    first = np.flatnonzero(np.diff(hour, prepend=-1))
    span = np.maximum.reduceat(recent[:, 3], first) - np.minimum.reduceat(recent[:, 2], first)
    longer = np.maximum((recent[first, 1] - recent[first, 0]) / HOUR_MS, 1.0)
    return float(np.mean(span / np.sqrt(longer)))
