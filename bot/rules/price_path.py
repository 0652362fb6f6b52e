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
        begin = int(np.searchsorted(self.start_ms, begin_ms))
        end = int(np.searchsorted(self.end_ms, end_ms, "right"))
        return self._where(slice(begin, max(begin, end)))

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

    def _where(self, kept: NDArray[np.bool_] | slice) -> PricePath:
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


def finer(path: PricePath, step_ms: int) -> PricePath:
    """The same with rows of at most `step_ms`, each longer one walked at an even pace to its nearer extreme,
    to the other one and to its close, as a replay walks it.

    What is told within a coarse row can then be graded by the rest of that row: an assumption, the same for
    alerts and for the levels that they are compared with.
    """
    parts: list[Floats] = [np.zeros((0, 5))]
    price = float(path.low[0]) if len(path) else 0.0
    for row in zip(path.start_ms, path.end_ms, path.low, path.high, path.close, strict=True):
        start_ms, end_ms, low, high, close = (float(number) for number in row)
        if end_ms - start_ms <= step_ms:
            parts.append(np.array([[start_ms, end_ms, low, high, close]]))
        else:
            parts.append(_walked(start_ms, end_ms, _corners(price, low, high, close), step_ms))
        price = close
    return PricePath.of(np.concatenate(parts))


def _corners(price: float, low: float, high: float, close: float) -> Floats:
    """Log prices that a row is walked through, (4,)."""
    ends = np.log([price, low, high, close])
    nearer, farther = sorted(ends[1:3].tolist(), key=lambda end: abs(end - ends[0]))
    return np.array([ends[0], nearer, farther, ends[3]])


def _walked(start_ms: float, end_ms: float, corners: Floats, step_ms: int) -> Floats:
    """Rows of a walk, shape (n, 5)."""
    gone = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(corners)))])
    whole = gone[-1] if gone[-1] > 0 else 1.0
    when = start_ms + gone / whole * (end_ms - start_ms)
    grid = np.append(np.arange(start_ms, end_ms, step_ms), end_ms)
    moments = np.union1d(grid, when)
    log_price = np.interp(moments, when, corners)
    first = np.searchsorted(moments, grid[:-1])
    last = np.searchsorted(moments, grid[1:])
    # Each row holds both its ends, so the last moment of one is the first of the next.
    lows = np.minimum(np.minimum.reduceat(log_price, first), log_price[last])
    highs = np.maximum(np.maximum.reduceat(log_price, first), log_price[last])
    return np.column_stack([grid[:-1], grid[1:], np.exp(lows), np.exp(highs), np.exp(log_price[last])])
