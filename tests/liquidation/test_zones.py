"""Dense zones of one map."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_maps import hilly, of_profile

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zones import find_zones, peaks_of, smooth


@st.composite
def rough_maps(draw: st.DrawFn) -> LiquidationMap:
    """Any profile that is bumpy on the scale of zones."""
    random = np.random.default_rng(draw(st.integers(0, 100_000)))
    steps = random.gamma(draw(st.floats(0.2, 3.0)), 1.0, (2, DISTANCE_BINS // 10)).repeat(10, axis=1)
    return of_profile(steps, draw(st.floats(1e-4, 1e6)), 0, draw(st.floats(0.001, 0.03)))


def test_a_hill_is_a_zone_around_its_peak() -> None:
    (zone,) = find_zones(hilly(((Side.SHORT, 0.04, 0.003, 10.0),)))
    assert zone.side is Side.SHORT
    assert zone.low < 100 * np.exp(0.04) < zone.high
    assert zone.peak == pytest.approx(100 * np.exp(0.04), rel=DISTANCE_BIN)
    assert 0.7 < zone.share < 1
    assert zone.contrast > 5
    assert zone.leverage_mix == pytest.approx((0.4, 0.3, 0.2, 0.1))


def test_zones_come_longs_first_and_outward_from_price() -> None:
    hills = ((Side.SHORT, 0.02, 0.002, 9.0), (Side.LONG, 0.06, 0.002, 9.0), (Side.LONG, 0.03, 0.002, 9.0))
    found = find_zones(hilly(hills))
    assert [zone.side for zone in found] == [Side.LONG, Side.LONG, Side.SHORT]
    assert found[0].peak > found[1].peak


def test_even_ground_has_no_zones() -> None:
    assert find_zones(hilly(())) == ()


def test_an_empty_side_and_a_motionless_market_have_no_zones() -> None:
    only_shorts = hilly(((Side.SHORT, 0.03, 0.003, 5.0),), ground=0.0)
    assert {zone.side for zone in find_zones(only_shorts)} == {Side.SHORT}
    assert find_zones(hilly(((Side.SHORT, 0.03, 0.003, 5.0),), hourly_range=0.0)) == ()


def test_two_hills_closer_than_a_quarter_hourly_range_are_one_zone() -> None:
    apart = hilly(((Side.LONG, 0.03, 0.001, 5.0), (Side.LONG, 0.045, 0.001, 5.0)))
    close = hilly(((Side.LONG, 0.03, 0.001, 5.0), (Side.LONG, 0.036, 0.001, 5.0)))
    assert len(find_zones(apart)) == 2
    assert len(find_zones(close)) == 1


def test_a_hill_beyond_twelve_hourly_ranges_is_left_out() -> None:
    hill = ((Side.LONG, 0.08, 0.002, 5.0),)
    assert len(find_zones(hilly(hill, hourly_range=0.008))) == 1
    assert find_zones(hilly(hill, hourly_range=0.005)) == ()


def test_a_known_zone_needs_a_little_less() -> None:
    small = hilly(((Side.LONG, 0.03, 0.003, 0.05), (Side.LONG, 0.07, 0.003, 1.0)), ground=0.01)
    assert len(find_zones(small)) == 1
    assert len(find_zones(small, ease=1.4)) == 2


@settings(deadline=None)
@given(rough_maps())
def test_a_zone_lies_on_its_side_of_price_and_its_peak_inside_it(found: LiquidationMap) -> None:
    for zone in find_zones(found):
        assert zone.low < zone.peak < zone.high
        assert zone.high <= found.price if zone.side is Side.LONG else zone.low >= found.price


@settings(deadline=None)
@given(rough_maps())
def test_zones_of_a_side_do_not_overlap_and_hold_no_more_than_the_side(found: LiquidationMap) -> None:
    zones = find_zones(found)
    for side in Side:
        own = sorted((zone.low, zone.high) for zone in zones if zone.side is side)
        assert all(left[1] <= right[0] * (1 + 1e-12) for left, right in pairwise(own))
        held = sum(zone.mass_base for zone in zones if zone.side is side)
        assert held <= found.mass[side].sum() * (1 + 1e-9)  # the last zone may reach beyond what is looked at


@settings(deadline=None)
@given(rough_maps(), st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_neither_the_price_level_nor_the_unit_of_quantity_matters(
    found: LiquidationMap, price: float, unit: float
) -> None:
    scaled = of_profile(found.profile * unit, found.price * price, 0, found.hourly_range)
    for one, other in zip(find_zones(found), find_zones(scaled), strict=True):
        assert other.low == pytest.approx(one.low * price)
        assert other.high == pytest.approx(one.high * price)
        assert other.mass_base == pytest.approx(one.mass_base * unit)
        assert other.contrast == pytest.approx(one.contrast)


def test_a_market_that_moves_twice_as_much_has_the_same_zones_twice_as_far() -> None:
    calm = find_zones(
        hilly(((Side.LONG, 0.02, 0.002, 5.0), (Side.LONG, 0.04, 0.003, 5.0)), hourly_range=0.005)
    )
    wild = find_zones(
        hilly(((Side.LONG, 0.04, 0.004, 5.0), (Side.LONG, 0.08, 0.006, 5.0)), hourly_range=0.01)
    )
    assert len(calm) == len(wild) == 2
    for one, other in zip(calm, wild, strict=True):
        assert np.log(100 / other.high) == pytest.approx(2 * np.log(100 / one.high), abs=2.1 * DISTANCE_BIN)
        assert np.log(100 / other.low) == pytest.approx(2 * np.log(100 / one.low), abs=2.1 * DISTANCE_BIN)


def test_smoothing_keeps_what_there_is() -> None:
    profile = np.random.default_rng(1).gamma(1.0, 1.0, 200)
    assert smooth(profile, 3.0).sum() == pytest.approx(profile.sum())


def test_a_peak_stands_out_by_its_drop_towards_higher_ground() -> None:
    assert peaks_of(np.array([0.0, 3, 1, 5, 2, 4, 0])) == [(1, 2.0), (3, 5.0), (5, 2.0)]


def test_a_slope_that_rises_to_the_end_of_the_map_is_no_peak_and_one_that_falls_from_price_is() -> None:
    assert peaks_of(np.array([1.0, 2, 3])) == []
    assert peaks_of(np.array([3.0, 2, 1])) == [(0, 2.0)]
    assert peaks_of(np.ones(5)) == []


def test_a_plateau_is_one_peak_and_a_shelf_is_none() -> None:
    assert peaks_of(np.array([0.0, 2, 2, 2, 0])) == [(1, 2.0)]
    assert peaks_of(np.array([0.0, 2, 2, 3, 0])) == [(3, 3.0)]
