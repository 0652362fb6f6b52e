"""The past is replayed as it went: no look ahead, a budget for each day, prices in the order they came."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules import replay as replaying
from bot.rules.deciding import Decision
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.replay import DAY_MS, PriceRow, replay, threshold_for
from bot.rules.rule_set import HOUR_MS, Reach, RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Held, Hold, Reason, Telling, Terms

RULES = RuleSet("day", Reach(percent=0.01), Band.LOW, budget=3)
U = 0.004


def zone(name: str, near: float, side: Side = Side.SHORT, percentile: float = 80.0) -> Zone:
    low, high = sorted((near, near * (1 + side.sign * U)))
    return Zone(name, side, low, high, (low + high) / 2, 5.0, percentile, 2.0, (0.1, 0.2, 0.3, 0.4), 0)


def reading(hour: int, *zones: Zone, price: float = 100.0) -> Reading:
    return Reading("X/USDT:USDT", hour * HOUR_MS, price, U, zones)


def row(hour: int, low: float, high: float, close: float | None = None) -> PriceRow:
    return PriceRow(hour * HOUR_MS, (hour + 1) * HOUR_MS, low, high, close)


def near_is_told(rules: RuleSet, memory: Memory, scene: Scene, terms: Terms) -> Decision:
    """Stands in for the rules: a zone that price has been away from is told once it is within reach."""
    reach = rules.reach.of(scene.reading.hourly_range)
    near = {one.id: one for one in scene.reading.zones if abs(one.distance(scene.price)) <= reach}
    away = frozenset(one.id for one in scene.reading.zones) - near.keys()
    budget = rules.budget if terms.budget is None else terms.budget
    due = [near[name] for name in sorted(memory.seen & near.keys()) if rules.wants(near[name])]
    told = tuple(telling(one, scene) for one in due)
    held = () if terms.spent < budget else tuple(Held(one, Hold.BUDGET) for one in told)
    armed = Memory(seen=(memory.seen | away) - near.keys())
    return Decision(armed, () if held else told, held)


def telling(one: Zone, scene: Scene) -> Telling:
    at = (scene.price, scene.now_ms, one.low, one.high, scene.reading.hourly_range)
    return Telling(Kind.NEAR, f"near:{one.id}", Reason.FIRST, *at, side=one.side, zone=one)


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "decide", near_is_told)


def test_an_approach_is_told_where_price_came_near_not_where_the_hour_ended() -> None:
    found = replay(RULES, [reading(0, zone("Z1", 105.0))], [row(0, 99.5, 100.5, 100.0), row(1, 99.8, 106.0)])
    (told,) = found.told
    assert 105 / 1.01 <= told.price < 105 / 1.01 * math.exp(U)
    assert HOUR_MS < told.at_ms < 2 * HOUR_MS


def test_the_nearer_extreme_comes_first_then_the_other_then_the_close() -> None:
    zones = (zone("Z1", 97.0, Side.LONG), zone("Z2", 104.0))
    start = row(0, 100.0, 100.0, 100.0)
    down_first = replay(RULES, [reading(0, *zones)], [start, row(1, 96.8, 104.0, 100.0)])
    up_first = replay(RULES, [reading(0, *zones)], [start, row(1, 96.0, 103.2, 100.0)])
    assert [one.topic for one in down_first.told] == ["near:Z1", "near:Z2"]
    assert [one.topic for one in up_first.told] == ["near:Z2", "near:Z1"]


def test_a_reading_counts_from_its_own_stamp_on() -> None:
    rows = [row(hour, 100.0, 104.5, 100.0) for hour in range(4)]
    later = [reading(0), reading(2, zone("Z1", 105.0))]
    found = replay(RULES, later, rows)
    assert {one.at_ms // HOUR_MS for one in found.told} == {2, 3}


def test_nothing_is_judged_before_the_first_reading() -> None:
    found = replay(RULES, [reading(30, zone("Z1", 105.0))], [row(0, 99.0, 110.0), row(1, 99.0, 110.0)])
    assert found.told == ()
    assert (found.days, found.per_day) == (0.0, 0.0)
    assert replay(RULES, [], [row(0, 99.0, 110.0)]).told == ()


def test_a_budget_is_spent_by_the_local_day() -> None:
    rows = [row(hour, 100.0, 104.5, 100.0) for hour in range(48)]
    readings = [reading(0, zone("Z1", 105.0))]
    utc = replay(RULES, readings, rows)
    assert [one.at_ms // HOUR_MS for one in utc.told] == [0, 1, 2, 24, 25, 26]
    assert {one.hold for one in utc.held} == {Hold.BUDGET}
    assert utc.messages == 6
    assert utc.per_day == pytest.approx(3.0, rel=0.02)
    ahead = replay(RULES, readings, rows, day_of=lambda stamp: (stamp + 20 * HOUR_MS) // DAY_MS)
    assert [one.at_ms // HOUR_MS for one in ahead.told] == [0, 1, 2, 4, 5, 6, 28, 29, 30]


def test_what_is_told_in_one_minute_is_one_message() -> None:
    zones = (zone("Z1", 105.0), zone("Z2", 105.001))
    found = replay(replace(RULES, budget=1), [reading(0, *zones)], [row(0, 100.0, 104.5, 100.0)])
    assert len(found.told) == 2
    assert found.messages == 1


def test_a_budget_picks_the_least_percentile_that_keeps_to_it() -> None:
    zones = tuple(zone(f"Z{at}", 105.0 + at, percentile=5.0 * at) for at in range(20))
    readings = [reading(0, *zones)]
    rows = [row(hour, 100.0, 130.0, 100.0) for hour in range(3)]

    def per_day(percentile: float) -> float:
        asked = replace(RULES, least_percentile=percentile)
        return replay(asked, readings, rows, terms=Terms(budget=10**6)).per_day

    picked = threshold_for(100, RULES, readings, rows)
    assert per_day(picked) <= 100 < per_day(picked - 5)
    assert threshold_for(10_000, RULES, readings, rows) == 0.0
    assert threshold_for(1, RULES, readings, rows) == 95.0


moves = st.lists(st.tuples(*[st.floats(90.0, 110.0)] * 3), min_size=2, max_size=30)
places = st.lists(st.tuples(st.floats(85.0, 115.0), st.floats(0.0, 100.0)), max_size=4)


@settings(max_examples=60, deadline=None)
@given(moves, st.lists(places, min_size=1, max_size=30), st.integers(0, 30))
def test_cutting_the_future_off_changes_nothing_before(
    prices: list[tuple[float, float, float]], maps: list[list[tuple[float, float]]], cut: int
) -> None:
    rows = [row(hour, min(three), max(three), three[0]) for hour, three in enumerate(prices)]
    readings = [reading(hour, *_zones(one)) for hour, one in enumerate(maps)]
    whole = replay(RULES, readings, rows)
    known = [one for one in readings if one.as_of_ms <= cut * HOUR_MS]
    part = replay(RULES, known, rows[:cut])
    assert part.told == tuple(one for one in whole.told if one.at_ms <= cut * HOUR_MS)
    assert part.held == tuple(one for one in whole.held if one.telling.at_ms <= cut * HOUR_MS)
    assert all(earlier.at_ms <= later.at_ms for earlier, later in pairwise(whole.told))


def _zones(found: list[tuple[float, float]]) -> list[Zone]:
    sides = [Side.LONG if near < 100 else Side.SHORT for near, _ in found]
    return [zone(f"Z{at}", near, sides[at], rank) for at, (near, rank) in enumerate(found)]
