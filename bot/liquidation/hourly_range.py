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
