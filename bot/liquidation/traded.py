"""Candles, and how much was traded at which price, out of a ledger's rows (see ledger.COLUMNS).

Prices are positions here: ln(price) / DISTANCE_BIN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.ledger import COLUMNS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START, END, LOW, HIGH, CLOSE = (
    COLUMNS.index(name) for name in ("start_ms", "end_ms", "low", "high", "close")
)
CLOCK = COLUMNS.index("clock")
DAY_MS = 86_400_000.0
NARROWEST = 0.5  # bins a row's volume is spread over at least


def candles_of(rows: Floats, stamp_ms: Ints, begin_ms: int) -> Floats:
    """Open, high, low and close of columns that end at ascending stamps, the first of them beginning at
    `begin_ms`; NaN where no row ended. Shape (columns, 4)."""
    found = np.full((len(stamp_ms), 4), np.nan)
    opened = np.append(rows[:1, CLOSE], rows[:-1, CLOSE])
    inside = np.flatnonzero((rows[:, END] > begin_ms) & (rows[:, END] <= stamp_ms[-1]))
    if not len(inside):
        return found
    column = np.searchsorted(stamp_ms, rows[inside, END])
    first = np.flatnonzero(np.diff(column, prepend=-1))
    last = np.append(first[1:], len(inside)) - 1
    found[column[first], 0] = opened[inside[first]]
    found[column[first], 1] = np.maximum.reduceat(rows[inside, HIGH], first)
    found[column[first], 2] = np.minimum.reduceat(rows[inside, LOW], first)
    found[column[first], 3] = rows[inside[last], CLOSE]
    found[:, 1] = np.fmax(found[:, 1], found[:, 0])
    found[:, 2] = np.fmin(found[:, 2], found[:, 0])
    return found


def volume_by_price(rows: Floats, edges: Floats, begin_ms: int) -> Floats:
    """What was traded in each cell since a stamp, in usual days of volume; edges (cells + 1,) -> (cells,).

    A row's clock is half its time and half its turnover over the usual one, and a gap before it counts as
    usual: twice the clock less the time is its volume. It is spread evenly over where price went.
    """
    gap = rows[:, START] - np.append(rows[:1, START], rows[:-1, END])
    days = 2 * (rows[:, CLOCK] - gap / DAY_MS) - (rows[:, END] - rows[:, START]) / DAY_MS
    inside = rows[:, START] >= begin_ms
    width = np.maximum(rows[inside, HIGH] - rows[inside, LOW], NARROWEST)
    below = np.clip((edges[:, None] - rows[inside, LOW]) / width, 0.0, 1.0)
    return np.asarray(np.diff(below @ np.maximum(days[inside], 0.0)))
