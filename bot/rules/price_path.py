"""Where price went, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Stamps = NDArray[np.int64]

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class PricePath:
    """Rows ascending in time, none overlapping another; all arrays have shape (n,), prices quote currency."""

    start_ms: Stamps
    end_ms: Stamps
    low: Floats
    high: Floats
    close: Floats

    @classmethod
    def of(cls, rows: Floats) -> PricePath:
        """`rows` are (start_ms, end_ms, low, high, close), shape (n, 5)."""
        table = rows.reshape(-1, 5)
        stamps = table[:, :2].astype(np.int64)
        return cls(stamps[:, 0], stamps[:, 1], table[:, 2], table[:, 3], table[:, 4])

    def __len__(self) -> int:
        return len(self.start_ms)

    @property
    def known_ms(self) -> int:
        """How much time its rows cover."""
        return int((self.end_ms - self.start_ms).sum())

    def within(self, begin_ms: int, end_ms: int) -> PricePath:
        """The rows that lie wholly between the stamps: of one that straddles an end nobody knows on which
        side of it price was where."""
        return self._where((self.start_ms >= begin_ms) & (self.end_ms <= end_ms))

    def by_hour(self) -> PricePath:
        """Full hours of the clock that are covered whole."""
        part = self._where((self.end_ms - 1) // HOUR_MS == self.start_ms // HOUR_MS)
        first = np.flatnonzero(np.diff(part.start_ms // HOUR_MS, prepend=-1))
        if not len(first):
            return part
        begin = part.start_ms[first] // HOUR_MS * HOUR_MS
        hours = PricePath(
            begin,
            begin + HOUR_MS,
            np.minimum.reduceat(part.low, first),
            np.maximum.reduceat(part.high, first),
            part.close[np.append(first[1:], len(part)) - 1],
        )
        return hours._where(np.add.reduceat(part.end_ms - part.start_ms, first) == HOUR_MS)

    def _where(self, kept: NDArray[np.bool_]) -> PricePath:
        return PricePath(
            self.start_ms[kept], self.end_ms[kept], self.low[kept], self.high[kept], self.close[kept]
        )


def median_path(paths: Sequence[Floats]) -> PricePath:
    """One path of several venues', each of shape (n, 5) as `PricePath.of` takes them.

    Of rows about the same stretch the median of each number, so that one venue's spike moves nothing. A row
    that shorter ones lie in is left out: they know more.
    """
    rows = np.concatenate([np.zeros((0, 5)), *paths])
    stretches, place = np.unique(rows[:, :2], axis=0, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    groups = np.split(rows[order, 2:], np.cumsum(np.bincount(place.ravel()))[:-1]) if len(rows) else []
    medians = np.array([np.median(group, axis=0) for group in groups]).reshape(-1, 3)
    whole = np.concatenate([stretches, medians], axis=1)
    return PricePath.of(whole[_finest(stretches)])


def _finest(stretches: Floats) -> NDArray[np.bool_]:
    """Which of the distinct stretches (start, end), shape (n, 2), contain no other one."""
    start, end = stretches[:, 0], stretches[:, 1]
    order = np.lexsort((-start, end))
    latest = np.maximum.accumulate(np.append(-np.inf, start[order]))[:-1]  # of those that end no later
    finest = np.ones(len(end), dtype=bool)
    finest[order] = start[order] > latest
    return finest
