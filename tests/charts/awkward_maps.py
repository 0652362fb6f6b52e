"""Snapshots that are hard to draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from drawn_maps import AS_OF_MS, made_map

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.liquidation.zones import find_zones

MINUTE_MS = 60_000


def clustered(found: LiquidationMap, seed: int = 7) -> LiquidationMap:
    """With mass as markets have it: few clusters, quiet stretches between them, less far away."""
    rng = np.random.default_rng(seed)
    distance = (np.arange(DISTANCE_BINS) + 0.5) * DISTANCE_BIN
    shares = []
    for at, venue in enumerate(found.venues):
        mass = np.zeros_like(venue.mass)
        for side in Side:
            if not venue.mass[side].any():
                continue
            for band, around in enumerate((0.08, 0.05, 0.03, 0.012)):
                centres = rng.uniform(0.3, 1.6, 4) * around
                widths = rng.uniform(0.0008, 0.004, 4)
                heights = rng.uniform(0.2, 1.0, 4) * (1.5 - 0.3 * at)
                hills = np.exp(-(((distance[:, None] - centres) / widths) ** 2)) * heights
                mass[side, band] = 900 * hills.sum(axis=1) + rng.gamma(0.4, 20, DISTANCE_BINS)
        shares.append(replace(venue, mass=mass, open_interest_base=float(2 * mass.sum())))
    return replace(found, venues=tuple(shares))


def zones_of(found: LiquidationMap, ease: float = 1.0) -> tuple[Zone, ...]:
    """As a pair's own zones are found, with made-up names."""
    return tuple(
        Zone(
            f"Z{40 + at}", one.side, one.low, one.high, one.peak, one.mass_base, 95.0 - 4 * at,
            one.contrast, one.leverage_mix, AS_OF_MS,
        )
        for at, one in enumerate(find_zones(found, ease))
    )  # fmt: skip


def usual() -> Snapshot:
    found = clustered(made_map(window="24h"))
    return Snapshot(found, zones_of(found), 0.1, AS_OF_MS + 42_000)


def priced(symbol: str, price: float, tick_size: float) -> Snapshot:
    found = clustered(made_map(symbol, price, window="7d"))
    return Snapshot(found, zones_of(found), tick_size, AS_OF_MS + 42_000)


def windowed(window: str, hourly_range: float) -> Snapshot:
    found = clustered(made_map(window=window, hourly_range=hourly_range))
    return Snapshot(found, zones_of(found), 0.1, AS_OF_MS + 42_000)


def one_sided() -> Snapshot:
    found = clustered(made_map(sides=(Side.SHORT,)))
    return Snapshot(found, zones_of(found), 0.1, AS_OF_MS + 42_000)


def empty() -> Snapshot:
    return Snapshot(made_map(sides=()), (), 0.1, AS_OF_MS + 42_000)


def without_venues() -> Snapshot:
    return Snapshot(made_map(venues=(), missing=("binance", "okx")), (), 0.1, AS_OF_MS + 42_000)


def long_names() -> Snapshot:
    venues = ("hyperliquid", "a_venue_with_a_very_long_name", "deribit", "gate", "bitget")
    found = clustered(
        made_map("1000000MOG/USDT:USDT", 0.4217, venues=venues, missing=("okx", "kucoinfutures"))
    )
    shares = tuple(replace(share, market_id="1000000MOGUSDT-PERPETUAL") for share in found.venues)
    found = replace(found, venues=shares)
    return Snapshot(found, zones_of(found), 1e-4, AS_OF_MS + 42_000)


def stale() -> Snapshot:
    shown = usual()
    stopped = AS_OF_MS - 14 * MINUTE_MS
    shares = tuple(
        replace(share, as_of_ms=stopped, open_interest_ms=stopped) if share.venue == "okx" else share
        for share in shown.found.venues
    )
    late = frozenset({"okx"})
    return replace(
        shown, found=replace(shown.found, venues=shares, late=late), now_ms=AS_OF_MS + 20 * MINUTE_MS
    )


def eight_zones() -> Snapshot:
    found = clustered(made_map())
    return Snapshot(found, zones_of(found, ease=1.5), 0.1, AS_OF_MS + 42_000)


def one_tall_bar() -> Snapshot:
    shown = usual()
    shown.found.venues[0].mass[Side.LONG, 2, 40] = 1e5
    shown.found.venues[0].mass[Side.SHORT, 3, 21] = 4e4
    return shown


def one_venue() -> Snapshot:
    found = clustered(made_map("ETH/USDT:USDT", 3_412.55, venues=("okx",)))
    found = replace(found, venues=(replace(found.venues[0], market_id="ETH-USDT-SWAP"),))
    return Snapshot(found, zones_of(found), 0.01, AS_OF_MS + 42_000)


def high_leverage_shorts() -> Snapshot:
    return usual().selected(Selection(leverage=frozenset({2, 3}), side=Side.SHORT))


AWKWARD = {
    "usual": usual,
    "tiny price": lambda: priced("PEPE/USDT:USDT", 1.0347e-6, 1e-10),
    "large price": lambda: priced("BTC/USDT:USDT", 100_000.0, 0.1),
    "12h": lambda: windowed("12h", 0.001),
    "1y": lambda: windowed("1y", 0.02),
    "one-sided": one_sided,
    "empty": empty,
    "without venues": without_venues,
    "long names": long_names,
    "stale venue": stale,
    "eight zones": eight_zones,
    "one tall bar": one_tall_bar,
    "one venue": one_venue,
    "high leverage shorts": high_leverage_shorts,
}  # fmt: skip
