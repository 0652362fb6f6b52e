"""Quiet gaps: stretches of a side where few orders would be forced."""

from __future__ import annotations

import numpy as np

from bot.liquidation.liquidation_map import DISTANCE_BIN, LiquidationMap
from bot.liquidation.reading import Gap
from bot.liquidation.side import Side
from bot.liquidation.zones import reach_bins, smoothed

THIN = 0.4  # of the side's mean density
NARROWEST_U = 1.0


def gaps_of(found: LiquidationMap) -> tuple[Gap, ...]:
    """Where the smoothed density stays below 40 % of its side's mean in reach over at least 1 u.

    Longs first, each side outward from price; a side without any mass has no gaps.
    """
    unit = found.hourly_range / DISTANCE_BIN
    return tuple(gap for side in Side for gap in _side_gaps(found, side, unit)) if unit > 0 else ()


def _side_gaps(found: LiquidationMap, side: Side, unit: float) -> list[Gap]:
    reach, profile = reach_bins(unit), found.profile[side]
    mean = float(profile[:reach].mean())
    if not mean > 0:
        return []
    thin = smoothed(profile, unit)[:reach] < THIN * mean
    turns = np.flatnonzero(np.diff(np.concatenate([[False], thin, [False]]).astype(np.int8)))
    stretches = zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)
    return [
        _gap(found, side, begin, end, float(profile[begin:end].mean()) / mean)
        for begin, end in stretches
        if end - begin >= NARROWEST_U * unit
    ]


def _gap(found: LiquidationMap, side: Side, begin: int, end: int, thinness: float) -> Gap:
    prices = [found.price_at(side, at * DISTANCE_BIN) for at in (begin, end)]
    width = (end - begin) * DISTANCE_BIN / found.hourly_range
    return Gap(side, min(prices), max(prices), width, thinness)
