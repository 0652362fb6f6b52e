"""Impact is learned from what price really did, and told only where there is enough of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bot.liquidation.impact import (
    FEWEST_ENTRIES,
    FOLLOWED_HOURS,
    HOUR_MS,
    LATEST_READING_MS,
    Impact,
    learned_impact,
)
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone

BEGIN = 500_016  # hours since the epoch, where a day begins
UNIT = 0.01
PERIOD = 8  # hours from one dip to the next


def zone(side: Side, near: float, percentile: float = 60.0) -> Zone:
    """One hourly range wide, its near edge so far from 100 in log price."""
    edge = 100 * math.exp(side.sign * near)
    far = edge * math.exp(side.sign * UNIT)
    return Zone(
        "Z1", side, min(edge, far), max(edge, far), (edge + far) / 2, 1.0, percentile, 2.0, (0.25,) * 4, 0
    )


def reading(hour: int, *zones: Zone, price: float = 100.0, late_ms: int = 0) -> Reading:
    return Reading("BTC/USDT:USDT", hour * HOUR_MS + late_ms, price, UNIT, zones)


def rows(lows: list[float], highs: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Extremes of the hours from BEGIN on, log distances from 100."""
    start = (BEGIN + np.arange(len(lows))) * float(HOUR_MS)
    middle = math.log(100.0)
    low, high = (np.array(one) + middle for one in (lows, highs))
    return np.column_stack([start, start + HOUR_MS, low / DISTANCE_BIN, high / DISTANCE_BIN])


def dips(count: int, depth: float, *zones: Zone) -> Impact:
    """Price stands still but for one hour in eight, in which it falls by `depth` and comes back."""
    hours = count * PERIOD + FOLLOWED_HOURS
    lows = [-depth if hour % PERIOD == 2 else 0.0 for hour in range(hours)]
    readings = [reading(BEGIN + hour, *zones) for hour in range(count * PERIOD)]
    return learned_impact(readings, rows(lows, [0.0] * hours))


def test_how_far_price_went_beyond_the_edge() -> None:
    """It falls by 3 % and the edge lies 1 % away: 2 % beyond, two hourly ranges."""
    found = dips(24, 0.03, zone(Side.LONG, 0.01))
    moves = found.by_band[Band.HIGH]
    assert (moves.count, moves.days) == (24, 8)
    assert moves.median == pytest.approx(0.02)
    assert moves.median_u == pytest.approx(2.0)
    assert moves.interval_u == pytest.approx((2.0, 2.0))
    assert moves.large_u == pytest.approx(2.0)
    assert [found.by_band[band].count for band in (Band.LOW, Band.MEDIUM, Band.EXTREME)] == [0, 0, 0]
    assert found.hours == 24 * PERIOD


def test_bands_are_kept_apart_and_pooled_with_nothing() -> None:
    found = dips(24, 0.03, zone(Side.LONG, 0.01, 10.0), zone(Side.LONG, 0.025, 90.0))
    assert found.by_band[Band.LOW].median == pytest.approx(0.02)
    assert found.by_band[Band.EXTREME].median == pytest.approx(0.005)
    assert found.by_band[Band.HIGH].count == 0


def test_a_short_is_entered_from_below() -> None:
    lows, highs = [0.0] * 196, [0.02 if hour % PERIOD == 2 else 0.0 for hour in range(196)]
    readings = [reading(BEGIN + hour, zone(Side.SHORT, 0.01), zone(Side.LONG, 0.01)) for hour in range(192)]
    found = learned_impact(readings, rows(lows, highs))
    moves = found.by_band[Band.HIGH]
    assert moves.count == 24
    assert moves.median == pytest.approx(0.01)


