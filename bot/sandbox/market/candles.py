"""Candles as arrays: longer ones out of minutes, and the one that is still forming."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.sandbox.market.clock import MINUTE_MS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY_OF_FIRST_MONDAY_MS = 4 * 24 * 60 * MINUTE_MS  # the epoch began on a Thursday; weeks begin on Mondays
WEEK_MS = 7 * 24 * 60 * MINUTE_MS

FIRST_EXTREME, SECOND_EXTREME = 0.3, 0.7  # when, as shares of a candle, its path touches them


@dataclass(frozen=True)
class Candles:
    start_ms: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    taker_buy: Floats

    def __len__(self) -> int:
        return len(self.start_ms)

    def __getitem__(self, rows: slice | npt.NDArray[np.intp]) -> "Candles":
        amounts = (self.open, self.high, self.low, self.close, self.volume, self.taker_buy)
        return Candles(self.start_ms[rows], *(column[rows] for column in amounts))

    def between(self, begin_ms: int, end_ms: int) -> "Candles":
        """The candles that start in [begin, end)."""
        first, last = np.searchsorted(self.start_ms, [begin_ms, end_ms])
        return self[slice(int(first), int(last))]


def step_start(stamp_ms: int, step_ms: int) -> int:
    """The start of the candle of that length in which a moment lies."""
    shift = DAY_OF_FIRST_MONDAY_MS if step_ms == WEEK_MS else 0
    return (stamp_ms - shift) // step_ms * step_ms + shift


def combine(minutes: Candles, step_ms: int) -> Candles:
    """Minutes into longer candles; a gap in the minutes stays a gap."""
    if step_ms == MINUTE_MS or len(minutes) == 0:
        return minutes
    shift = DAY_OF_FIRST_MONDAY_MS if step_ms == WEEK_MS else 0
    starts = (minutes.start_ms - shift) // step_ms * step_ms + shift
    first = np.flatnonzero(np.concatenate([[True], starts[1:] != starts[:-1]]))
    last = np.append(first[1:], len(starts)) - 1
    return Candles(
        starts[first],
        minutes.open[first],
        np.maximum.reduceat(minutes.high, first),
        np.minimum.reduceat(minutes.low, first),
        minutes.close[last],
        np.add.reduceat(minutes.volume, first),
        np.add.reduceat(minutes.taker_buy, first),
    )


def _knots(path: Sequence[float]) -> list[tuple[float, float]]:
    """(share of the candle, price) of the points that its path joins: open, both extremes, close."""
    opened, high, low, close = path
    near, far = (low, high) if close >= opened else (high, low)
    return [(0.0, opened), (FIRST_EXTREME, near), (SECOND_EXTREME, far), (1.0, close)]


def price_within(path: Sequence[float], share: float) -> float:
    """The price at a share of the way through a candle given as (open, high, low, close)."""
    knots = _knots(path)
    for (begin, left), (end, right) in itertools.pairwise(knots):
        if share <= end:
            return left + (right - left) * (share - begin) / (end - begin)
    return knots[-1][1]


def range_within(path: Sequence[float], share: float) -> tuple[float, float]:
    """(high, low) of what the path has visited by then."""
    visited = [price for at, price in _knots(path) if at <= share] + [price_within(path, share)]
    return max(visited), min(visited)


def cut_short(minutes: Candles, now_ms: int) -> Candles:
    """The same candles with the last one as it stands at `now_ms`, if it has not ended by then."""
    if len(minutes) == 0:
        return minutes
    share = (now_ms - int(minutes.start_ms[-1])) / MINUTE_MS
    if share >= 1:
        return minutes
    path = [float(column[-1]) for column in (minutes.open, minutes.high, minutes.low, minutes.close)]
    high, low = range_within(path, share)
    price = price_within(path, share)
    last = (high, low, price, float(minutes.volume[-1]) * share, float(minutes.taker_buy[-1]) * share)
    return Candles(minutes.start_ms, minutes.open, *_with_last(minutes, last))


def _with_last(minutes: Candles, last: Sequence[float]) -> list[Floats]:
    columns = (minutes.high, minutes.low, minutes.close, minutes.volume, minutes.taker_buy)
    return [np.append(column[:-1], value) for column, value in zip(columns, last, strict=True)]
