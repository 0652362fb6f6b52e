"""Bars of maps that stand under each other: as they are drawn, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.charts.bar_map.price_bars import PriceBars
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap
from bot.liquidation.side import Side

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BarsDrawn:
    """Base coin by layer and bin. Raises ValueError where a bar is missing or below 0."""

    ceiling: float  # the mass that is drawn as 100; 0 where there is none
    longs: tuple[tuple[float, ...], ...]
    shorts: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        layers = (*self.longs, *self.shorts)
        if len(self.longs) != len(self.shorts) or len({len(layer) for layer in layers}) > 1:
            raise ValueError("it has not a bar for every layer and bin")
        if any(mass < 0 for layer in layers for mass in layer):
            raise ValueError("a bar is below 0")

    def of(self, side: Side) -> tuple[tuple[float, ...], ...]:
        return self.longs if side is Side.LONG else self.shorts

    def totals(self, side: Side) -> Floats:
        return np.asarray(np.sum(self.of(side), axis=0, dtype=np.float64))

    @property
    def is_empty(self) -> bool:
        return self.ceiling <= 0


@dataclass(frozen=True)
class TagDrawn:
    """A zone that is named: where it stands on the axis of the picture, and how far its near edge is."""

    id: str
    side: str  # long or short
    low: float
    high: float
    distance: float  # signed fraction of the price; 0 inside

    @property
    def of_side(self) -> Side:
        return Side.LONG if self.side == Side.LONG.word else Side.SHORT


def bars_drawn(bars: PriceBars) -> BarsDrawn:
    longs, shorts = (
        tuple(tuple(layer) for layer in bars.mass[side].tolist()) for side in (Side.LONG, Side.SHORT)
    )
    return BarsDrawn(bars.ceiling, longs, shorts)


def profile_of(found: LiquidationMap) -> Floats:
    """Shape (2, DISTANCE_BINS), also of a map without venues."""
    return found.profile if found.venues else np.zeros((2, DISTANCE_BINS))


def check_edges(edges: Sequence[float], price: float, bars: Sequence[BarsDrawn]) -> None:
    """Raises ValueError unless the bins ascend, hold the price and have a bar of each map."""
    if len(edges) < 2 or any(low >= high for low, high in pairwise(edges)):
        raise ValueError("its bins do not ascend")
    if not edges[0] <= price <= edges[-1]:
        raise ValueError("the price is outside its bins")
    if any(len(layer) != len(edges) - 1 for one in bars for layer in (*one.longs, *one.shorts)):
        raise ValueError("it has not a bar for every bin")
