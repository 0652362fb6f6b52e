"""One pair over several windows: what is new and what is old."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_maps import hilly

from bot.liquidation.evolution import evolution_of
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone

NEW, OLD = (Side.LONG, 0.02, 0.001, 10.0), (Side.SHORT, 0.03, 0.001, 30.0)
ALL_OPEN = hilly((NEW, OLD), ground=0.0)
NEW_ZONE = Zone("Z1", Side.LONG, 97.6, 98.4, 98.0, 10.0, 80.0, 2.0, (0.0, 0.1, 0.3, 0.6), 0)
OLD_ZONE = Zone("Z2", Side.SHORT, 102.6, 103.5, 103.0, 30.0, 90.0, 2.0, (0.7, 0.2, 0.1, 0.0), 0)
WHOLE = Snapshot(ALL_OPEN, (NEW_ZONE, OLD_ZONE), 0.1, 0)


def window(name: str, *hills: tuple[Side, float, float, float]) -> LiquidationMap:
    return replace(hilly(hills, ground=0.0), window=name)


DAY = window("24h", NEW)
DAYS = window("3d", NEW, (Side.SHORT, 0.03, 0.001, 6.0))
MONTH = window("30d", NEW, (Side.SHORT, 0.03, 0.001, 24.0))


def test_shares_grow_with_the_window() -> None:
    found = evolution_of(WHOLE, [DAY, DAYS, MONTH], [])
    assert [found.share(one) for one in found.maps] == pytest.approx([0.25, 0.4, 0.85])


def test_a_zone_is_shown_where_half_of_it_is_in_the_window() -> None:
    found = evolution_of(WHOLE, [DAY, DAYS, MONTH], [])
    assert found.shown_on(NEW_ZONE) is found.maps[0]
    assert found.shown_on(OLD_ZONE) is found.maps[2]
    assert found.newer(OLD_ZONE, found.maps[1]) == pytest.approx(0.2)


def test_a_zone_that_is_older_than_all_windows_is_on_none() -> None:
    found = evolution_of(WHOLE, [DAY, DAYS, window("30d", NEW)], [])
    assert found.shown_on(OLD_ZONE) is None


def test_everything_open_stands_in_for_a_month_that_is_not_covered() -> None:
    found = evolution_of(WHOLE, [DAY, DAYS], ["30d"])
    assert [one.window for one in found.maps] == ["24h", "3d", "all"]
    assert found.share(found.maps[2]) == pytest.approx(1.0)
    assert found.shown_on(OLD_ZONE) is found.maps[2]


def test_shares_are_of_the_same_venues() -> None:
    bybit = replace(ALL_OPEN.venues[0], venue="bybit")
    whole = replace(WHOLE, found=replace(ALL_OPEN, venues=(*ALL_OPEN.venues, bybit)))
    assert evolution_of(whole, [MONTH], []).share(MONTH) == pytest.approx(0.85)


def test_all_maps_are_seen_from_one_price() -> None:
    found = evolution_of(WHOLE, [DAY.at_price(101.0, 5)], [])
    assert found.maps[0].price == pytest.approx(100.0)
    np.testing.assert_allclose(found.maps[0].profile[Side.LONG], DAY.profile[Side.LONG], atol=0.3)
