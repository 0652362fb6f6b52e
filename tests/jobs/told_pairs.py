"""Two maps to compare, and one over several windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bot.liquidation.comparison import Compared, Comparison
from bot.liquidation.evolution import Evolution, evolution_of
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding

NOW_MS = 1_770_300_342_000
BTC = "BTC/USDT:USDT"


def _map(venue: str, price: float, window: str = "all") -> LiquidationMap:
    mass = np.ones((2, 4, DISTANCE_BINS))
    share = VenueMap(venue, "BTCUSDT", price, NOW_MS - 30_000, 5_000.0, 0.004, mass)
    return LiquidationMap(BTC, price, window, (share,))


def _snapshot(found: LiquidationMap) -> Snapshot:
    return Snapshot(found, (), 0.1, NOW_MS)


def two_venues() -> Comparison:
    paid = Funding(0.0001, 28_800_000, None, NOW_MS)
    first, second = (_snapshot(_map(*one)) for one in (("binance", 100.0), ("okx", 100.1)))
    return Comparison(Compared(first, (("binance", paid),)), Compared(second))


def evolution() -> Evolution:
    whole = _snapshot(_map("binance", 100.0))
    maps = []
    for window, share in (("24h", 0.3), ("3d", 0.6), ("30d", 0.9)):
        (venue,) = whole.found.venues
        part = replace(venue, mass=venue.mass * share)
        maps.append(replace(whole.found, window=window, venues=(part,)))
    return evolution_of(whole, maps, [])
