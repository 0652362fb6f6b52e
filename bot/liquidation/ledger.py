"""What was opened when: enough to play any recent stretch of the past alone, as windows need it.

Rows are candles for about a day, hours for 35 days and quarters of a day before that. A row keeps where price
went, where and how much was opened a side, how much usual closing passed and by how much each side had to
shrink.
"""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS = (
    "start_ms", "end_ms", "low", "high", "close", "open_low", "open_high", "clock",
    "opened_long", "opened_short", "factor_long", "factor_short",
)  # fmt: skip
HOUR_MS = 3_600_000
FOLDS = ((HOUR_MS, 25 * HOUR_MS), (6 * HOUR_MS, 35 * 24 * HOUR_MS))  # (length of a row, kept finer until)
ROWS_KEPT_MS = 366 * 24 * HOUR_MS
ROOM = 512  # rows


class Ledger:
    """A growing table; rows lie in a buffer with room at its end, so that one more costs next to nothing."""

    def __init__(self, rows: Floats | None = None) -> None:
        self._count = 0 if rows is None else len(rows)
        self._buffer: Floats = np.zeros((0, len(COLUMNS))) if rows is None else rows
        self._folded_hour = -1

    @property
    def rows(self) -> Floats:
        return self._buffer[: self._count]

    def column(self, name: str) -> Floats:
        return self.rows[:, COLUMNS.index(name)]

    def room(self, count: int) -> Floats:
        """Space for as many rows after the last one, to be written to and then kept."""
        if self._count + count > len(self._buffer):
            self._buffer = np.concatenate([self.rows, np.zeros((count + ROOM, len(COLUMNS)))])
        return self._buffer[self._count : self._count + count]

    def keep(self, count: int) -> None:
        """The first rows of the room belong to the ledger now; what has become old is folded."""
        self._count += count
        if count and (hour := int(self.rows[-1, 1]) // HOUR_MS) > self._folded_hour:
            self._folded_hour = hour
            self._fold(float(self.rows[-1, 1]))

    def since(self, start_ms: int) -> Floats:
        """Rows that lie wholly at or after the stamp."""
        return self.rows[int(np.searchsorted(self.column("start_ms"), start_ms, "left")) :]

    def _fold(self, as_of_ms: float) -> None:
        for length_ms, kept_ms in FOLDS:
            self._fold_whole(length_ms, as_of_ms - kept_ms)
        self._replace(0, self._ended_by(as_of_ms - ROWS_KEPT_MS, "left"), self.rows[:0])
        if len(self._buffer) > 2 * (self._count + ROOM):
            self._buffer = self.rows.copy()

    def _fold_whole(self, length_ms: int, until_ms: float) -> None:
        """One row for each whole stretch of the clock that ended by then; always whole ones, so that it does
        not matter in which portions history came."""
        old = self._ended_by(until_ms // length_ms * length_ms, "right")
        first = np.flatnonzero(np.diff((self.column("end_ms")[:old] - 1) // length_ms, prepend=-1))
        if len(first) == old:
            return
        several = int(np.argmax(np.diff(first, append=old) > 1))  # before it all are folded already
        bounds = [*first[several:].tolist(), old]
        folded = [_folded(self.rows[begin:end]) for begin, end in itertools.pairwise(bounds)]
        self._replace(bounds[0], old, np.array(folded))

    def _ended_by(self, stamp_ms: float, side: Literal["left", "right"]) -> int:
        return int(np.searchsorted(self.column("end_ms"), stamp_ms, side))

    def _replace(self, begin: int, end: int, rows: Floats) -> None:
        """No more rows than before in the place of [begin, end)."""
        after, last = self._buffer[end : self._count], begin + len(rows)
        self._buffer[begin:last] = rows
        self._buffer[last : last + len(after)] = after
        self._count = last + len(after)


def _folded(rows: Floats) -> Floats:
    """Several rows as one; what was opened early in it has shrunk with the rows after it."""
    if len(rows) == 1:
        return np.asarray(rows[0])
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
