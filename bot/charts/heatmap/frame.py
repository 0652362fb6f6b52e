"""Where the plot of a heatmap stands on the picture: time to the right, price upward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.charts import labels
from bot.charts.heatmap.drawn import HeatDrawn
from bot.charts.lettering import width_of
from bot.charts.scene import MARGIN

WIDTH, HEIGHT = 1280, 1280
LEFT, RIGHT, TOP = 148, 936, 284
PROFILE = 112  # px that its longest bar takes, right of the plot
AXIS_OFF = 8 + PROFILE + 24  # from the plot to the prices
PRICE, WIDEST_PRICE = 36, 290  # px: the size that a price gets if it is not wider


@dataclass(frozen=True)
class Frame:
    left: int
    top: int
    right: int
    bottom: int
    lowest: float  # price at the bottom
    highest: float
    ends_ms: tuple[int, ...]  # of the columns; the first one is the begin of the first column

    @property
    def columns(self) -> int:
        return len(self.ends_ms) - 1

    def x_of_column(self, column: float) -> float:
        """Of its left edge."""
        return self.left + column / self.columns * (self.right - self.left)

    def column_at(self, stamp_ms: int) -> float:
        """How many columns end before; the last one may be shorter than the others."""
        return float(np.interp(stamp_ms, self.ends_ms, np.arange(self.columns + 1)))

    def x_of(self, stamp_ms: int) -> float:
        return self.x_of_column(self.column_at(stamp_ms))

    def y_of(self, price: float) -> float:
        level = (price - self.lowest) / (self.highest - self.lowest)
        return self.bottom - level * (self.bottom - self.top)

    def y_within(self, price: float) -> float:
        return min(max(self.y_of(price), float(self.top)), float(self.bottom))


def frame_of(drawn: HeatDrawn, bottom: int) -> Frame:
    """Prices with many digits take some of its width."""
    ends_ms = (drawn.begin_ms, *drawn.stamp_ms)
    price = width_of(labels.price(drawn.price, drawn.facts.tick_size), PRICE)
    right = min(RIGHT, round(WIDTH - MARGIN - min(price, WIDEST_PRICE) - AXIS_OFF))
    return Frame(LEFT, TOP, right, bottom, drawn.edges[0], drawn.edges[-1], ends_ms)
