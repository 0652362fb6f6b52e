"""How far off a quantity on the map may be: the band that holds the truth four times out of five.

Positions are few and large, so a small quantity is often nothing and sometimes twice as much, and a large one
is surer. How far, was measured on the four invented markets of the shared recordings, whose truth is known
(docs/accuracy.md); by how many positions of usual size stand behind a quantity.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.habits import USUAL_LUMP
from bot.liquidation.liquidation_map import LiquidationMap, line_of
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

STEP_BINS = 2  # map bins that are judged together: 0.1 % of price
POSITIONS = np.array([0.125, 0.375, 1.25, 3.75, 12.5, 37.5])  # of usual size
LOWEST = np.array([0.0, 0.05, 0.20, 0.35, 0.55, 0.62])  # truth over map, a tenth of the time below
HIGHEST = np.array([2.2, 2.2, 2.0, 1.9, 1.75, 1.6])  # a tenth of the time above
LONE = 0.5  # of a position: where hardly any is expected, the tenth above is about that much,
MOST = 10.0  # but at most so many times what is expected


def band(quantity: Floats, lump: float) -> tuple[Floats, Floats]:
    """(low, high) of quantities, each of one stretch of price; any shape.

    `lump` is a position of usual size in the same unit.
    """
    place = np.log(np.maximum(quantity, 1e-300)) - np.log(max(lump, 1e-300))
    known = np.log(POSITIONS)
    low, high = (quantity * np.interp(place, known, ratio) for ratio in (LOWEST, HIGHEST))
    lone = np.minimum(LONE * lump, MOST * quantity)
    return low, np.maximum(high, lone)


def lump_of(found: LiquidationMap) -> float:
    """A position of usual size, base coin, mean of the venues by open interest.

    Never below a venue's usual share, because finer liquidations may only be parts of larger positions.
    """
    if found.open_interest_base <= 0:
        return 0.0
    interest = np.array([venue.open_interest_base for venue in found.venues])
    lumps = np.maximum([venue.lump_base for venue in found.venues], USUAL_LUMP * interest)
    return float(np.average(lumps, weights=interest))


def map_band(found: LiquidationMap) -> tuple[Floats, Floats]:
    """(low, high) of the map's profile, shape (2, DISTANCE_BINS) each, judged in steps of 0.1 %.

    A step's band is divided among its bins like its quantity, so that bins of a step add up to its band.
    """
    profile = found.profile
    steps = profile.reshape(2, -1, STEP_BINS).sum(axis=2)
    bounds = band(steps, lump_of(found))
    ratios = [np.repeat(bound / np.maximum(steps, 1e-300), STEP_BINS, axis=1) for bound in bounds]
    return profile * ratios[0], profile * ratios[1]


def quantity_band(quantity: float, found: LiquidationMap) -> tuple[float, float]:
    """(low, high) of what one stretch of this map holds, e.g. a zone."""
    low, high = band(np.array([quantity]), lump_of(found))
    return float(low[0]), float(high[0])


def line_with_band(found: LiquidationMap, bins: int = 200) -> dict[str, object]:
    """The map as a line of the `estimate` format, with the band of each bin beside its quantity."""
    low, high = map_band(found)
    empty = np.zeros(bins)
    line = line_of(found, bins)
    for name, bound in (("low", low), ("high", high)):
        line[f"long_{name}_base"] = np.concatenate([bound[Side.LONG, :bins][::-1], empty]).tolist()
        line[f"short_{name}_base"] = np.concatenate([empty, bound[Side.SHORT, :bins]]).tolist()
    return line
