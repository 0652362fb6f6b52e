"""Markets whose liquidations and mark prices are known, because they are made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from invented_candles import MINUTE_MS, START_MS, contract
from numpy.typing import NDArray

from bot.liquidation.contract import Contract
from bot.liquidation.history import COLUMNS, History
from bot.liquidation.levels import level_distance
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.side import Side

INTEREST = 1000.0
FIVE_MINUTES_MS = 5 * MINUTE_MS
NEVER_MS = int(np.iinfo(np.int64).max)

Event = tuple[int, Side, float, float]  # stamp, side of the position, price, base coin


def level(side: Side, entry: float, leverage: float, market: Contract | None = None) -> float:
    """Where a small position of a contract, by default the invented one, is liquidated."""
    distance = level_distance(market or contract(), side, np.array([leverage]))
    return float(entry * np.exp(side.sign * distance[0]))


def told(events: Sequence[Event], covered_from_ms: int = START_MS) -> Liquidations:
    stamps, sides, prices, quantities = zip(*events, strict=True) if events else ((), (), (), ())
    return Liquidations(
        np.array(stamps, np.int64),
        np.array(sides, np.int64),
        np.array(prices, float),
        np.array(quantities, float),
        covered_from_ms,
    )


def along(prices: Sequence[float], start_ms: int = START_MS, span_ms: int = FIVE_MINUTES_MS) -> History:
    """Candles from one price to the next without wicks, open interest constant, nobody listening."""
    opened: NDArray[np.float64] = np.array(prices[:-1], float)
    close: NDArray[np.float64] = np.array(prices[1:], float)
    count = len(close)
    return History(
        span_ms=span_ms,
        start_ms=start_ms + span_ms * np.arange(count, dtype=np.int64),
        open=opened,
        high=np.maximum(opened, close),
        low=np.minimum(opened, close),
        close=close,
        volume_base=np.ones(count),
        open_interest_base=np.full(count, INTEREST),
    )


def plateaus(jumps: int, leverage: float = 25.0, quantity: float = 5.0) -> History:
    """Two hours at 100, two hours at 94 and so on; at each jump all who entered before it with one leverage
    are liquidated. A quantity of 0 is a feed that listens and hears nothing."""
    prices, events = [100.0], list[Event]()
    for jump in range(jumps):
        here, there, side = (100.0, 94.0, Side.LONG) if jump % 2 == 0 else (94.0, 100.0, Side.SHORT)
        prices += [here] * 24 + [there]
        stamp = START_MS + FIVE_MINUTES_MS * (len(prices) - 2) + MINUTE_MS
        events.append((stamp, side, level(side, here, leverage), quantity))
    return replace(along(prices), liquidations=told(events if quantity else []))


def heard(history: History, seed: int, a_candle: float = 0.5) -> History:
    """With liquidations of both sides at random moments and prices of its candles."""
    random = np.random.default_rng(seed)
    row = np.sort(random.integers(0, len(history), round(len(history) * a_candle)))
    stamp_ms = np.sort(history.start_ms[row] + random.integers(0, history.span_ms, len(row)))
    price = history.low[row] + random.random(len(row)) * (history.high[row] - history.low[row])
    side, quantity = random.integers(0, 2, len(row)), random.gamma(1.0, 2.0, len(row))
    return replace(
        history, liquidations=Liquidations(stamp_ms, side, price, quantity, int(history.start_ms[0]))
    )


def marked(history: History, seed: int) -> History:
    """With a mark price that follows half of each wick on average, unknown for one candle in ten."""
    random = np.random.default_rng(seed)
    body_low, body_high = np.minimum(history.open, history.close), np.maximum(history.open, history.close)
    part = random.random((2, len(history)))
    low, high = history.low + part[0] * (body_low - history.low), history.high
    high = high - part[1] * (high - body_high)
    unknown = random.random(len(history)) < 0.1
    return replace(
        history, mark_low=np.where(unknown, np.nan, low), mark_high=np.where(unknown, np.nan, high)
    )


def with_gaps(history: History, kept: NDArray[np.bool_]) -> History:
    """Without some of its candles; the feed goes on in between."""
    columns = {name: column[kept] for name in COLUMNS if (column := getattr(history, name)) is not None}
    return replace(history, **columns)
