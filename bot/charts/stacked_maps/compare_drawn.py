"""The numbers that the picture of a comparison is drawn from; they go to JSON and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.charts.bar_map.price_bars import LATE, PriceBars, bounded_reach, fitting_reach, gathered
from bot.charts.facts import Facts, facts_of
from bot.charts.stacked_maps.bars import BarsDrawn, TagDrawn, bars_drawn, check_edges, profile_of
from bot.charts.steps import bin_step, multiples
from bot.liquidation.comparison import WITHIN, Basis, Compared, Comparison
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.told_zones import TOLD_WITHIN, told_zones
from bot.liquidation.zone import Zone

CURRENT = "current"
ZONES_A_SIDE = 2


@dataclass(frozen=True)
class FundingDrawn:
    venue: str
    rate: float  # fraction of notional for each interval; longs pay shorts where it is positive
    interval_ms: int | None  # None where the venue does not say


@dataclass(frozen=True)
class PanelDrawn:
    """One of the two."""

    facts: Facts
    expires_ms: int | None  # None for a perpetual
    funding: tuple[FundingDrawn, ...]
    bars: BarsDrawn  # one layer, and a second of the venues whose data is late
    tags: tuple[TagDrawn, ...]  # low and high as fractions of its own price
    densities: tuple[float, ...]  # by WITHIN, shares of all its open positions


@dataclass(frozen=True)
class CompareDrawn:
    """Raises ValueError for numbers that are no comparison."""

    edges: tuple[float, ...]  # of the bins, as fractions of each one's own price: 0 is both prices
    first: PanelDrawn
    second: PanelDrawn
    basis: float | None  # the second's price over the first's, minus 1
    yearly: float | None
    ratio: float | None  # the first's amount over the second's within the last of WITHIN

    def __post_init__(self) -> None:
        check_edges(self.edges, 0.0, [panel.bars for panel in self.both])
        if any(len(panel.densities) != len(WITHIN) for panel in self.both):
            raise ValueError("it has not a density for every distance")
        if any(len(panel.bars.longs) != 1 + bool(panel.facts.late) for panel in self.both):
            raise ValueError("it has not a layer for what is late")

    @property
    def both(self) -> tuple[PanelDrawn, PanelDrawn]:
        return self.first, self.second

    @property
    def is_one_symbol(self) -> bool:
        """One contract on two venues."""
        return self.first.facts.symbol == self.second.facts.symbol


def compare_drawn(pair: Comparison, handle: str = "", reach: float | None = None) -> CompareDrawn:
    """`reach` is the fraction of each price shown to either side; None: what fits both."""
    if reach is None:
        reach = max(_fitting(one) for one in pair.both)
    reach = bounded_reach(reach)
    basis = pair.basis or Basis(0.0, None)
    bars = [percent_bars(one.found, reach) for one in pair.both]
    first, second = (_panel(one, of_it, reach, handle) for one, of_it in zip(pair.both, bars, strict=True))
    return CompareDrawn(
        edges=tuple(float(f"{edge:.10g}") for edge in (bars[0].edges - 1).tolist()),
        first=first,
        second=second,
        basis=None if pair.basis is None else basis.fraction,
        yearly=basis.yearly,
        ratio=pair.ratio(WITHIN[-1]),
    )


def percent_bars(found: LiquidationMap, reach: float) -> PriceBars:
    """A map over distance from its own price: prices are ratios to it, and 1 is an edge."""
    step = bin_step(2 * reach, 0.0)
    fractions = multiples(-reach - step * (1 - 1e-9), reach + step * (1 - 1e-9), step)
    edges = 1 + fractions
    current = [share.venue for share in found.venues if share.venue not in found.late]
    layers = {CURRENT: current, LATE: [share.venue for share in found.late_venues]}
    named = tuple(name for name, venues in layers.items() if venues or name == CURRENT)
    profiles = [profile_of(found.only(layers[name])) for name in named]
    return PriceBars(1.0, edges, named, gathered(np.stack(profiles, axis=1), edges))


def _fitting(one: Compared) -> float:
    return fitting_reach(one.found, _marked(one, TOLD_WITHIN))


def _marked(one: Compared, reach: float) -> list[Zone]:
    within = min(reach, TOLD_WITHIN)
    return [zone for side in Side for zone in told_zones(one.shown, side, within=within, count=ZONES_A_SIDE)]


def _panel(one: Compared, bars: PriceBars, reach: float, handle: str) -> PanelDrawn:
    return PanelDrawn(
        facts=facts_of(one.shown, handle),
        expires_ms=one.expires_ms,
        funding=tuple(
            FundingDrawn(venue, funding.rate, funding.interval_ms) for venue, funding in one.funding
        ),
        bars=bars_drawn(bars),
        tags=_tags(_marked(one, reach), one.found.price),
        densities=tuple(one.density(within) for within in WITHIN),
    )


def _tags(zones: Sequence[Zone], price: float) -> tuple[TagDrawn, ...]:
    return tuple(
        TagDrawn(zone.id, zone.side.word, zone.low / price - 1, zone.high / price - 1, zone.distance(price))
        for zone in zones
    )
