"""Imbalance: longs against shorts near price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import REACHES, Imbalance
from bot.liquidation.side import Side


def imbalance_of(found: LiquidationMap, rank: Callable[[int, float], float]) -> tuple[Imbalance, ...]:
    """By REACHES; `rank` says where a long share within the n-th of them stands among the symbol's own."""
    return tuple(_within(found, reach, within, rank) for reach, within in enumerate(REACHES))


def _within(
    found: LiquidationMap, reach: int, within: float, rank: Callable[[int, float], float]
) -> Imbalance:
    longs, shorts = (found.mass_to(side, found.price * (1 + side.sign * within)) for side in Side)
    unranked = Imbalance(within, longs, shorts, 50.0)
    return replace(unranked, percentile=rank(reach, unranked.long_share))
