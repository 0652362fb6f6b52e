"""Null levels: as near, as wide, on the same side, when price had just moved that way, outside every zone."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from invented_paths import AT, HOUR, hours, telling

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.null_levels import null_levels, outside
from bot.rules.price_path import PricePath

SAWTOOTH = [100.0 + (at % 6) * 0.4 for at in range(24 * 20)]


def test_geometry_in_u_is_the_alert_s_own() -> None:
    told = telling()
    levels = list(null_levels(told, hours(SAWTOOTH), 4 * HOUR, seed=1))
    assert levels
    for level in levels:
        for edge, own in ((level.high, told.high), (level.low, told.low)):
            steps = math.log(edge / level.price) / level.hourly_range
            assert steps == pytest.approx(math.log(own / told.price) / told.hourly_range)
        assert level.hourly_range == pytest.approx(math.log(1.005 / 0.995))
        assert level.side is Side.LONG
        assert level.zone is None


def test_they_lie_where_price_had_just_moved_that_way_and_was_known_until_the_alert() -> None:
    found = hours(SAWTOOTH)
    for side in Side:
        low = 98.0 if side is Side.LONG else 101.0
        told = telling(side=side, low=low, high=low + 1.0)
        levels = list(null_levels(told, found, 4 * HOUR, seed=1))
        close = dict(zip(found.end_ms.tolist(), found.close.tolist(), strict=True))
        assert all((close[one.at_ms] - close[one.at_ms - HOUR]) * side.sign > 0 for one in levels)
        assert all(one.at_ms + 4 * HOUR <= AT for one in levels)
        assert {one.price for one in levels} <= set(SAWTOOTH)
        assert len({one.at_ms for one in levels}) == len(levels)


def test_the_order_is_random_and_the_seed_decides_it() -> None:
    def first(seed: int) -> list[int]:
        levels = null_levels(telling(), hours(SAWTOOTH), 4 * HOUR, seed)
        return [one.at_ms for one in itertools.islice(levels, 8)]

    assert first(3) == first(3)
    assert first(3) != first(4)
    assert first(3) != sorted(first(3))


def test_what_comes_after_the_alert_changes_none() -> None:
    known = hours(SAWTOOTH)
    longer = hours([*SAWTOOTH, 50.0, 200.0, 300.0], end_ms=AT - 30_000 + 3 * HOUR)
    one, other = (list(null_levels(telling(), found, HOUR, seed=5)) for found in (known, longer))
    assert one == other


def test_without_a_day_of_prices_there_is_none() -> None:
    assert list(null_levels(telling(), hours(SAWTOOTH[:12]), HOUR, seed=1)) == []
    assert list(null_levels(telling(), PricePath.of(np.zeros((0, 5))), HOUR, seed=1)) == []


def test_a_gap_in_prices_is_no_move() -> None:
    early, late = hours(SAWTOOTH[:40], end_ms=AT - 30_000 - 100 * HOUR), hours(SAWTOOTH[:30])
    table = [
        np.column_stack([one.start_ms, one.end_ms, one.low, one.high, one.close]) for one in (early, late)
    ]
    levels = list(null_levels(telling(), PricePath.of(np.concatenate(table)), HOUR, seed=1))
    assert levels
    assert int(late.end_ms[0]) not in {one.at_ms for one in levels}


def test_what_is_about_no_zone_may_be_compared_with_any_moment() -> None:
    levels = list(null_levels(telling(Kind.BURST), hours([100.0] * 100), HOUR, seed=1))
    assert len(levels) > 50
    assert all(outside(level, [zone(0.0, 1000.0)]) for level in levels)


def zone(low: float, high: float, side: Side = Side.LONG) -> Zone:
    return Zone("Z1", side, low, high, (low + high) / 2, 1.0, 50.0, 2.0, (0.25,) * 4, 0)


def test_a_level_that_a_zone_of_its_side_overlaps_is_none() -> None:
    level = telling()
    assert not outside(level, [zone(97.0, 98.0)])
    assert not outside(level, [zone(99.0, 99.5)])
    assert outside(level, [zone(99.1, 99.5), zone(97.0, 97.9)])
    assert outside(level, [zone(98.2, 98.6, Side.SHORT)])
