"""Small made-up contracts and candles for the tests of this folder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History

START_MS = 1_767_225_600_000  # a full day, 2026-01-01
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
TIERS = (
    Tier(50_000, 125, 0.004),
    Tier(600_000, 100, 0.005),
    Tier(3_000_000, 50, 0.01),
    Tier(30_000_000, 20, 0.025),
    Tier(200_000_000, 5, 0.1),
)


def contract(venue: str = "binance", inverse: bool = False, tiers: tuple[Tier, ...] = TIERS) -> Contract:
    symbol = "BTC/USD:BTC" if inverse else "BTC/USDT:USDT"
    fee = 0.0005 if venue == "okx" else 0.0
    return Contract(venue, "BTCUSDT", symbol, 0.1, tiers, inverse, fee)


def walk(
    minutes: int,
    seed: int = 1,
    price: float = 60_000.0,
    volatility: float = 0.0008,
    interest_every: int = 5,
    span_ms: int = MINUTE_MS,
) -> History:
    """A random walk with open interest published on every n-th candle that moves both ways."""
    random = np.random.default_rng(seed)
    close = price * np.exp(np.cumsum(random.normal(0, volatility, minutes)))
    opened = np.r_[price, close[:-1]]
    reach = np.abs(random.normal(0, volatility / 2, (2, minutes)))
    interest = 1000 * np.exp(np.cumsum(random.normal(0, 0.004, minutes)))
    interest[np.arange(1, minutes + 1) % interest_every != 0] = np.nan
    return History(
        span_ms=span_ms,
        start_ms=START_MS + span_ms * np.arange(minutes, dtype=np.int64),
        open=opened,
        high=np.maximum(opened, close) * np.exp(reach[0]),
        low=np.minimum(opened, close) * np.exp(-reach[1]),
        close=close,
        volume_base=random.gamma(2.0, 2.0, minutes),
        open_interest_base=interest,
    )


def candles(*rows: tuple[float, float, float, float], interest: float = 1000.0, start: int = 0) -> History:
    """Minutes from (open, high, low, close) with constant open interest, `start` minutes after START_MS."""
    prices: NDArray[np.float64] = np.array(rows, float).reshape(-1, 4)
    count = len(rows)
    return History(
        span_ms=MINUTE_MS,
        start_ms=START_MS + MINUTE_MS * (start + np.arange(count, dtype=np.int64)),
        open=prices[:, 0].copy(),
        high=prices[:, 1].copy(),
        low=prices[:, 2].copy(),
        close=prices[:, 3].copy(),
        volume_base=np.ones(count),
        open_interest_base=np.full(count, interest),
    )
