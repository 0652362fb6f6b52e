"""Maps drawn by hand for the tests of zones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
HILLS = tuple[tuple[Side, float, float, float], ...]  # side, log-distance, sd in log-distance, mass


def hilly(
    hills: HILLS,
    price: float = 100.0,
    as_of_ms: int = 0,
    hourly_range: float = 0.01,
    ground: float = 0.05,
) -> LiquidationMap:
    """Gaussian hills on even ground, the mass shared among the leverage bands as 4:3:2:1."""
    centre = (np.arange(DISTANCE_BINS) + 0.5) * DISTANCE_BIN
    profile = np.full((2, DISTANCE_BINS), ground / DISTANCE_BINS * 20)
    for side, distance, width, mass in hills:
        hill = np.exp(-0.5 * ((centre - distance) / width) ** 2)
        profile[side] += mass * hill / hill.sum()
    return of_profile(profile, price, as_of_ms, hourly_range)


def of_profile(profile: Floats, price: float, as_of_ms: int, hourly_range: float) -> LiquidationMap:
    mass = profile[:, None, :] * np.array([0.4, 0.3, 0.2, 0.1])[None, :, None]
    share = VenueMap("binance", "BTCUSDT", price, as_of_ms, 1000.0, hourly_range, mass)
    return LiquidationMap("BTC/USDT:USDT", price, "all", (share,))


def at_prices(
    hills: tuple[tuple[float, float, float], ...], price: float, as_of_ms: int = 0, ground: float = 0.05
) -> LiquidationMap:
    """Hills that stay where they are while price moves: (price of the peak, relative sd, mass)."""
    placed = tuple(
        (Side.SHORT if peak > price else Side.LONG, abs(float(np.log(peak / price))), width, mass)
        for peak, width, mass in hills
    )
    return hilly(placed, price, as_of_ms, ground=ground)
