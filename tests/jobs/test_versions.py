"""The keys of pictures: the same only where everything that is drawn is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import stage
from stage import MINUTE, NOW, zone

from bot.jobs.versions import heat_version, version_of
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.liquidation_map import LiquidationMap, VenueMap
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band

FOUND = stage.found(binance=NOW, okx=NOW - MINUTE)
SHOWN = Snapshot(FOUND, (zone("Z3"),), 0.1, NOW)


def on_map(change: Callable[[LiquidationMap], LiquidationMap]) -> Snapshot:
    return replace(SHOWN, found=change(FOUND))


def on_okx(**other: object) -> Snapshot:
    def changed(share: VenueMap) -> VenueMap:
        return replace(share, **other) if share.venue == "okx" else share  # type: ignore[arg-type]

    return on_map(lambda found: replace(found, venues=tuple(map(changed, found.venues))))


CHANGED = {
    "moment": replace(SHOWN, now_ms=NOW + MINUTE),
    "was": replace(SHOWN, was=True),
    "tick size": replace(SHOWN, tick_size=0.5),
    "zones": replace(SHOWN, zones=()),
    "side": replace(SHOWN, selection=Selection(side=Side.LONG)),
    "leverage": replace(SHOWN, selection=Selection(frozenset({1}))),
    "band": replace(SHOWN, selection=Selection(band=Band.HIGH)),
    "top band": replace(SHOWN, selection=Selection(top_band=Band.HIGH)),
    "symbol": on_map(lambda found: replace(found, symbol="ETH/USDT:USDT")),
    "window": on_map(lambda found: replace(found, window="7d")),
    "price": on_map(lambda found: replace(found, price=found.price * 1.01)),
    "age of the price": on_map(lambda found: replace(found, priced_ms=NOW - 5_000)),
    "missing": on_map(lambda found: replace(found, missing=("okx",))),
    "late": on_map(lambda found: replace(found, late=frozenset({"okx"}))),
    "doubted": on_map(lambda found: replace(found, doubted={"okx": 0.1})),
    "fewer venues": on_map(lambda found: found.only(["binance"])),
    "contract": on_okx(market_id="BTC-USD-SWAP"),
    "price there": on_okx(price=101.0),
    "candles": on_okx(as_of_ms=NOW - 2 * MINUTE, open_interest_ms=NOW - MINUTE),
    "age of open interest": on_okx(open_interest_ms=NOW - 10 * MINUTE),
    "open interest": on_okx(open_interest_base=77.0),
    "hourly range": on_okx(hourly_range=0.5),
    "mass": on_okx(mass=FOUND.venues[1].mass * np.linspace(1, 2, 4)[:, None]),
    "sides": on_okx(mass=FOUND.venues[1].mass * np.array([1, 3])[:, None, None]),
}


def test_the_same_is_the_same() -> None:
    assert version_of(on_okx(mass=FOUND.venues[1].mass.copy())) == version_of(SHOWN)


@pytest.mark.parametrize("name", CHANGED)
def test_whatever_is_drawn_tells_pictures_apart(name: str) -> None:
    versions = {other: repr(version_of(shown)) for other, shown in {"": SHOWN, **CHANGED}.items()}
    mine = versions.pop(name)
    assert mine not in versions.values()


HISTORY = HeatHistory(
    ("okx",),
    "24h",
    900_000,
    np.arange(1, 3) * 900_000,
    0,
    np.linspace(90.0, 110.0, 5),
    np.ones((2, 4, 2)),
    np.full((2, 4), 100.0),
    np.zeros(4),
)


@pytest.mark.parametrize(
    "other",
    [
        {"venues": ("binance",)},
        {"window": "12h"},
        {"span_ms": 60_000},
        {"known_from_ms": 900_000},
        {"stamp_ms": HISTORY.stamp_ms + 60_000},
        {"edges": HISTORY.edges + 1},
        {"quantity": HISTORY.quantity * 2},
        {"candles": HISTORY.candles + 1},
        {"volume": HISTORY.volume + 1},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_is_drawn_tells_heatmaps_apart(other: dict[str, object]) -> None:
    assert heat_version(replace(HISTORY)) == heat_version(HISTORY)
    assert heat_version(replace(HISTORY, **other)) != heat_version(HISTORY)  # type: ignore[arg-type]
