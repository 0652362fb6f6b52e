"""A map as bars over price: the map's log-distance bins gathered into round price bins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.charts.steps import bin_step, multiples
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LEVERAGE_BANDS, LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.look import Stack

Floats = NDArray[np.float64]

LATE = "late"  # the layer of the shares that rest on old data
NARROWEST, WIDEST = 0.03, 0.18
LEAST_REACH = {
    "12h": 0.03, "24h": 0.04, "3d": 0.05, "7d": 0.06, "30d": 0.08, "90d": 0.11, "180d": 0.14, "1y": 0.17,
}  # fmt: skip
CLIP_PERCENTILE = 99
CLIP_WHEN = 1.25  # times that percentile; a bar that is hardly taller is drawn whole


@dataclass(frozen=True)
class PriceBars:
    price: float
    edges: Floats  # (n + 1,) round prices
    layers: tuple[str, ...]  # leverage bands or venues, bottom first; LATE on top where venues are late
    mass: Floats  # (2 sides, layers, n) base coin

    @property
    def totals(self) -> Floats:
        """Shape (2, n)."""
        return np.asarray(self.mass.sum(axis=1))

    @property
    def ceiling(self) -> float:
        """The mass that is drawn as 100."""
        return ceiling_of(self.totals)

    def clipped(self, side: Side) -> list[int]:
        """Bins whose bar is cut at the ceiling."""
        return np.flatnonzero(self.totals[side] > self.ceiling * (1 + 1e-9)).tolist()

    def level(self, side: Side, low: float, high: float) -> float:
        """Of the tallest bar between two prices, 1 for the ceiling."""
        touched = (self.edges[1:] > low) & (self.edges[:-1] < high)
        top = float(np.max(self.totals[side][touched], initial=0.0))
        return top / self.ceiling if self.ceiling > 0 else 0.0

    def curve(self, side: Side) -> tuple[Floats, Floats]:
        """Prices and cumulative mass outward from the price, 0 there."""
        totals = self.totals[side]
        if side is Side.SHORT:
            ahead = self.edges > self.price
            steps = totals[ahead[1:]]
            prices = self.edges[ahead]
        else:
            ahead = self.edges < self.price
            steps = totals[ahead[:-1]][::-1]
            prices = self.edges[ahead][::-1]
        return np.append(self.price, prices), np.append(0.0, np.cumsum(steps))


def ceiling_of(totals: Floats) -> float:
    """The tallest of all bars, or less where few would flatten the rest; 0 where there are none."""
    standing = totals[totals > 0]
    if not standing.size:
        return 0.0
    clipped = float(np.percentile(standing, CLIP_PERCENTILE))
    return clipped if standing.max() > CLIP_WHEN * clipped else float(standing.max())


def price_bars(found: LiquidationMap, reach: float, stack: Stack, tick_size: float) -> PriceBars:
    low, high = found.price * (1 - reach), found.price * (1 + reach)
    step = bin_step(high - low, tick_size)
    edges = multiples(low - step * (1 - 1e-9), high + step * (1 - 1e-9), step)
    edges = edges[edges > 0]
    layers, mass = _layers(found, stack)
    return PriceBars(found.price, edges, layers, gathered(mass, edges / found.price))


def _layers(found: LiquidationMap, stack: Stack) -> tuple[tuple[str, ...], Floats]:
    """Names and masses, shape (2, layers, DISTANCE_BINS)."""
    current = [venue for venue in found.venues if venue.venue not in found.late]
    names = LEVERAGE_BANDS if stack is Stack.TIER else tuple(venue.venue for venue in current)
    empty = np.zeros((2, len(names), DISTANCE_BINS))
    masses = [venue.mass for venue in current]
    mass = sum(masses, empty) if stack is Stack.TIER else _beside_each_other(masses, empty)
    if not found.late_venues:
        return names, mass
    late = found.only(found.late).profile[:, None, :]
    return (*names, LATE), np.concatenate([mass, late], axis=1)


def _beside_each_other(masses: Sequence[Floats], empty: Floats) -> Floats:
    return np.stack([mass.sum(axis=1) for mass in masses], axis=1) if masses else empty


def gathered(mass: Floats, ratios: Floats) -> Floats:
    """Mass between neighbouring price ratios; mass within a bin of the map counts as evenly spread."""
    grid = np.arange(DISTANCE_BINS + 1) * DISTANCE_BIN
    sums = np.zeros((*mass.shape[:2], len(ratios) - 1))
    for side in Side:
        outward = np.maximum(0.0, side.sign * np.log(ratios))
        for layer in range(mass.shape[1]):
            cumulative = np.append(0.0, np.cumsum(mass[side, layer]))
            sums[side, layer] = np.abs(np.diff(np.interp(outward, grid, cumulative)))
    return sums


def fitting_reach(found: LiquidationMap, zones: Sequence[Zone]) -> float:
    """Wide enough for the zones to show and for the market's usual moves, grown with the window."""
    hourly = found.hourly_range if found.venues else 0.0
    usual = min(0.1, 12 * hourly) if math.isfinite(hourly) else 0.1
    farthest = max((abs(zone.far_edge / found.price - 1) for zone in zones), default=0.0)
    reach = 1.1 * max(usual, farthest, LEAST_REACH.get(found.window, 0.05))
    return bounded_reach(math.ceil(reach * 200) / 200)


def bounded_reach(reach: float) -> float:
    return min(WIDEST, max(NARROWEST, reach))
