"""Coming near a zone: one alert for each approach, none for a price that trembles."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.deciding import Decision, decide
from bot.rules.kinds import Kind, Loudness
from bot.rules.memory import NAMES_KEPT, Memory
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Telling, Terms
from bot.rules.topics.topic import within

ONLY_NEAR = tuple(Loudness.ON if kind is Kind.NEAR else Loudness.OFF for kind in Kind)
REARM = within(0.01).away


def rule_of(distance: float = 0.01, band: Band = Band.HIGH) -> RuleSet:
    return RuleSet("day", Reach(distance), band, cooldown_ms=0, budget=10**6, loudness=ONLY_NEAR)


RULE = rule_of()


def zone(
    name: str = "Z1",
    side: Side = Side.SHORT,
    low: float = 102.0,
    high: float = 103.0,
    percentile: float = 80.0,
) -> Zone:
    return Zone(name, side, low, high, (low + high) / 2, 5.0, percentile, 2.0, (0.1, 0.2, 0.3, 0.4), 0)


def judge(memory: Memory, zones: Sequence[Zone], price: float, at: int, rule: RuleSet = RULE) -> Decision:
    scene = Scene(price, 1 + at, Reading("X", 0, price, 0.004, tuple(zones)))
    return decide(rule, memory, scene, Terms())


def walk(prices: Sequence[float], zones: Sequence[Zone] = (zone(),), rule: RuleSet = RULE) -> list[Telling]:
    """Everything that is told while price takes these values one after another."""
    told: list[Telling] = []
    memory = Memory()
    for at, price in enumerate(prices):
        decision = judge(memory, zones, price, at, rule)
        memory = decision.memory
        told.extend(decision.told)
    return told


def test_it_fires_once_when_price_comes_within_the_distance() -> None:
    (telling,) = walk([100.0, 100.5, 101.1, 101.5, 101.9])
    assert telling.price == 101.1
    assert telling.distance == pytest.approx(102 / 101.1 - 1)
    assert not telling.inside


def test_it_fires_for_longs_below_when_price_falls() -> None:
    below = zone(side=Side.LONG, low=97.0, high=98.0)
    (telling,) = walk([100.0, 98.9], [below])
    assert telling.distance == pytest.approx(98 / 98.9 - 1)
    assert telling.distance < 0


def test_it_stays_quiet_where_price_only_moves_away() -> None:
    assert walk([100.0, 99.0, 98.0]) == []


def test_it_stays_quiet_for_a_zone_below_the_band() -> None:
    assert walk([100.0, 101.5], [zone(percentile=49.9)]) == []


def test_it_fires_when_an_approached_zone_grows_into_the_band() -> None:
    seen = judge(Memory(), [zone(percentile=40)], 100.0, 0)
    early = judge(seen.memory, [zone(percentile=40)], 101.5, 1)
    grown = judge(early.memory, [zone(percentile=60)], 101.5, 2)
    assert (len(early.told), len(grown.told)) == (0, 1)


def test_it_says_that_price_is_inside_after_a_jump() -> None:
    (telling,) = walk([100.0, 102.5])
    assert telling.inside
    assert telling.distance == 0


def test_it_still_tells_of_a_zone_that_price_jumped_across() -> None:
    (telling,) = walk([100.0, 104.0])
    assert telling.inside
    assert zone().passed(telling.price)


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
    seen = judge(Memory(), [zone()], 100.0, 0)
    first = judge(seen.memory, [zone()], 101.5, 1)
    second = judge(first.memory, [zone("Z2", low=102.2, high=103.4)], 101.5, 2)
    assert (len(first.told), len(second.told)) == (1, 0)


def test_a_zone_that_is_missing_for_a_minute_stays_armed() -> None:
    seen = judge(Memory(), [zone()], 100.0, 0)
    missing = judge(seen.memory, [], 101.2, 1)
    assert len(judge(missing.memory, [zone()], 101.4, 2).told) == 1


def test_two_zones_reached_at_once_are_told_nearest_first() -> None:
    far = zone("Z2", low=103.5, high=104.0)
    near = zone("Z1")
    assert [telling.topic for telling in walk([100.0, 103.2], [far, near])] == ["near:Z1", "near:Z2"]


def test_memory_of_zones_is_bounded_and_keeps_the_newest() -> None:
    memory = Memory()
    for number in range(1, 1000):
        memory = judge(memory, [zone(f"Z{number}", low=110, high=111)], 100.0, number).memory
    assert len(memory.seen) == NAMES_KEPT
    assert "Z999" in memory.seen


prices = st.lists(st.floats(95.0, 102.9), min_size=1, max_size=60)


@settings(max_examples=50)
@given(prices)
def test_no_alert_twice_in_one_approach(path: list[float]) -> None:
    """Between two alerts for a zone price has always been the rearm distance away from it."""
    memory, last_told = Memory(), -1
    for at, price in enumerate(path):
        decision = judge(memory, [zone()], price, at)
        memory = decision.memory
        if decision.told:
            between = path[last_told + 1 : at] if last_told >= 0 else path[:at]
            needed = REARM if last_told >= 0 else 0.01
            assert any(102.0 / passed - 1 > needed for passed in between)
            last_told = at


@settings(max_examples=50)
@given(prices)
def test_coming_from_outside_after_rearming_fires_exactly_once(path: list[float]) -> None:
    memory = Memory()
    for at, price in enumerate(path):
        memory = judge(memory, [zone()], price, at).memory
    away = judge(memory, [zone()], 99.0, len(path))
    first = judge(away.memory, [zone()], 101.5, len(path) + 1)
    second = judge(first.memory, [zone()], 101.5, len(path) + 2)
    assert (len(first.told), len(second.told)) == (1, 0)


@settings(max_examples=50)
@given(prices, st.sampled_from([0.001, 0.005, 0.015, 0.2]))
def test_every_alert_is_within_its_distance_and_on_the_right_side(path: list[float], distance: float) -> None:
    below = zone("Z2", Side.LONG, 96.0, 97.0)
    for telling in walk(path, [zone(), below], rule_of(distance)):
        assert telling.side is not None
        assert abs(telling.distance) <= distance
        assert telling.distance * telling.side.sign >= 0
