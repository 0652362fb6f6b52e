"""Everything that is read off one map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import nan

from bot.liquidation.gaps import gaps_of
from bot.liquidation.hourly_values import HourlyValues
from bot.liquidation.imbalance import imbalance_of
from bot.liquidation.ladders import ladders_of
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import NarrowRange, Reading
from bot.liquidation.side import Side
from bot.liquidation.steepness import steepness_of
from bot.liquidation.zone import Zone


def read_off(
    found: LiquidationMap, zones: Sequence[Zone], past: HourlyValues, narrow: NarrowRange | None
) -> Reading:
    """The reading of a map whose zones have their names; `past` are the symbol's own hourly values."""
    steepness = (steepness_of(found, side, partial(past.steepness_rank, side)) for side in Side)
    return Reading(
        symbol=found.symbol,
        as_of_ms=found.as_of_ms,
        price=found.price,
        hourly_range=found.hourly_range,
        zones=tuple(zones),
        steepness=tuple(one for one in steepness if one is not None),
        ladders=ladders_of(zones, found.hourly_range),
        gaps=gaps_of(found),
        imbalance=imbalance_of(found, past.long_share_rank),
        narrow_range=narrow,
    )


def to_remember(reading: Reading) -> tuple[float, ...]:
    """What HourlyValues keep of a reading, in their order."""
    steep = {one.side: one.value for one in reading.steepness}
    shares = (one.long_share if one.long_base + one.short_base else nan for one in reading.imbalance)
    return (*(steep.get(side, nan) for side in Side), *shares)
