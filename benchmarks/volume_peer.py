"""The public recipe, vectorised: every candle's volume at 10, 25, 50 and 100x, dropped once crossed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.heat_frame import Cells
from bot.liquidation.history import History
from bot.liquidation.liquidation_map import DISTANCE_BIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVERAGE = np.array([10.0, 25.0, 50.0, 100.0])


class Frame(NamedTuple):
    stamp_ms: Ints  # (columns,) ends of the columns, ascending
    cells: Cells


def volume_matrix(history: History, frame: Frame) -> Floats:
    """What stood at which price at the end of each column, shape (2 sides, cells, columns)."""
    born = np.searchsorted(frame.stamp_ms, history.end_ms, "left")
    share = np.repeat(history.volume_base / len(LEVERAGE), len(LEVERAGE))
    return np.stack(
        [
            _painted(frame, born, share, history.close, history.low, -1.0),
            _painted(frame, born, share, history.close, history.high, 1.0),
        ]
    )


def _painted(frame: Frame, born: Ints, share: Floats, close: Floats, reached: Floats, sign: float) -> Floats:
    level = np.log(close)[:, None] + np.log(1 + sign / LEVERAGE)
    crossed = first_crossed(-sign * np.log(reached), -sign * level)
    first, width, cells = frame.cells
    cell = np.floor((level / DISTANCE_BIN - first) / width).astype(np.int64).ravel()
    columns = len(frame.stamp_ms) + 1
    died = np.r_[born, columns - 1][crossed].ravel()
    seen = (cell >= 0) & (cell < cells)
    at, share = cell[seen] * columns, share[seen]
    size = cells * columns
    change = np.bincount(at + np.repeat(born, len(LEVERAGE))[seen], share, size)
    change -= np.bincount(at + died[seen], share, size)
    return np.asarray(np.cumsum(change.reshape(cells, columns), axis=1)[:, :-1])


def first_crossed(reached: Floats, level: Floats) -> Ints:
    """For each row's levels, shape (n, levels), the first later row that reached as low, n if none did: a
    walk over the least of 1, 2, 4 ... rows, longest stretch first."""
    rows = len(reached)
    least = [np.r_[reached, -np.inf]]
    while 2 ** len(least) <= rows:
        half = 2 ** (len(least) - 1)
        least.append(np.minimum(least[-1][:-half], least[-1][half:]))
    at = np.repeat(np.arange(1, rows + 1)[:, None], level.shape[1], axis=1)
    for power in range(len(least) - 1, -1, -1):
        inside = at < len(least[power])
        free = inside & (least[power][np.where(inside, at, 0)] > level)
        at += free * 2**power
    return at


class VolumeLevels:
    """The same recipe candle by candle: all levels in one array a side."""

    def __init__(self) -> None:
        self._level = [np.zeros(0), np.zeros(0)]
        self._quantity = [np.zeros(0), np.zeros(0)]

    def advance(self, history: History) -> None:
        """Of one row."""
        share = np.full(len(LEVERAGE), history.volume_base[0] / len(LEVERAGE))
        left = (self._level[0] < history.low[0], self._level[1] > history.high[0])
        for side, sign in enumerate((-1.0, 1.0)):
            opened = history.close[0] * (1 + sign / LEVERAGE)
            self._level[side] = np.concatenate([self._level[side][left[side]], opened])
            self._quantity[side] = np.concatenate([self._quantity[side][left[side]], share])
