"""The numbers that the picture of an evolution is drawn from; they go to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.charts.bar_map.price_bars import LATE, PriceBars, bounded_reach, fitting_reach, gathered, price_bars
from bot.charts.facts import Facts, facts_of
from bot.charts.stacked_maps.bars import BarsDrawn, TagDrawn, bars_drawn, check_edges, profile_of
from bot.liquidation.evolution import Evolution
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.told_zones import TOLD_WITHIN, told_zones
from bot.liquidation.zone import Zone
from bot.look import Stack

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RowDrawn:
    """One window."""

    window: str
    share: float  # of everything open on its venues
    without: tuple[str, ...]  # venues of the other rows that this one has no share of
    layers: tuple[str, ...]  # the newest window, what each longer one adds, then LATE where venues are late
    bars: BarsDrawn
    tags: tuple[TagDrawn, ...]  # zones of which at least half was opened in it, and not in a shorter one


@dataclass(frozen=True)
class EvolutionDrawn:
    """Raises ValueError for numbers that are no evolution."""

    facts: Facts
    edges: tuple[float, ...]  # round prices
    rows: tuple[RowDrawn, ...]  # the shortest window first
    not_covered: tuple[str, ...]  # windows
    older: tuple[str, ...]  # ids of zones of which less than half was opened in any of the windows

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("it has no window")
        check_edges(self.edges, self.facts.price, [row.bars for row in self.rows])
        for at, row in enumerate(self.rows, 1):
            if len(row.bars.longs) != len(row.layers) or len([n for n in row.layers if n != LATE]) != at:
                raise ValueError("a window has not a layer for each that it holds")


def evolution_drawn(found: Evolution, handle: str = "", reach: float | None = None) -> EvolutionDrawn:
    """`reach` is the fraction of the price shown to either side; None: what fits."""
    whole = found.whole
    if reach is None:
        reach = fitting_reach(found.maps[-1], _marked(found, TOLD_WITHIN))
    reach = bounded_reach(reach)
    edges = price_bars(whole.found, reach, Stack.TIER, whole.tick_size).edges
    marked = _marked(found, reach)
    return EvolutionDrawn(
        facts=replace(facts_of(whole, handle), window=_windows(found)),
        edges=tuple(edges.tolist()),
        rows=tuple(_row(found, at, edges, marked) for at in range(len(found.maps))),
        not_covered=found.not_covered,
        older=tuple(zone.id for zone in marked if found.shown_on(zone) is None),
    )


def _windows(found: Evolution) -> str:
    """ "24h to 30d"."""
    names = list(dict.fromkeys(one.window for one in (found.maps[0], found.maps[-1])))
    return " to ".join(names)


def _marked(found: Evolution, reach: float) -> list[Zone]:
    within = min(reach, TOLD_WITHIN)
    return [zone for side in Side for zone in told_zones(found.whole, side, within=within)]


def _row(found: Evolution, at: int, edges: Floats, marked: list[Zone]) -> RowDrawn:
    drawn = found.maps[at]
    own = {venue.venue for venue in drawn.venues}
    here = [zone for zone in marked if found.shown_on(zone) is drawn]
    bars = _by_age(found.maps[: at + 1], found.whole.found.late, edges)
    return RowDrawn(
        window=drawn.window,
        share=found.share(drawn),
        without=tuple(one.venue for one in found.whole.found.venues if one.venue not in own),
        layers=bars.layers,
        bars=bars_drawn(bars),
        tags=tuple(
            TagDrawn(zone.id, zone.side.word, zone.low, zone.high, zone.distance(drawn.price))
            for zone in here
        ),
    )


def _by_age(maps: tuple[LiquidationMap, ...], late: frozenset[str], edges: Floats) -> PriceBars:
    """The bars of the last of some windows, parted by the shorter ones before it, on its own venues."""
    last = maps[-1]
    names = [venue.venue for venue in last.venues]
    current = [name for name in names if name not in late]
    nested = [_gathered_profile(found.only(current), edges) for found in maps]
    for at in range(len(nested) - 2, -1, -1):
        nested[at] = np.minimum(nested[at], nested[at + 1])
    layers = np.diff(np.stack(nested, axis=1), axis=1, prepend=0.0)
    windows = tuple(found.window for found in maps)
    if len(current) == len(names):
        return PriceBars(last.price, edges, windows, layers)
    grey = _gathered_profile(last.only(late), edges)[:, None]
    return PriceBars(last.price, edges, (*windows, LATE), np.concatenate([layers, grey], axis=1))


def _gathered_profile(found: LiquidationMap, edges: Floats) -> Floats:
    """Shape (2, bins)."""
    return gathered(profile_of(found)[:, None, :], edges / found.price)[:, 0]
