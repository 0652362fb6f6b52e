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
from bot.rules.kinds import Kind, Loudness
from bot.rules.replay import DAY_MS, PriceRow, replay, threshold_for
from bot.rules.rule_set import HOUR_MS, Reach, RuleSet
from bot.rules.telling import Hold, Terms

ONLY_NEAR = tuple(Loudness.ON if kind is Kind.NEAR else Loudness.OFF for kind in Kind)
RULES = RuleSet("day", Reach(percent=0.01), Band.LOW, cooldown_ms=0, budget=3, loudness=ONLY_NEAR)
U = 0.02
WIDTH = 0.004


def zone(name: str, near: float, side: Side = Side.SHORT, percentile: float = 80.0) -> Zone:
    low, high = sorted((near, near * (1 + side.sign * WIDTH)))
    return Zone(name, side, low, high, (low + high) / 2, 5.0, percentile, 2.0, (0.1, 0.2, 0.3, 0.4), 0)


def reading(hour: int, *zones: Zone, price: float = 100.0) -> Reading:
    return Reading("X/USDT:USDT", hour * HOUR_MS, price, U, zones)


def row(hour: int, low: float, high: float, close: float | None = None) -> PriceRow:
    return PriceRow(hour * HOUR_MS, (hour + 1) * HOUR_MS, low, high, close)


def test_an_approach_is_told_where_price_came_near_not_where_the_hour_ended() -> None:
    found = replay(RULES, [reading(0, zone("Z1", 105.0))], [row(0, 99.5, 100.5, 100.0), row(1, 99.8, 106.0)])
    (told,) = found.told
    assert 105 / 1.01 <= told.price < 105 / 1.01 * math.exp(U / 4)
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
    zones = (zone("Z1", 105.0), zone("Z2", 106.0))
    start, jump = PriceRow(0, 60_000, 100.0, 100.0), PriceRow(60_000, 119_000, 100.0, 105.5)
    found = replay(replace(RULES, budget=2), [reading(0, *zones)], [start, jump])
    assert len(found.told) == 2
    assert found.messages == 1


def test_a_budget_picks_the_least_percentile_that_keeps_to_it() -> None:
    zones = tuple(zone(f"Z{at}", 105.0 + at, percentile=10.0 * at) for at in range(10))
    readings = [reading(0, *zones)]
    rows = [row(hour, 100.0, 115.0, 100.0) for hour in range(2)]

    def per_day(percentile: float) -> float:
        asked = replace(RULES, least_percentile=percentile)
        return replay(asked, readings, rows, terms=Terms(budget=10**6)).per_day

    picked = threshold_for(100, RULES, readings, rows)
    assert per_day(picked) <= 100 < per_day(picked - 5)
    assert threshold_for(10_000, RULES, readings, rows) == 0.0
    assert threshold_for(1, RULES, readings, rows) == 95.0


moves = st.lists(st.tuples(*[st.floats(90.0, 110.0)] * 3), min_size=2, max_size=10)
places = st.lists(st.tuples(st.floats(85.0, 115.0), st.floats(0.0, 100.0)), max_size=4)


@settings(max_examples=25, deadline=None)
@given(moves, st.lists(places, min_size=1, max_size=10), st.integers(0, 10))
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
