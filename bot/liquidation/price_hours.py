"""Where price went, hour by hour, out of a ledger's rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000


def price_hours(rows: Floats, begin_ms: int, end_ms: int) -> Floats:
    """(low, high) of each hour that ended between the stamps, NaN where unknown; shape (hours, 2).

    `rows` are (start_ms, end_ms, low, high) as a ledger has them, shape (n, 4); longer ones tell of no hour.
    """
    first, last = -(-begin_ms // HOUR_MS), end_ms // HOUR_MS
    hours = np.full((max(0, last - first), 2), np.nan)
    at = ((rows[:, 1] - 1) // HOUR_MS).astype(np.int64) - first
    inside = (at >= 0) & (at < len(hours)) & (rows[:, 1] - rows[:, 0] <= HOUR_MS)
    np.fmin.at(hours[:, 0], at[inside], rows[inside, 2])
    np.fmax.at(hours[:, 1], at[inside], rows[inside, 3])
    return hours
