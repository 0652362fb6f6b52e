"""Made-up comparisons and evolutions to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from awkward_maps import AWKWARD, clustered, eight_zones, usual, zones_of
from drawn_maps import AS_OF_MS, made_map, maps_with_zones
from hypothesis import strategies as st

from bot.liquidation.comparison import Compared, Comparison
from bot.liquidation.evolution import Evolution, evolution_of
from bot.liquidation.expiry import Expiry
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding
from bot.liquidation.windows import DAY_MS

NOW_MS = AS_OF_MS + 42_000
HOUR_MS = 3_600_000
LONGS_PAY = Funding(0.0001, 8 * HOUR_MS, None, NOW_MS)
SHORTS_PAY = Funding(-0.0000312, 8 * HOUR_MS, None, NOW_MS)


def two_venues() -> Comparison:
    shown = usual()
    first, second = (
        replace(shown, found=replace(shown.found.only([venue]), price=shown.found.price * factor))
        for venue, factor in (("binance", 1.0), ("okx", 1.0003))
    )
    return Comparison(Compared(first, (("binance", LONGS_PAY),)), Compared(second, (("okx", SHORTS_PAY),)))


def dated() -> Comparison:
    shown = usual()
    found = clustered(made_map("BTC/USDT:USDT-260327", 98_310.0, venues=("okx", "bybit"), window="24h"), 11)
    found = replace(found, expiry=Expiry(AS_OF_MS + 50 * DAY_MS))
    future = Snapshot(found, zones_of(found, 2), 0.1, NOW_MS)
    fundings = (("binance", LONGS_PAY), ("okx", SHORTS_PAY), ("bybit", LONGS_PAY))
    return Comparison(Compared(shown, fundings), Compared(future))


def two_coins() -> Comparison:
    return Comparison(Compared(AWKWARD["tiny price"]()), Compared(AWKWARD["long names"]()))


def beside_nothing() -> Comparison:
    return Comparison(Compared(AWKWARD["one-sided"]()), Compared(AWKWARD["without venues"]()))


def stale_beside_empty() -> Comparison:
    return Comparison(Compared(AWKWARD["stale venue"]()), Compared(AWKWARD["empty"]()))


COMPARISONS: dict[str, Callable[[], Comparison]] = {
    "two venues": two_venues,
    "dated": dated,
    "two coins": two_coins,
    "beside nothing": beside_nothing,
    "stale beside empty": stale_beside_empty,
    "one tall bar": lambda: Comparison(Compared(AWKWARD["one tall bar"]()), Compared(usual())),
}


def window_of(found: LiquidationMap, window: str, newer_than: float, seed: int = 3) -> LiquidationMap:
    """What of it is newer: each distance has an age of its own, between 0 and 1."""
    ages = np.convolve(np.random.default_rng(seed).random(DISTANCE_BINS), np.ones(9) / 9, "same")
    kept = np.clip((newer_than - ages) / 0.1, 0.0, 1.0)
    shares = tuple(replace(share, mass=share.mass * kept) for share in found.venues)
    return replace(found, window=window, venues=shares)


def evolving(shown: Snapshot, *, covered: bool = True) -> Evolution:
    shown = replace(shown, found=replace(shown.found, window="all"))
    windows = [("24h", 0.48), ("3d", 0.53), ("30d", 0.62)]
    maps = [window_of(shown.found, *one) for one in (windows if covered else windows[:2])]
    return evolution_of(shown, maps, [] if covered else ["30d"])


def fewer_venues() -> Evolution:
    found = evolving(eight_zones())
    month = replace(found.maps[2], venues=found.maps[2].venues[1:])
    return evolution_of(found.whole, [*found.maps[:2], month], [])


def _evolving(name: str) -> Callable[[], Evolution]:
    return lambda: evolving(AWKWARD[name]())


EVOLUTIONS: dict[str, Callable[[], Evolution]] = {
    **{name: _evolving(name) for name in AWKWARD},
    "not covered": lambda: evolving(usual(), covered=False),
    "nothing covered": lambda: evolution_of(usual(), [], ["24h", "3d", "30d"]),
    "fewer venues": fewer_venues,
}


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    found, zones = draw(maps_with_zones())
    tick = 10.0 ** draw(st.floats(-12, -1))
    age_ms = draw(st.sampled_from([0, 42_000, 5_000 * 60_000]))
    return Snapshot(found, tuple(zones), tick * found.price, AS_OF_MS + age_ms)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    fundings = st.lists(
        st.tuples(
            st.sampled_from(["okx", "a_very_long_venue_name"]), st.sampled_from([LONGS_PAY, SHORTS_PAY])
        ),
        max_size=3,
    )
    sides = []
    for _ in range(2):
        shown = draw(snapshots())
        expiry = draw(
            st.sampled_from([None, Expiry(shown.now_ms + DAY_MS), Expiry(shown.now_ms + 300 * DAY_MS)])
        )
        shown = replace(shown, found=replace(shown.found, expiry=expiry))
        sides.append(Compared(shown, tuple(draw(fundings))))
    return Comparison(sides[0], sides[1])


@st.composite
def evolutions(draw: st.DrawFn) -> Evolution:
    return evolving(draw(snapshots()), covered=draw(st.booleans()))
