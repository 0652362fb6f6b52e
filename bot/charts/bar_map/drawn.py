"""The numbers a map's picture is drawn from, all of them and nothing else; they go to JSON and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.charts.bar_map.price_bars import LATE, PriceBars, bounded_reach, fitting_reach, price_bars
from bot.charts.facts import Facts, facts_of
from bot.liquidation.gaps import gaps_of
from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import TOLD_WITHIN, told_zones
from bot.liquidation.zone import Zone
from bot.look import Stack

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ZoneDrawn:
    id: str
    low: float
    high: float
    distance: float  # signed fraction of the price to the near edge; 0 inside
    band: str
    level: float  # of the tallest bar in it, 1 for the ceiling

    def contains(self, price: float) -> bool:
        return self.low <= price <= self.high


@dataclass(frozen=True)
class HalfDrawn:
    """A side of the map. Masses are base coin."""

    is_shown: bool  # False where the question left this side out
    bars: tuple[tuple[float, ...], ...]  # by layer and bin
    curve: tuple[tuple[float, float], ...]  # price and mass up to there, outward from (price, 0)
    zones: tuple[ZoneDrawn, ...]  # those that captions list, nearest first
    gaps: tuple[tuple[float, float], ...]  # low and high of each quiet stretch
    clipped: tuple[int, ...]  # bins whose bar is cut at the ceiling

    @property
    def totals(self) -> Floats:
        """By bin."""
        return np.asarray(np.sum(self.bars, axis=0, dtype=np.float64))

    @property
    def is_empty(self) -> bool:
        return not self.curve[-1][1] > 0


@dataclass(frozen=True)
class MapDrawn:
    """Raises ValueError for numbers that are no map."""

    facts: Facts
    stack: Stack
    edges: tuple[float, ...]  # round prices, one more than there are bins
    layers: tuple[str, ...]  # leverage bands or venues, bottom first; LATE on top where venues are late
    ceiling: float  # the mass that is drawn as 100; 0 where there is none
    longs: HalfDrawn
    shorts: HalfDrawn

    def __post_init__(self) -> None:
        bins = len(self.edges) - 1
        if bins < 1 or not all(low < high for low, high in pairwise(self.edges)):
            raise ValueError("its price bins do not ascend")
        if not 0 < self.edges[0] <= self.price <= self.edges[-1]:
            raise ValueError("its price is outside its bins")
        if self.layers != _layers_of(self.facts, self.stack):
            raise ValueError("its layers are not those of its venues")
        for half in (self.longs, self.shorts):
            _check(half, len(self.layers), bins, self.price)

    @property
    def price(self) -> float:
        return self.facts.price

    def half(self, side: Side) -> HalfDrawn:
        return self.longs if side is Side.LONG else self.shorts

    def span(self, side: Side, at: int) -> tuple[float, float]:
        """The prices between which a bar stands: its bin, cut off at the price."""
        low, high = self.edges[at], self.edges[at + 1]
        return (low, min(high, self.price)) if side is Side.LONG else (max(low, self.price), high)

    @property
    def curve_top(self) -> float:
        """Base coin at the end of the longer of the two curves."""
        return max(self.longs.curve[-1][1], self.shorts.curve[-1][1])


def _layers_of(facts: Facts, stack: Stack) -> tuple[str, ...]:
    current = tuple(one.venue for one in facts.venues if not one.is_late)
    late = (LATE,) if facts.late else ()
    return (*(LEVERAGE_BANDS if stack is Stack.TIER else current), *late)


def _check(half: HalfDrawn, layers: int, bins: int, price: float) -> None:
    if len(half.bars) != layers or any(len(layer) != bins for layer in half.bars):
        raise ValueError("it has not a bar for every layer and bin")
    if any(mass < 0 for layer in half.bars for mass in layer):
        raise ValueError("a bar is below 0")
    if not half.curve or half.curve[0] != (price, 0.0):
        raise ValueError("a curve does not begin with 0 at the price")
    if any(not 0 <= at < bins for at in half.clipped):
        raise ValueError("a bar that is cut is not there")
    if any(zone.low > zone.high for zone in half.zones) or any(low > high for low, high in half.gaps):
        raise ValueError("a stretch ends before it begins")


def map_drawn(shown: Snapshot, stack: Stack, reach: float | None = None, handle: str = "") -> MapDrawn:
    """`reach` is the fraction of the price shown to either side; None: what fits."""
    found = shown.found
    within = TOLD_WITHIN if reach is None else min(TOLD_WITHIN, bounded_reach(reach))
    zones = {side: told_zones(shown, side, within=within) for side in Side}
    if reach is None:
        reach = fitting_reach(found, [*zones[Side.LONG], *zones[Side.SHORT]])
    reach = bounded_reach(reach)
    bars = price_bars(found, reach, stack, shown.tick_size)
    return MapDrawn(
        facts_of(shown, handle),
        stack,
        tuple(bars.edges.tolist()),
        bars.layers,
        bars.ceiling,
        _half(shown, bars, Side.LONG, zones[Side.LONG]),
        _half(shown, bars, Side.SHORT, zones[Side.SHORT]),
    )


def _half(shown: Snapshot, bars: PriceBars, side: Side, zones: Sequence[Zone]) -> HalfDrawn:
    prices, cumulative = bars.curve(side)
    return HalfDrawn(
        is_shown=shown.selection.side in (None, side),
        bars=tuple(tuple(layer) for layer in bars.mass[side].tolist()),
        curve=tuple(zip(prices.tolist(), cumulative.tolist(), strict=True)),
        zones=tuple(_zone(zone, bars) for zone in zones),
        gaps=_gaps(shown, bars, side),
        clipped=tuple(bars.clipped(side)),
    )


def _zone(zone: Zone, bars: PriceBars) -> ZoneDrawn:
    level = bars.level(zone.side, zone.low, zone.high)
    return ZoneDrawn(zone.id, zone.low, zone.high, zone.distance(bars.price), zone.band.word, level)


def _gaps(shown: Snapshot, bars: PriceBars, side: Side) -> tuple[tuple[float, float], ...]:
    """Of the map as it is drawn; where leverage was left out nothing is known to be quiet."""
    if not shown.found.venues or len(shown.selection.leverage) < len(LEVERAGE_BANDS):
        return ()
    lowest, highest = float(bars.edges[0]), float(bars.edges[-1])
    of_side = [gap for gap in gaps_of(shown.found) if gap.side is side]
    stretches = [(max(gap.low, lowest), min(gap.high, highest)) for gap in of_side]
    return tuple((low, high) for low, high in stretches if low < high)
