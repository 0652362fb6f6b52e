"""A made-up day of a map, to replay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.past_map import PastProfile
from bot.liquidation.selection import Selection
from bot.liquidation.snapshot import Snapshot

NOW_MS = 1_791_158_400_000
HALF_HOUR_MS = 1_800_000


def day(moments: int = 7, price: float = 60_000.0, tallest: float = 30.0) -> list[PastProfile]:
    """A price that rises by 0.2 % each half hour through a hill of shorts, 1 % above where it begins."""
    prices = price * np.exp(0.002 * np.arange(moments))
    found = []
    for at, now in enumerate(prices.tolist()):
        distance = (np.arange(DISTANCE_BINS) + 0.5) * DISTANCE_BIN
        level = np.log(now / price) + distance
        shorts = 5.0 + tallest * np.exp(-0.5 * ((level - 0.01) / 0.001) ** 2)
        longs = np.full(DISTANCE_BINS, 3.0)
        found.append(PastProfile(NOW_MS - (moments - 1 - at) * HALF_HOUR_MS, now, np.stack([longs, shorts])))
    return found


def snapshot(past: Sequence[PastProfile], selection: Selection = Selection()) -> Snapshot:
    last = past[-1]
    mass = np.repeat(last.profile[:, None] / 4, 4, axis=1)
    shares = tuple(
        VenueMap(name, "BTCUSDT", last.price, NOW_MS - 60_000, 1000.0, 0.004, mass / 2)
        for name in ("binance", "okx")
    )
    found = LiquidationMap("BTC/USDT:USDT", last.price, "all", shares)
    return Snapshot(found, (), 0.1, NOW_MS, selection=selection)
