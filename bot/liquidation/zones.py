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
from bot.liquidation.zone import Zone

Floats = NDArray[np.float64]

REACH_U, REACH_MAX = 12.0, 0.10  # how far from price zones are looked for
SMOOTHING_U = 0.25  # sd of the Gaussian, at least one bin
PROMINENCE = 0.12  # of a peak's own height
HALF_WIDTH_U = 0.75  # farthest an edge lies from its peak
MERGE_GAP_U = 0.25
SMALLEST_SHARE = 0.03  # of the side's mass in reach
KNOWN_EASE = 1.4  # how much less is asked of a zone that is known already
SAME = 0.5  # of the narrower of two maps' zones: from this overlap on they are the same
SMALLEST_CONTRAST = 0.8  # thinner than that is a bump in a void, not a dense zone


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
    venue_mix: tuple[tuple[str, float], ...]  # (venue, share of the mass), in the map's order, sum to 1


@dataclass(frozen=True)
class Stretch:
    """Bins [begin, end) outward from price around a peak's bin."""

    begin: int
    end: int
    peak: int


@dataclass(frozen=True)
class Scale:
    """The lengths of one map, in bins."""

    unit: float
    reach: int
    ease: float

    @property
    def half_width(self) -> int:
        return max(1, round(HALF_WIDTH_U * self.unit))


def find_zones(found: LiquidationMap, ease: float = 1.0) -> tuple[FoundZone, ...]:
    """Zones of both sides, longs first, each side outward from price; none in an empty or motionless market.

    A zone always lies on its own side of the map's price. `ease` above 1 asks that much less of a zone in
    prominence, share and distance: for one that is known already and should not flicker.
    """
    unit = found.hourly_range / DISTANCE_BIN
    if not unit > 0:
        return ()
    scale = Scale(unit, reach_bins(unit, ease), ease)
    mass = found.mass
    zones = [
        _zone(found, side, mass[side], stretch, scale.reach)
        for side in Side
        for stretch in _dense(mass[side].sum(axis=0), scale)
    ]
    return tuple(zones)


def overlap(one: Zone | FoundZone, other: Zone | FoundZone) -> float:
    """Overlap in price as a share of the narrower one; at most 0 for apart or on different sides."""
    if one.side != other.side:
        return 0.0
    shared = min(one.high, other.high) - max(one.low, other.low)
    return shared / min(one.high - one.low, other.high - other.low)


def reach_bins(unit: float, ease: float = 1.0) -> int:
    """How many bins of a side are looked at, where the hourly range is `unit` bins."""
    reach = min(REACH_MAX / DISTANCE_BIN, REACH_U * unit) * ease
    return int(np.clip(np.ceil(reach), 2, DISTANCE_BINS))


def reach_of(hourly_range: float, side: Side) -> float:
    """How far from price is looked on a side, as a fraction of price."""
    return abs(float(np.expm1(side.sign * reach_bins(hourly_range / DISTANCE_BIN) * DISTANCE_BIN)))


def smoothed(profile: Floats, unit: float) -> Floats:
    """As zones are looked for."""
    return smooth(profile, max(1.0, SMOOTHING_U * unit))


def smooth(profile: Floats, sd: float) -> Floats:
    """Gaussian over bins; mass near price is mirrored there, so that nothing leaks across it."""
    half = int(np.ceil(3 * sd))
    weight = np.exp(-0.5 * (np.arange(-half, half + 1) / sd) ** 2)
    padded = np.pad(profile, half, mode="symmetric")
    return np.convolve(padded, weight / weight.sum(), "valid")


def peaks_of(density: Floats) -> list[tuple[int, float]]:
    """(bin, prominence) of every local maximum, ascending; a plateau counts once, at its start.

    Prominence is the drop to the higher of the lowest points on both ways to higher ground or to the end. The
    first bin may be a peak; the last may not, since its peak lies beyond it.
    """
    change = density[1:] - density[:-1]
    rising = np.concatenate([[0], np.flatnonzero(change > 0) + 1])
    moving = np.concatenate([np.flatnonzero(change), [len(change)]])  # where a plateau would end
    ends = moving[np.searchsorted(moving, rising)]
    falls = np.append(change < 0, False)[ends]
    return [(at, float(density[at]) - _key_saddle(density, at)) for at in rising[falls].tolist()]


def _key_saddle(density: Floats, at: int) -> float:
    """The lowest point on the better of the ways outward from a peak."""
    saddles = []
    for way in (density[:at][::-1], density[at + 1 :]):
        if len(way):
            higher = way > density[at]
            first = int(higher.argmax())
            before = way[:first] if higher[first] else way
            saddles.append(float(before.min(initial=density[at])))
    return max(saddles)


def _dense(profile: Floats, scale: Scale) -> list[Stretch]:
    """The stretches of one side that are dense enough, outward from price, not overlapping."""
    total = profile[: scale.reach].sum()
    if not total > 0:
        return []
    density = smoothed(profile, scale.unit)[: scale.reach + 2 * scale.half_width]
    prominent = [
        (at, drop)
        for at, drop in peaks_of(density)
        if at < scale.reach and drop * scale.ease >= PROMINENCE * density[at] > 0
    ]
    stretches = _merged(
        [_around(density, at, drop, scale.half_width) for at, drop in prominent], density, scale
    )
    return [one for one in stretches if _is_dense(profile[one.begin : one.end], total, scale)]


def _is_dense(inside: Floats, total: float, scale: Scale) -> bool:
    share = float(inside.sum() / total) * scale.ease
    return share >= SMALLEST_SHARE and share * scale.reach / len(inside) >= SMALLEST_CONTRAST


def _around(density: Floats, at: int, drop: float, farthest: int) -> Stretch:
    """Out to where density has fallen by half the prominence, or as far as an edge may lie."""
    below = density < density[at] - drop / 2
    inward = np.flatnonzero(below[max(0, at - farthest) : at][::-1])
    outward = np.flatnonzero(below[at + 1 : at + 1 + farthest])
    begin = at - int(inward[0]) if len(inward) else max(0, at - farthest)
    end = at + 1 + (int(outward[0]) if len(outward) else farthest)
    return Stretch(begin, min(end, len(density)), at)


def _merged(stretches: list[Stretch], density: Floats, scale: Scale) -> list[Stretch]:
    merged: list[Stretch] = []
    for one in stretches:
        if merged and one.begin - merged[-1].end < MERGE_GAP_U * scale.unit:
            last = merged.pop()
            peak = max(last.peak, one.peak, key=lambda at: float(density[at]))
            merged.append(Stretch(min(last.begin, one.begin), max(last.end, one.end), peak))
        else:
            merged.append(one)
    return merged


def _zone(found: LiquidationMap, side: Side, bands: Floats, stretch: Stretch, reach: int) -> FoundZone:
    inside = bands[:, stretch.begin : stretch.end]
    mass, total = float(inside.sum()), float(bands[:, :reach].sum())
    width = (stretch.end - stretch.begin) / reach
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
        venue_mix=tuple(
            (one.venue, float(one.mass[side, :, stretch.begin : stretch.end].sum()) / mass)
            for one in found.venues
        ),
    )
