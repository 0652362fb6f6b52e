"""Dense zones of a map: peaks of each side, measured in the range price covers in an ordinary hour.

Every length is a multiple of `u`, the map's hourly range, and every mass a share of the side, so the same
rules hold for any coin, price and size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

REACH_U, REACH_MAX = 12.0, 0.10  # how far from price zones are looked for
SMOOTHING_U = 0.25  # sd of the Gaussian, at least one bin
PROMINENCE = 0.12  # of a peak's own height
HALF_WIDTH_U = 0.75  # farthest an edge lies from its peak
MERGE_GAP_U = 0.25
SMALLEST_SHARE = 0.03  # of the side's mass in reach


@dataclass(frozen=True)
class FoundZone:
    """A zone of one map, before it has an identity. Prices are quote currency."""

    side: Side
    low: float
    high: float
    peak: float
    mass_base: float
    share: float  # of its side's mass in reach
    contrast: float  # density over the side's mean density in reach
    leverage_mix: tuple[float, ...]  # shares of the mass by LEVERAGE_BANDS, sum to 1


@dataclass(frozen=True)
class Stretch:
    """Bins [begin, end) outward from price around a peak's bin."""

    begin: int
    end: int
    peak: int


def find_zones(found: LiquidationMap) -> tuple[FoundZone, ...]:
    """Zones of both sides, longs first, each side outward from price; none in an empty or motionless market.

    A zone always lies on its own side of the map's price.
    """
    unit = found.hourly_range / DISTANCE_BIN
    if not unit > 0:
        return ()
    reach = int(np.clip(np.ceil(min(REACH_MAX / DISTANCE_BIN, REACH_U * unit)), 2, DISTANCE_BINS))
    mass = found.mass
    zones: list[FoundZone] = []
    for side in Side:
        bands = mass[side, :, :reach]
        zones.extend(_zone(found, side, bands, stretch) for stretch in _dense(bands.sum(axis=0), unit))
    return tuple(zones)


def smooth(profile: Floats, sd: float) -> Floats:
    """Gaussian over bins; mass near price is mirrored there, so that nothing leaks across it."""
    half = int(np.ceil(3 * sd))
    weight = np.exp(-0.5 * (np.arange(-half, half + 1) / sd) ** 2)
    padded = np.pad(profile, half, mode="symmetric")
    return np.convolve(padded, weight / weight.sum(), "valid")


def peaks_of(density: Floats) -> list[tuple[int, float]]:
    """(bin, prominence) of every local maximum, ascending; a plateau counts once, at its start.

    Prominence is the drop to the higher of the two lowest points that separate the peak from higher ground.
    """
    rising = np.diff(density, prepend=-np.inf) > 0
    falling = np.diff(density, append=-np.inf)
    found = []
    for at in np.flatnonzero(rising):
        level = np.flatnonzero(falling[at:] != 0)[0] + at
        if falling[level] < 0 and density[at] > 0:
            found.append((int(at), float(density[at] - _key_saddle(density, int(at)))))
    return found


def _key_saddle(density: Floats, at: int) -> float:
    """The lowest point on the better of the two ways to higher ground; beyond both ends the ground is 0."""
    saddles = []
    for way in (density[:at][::-1], density[at + 1 :]):
        higher = np.flatnonzero(way > density[at])
        saddles.append(float(way[: higher[0]].min(initial=density[at])) if len(higher) else 0.0)
    return max(saddles)


def _dense(profile: Floats, unit: float) -> list[Stretch]:
    """The stretches of one side that are dense enough, outward from price, not overlapping."""
    total = profile.sum()
    if not total > 0:
        return []
    density = smooth(profile, max(1.0, SMOOTHING_U * unit))
    prominent = [peak for peak in peaks_of(density) if peak[1] >= PROMINENCE * density[peak[0]]]
    stretches = _merged([_around(density, at, drop, unit) for at, drop in prominent], density, unit)
    return [one for one in stretches if profile[one.begin : one.end].sum() >= SMALLEST_SHARE * total]


def _around(density: Floats, at: int, drop: float, unit: float) -> Stretch:
    """Out to where density has fallen by half the prominence, or as far as an edge may lie."""
    farthest = max(1, round(HALF_WIDTH_U * unit))
    below = density < density[at] - drop / 2
    inward = np.flatnonzero(below[max(0, at - farthest) : at][::-1])
    outward = np.flatnonzero(below[at + 1 : at + 1 + farthest])
    begin = at - int(inward[0]) if len(inward) else max(0, at - farthest)
    end = at + 1 + (int(outward[0]) if len(outward) else farthest)
    return Stretch(begin, min(end, len(density)), at)


def _merged(stretches: list[Stretch], density: Floats, unit: float) -> list[Stretch]:
    merged: list[Stretch] = []
    for one in stretches:
        if merged and one.begin - merged[-1].end < MERGE_GAP_U * unit:
            last = merged.pop()
            peak = max(last.peak, one.peak, key=lambda at: float(density[at]))
            merged.append(Stretch(min(last.begin, one.begin), max(last.end, one.end), peak))
        else:
            merged.append(one)
    return merged


def _zone(found: LiquidationMap, side: Side, bands: Floats, stretch: Stretch) -> FoundZone:
    inside = bands[:, stretch.begin : stretch.end]
    mass, total = float(inside.sum()), float(bands.sum())
    width = (stretch.end - stretch.begin) / bands.shape[1]
    prices = [
        found.price_at(side, at * DISTANCE_BIN) for at in (stretch.begin, stretch.peak + 0.5, stretch.end)
    ]
    return FoundZone(
        side=side,
        low=min(prices),
        high=max(prices),
        peak=prices[1],
        mass_base=mass,
        share=mass / total,
        contrast=mass / total / width,
        leverage_mix=tuple((inside.sum(axis=1) / mass).tolist()),
    )