def test_what_follows_counts_for_four_hours() -> None:
    """The edge is reached by 1.1 %, three hours later price falls to 4 %, a fourth one to 9 %."""
    lows = [0.0, 0.0, -0.011, 0.0, 0.0, -0.04, -0.09, 0.0] * 24 + [0.0] * FOLLOWED_HOURS
    hours = [hour for hour in range(192) if hour % PERIOD == 2]
    readings = [reading(BEGIN + hour, zone(Side.LONG, 0.01)) for hour in hours]
    moves = learned_impact(readings, rows(lows, [0.0] * len(lows))).by_band[Band.HIGH]
    assert moves.median == pytest.approx(0.03)


def test_a_zone_that_is_not_reached_or_that_price_is_in_is_no_entry() -> None:
    assert dips(24, 0.009, zone(Side.LONG, 0.01)).by_band[Band.HIGH].count == 0
    assert dips(24, 0.03, zone(Side.LONG, -0.005)).by_band[Band.HIGH].count == 0


def test_too_few_tell_nothing() -> None:
    few = dips(FEWEST_ENTRIES - 1, 0.03, zone(Side.LONG, 0.01)).by_band[Band.HIGH]
    assert (few.count, few.median, few.interval_u) == (FEWEST_ENTRIES - 1, None, None)
    lows = [-0.03] * 24 + [0.0] * FOLLOWED_HOURS
    readings = [reading(BEGIN + hour, zone(Side.LONG, 0.01)) for hour in range(24)]
    crowded = learned_impact(readings, rows(lows, [0.0] * len(lows))).by_band[Band.HIGH]
    assert crowded.count >= FEWEST_ENTRIES
    assert crowded.median is None


def test_ordinary_levels_lie_in_no_zone_and_are_reached_the_same_way() -> None:
    """A fall of 1.1 u reaches levels at 0.25, 0.5, 0.75 and 1 u; a zone from 0.4 u on leaves one."""
    free = dips(24, 0.011)
    assert free.ordinary.count == 24 * 4
    assert free.ordinary.median_u == pytest.approx((0.6 + 0.35) / 2)
    taken = dips(24, 0.011, zone(Side.LONG, 0.004))
    assert taken.ordinary.count == 24
    assert taken.ordinary.median_u == pytest.approx(0.85)


def test_a_gap_in_what_followed_leaves_the_hour_out() -> None:
    lows = [0.0] * 40
    table = rows(lows, lows)
    readings = [reading(BEGIN + hour) for hour in range(40)]
    whole = learned_impact(readings, table).hours
    assert whole == 40 - FOLLOWED_HOURS + 1
    assert learned_impact(readings, np.delete(table, 20, axis=0)).hours == whole - FOLLOWED_HOURS


def test_one_reading_an_hour_and_none_from_late_in_it() -> None:
    table = rows([0.0] * 20, [0.0] * 20)
    early = [
        reading(BEGIN + 1),
        reading(BEGIN + 1, late_ms=LATEST_READING_MS),
        reading(BEGIN + 2, late_ms=60_000),
    ]
    late = [reading(BEGIN + 3, late_ms=LATEST_READING_MS + 1)]
    assert learned_impact([*late, *early], table).hours == 2


def test_nothing_is_known_of_nothing() -> None:
    found = learned_impact([], np.zeros((0, 4)))
    assert (found.hours, found.ordinary.count) == (0, 0)
    assert len(found.by_band) == len(Band)


def test_the_interval_is_wider_where_days_differ() -> None:
    """Every other dip goes twice as far: the middle depends on which days came."""
    count = 40
    lows = [0.0] * (count * PERIOD + FOLLOWED_HOURS)
    for dip in range(count):
        lows[dip * PERIOD + 2] = -0.05 if dip // 3 % 2 else -0.02
    readings = [reading(BEGIN + hour, zone(Side.LONG, 0.01)) for hour in range(count * PERIOD)]
    moves = learned_impact(readings, rows(lows, [0.0] * len(lows))).by_band[Band.HIGH]
    assert moves.interval_u is not None
    low, high = moves.interval_u
    assert low == pytest.approx(1.0)
    assert high == pytest.approx(4.0)
    assert moves.count == count
