"""Steepness: the stretch of a side in which the cumulative curve rises fastest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bot.liquidation.liquidation_map import DISTANCE_BIN, LiquidationMap
from bot.liquidation.reading import Steepness
from bot.liquidation.side import Side
from bot.liquidation.zones import reach_bins

WIDTH_U = 2.0


def steepness_of(found: LiquidationMap, side: Side, rank: Callable[[float], float]) -> Steepness | None:
    """G = R / (2 u) * the largest share of the side's mass in reach R that any stretch of 2 u holds.

    1 where the mass lies evenly; of equal stretches the nearest. None for a side without mass and in a
    motionless market. `rank` says where a value stands among the symbol's own.
    """
    unit = found.hourly_range / DISTANCE_BIN
    reach = reach_bins(unit) if unit > 0 else 0
    until = np.concatenate([[0.0], np.cumsum(found.profile[side, :reach])])
    if not until[-1] > 0:
        return None
    width = min(WIDTH_U * unit, reach)
    begins = np.append(np.arange(int(reach - width) + 1.0), reach - width)
    held = np.interp(begins + width, np.arange(reach + 1), until) - np.interp(
        begins, np.arange(reach + 1), until
    )
    best = int(np.argmax(held > held.max() * (1 - 1e-9)))
    share = float(held[best] / until[-1])
    ends = [found.price_at(side, float(at) * DISTANCE_BIN) for at in (begins[best], begins[best] + width)]
    value = reach / width * share
    percents = abs(ends[1] - ends[0]) / found.price * 100
    return Steepness(side, min(ends), max(ends), value, rank(value), share / percents)
