"""From the rows a venue sends to clean histories. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History, align_open_interest
from bot.liquidation.windows import FINE_HISTORY_MS

Floats = NDArray[np.float64]

MINUTE_MS = 60_000
FIVE_MINUTES_MS = 5 * MINUTE_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 1440 * MINUTE_MS
ALL_IN_MINUTES_MS = 2 * DAY_MS  # longer spans are coarser but for their last day


@dataclass(frozen=True)
class Stretch:
    """Closed candles of one span wanted: starts from `start_ms`, ends up to `end_ms`; both on the grid."""

    span_ms: int
    start_ms: int
    end_ms: int

    def __len__(self) -> int:
        return max(0, self.end_ms - self.start_ms) // self.span_ms

    def pages(self, limit: int) -> Iterator[Stretch]:
        """The stretch in pieces of at most `limit` candles, the newest first."""
        end = self.end_ms
        while end > self.start_ms:
            start = max(self.start_ms, end - limit * self.span_ms)
            yield Stretch(self.span_ms, start, end)
            end = start


def stretches(since_ms: int, until_ms: int) -> tuple[Stretch, ...]:
    """Minutes; for a long past hours until 30 days ago, then five minutes, and minutes on the last day."""
    start, end = _up(since_ms, MINUTE_MS), _down(until_ms, MINUTE_MS)
    if end - start <= ALL_IN_MINUTES_MS:
        cuts = [(MINUTE_MS, start, end)]
    else:
        fine = _up(end - FINE_HISTORY_MS, HOUR_MS)
        grid = _up(start, HOUR_MS if start < fine else FIVE_MINUTES_MS)
        last = _down(end - DAY_MS, FIVE_MINUTES_MS)
        cuts = [(MINUTE_MS, start, grid), (HOUR_MS, grid, fine)]
        cuts += [(FIVE_MINUTES_MS, max(grid, fine), last), (MINUTE_MS, last, end)]
    whole = [Stretch(*one) for one in cuts]
    return tuple(stretch for stretch in whole if len(stretch))


def steps(span: Stretch, now_ms: int, reaches: Mapping[int, int]) -> Iterator[Stretch]:
    """The span by age, newest first: each step in ms as far back from now as it reaches, finest first."""
    end = span.end_ms
    for step_ms, reach_ms in reaches.items():
        start = max(span.start_ms, now_ms - reach_ms)
        if start < end:
            yield Stretch(step_ms, start, end)
            end = start


@dataclass(frozen=True)
class OpenInterest:
    """Readings of one contract, one-sided; a value stamped t was known at t. Shapes (n,)."""

    stamps_ms: NDArray[np.int64]
    values: Floats
    in_quote: bool = False  # quote currency, to be divided by price; else base coin

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float]], in_quote: bool = False) -> OpenInterest:
        """Sorted, of equal stamps the last one; rows that are not positive numbers are dropped."""
        table = np.array(rows, dtype=np.float64).reshape(-1, 2)
        table = table[(np.isfinite(table) & (table > 0)).all(axis=1)]
        table = _last_of_equal_stamps(table)
        return cls(table[:, 0].astype(np.int64), table[:, 1], in_quote)

    def within(self, stretch: Stretch) -> OpenInterest:
        """Readings that became known after the stretch began and by its end."""
        inside = (self.stamps_ms > stretch.start_ms) & (self.stamps_ms <= stretch.end_ms)
        return OpenInterest(self.stamps_ms[inside], self.values[inside], self.in_quote)


@dataclass(frozen=True)
class Candles:
    """Rows as a venue sent them, in any order.

    `rows`: start_ms, open, high, low, close, volume_base, and taker_buy_base where the venue says it.
    `marks`: start_ms, low and high of the mark price; none where they are not known.
    """

    rows: Sequence[Sequence[object]]
    marks: Sequence[Sequence[object]] = ()


def history_of(stretch: Stretch, candles: Candles, interest: OpenInterest) -> History:
    """Rows off the grid, outside the stretch, not finite, not positive or with a range that does not enclose
    open and close are dropped, of duplicates the last stays. Raises ValueError or TypeError where rows are
    not numbers at all, and where not one row of several makes sense.
    """
    columns = 7 if candles.rows and len(candles.rows[0]) > 6 else 6
    table = _table(candles.rows, columns)
    sensible = table[_sensible(table[:, :6])]
    if len(table) and not len(sensible):
        raise ValueError("no candle makes sense")
    clean = _last_of_equal_stamps(sensible[_wanted(sensible, stretch)])
    start = clean[:, 0].astype(np.int64)
    seen = interest.within(stretch)
    held = align_open_interest(start + stretch.span_ms, seen.stamps_ms, seen.values)
    if interest.in_quote:
        held = held / clean[:, 4]
    opened, high, low, close, volume = clean[:, 1:6].T.copy()
    bought = clean[:, 6].copy() if columns == 7 else None
    marks = _mark_ranges(start, candles.marks)
    return History(stretch.span_ms, start, opened, high, low, close, volume, held, *marks, bought)


def _table(rows: Sequence[Sequence[object]], columns: int) -> Floats:
    return np.array([[float(str(cell)) for cell in row] for row in rows], np.float64).reshape(-1, columns)


def _mark_ranges(
    start_ms: NDArray[np.int64], marks: Sequence[Sequence[object]]
) -> tuple[Floats | None, Floats | None]:
    """(low, high) for each candle, NaN where no sensible row has its start."""
    if not marks:
        return None, None
    table = _table(marks, 3)
    with np.errstate(invalid="ignore"):
        table = _last_of_equal_stamps(table[(table[:, 1] > 0) & (table[:, 2] >= table[:, 1])])
    at = np.searchsorted(table[:, 0], start_ms)
    known = (at < len(table)) & (np.append(table[:, 0], np.nan)[at] == start_ms)
    low, high = (np.where(known, np.append(table[:, n], np.nan)[at], np.nan) for n in (1, 2))
    return low, high


def _sensible(table: Floats) -> NDArray[np.bool_]:
    opened, high, low, close, volume = table[:, 1:].T
    with np.errstate(invalid="ignore"):
        enclosed = (high >= np.maximum(opened, close)) & (low <= np.minimum(opened, close)) & (low > 0)
    return np.asarray(np.isfinite(table).all(axis=1) & enclosed & (volume >= 0))


def _wanted(table: Floats, stretch: Stretch) -> NDArray[np.bool_]:
    start = table[:, 0]
    inside = (start >= stretch.start_ms) & (start + stretch.span_ms <= stretch.end_ms)
    return np.asarray(inside & (start % stretch.span_ms == 0))


def _last_of_equal_stamps(table: Floats) -> Floats:
    ordered = table[np.argsort(table[:, 0], kind="stable")]
    last = np.append(np.diff(ordered[:, 0]) > 0, True)[: len(ordered)]
    return np.asarray(ordered[last])


def _up(stamp_ms: int, span_ms: int) -> int:
    return -(-stamp_ms // span_ms) * span_ms


def _down(stamp_ms: int, span_ms: int) -> int:
    return stamp_ms // span_ms * span_ms
