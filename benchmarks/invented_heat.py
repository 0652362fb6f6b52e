"""Heatmaps to draw, another one for each number: 24 hours of a wandering price over an invented map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from invented_snapshots import AS_OF_MS, VENUES, invented_snapshot
from numpy.typing import NDArray

from bot.liquidation.feed import Feed
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.reported_orders import MOST_ORDERS, LargeOrder, ReportedOrders, ReportingVenue
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot

COLUMNS, SPAN_MS, SIDE_CELLS = 96, 900_000, 100
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class InventedHeat:
    shown: Snapshot
    history: HeatHistory
    reported: ReportedOrders


def invented_heat(number: int) -> InventedHeat:
    rng = np.random.default_rng(number)
    shown = invented_snapshot(number)
    candles = _candles(rng, shown.found.price)
    edges = shown.found.price * np.exp(np.arange(-SIDE_CELLS, SIDE_CELLS + 1) * DISTANCE_BIN)
    stamp_ms = AS_OF_MS - SPAN_MS * np.arange(COLUMNS - 1, -1, -1, dtype=np.int64)
    history = HeatHistory(
        venues=tuple(VENUES),
        window="24h",
        span_ms=SPAN_MS,
        stamp_ms=stamp_ms,
        known_from_ms=int(stamp_ms[0]),
        edges=edges,
        quantity=_open(rng, shown, edges, candles),
        candles=candles,
        volume=rng.gamma(2.0, 1.0, 2 * SIDE_CELLS),
    )
    return InventedHeat(shown, history, _reported(rng, history))


def _candles(rng: np.random.Generator, price: float) -> Floats:
    close = np.cumsum(rng.normal(0, 0.003, COLUMNS))
    close -= close[-1]
    opened = np.append(close[0], close[:-1])
    ends = np.stack([np.maximum(opened, close), np.minimum(opened, close)])
    high, low = ends + rng.exponential(0.001, (2, COLUMNS)) * [[1], [-1]]
    return np.asarray(price * np.exp(np.stack([opened, high, low, close], axis=1)))


def _open(rng: np.random.Generator, shown: Snapshot, edges: Floats, candles: Floats) -> Floats:
    """Everything stays until price sweeps it; what is open last is the map."""
    profile = shown.found.profile[:, :SIDE_CELLS]
    held = np.zeros((2, 2 * SIDE_CELLS))
    held[Side.LONG, :SIDE_CELLS] = profile[Side.LONG, ::-1]
    held[Side.SHORT, SIDE_CELLS:] = profile[Side.SHORT]
    known = rng.gamma(3.0, 1 / 3.0, (2, 2 * SIDE_CELLS, 1)) * held.sum(axis=0)[None, :, None]
    quantity = np.repeat(known, COLUMNS, axis=2)
    quantity[Side.LONG] *= edges[1:, None] < np.minimum.accumulate(candles[:, 2])
    quantity[Side.SHORT] *= edges[:-1, None] > np.maximum.accumulate(candles[:, 1])
    quantity[:, :, -1] = held
    return quantity


def _reported(rng: np.random.Generator, history: HeatHistory) -> ReportedOrders:
    begin_ms, end_ms = int(history.stamp_ms[0]) - SPAN_MS, int(history.stamp_ms[-1])
    columns = rng.integers(0, COLUMNS, MOST_ORDERS).tolist()
    amounts = np.sort(rng.pareto(1.5, MOST_ORDERS) * 2e5)[::-1].tolist()
    largest = tuple(
        LargeOrder(
            "binance", int(history.stamp_ms[column]), Side(at % 2), float(history.candles[column, 3]), amount
        )
        for at, (column, amount) in enumerate(zip(columns, amounts, strict=True))
    )
    told = ReportingVenue("binance", Feed.THROTTLED, begin_ms, end_ms - begin_ms, (3e7, 2e7))
    return ReportedOrders(begin_ms, end_ms, (told,), largest)
