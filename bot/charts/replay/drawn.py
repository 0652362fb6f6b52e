"""The numbers a replay is drawn from: one pair's map at moments of a day, on one price axis."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.charts.bar_map.price_bars import ceiling_of, fitting_reach, gathered
from bot.charts.facts import Facts, facts_of
from bot.charts.steps import bin_step, multiples
from bot.liquidation.replay import Replay
from bot.liquidation.side import Side
from bot.liquidation.told_zones import told_zones

WIDEST = 0.08  # of the price, beyond where it went on either side


@dataclass(frozen=True)
class MomentDrawn:
    stamp_ms: int
    price: float
    longs: tuple[float, ...]  # base coin by bin
    shorts: tuple[float, ...]

    def half(self, side: Side) -> tuple[float, ...]:
        return self.longs if side is Side.LONG else self.shorts


@dataclass(frozen=True)
class ReplayDrawn:
    """Raises ValueError for numbers that are no replay."""

    facts: Facts  # of the last moment
    edges: tuple[float, ...]  # round prices, one more than there are bins
    ceiling: float  # the mass that is drawn as 100 in every frame; 0 where there is none
    moments: tuple[MomentDrawn, ...]  # oldest first

    def __post_init__(self) -> None:
        if not self.moments:
            raise ValueError("it has no moments")
        if not all(low < high for low, high in pairwise(self.edges)):
            raise ValueError("its price bins do not ascend")
        if any(later.stamp_ms <= one.stamp_ms for one, later in pairwise(self.moments)):
            raise ValueError("its moments do not follow each other")
        bins = len(self.edges) - 1
        for one in self.moments:
            if not self.edges[0] <= one.price <= self.edges[-1]:
                raise ValueError("a price is outside the bins")
            if len(one.longs) != bins or len(one.shorts) != bins:
                raise ValueError("it has not a bar for every bin")

    def span(self, one: MomentDrawn, side: Side, at: int) -> tuple[float, float]:
        """The prices between which a bar stands: its bin, cut off at the price."""
        low, high = self.edges[at], self.edges[at + 1]
        return (low, min(high, one.price)) if side is Side.LONG else (max(low, one.price), high)


def replay_drawn(day: Replay, handle: str = "") -> ReplayDrawn:
    shown, past = day.shown, day.moments
    zones = [zone for side in Side for zone in told_zones(shown, side)]
    reach = min(WIDEST, fitting_reach(shown.found, zones))
    prices = [one.price for one in past]
    low, high = min(prices) * (1 - reach), max(prices) * (1 + reach)
    step = bin_step(high - low, shown.tick_size)
    edges = multiples(low - step * (1 - 1e-9), high + step * (1 - 1e-9), step)
    edges = edges[edges > 0]
    masses = np.array([gathered(one.profile[:, None], edges / one.price)[:, 0] for one in past])
    moments = (
        MomentDrawn(one.stamp_ms, one.price, tuple(longs), tuple(shorts))
        for one, (longs, shorts) in zip(past, masses.tolist(), strict=True)
    )
    return ReplayDrawn(facts_of(shown, handle), tuple(edges.tolist()), ceiling_of(masses), tuple(moments))
