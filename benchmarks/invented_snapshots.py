"""Snapshots to draw, another one for each number: few clusters with quiet stretches between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.liquidation.zones import find_zones

AS_OF_MS = 1_770_300_300_000
VENUES = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT"}
REACH_OF_BANDS = (0.08, 0.05, 0.03, 0.012)  # where most of a leverage band's mass is


def invented_snapshot(number: int) -> Snapshot:
    rng = np.random.default_rng(number)
    price = float(97_000 * np.exp(rng.normal(0, 0.05)))
    shares = tuple(_share(name, market, price, rng) for name, market in VENUES.items())
    found = LiquidationMap("BTC/USDT:USDT", price, "24h", shares)
    return Snapshot(found, _zones(found), 0.1, AS_OF_MS + 1_000 * number)


def _share(venue: str, market_id: str, price: float, rng: np.random.Generator) -> VenueMap:
    mass = np.stack([[_band(around, rng) for around in REACH_OF_BANDS] for _ in Side])
    return VenueMap(venue, market_id, price, AS_OF_MS, float(2 * mass.sum()), 0.004, mass)


def _band(around: float, rng: np.random.Generator) -> NDArray[np.float64]:
    distance = (np.arange(DISTANCE_BINS) + 0.5) * DISTANCE_BIN
    centres, widths = rng.uniform(0.3, 1.6, 4) * around, rng.uniform(0.0008, 0.004, 4)
    hills = np.exp(-(((distance[:, None] - centres) / widths) ** 2)) * rng.uniform(0.2, 1.0, 4)
    return np.asarray(900 * hills.sum(axis=1) + rng.gamma(0.4, 20, DISTANCE_BINS))


def _zones(found: LiquidationMap) -> tuple[Zone, ...]:
    return tuple(
        Zone(f"Z{at}", one.side, one.low, one.high, one.peak, one.mass_base, 80.0, one.contrast,
             one.leverage_mix, AS_OF_MS)
        for at, one in enumerate(find_zones(found))
    )  # fmt: skip
