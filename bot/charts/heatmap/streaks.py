"""Where a bright streak of a heatmap ends because price went through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.heat_history import HeatHistory

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GONE = 0.5  # so much of a cell goes where price sweeps it; less may have been closed
MOST_MARKED = 24


@dataclass(frozen=True)
class Streak:
    """Neighbouring rows that were swept in one column."""

    end_ms: int  # of the last column that holds it
    low: float
    high: float
    amount: float  # quote currency, that went


def swept_streaks(cells: Floats, rows: Floats, history: HeatHistory, bright: float) -> tuple[Streak, ...]:
    """The largest ones of cells of at least `bright`, shape (rows, columns), oldest first."""
    went = cells[:, :-1] - cells[:, 1:]
    swept = (cells[:, :-1] >= bright) & (went >= GONE * cells[:, :-1]) & _crossed(rows, history)[:, 1:]
    swept &= cells[:, :-1] > 0
    found = []
    for column in np.flatnonzero(swept.any(axis=0)).tolist():
        for first, last in _runs(swept[:, column]):
            amount = float(went[first : last + 1, column].sum())
            stamp_ms = int(history.stamp_ms[column])
            found.append(Streak(stamp_ms, float(rows[first]), float(rows[last + 1]), amount))
    largest = sorted(found, key=lambda streak: -streak.amount)[:MOST_MARKED]
    return tuple(sorted(largest, key=lambda streak: (streak.end_ms, streak.low)))


def _crossed(rows: Floats, history: HeatHistory) -> Flags:
    """Whether a column's price was in a row, shape (rows, columns)."""
    high, low = history.candles[:, 1], history.candles[:, 2]
    return np.asarray((low < rows[1:, None]) & (high > rows[:-1, None]))


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """First and last place of each run."""
    ends = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in zip(ends[::2], ends[1::2], strict=True)]
