"""A contract and a year of invented minutes, the same every time: what the benchmarks run on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History
from bot.liquidation.liquidations import Liquidations

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MINUTE_MS = 60_000
FIRST_MS = 1_700_000_000_000 // (24 * 60 * MINUTE_MS) * (24 * 60 * MINUTE_MS)
CONTRACT = Contract(
    "binance",
    "BTCUSDT",
    "BTC/USDT:USDT",
    0.1,
    (Tier(300_000.0, 125.0, 0.004), Tier(800_000.0, 100.0, 0.005), Tier(3e6, 75.0, 0.0065)),
)


def invented_minutes(rows: int, seed: int = 1) -> History:
    """A walk of about 3 % a day, open interest every 5 minutes, every third minute a liquidation."""
    rng = np.random.default_rng(seed)
    close = np.log(50_000.0) + np.cumsum(rng.standard_t(4, rows)) * 5.5e-4
    opened = np.r_[close[0], close[:-1]]
    wick = np.abs(rng.normal(0, 3e-4, (2, rows)))
    low, high = np.minimum(opened, close) - wick[0], np.maximum(opened, close) + wick[1]
    interest = 80_000.0 * np.exp(
        0.15 * np.sin(np.arange(rows) / 9_000.0) + np.cumsum(rng.normal(0, 3e-4, rows))
    )
    interest[np.arange(rows) % 5 != 4] = np.nan
    start_ms = FIRST_MS + np.arange(rows, dtype=np.int64) * MINUTE_MS
    history = History(
        MINUTE_MS,
        start_ms,
        np.exp(opened),
        np.exp(high),
        np.exp(low),
        np.exp(close),
        volume_base=rng.lognormal(5.0, 0.8, rows),
        open_interest_base=interest,
    )
    return replace(history, liquidations=_liquidations(rng, start_ms, low, high, close > opened))


def coarser(minutes: History, count: int) -> History:
    """Each `count` minutes as one candle, without liquidations."""
    rows = len(minutes) // count
    low, high, volume = (
        column[: rows * count].reshape(rows, count)
        for column in (minutes.low, minutes.high, minutes.volume_base)
    )
    return History(
        minutes.span_ms * count,
        minutes.start_ms[: rows * count : count],
        minutes.open[: rows * count : count],
        high.max(axis=1),
        low.min(axis=1),
        minutes.close[count - 1 : rows * count : count],
        volume.sum(axis=1),
        minutes.open_interest_base[count - 1 : rows * count : count],
    )


def _liquidations(
    rng: np.random.Generator,
    start_ms: NDArray[np.int64],
    low: Floats,
    high: Floats,
    rising: NDArray[np.bool_],
) -> Liquidations:
    """Shorts where price rose, longs where it fell."""
    at = np.flatnonzero(rng.random(len(start_ms)) < 1 / 3)
    return Liquidations(
        stamp_ms=start_ms[at] + rng.integers(0, MINUTE_MS, len(at)),
        side=rising[at].astype(np.int64),
        price=np.exp(rng.uniform(low[at], high[at])),
        quantity_base=rng.lognormal(0.0, 1.5, len(at)),
        covered_from_ms=int(start_ms[0]),
    )
