"""Made-up maps and zones to draw."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone

AS_OF_MS = 1_770_300_300_000  # 2026-02-05 14:05:00 UTC
SYMBOLS = (
    "BTC/USDT:USDT",
    "1000000MOG/USDT:USDT",
    "BTC/USD:BTC",
    "ETH/USDT:USDT-260327",
    "<b>&nbsp;\n/EUR:EUR",
    "A" * 70 + "/" + "B" * 30 + ":USDT",
)


def made_map(
    symbol: str = "BTC/USDT:USDT",
    price: float = 97_240.0,
    *,
    seed: int = 1,
    sides: tuple[Side, ...] = (Side.LONG, Side.SHORT),
    venues: tuple[str, ...] = ("binance", "okx", "bybit"),
    missing: tuple[str, ...] = (),
    window: str = "all",
    hourly_range: float = 0.004,
) -> LiquidationMap:
    rng = np.random.default_rng(seed)
    shares = []
    for venue in venues:
        mass = np.zeros((2, 4, DISTANCE_BINS))
        for side in sides:
            mass[side] = rng.gamma(0.4, 1.0, (4, DISTANCE_BINS)) * (rng.random(DISTANCE_BINS) > 0.3)
        shares.append(VenueMap(venue, "BTCUSDT", price, AS_OF_MS, float(mass.sum()), hourly_range, mass))
    return LiquidationMap(symbol, price, window, tuple(shares), missing)


def made_zone(
    found: LiquidationMap,
    side: Side,
    near: float,
    width: float = 0.004,
    zone_id: str = "Z42",
    mass: float = 10.0,
) -> Zone:
    """A zone that begins a fraction `near` of the price away."""
    low, high = sorted(found.price * (1 + side.sign * at) for at in (near, near + width))
    return Zone(zone_id, side, low, high, (low + high) / 2, mass, 92.0, 2.4, (0.1, 0.2, 0.3, 0.4), AS_OF_MS)


def bins_of(found: LiquidationMap, side: Side, low: float, high: float) -> float:
    """Mass of a side between two prices by the map's own bins, evenly spread within a bin."""
    edges = np.arange(DISTANCE_BINS + 1) * DISTANCE_BIN
    near, far = sorted(max(0.0, side.sign * float(np.log(price / found.price))) for price in (low, high))
    inside = edges[1:].clip(near, far) - edges[:-1].clip(near, far)
    return float((found.profile[side] * inside / DISTANCE_BIN).sum())


prices = st.floats(-8, 6).map(lambda power: 10.0**power)


@st.composite
def maps_with_zones(draw: st.DrawFn) -> tuple[LiquidationMap, list[Zone]]:
    names = draw(st.sampled_from([("binance",), ("binance", "okx"), ("binance", "okx", "bybit"), ()]))
    missing = draw(st.lists(st.sampled_from(["okx", "bybit", "a_very_long_venue_name", "gate"]), max_size=6))
    found = made_map(
        draw(st.sampled_from(SYMBOLS)),
        draw(prices),
        seed=draw(st.integers(0, 99)),
        sides=draw(st.sampled_from([(Side.LONG, Side.SHORT), (Side.LONG,), (Side.SHORT,), ()])),
        venues=names,
        missing=tuple(missing),
        window=draw(st.sampled_from(["all", "7d", "180d", "a window that nobody offers"])),
        hourly_range=draw(st.sampled_from([0.0005, 0.004, 0.02])),
    )
    count = draw(st.integers(0, 9))
    zones = [
        made_zone(
            found,
            draw(st.sampled_from(list(Side))),
            draw(st.floats(-0.003, 0.15)),
            draw(st.floats(0.0005, 0.02)),
            draw(st.sampled_from([f"Z{at}", f"Z{10_000 + at}", f"Z{1_000_000_000 + at}"])),
            draw(st.floats(0, 1e6)),
        )
        for at in range(count)
    ]
    return found, zones
