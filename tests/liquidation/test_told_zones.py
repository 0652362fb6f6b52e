"""The one choice of zones that captions and pictures share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import told_zones, zones_ahead
from bot.liquidation.zone import Zone

PRICE = 1_000.0


def zone(name: str, near: float, *, percentile: float = 10.0, side: Side = Side.SHORT) -> Zone:
    low, high = sorted(PRICE * (1 + side.sign * at) for at in (near, near + 0.004))
    return Zone(name, side, low, high, (low + high) / 2, 1.0, percentile, 2.0, (1.0, 0.0, 0.0, 0.0), 0)


def snapshot(zones: list[Zone], held: dict[str, float]) -> Snapshot:
    """A map that holds so much in each of the zones."""
    mass = np.zeros((2, 4, DISTANCE_BINS))
    distances = (np.arange(DISTANCE_BINS) + 0.5) * DISTANCE_BIN
    for one in zones:
        near, far = sorted(one.side.sign * np.log(edge / PRICE) for edge in (one.low, one.high))
        inside = (distances > near) & (distances < far)
        mass[one.side, 0, inside] += held[one.id] / max(1, inside.sum())
    venue = VenueMap("binance", "BTCUSDT", PRICE, 0, 1.0, 0.004, mass)
    return Snapshot(LiquidationMap("BTC/USDT:USDT", PRICE, "all", (venue,), ()), tuple(zones), 0.1, 0)


def names(shown: Snapshot, side: Side = Side.SHORT) -> list[str]:
    return [one.id for one in told_zones(shown, side)]


def test_the_nearest_dense_one_stands_before_heavier_ones() -> None:
    zones = [
        zone("Z1", 0.01),
        zone("Z2", 0.02, percentile=60.0),
        zone("Z3", 0.03, percentile=90.0),
        zone("Z4", 0.04),
        zone("Z5", 0.05),
    ]
    held = {"Z1": 4.0, "Z2": 1.0, "Z3": 9.0, "Z4": 8.0, "Z5": 2.0}
    assert names(snapshot(zones, held)) == ["Z2", "Z3", "Z4"]


def test_where_none_is_dense_the_nearest_of_all_is_told() -> None:
    zones = [zone(f"Z{at}", at / 100) for at in range(1, 6)]
    assert names(snapshot(zones, {one.id: float(at) for at, one in enumerate(zones, 1)})) == [
        "Z1",
        "Z4",
        "Z5",
    ]


def test_beside_the_one_that_price_is_in_the_next_dense_one_is_told() -> None:
    dense = [zone(f"Z{at}", (at - 0.2) / 100, percentile=80.0) for at in range(5)]
    held = {"Z0": 1.0, "Z1": 1.0, "Z2": 2.0, "Z3": 3.0, "Z4": 4.0}
    assert names(snapshot(dense, held)) == ["Z0", "Z1", "Z4"]


@pytest.mark.parametrize(("trace", "told"), [(0.0, ["Z2"]), (0.004, ["Z2"]), (0.006, ["Z1", "Z2"])])
def test_what_the_map_holds_nothing_of_is_not_told(trace: float, told: list[str]) -> None:
    zones = [zone("Z1", 0.01, percentile=90.0), zone("Z2", 0.02)]
    assert names(snapshot(zones, {"Z1": trace, "Z2": 1.0})) == told


def test_what_price_has_passed_and_what_is_far_away_are_not_told() -> None:
    zones = [zone("Z1", -0.02), zone("Z2", 0.02), zone("Z3", 0.151)]
    shown = snapshot(zones, {"Z1": 1.0, "Z2": 1.0, "Z3": 1.0})
    assert [one.id for one in zones_ahead(shown)] == ["Z2"]
    assert told_zones(replace(shown, found=shown.found.only([])), Side.SHORT) == []
