"""How much a pair's own maps knew of the liquidations that were recorded after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.scoring.map_line import MapLine
from bot.liquidation.scoring.plain_maps import plain_maps
from bot.liquidation.scoring.scored_maps import ScoredMaps
from bot.liquidation.scoring.truth import PricedQuantities, ScoredMarket
from bot.liquidation.scoring.visited_cells import VisitedCells

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
LEAST_HOURS = 72
LEAST_ORDERS = 300


@dataclass(frozen=True)
class RecordedGain:
    """Nats a liquidation gained over calling every price that was visited alike: that is what the width of a
    move knows. By name in `peers` what plain maps gained on the same hours.
    """

    hours: int  # maps that were judged by the hour after them
    orders: int
    own: float | None  # None: not enough recorded
    peers: Mapping[str, float]


def recorded_gain(
    lines: Sequence[MapLine],
    hours: History,
    events: PricedQuantities,
    heard: Sequence[tuple[int, int]],
    market: ScoredMarket | None = None,
) -> RecordedGain:
    """`lines` ascend in time, `hours` are candles of an hour; maps count whose hour after was listened to.

    `market` is what plain maps are made from, None where it is not known.
    """
    wanted = [line for line in lines if _was_heard(line.stamp_ms, heard)]
    maps = ScoredMaps.of(wanted)
    if not len(maps) or not len(hours):
        return RecordedGain(0, 0, None, {})
    cells = VisitedCells.of(maps, hours, events, HOUR_MS)
    orders = int(cells.count.sum())
    if cells.windows < LEAST_HOURS or orders < LEAST_ORDERS:
        return RecordedGain(cells.windows, orders, None, {})
    peers = {name: _gain(cells, mass) for name, mass in _peers(maps, market).items()}
    return RecordedGain(cells.windows, orders, _gain(cells, maps.mass), peers)


def _peers(maps: ScoredMaps, market: ScoredMarket | None) -> dict[str, Floats]:
    """The mean of the maps so far, and the public recipes where candles reach back before the first map."""
    counted = np.arange(1, len(maps) + 1)[:, None, None]
    distance = {"distance": np.cumsum(maps.mass, axis=0) / counted}
    if market is None or not len(market.candles) or market.candles.end_ms[0] > maps.stamp_ms[0]:
        return distance
    found = plain_maps(market, maps)
    del found["uniform"]  # that is what all are compared with
    return found


def _gain(cells: VisitedCells, mass: Floats) -> float:
    return cells.score(mass)["r1"]


def _was_heard(stamp_ms: int, heard: Sequence[tuple[int, int]]) -> bool:
    return any(begin <= stamp_ms and stamp_ms + HOUR_MS <= until for begin, until in heard)
