"""What was opened when: enough to play any recent stretch of the past alone, as windows need it.

Rows are candles for about a day and hours before that. A row keeps where price went, where and how much was
opened a side, how much usual closing passed and by how much each side had to shrink.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS = (
    "start_ms", "end_ms", "low", "high", "close", "open_low", "open_high", "clock",
    "opened_long", "opened_short", "factor_long", "factor_short",
)  # fmt: skip
HOUR_MS = 3_600_000
CANDLES_KEPT_MS = 25 * HOUR_MS
ROWS_KEPT_MS = 366 * 24 * HOUR_MS


class Ledger:
    def __init__(self, rows: Floats | None = None) -> None:
        self.rows: Floats = np.zeros((0, len(COLUMNS))) if rows is None else rows

    def column(self, name: str) -> Floats:
        return self.rows[:, COLUMNS.index(name)]

    def append(self, rows: Floats) -> None:
        """Add rows of COLUMNS, ascending in time, and fold what has become old into hours."""
        self.rows = np.concatenate([self.rows, rows])
        if len(self.rows):
            self._fold(float(self.rows[-1, 1]))

    def since(self, start_ms: int) -> Floats:
        """Rows that lie wholly at or after the stamp."""
        return self.rows[int(np.searchsorted(self.column("start_ms"), start_ms, "left")) :]

    def _fold(self, as_of_ms: float) -> None:
        """One row for each whole clock hour that ended a day ago; always a whole hour at a time, so that it
        does not matter in which portions history came."""
        hour = (self.column("end_ms") - 1) // HOUR_MS
        old = int(np.searchsorted((hour + 1) * HOUR_MS, as_of_ms - CANDLES_KEPT_MS, "right"))
        first = np.flatnonzero(np.diff(hour[:old], prepend=-1))
        if len(first) < old:
            several = int(np.argmax(np.diff(first, append=old) > 1))  # before it all are hours already
            bounds = [*first[several:].tolist(), old]
            folded = [_folded(self.rows[begin:end]) for begin, end in itertools.pairwise(bounds)]
            self.rows = np.concatenate([self.rows[: bounds[0]], np.array(folded), self.rows[old:]])
        kept = int(np.searchsorted(self.column("end_ms"), as_of_ms - ROWS_KEPT_MS, "left"))
        self.rows = self.rows[kept:]


def _folded(rows: Floats) -> Floats:
    """Several rows as one; what was opened early in it has shrunk with the rows after it."""
    factor = rows[:, 10:12]
    later = np.cumprod(np.concatenate([factor[1:], np.ones((1, 2))])[::-1], axis=0)[::-1]
    return np.concatenate(
        [
            [rows[0, 0], rows[-1, 1], rows[:, 2].min(), rows[:, 3].max(), rows[-1, 4]],
            [rows[:, 5].min(), rows[:, 6].max(), rows[:, 7].sum()],
            (rows[:, 8:10] * later).sum(axis=0),
            factor.prod(axis=0),
        ]
    )
