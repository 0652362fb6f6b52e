"""The heatmap: what was open at which price while time passed, painted while the candles are processed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import DISTANCE_BIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """Which times and prices a heatmap shows. Raises ValueError unless they can be drawn."""

    begin_ms: int
    end_ms: int
    columns: int
    low: float
    high: float
    cells: int

    def __post_init__(self) -> None:
        if not (self.begin_ms < self.end_ms and self.columns >= 1):
            raise ValueError(f"{self.columns} columns from {self.begin_ms} to {self.end_ms} cannot be drawn")
        if not (0 < self.low < self.high < math.inf and self.cells >= 1):
            raise ValueError(f"{self.cells} cells from {self.low} to {self.high} cannot be drawn")

    @property
    def stamp_ms(self) -> Ints:
        """The end of each column, shape (columns,), ascending."""
        steps = np.linspace(self.begin_ms, self.end_ms, self.columns + 1)[1:]
        return np.asarray(np.rint(steps).astype(np.int64))

    @property
    def first_bin(self) -> int:
        return math.floor(math.log(self.low) / DISTANCE_BIN)

    @property
    def bins_a_cell(self) -> int:
        """Whole bins, so the heatmap reaches a little above `high` rather than cutting a bin."""
        return math.ceil((math.log(self.high) / DISTANCE_BIN - self.first_bin) / self.cells)


@dataclass(frozen=True)
class Heatmap:
    stamp_ms: Ints  # (columns,) the moment each column shows
    edges: Floats  # (cells + 1,) prices, ascending
    quantity: Floats  # (2 sides, cells, columns), base coin; 0 before the first open interest
    painted: int  # columns that history reached


def paint(inventory: Inventory, histories: Sequence[History], frame: Frame) -> Heatmap:
    """Advance the inventory by histories, oldest first, and paint what was open at the end of each column.

    A column shows what was open when the last candle that ended by its stamp had been processed. Raises
    HistoryError as `Inventory.advance` does.
    """
    from bot.liquidation.kernel import Canvas

    canvas = Canvas(
        stamp_ms=frame.stamp_ms,
        drawn=np.zeros(1, np.int64),
        first_bin=frame.first_bin,
        bins_a_cell=frame.bins_a_cell,
        quantity=np.zeros((2, frame.cells, frame.columns)),
    )
    for history in histories:
        inventory.advance(history, canvas)
    bins = frame.first_bin + frame.bins_a_cell * np.arange(frame.cells + 1)
    return Heatmap(canvas.stamp_ms, np.exp(bins * DISTANCE_BIN), canvas.quantity, int(canvas.drawn[0]))
