"""Made-up heat: a price that wanders, levels that it sweeps, and in the last column the map."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from drawn_maps import bins_of
from numpy.typing import NDArray

from bot.liquidation.feed import Feed
from bot.liquidation.heat_frame import SPANS_MS
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.reported_orders import LargeOrder, ReportedOrders, ReportingVenue
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import WINDOWS

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000


def made_heat(
    shown: Snapshot, window: str = "24h", *, unknown: int = 0, seed: int = 1, volatility: float = 0.004
) -> HeatHistory:
    """On edges that are bins from the price, so that the last column is the map to the last digit."""
    rng = np.random.default_rng(seed)
    price, span_ms = shown.found.price, SPANS_MS[window]
    columns = WINDOWS[window] // span_ms
    candles = _candles(rng, price, columns, volatility)
    lowest = float(np.log(candles[:, 2] / price).min())
    highest = float(np.log(candles[:, 1] / price).max())
    bins = np.arange(
        np.floor(min(lowest, -0.05) / DISTANCE_BIN), np.ceil(max(highest, 0.05) / DISTANCE_BIN) + 1
    )
    edges = price * np.exp(bins * DISTANCE_BIN)
    quantity = _open(rng, shown, edges, candles)
    stamp_ms = shown.found.as_of_ms - span_ms * np.arange(columns - 1, -1, -1, dtype=np.int64)
    quantity[:, :, :unknown] = 0.0
    return HeatHistory(
        venues=tuple(share.venue for share in shown.found.venues),
        window=window,
        span_ms=span_ms,
        stamp_ms=stamp_ms,
        known_from_ms=int(stamp_ms[unknown]),
        edges=edges,
        quantity=quantity,
        candles=candles,
        volume=rng.gamma(2.0, 1.0, len(edges) - 1),
    )


def _candles(rng: np.random.Generator, price: float, columns: int, volatility: float) -> Floats:
    close = np.cumsum(rng.normal(0, volatility, columns))
    close -= close[-1]
    opened = np.append(close[0], close[:-1])
    high = np.maximum(opened, close) + rng.exponential(volatility / 3, columns)
    low = np.minimum(opened, close) - rng.exponential(volatility / 3, columns)
    return np.asarray(price * np.exp(np.stack([opened, high, low, close], axis=1)))


def _open(rng: np.random.Generator, shown: Snapshot, edges: Floats, candles: Floats) -> Floats:
    """What is opened in a cell stays until price sweeps it."""
    cells, columns = len(edges) - 1, len(candles)
    hills = np.convolve(rng.gamma(0.15, 300.0, cells), np.ones(6) / 6, "same")
    found = np.zeros((2, cells, columns))
    held = np.tile(6 * hills, (2, 1))
    for column, (_, high, low, close) in enumerate(candles.tolist()):
        held[Side.LONG, edges[1:] > low] = 0.0
        held[Side.SHORT, edges[:-1] < high] = 0.0
        held[Side.LONG] += 0.1 * hills * (edges[1:] < close * 0.99)
        held[Side.SHORT] += 0.1 * hills * (edges[:-1] > close * 1.01)
        found[:, :, column] = held
    for side in Side:
        found[side] *= bool(shown.found.profile[side].any())
        now = [bins_of(shown.found, side, *pair) for pair in pairwise(edges.tolist())]
        found[side, :, -1] = now
    return found


def made_orders(shown: Snapshot, history: HeatHistory, count: int = 60, seed: int = 3) -> ReportedOrders:
    """At the candles' prices; the second venue was heard from the middle on."""
    rng = np.random.default_rng(seed)
    begin_ms, end_ms = int(history.stamp_ms[0]) - history.span_ms, int(history.stamp_ms[-1])
    names = history.venues[:2]
    columns = rng.integers(0, len(history.stamp_ms), count)
    amounts = np.sort(rng.pareto(1.5, count) * 2e5)[::-1]
    largest = tuple(
        LargeOrder(
            names[at % len(names)],
            int(history.stamp_ms[column]) - history.span_ms // 2,
            Side(at % 2),
            float(rng.uniform(history.candles[column, 2], history.candles[column, 1])),
            float(amount),
        )
        for at, (column, amount) in enumerate(zip(columns.tolist(), amounts.tolist(), strict=True))
    )
    middle_ms = (begin_ms + end_ms) // 2
    told = (
        ReportingVenue(names[0], Feed.THROTTLED, begin_ms, end_ms - begin_ms, (1.2e7, 3.4e6)),
        ReportingVenue(names[-1], Feed.COMPLETE, middle_ms, end_ms - middle_ms, (8.1e5, 0.0)),
    )[: len(names)]
    return ReportedOrders(begin_ms, end_ms, told, largest)
