"""Proximity alerts: one for each approach, none for a price that trembles."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.proximity import Firing, ProximityRule, ProximityState, decide

RULE = ProximityRule(distance=0.01, band=Band.HIGH)


def zone(
    name: str = "Z1",
    side: Side = Side.SHORT,
    low: float = 102.0,
    high: float = 103.0,
    percentile: float = 80.0,
) -> Zone:
    return Zone(name, side, low, high, (low + high) / 2, 5.0, percentile, 2.0, (0.1, 0.2, 0.3, 0.4), 0)


def walk(
    prices: Sequence[float],
    zones: Sequence[Zone] = (zone(),),
    rule: ProximityRule = RULE,
    state: ProximityState | None = None,
) -> list[Firing]:
    """Everything that is told while price takes these values one after another."""
    told: list[Firing] = []
    state = state or ProximityState()
    for minute, price in enumerate(prices):
        state, firings = decide(rule, state, zones, price, minute)
        told.extend(firings)
    return told


def test_it_fires_once_when_price_comes_within_the_distance() -> None:
    (firing,) = walk([100.0, 100.5, 101.1, 101.5, 101.9])
    assert firing.price == 101.1
    assert firing.distance == pytest.approx(102 / 101.1 - 1)
    assert not firing.inside


def test_it_fires_for_longs_below_when_price_falls() -> None:
    below = zone(side=Side.LONG, low=97.0, high=98.0)
    (firing,) = walk([100.0, 98.9], [below])
    assert firing.distance == pytest.approx(98 / 98.9 - 1)
    assert firing.distance < 0


def test_it_stays_quiet_where_price_only_moves_away() -> None:
    assert walk([100.0, 99.0, 98.0]) == []


def test_it_stays_quiet_for_a_zone_below_the_band() -> None:
    assert walk([100.0, 101.5], [zone(percentile=49.9)]) == []


def test_it_fires_when_an_approached_zone_grows_into_the_band() -> None:
    state, _ = decide(RULE, ProximityState(), [zone(percentile=40)], 100.0, 0)
    state, early = decide(RULE, state, [zone(percentile=40)], 101.5, 1)
    _, grown = decide(RULE, state, [zone(percentile=60)], 101.5, 2)
    assert (len(early), len(grown)) == (0, 1)


def test_it_says_that_price_is_inside_after_a_jump() -> None:
    (firing,) = walk([100.0, 102.5])
    assert firing.inside
    assert firing.distance == 0


def test_it_still_tells_of_a_zone_that_price_jumped_across() -> None:
    (firing,) = walk([100.0, 104.0])
    assert firing.inside
    assert firing.zone.passed(firing.price)


def test_a_subscription_made_beside_a_zone_waits_for_price_to_leave_and_return() -> None:
    assert walk([101.5, 101.6]) == []
    assert len(walk([101.5, 100.0, 101.5])) == 1


def test_a_zone_that_was_near_from_the_start_needs_more_than_a_wobble_to_be_told_of() -> None:
    assert walk([101.5, 100.95, 101.1]) == []
    assert len(walk([101.5, 100.4, 101.1])) == 1


def test_it_trembles_at_the_edge_without_flapping() -> None:
    assert len(walk([100.0] + [101.0, 100.98] * 50)) == 1


def test_it_fires_again_after_price_has_been_away() -> None:
    assert len(walk([100.0, 101.5, 100.0, 101.5])) == 2


def test_it_does_not_fire_again_within_the_rearm_distance() -> None:
    assert len(walk([100.0, 101.5, 100.8, 101.5])) == 1


def test_a_zone_that_changes_its_name_is_not_told_of_twice() -> None:
    state, _ = decide(RULE, ProximityState(), [zone()], 100.0, 0)
    state, first = decide(RULE, state, [zone()], 101.5, 1)
    state, second = decide(RULE, state, [zone("Z2", low=102.2, high=103.4)], 101.5, 2)
    assert (len(first), len(second)) == (1, 0)


def test_a_zone_that_is_missing_for_a_minute_stays_armed() -> None:
    state, _ = decide(RULE, ProximityState(), [zone()], 100.0, 0)
    state, _ = decide(RULE, state, [], 101.2, 1)
    _, firings = decide(RULE, state, [zone()], 101.4, 2)
    assert len(firings) == 1


def test_two_zones_reached_at_once_are_told_nearest_first() -> None:
    far = zone("Z2", low=103.5, high=104.0)
    near = zone("Z1")
    assert [firing.zone.id for firing in walk([100.0, 103.2], [far, near])] == ["Z1", "Z2"]


def test_memory_of_armed_zones_is_bounded() -> None:
    state = ProximityState()
    for number in range(1, 1000):
        state, _ = decide(RULE, state, [zone(f"Z{number}", low=110, high=111)], 100.0, number)
    assert len(state.armed) == 200
    assert "Z999" in state.armed


prices = st.lists(st.floats(95.0, 102.9), min_size=1, max_size=120)


@given(prices)
def test_no_alert_twice_in_one_approach(path: list[float]) -> None:
    """Between two alerts for a zone price has always been the rearm distance away from it."""
    state, last_told = ProximityState(), -1
    for at, price in enumerate(path):
        state, firings = decide(RULE, state, [zone()], price, at)
        if firings:
            between = path[last_told + 1 : at] if last_told >= 0 else path[:at]
            needed = RULE.rearm_distance if last_told >= 0 else RULE.distance
            assert any(102.0 / passed - 1 > needed for passed in between)
            last_told = at


@given(prices)
def test_coming_from_outside_after_rearming_fires_exactly_once(path: list[float]) -> None:
    state = ProximityState()
    for at, price in enumerate(path):
        state, _ = decide(RULE, state, [zone()], price, at)
    state, _ = decide(RULE, state, [zone()], 99.0, len(path))
    state, first = decide(RULE, state, [zone()], 101.5, len(path) + 1)
    state, second = decide(RULE, state, [zone()], 101.5, len(path) + 2)
    assert (len(first), len(second)) == (1, 0)


@given(prices, st.sampled_from([0.001, 0.005, 0.015, 0.2]))
def test_every_alert_is_within_its_distance_and_on_the_right_side(path: list[float], distance: float) -> None:
    below = zone("Z2", Side.LONG, 96.0, 97.0)
    for firing in walk(path, [zone(), below], ProximityRule(distance, Band.HIGH)):
        assert abs(firing.distance) <= distance
        assert firing.distance * firing.zone.side.sign >= 0
