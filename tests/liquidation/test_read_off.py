"""What is read off a map: steepness, ladders, gaps, imbalance, a narrow range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_maps import Floats, at_prices, hilly, of_profile

from bot.liquidation.agreement import with_venues
from bot.liquidation.gaps import gaps_of
from bot.liquidation.hourly_values import HourlyValues
from bot.liquidation.imbalance import imbalance_of
from bot.liquidation.ladders import ladders_of
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.narrow_range import narrow_range_of
from bot.liquidation.read_off import read_off, to_remember
from bot.liquidation.reading import REACHES, Steepness
from bot.liquidation.side import Side
from bot.liquidation.steepness import steepness_of
from bot.liquidation.stored_reading import payload_of, reading_of
from bot.liquidation.zone import Zone
from bot.liquidation.zone_book import ZoneBook

HOUR_MS = 3_600_000
U = 0.005  # hourly range: R = 12 u = 6 %, in bins of 0.05 %: u = 10, R = 120


def flat(hourly_range: float = U) -> LiquidationMap:
    return of_profile(np.ones((2, DISTANCE_BINS)), 100.0, HOUR_MS, hourly_range)


def steep(found: LiquidationMap, side: Side = Side.SHORT) -> Steepness:
    one = steepness_of(found, side, lambda value: 10 * value)
    assert one is not None
    return one


def with_block(begin: int, end: int, height: float) -> LiquidationMap:
    """Even ground, higher in bins [begin, end) of the shorts."""
    profile = np.ones((2, DISTANCE_BINS))
    profile[Side.SHORT, begin:end] = height
    return of_profile(profile, 100.0, HOUR_MS, U)


def short(name: str, low: float, high: float, share: float = 0.1) -> Zone:
    return Zone(name, Side.SHORT, low, high, (low + high) / 2, 1.0, 50.0, 2.0, (1.0,), 0, share)


def test_a_flat_side_has_a_steepness_of_one_and_the_stretch_nearest_to_price() -> None:
    one = steep(flat())
    assert one.value == pytest.approx(1.0)
    assert one.near_edge == pytest.approx(100.0)
    assert np.log(one.far_edge / 100) == pytest.approx(2 * U)
    assert one.percentile == pytest.approx(10.0)


def test_the_steepest_stretch_is_where_most_lies() -> None:
    one = steep(with_block(60, 80, 8.0))
    assert one.value == pytest.approx(120 / 20 * 160 / (100 + 160))
    assert np.log(np.array([one.low, one.high]) / 100) == pytest.approx([0.03, 0.04])
    assert one.per_percent == pytest.approx(160 / 260 / (one.high - one.low))


def test_below_price_the_near_edge_is_the_higher_one() -> None:
    one = steep(hilly(((Side.LONG, 0.03, 0.002, 10.0),), hourly_range=U), Side.LONG)
    assert one.low < 97.05 < one.high < 100
    assert (one.near_edge, one.far_edge) == (one.high, one.low)


def test_what_has_no_mass_or_does_not_move_has_no_steepness() -> None:
    empty = of_profile(np.zeros((2, DISTANCE_BINS)), 100.0, HOUR_MS, U)
    assert steepness_of(empty, Side.LONG, float) is None
    assert steepness_of(flat(0.0), Side.LONG, float) is None


def test_in_a_wild_market_the_stretch_is_the_whole_reach() -> None:
    one = steep(flat(0.2))
    assert one.value == pytest.approx(1.0)
    assert np.log(one.high / one.low) == pytest.approx(0.1)


def test_zones_within_an_hourly_range_of_each_other_are_a_ladder() -> None:
    zones = [short("Z1", 101, 101.5), short("Z2", 101.9, 102.4, 0.2), short("Z3", 104, 104.5)]
    (ladder,) = ladders_of(zones, U)
    assert ladder.zone_ids == ("Z1", "Z2")
    assert (ladder.low, ladder.high) == (101, 102.4)
    assert ladder.strength == pytest.approx(0.3)


def test_a_ladder_is_of_one_side_and_counts_outward() -> None:
    below = [replace(short(f"Z{n}", 95 + n, 95.8 + n), side=Side.LONG) for n in range(3)]
    (ladder,) = ladders_of([*below, short("Z9", 101, 102)], U)
    assert ladder.side is Side.LONG
    assert ladder.zone_ids == ("Z2", "Z1", "Z0")


def test_a_stretch_with_little_is_a_gap() -> None:
    profile: Floats = np.ones((2, DISTANCE_BINS))
    profile[Side.SHORT, 40:80] = 0.05
    (gap,) = gaps_of(of_profile(profile, 100.0, HOUR_MS, U))
    assert gap.side is Side.SHORT
    assert np.log(np.array([gap.low, gap.high]) / 100) == pytest.approx([0.02, 0.04], abs=0.002)
    assert gap.width_u == pytest.approx(3.6, abs=0.2)  # smoothed as zones are
    assert gap.thinness == pytest.approx(0.05 / (82 / 120), rel=0.1)
    assert gap.contains(103.0)
    assert not gap.contains(101.0)


def test_a_thin_stretch_narrower_than_an_hourly_range_is_none() -> None:
    profile = np.ones((2, DISTANCE_BINS))
    profile[Side.SHORT, 40:49] = 0.0
    assert gaps_of(of_profile(profile, 100.0, HOUR_MS, U)) == ()


@pytest.mark.parametrize("mass", [0.0, 1.0])
def test_even_ground_and_nothing_have_no_gaps(mass: float) -> None:
    assert gaps_of(of_profile(np.full((2, DISTANCE_BINS), mass), 100.0, HOUR_MS, U)) == ()


def test_imbalance_counts_what_lies_within_each_distance() -> None:
    found = hilly(((Side.LONG, 0.005, 0.0005, 30.0), (Side.SHORT, 0.04, 0.0005, 10.0)), ground=0.0)
    near, three, five, ten = imbalance_of(found, lambda reach, share: 100 * share + reach)
    assert near.long_base == pytest.approx(30, rel=0.01)
    assert near.short_base == pytest.approx(0, abs=0.01)
    assert near.percentile == pytest.approx(100, abs=0.1)
    assert three.long_share == pytest.approx(1.0, abs=0.01)
    assert five.long_share == ten.long_share == pytest.approx(0.75, abs=0.01)
    assert ten.percentile == pytest.approx(78, abs=1)


def hours(ranges: list[float], until_ms: int) -> Floats:
    """Ledger rows of one hour each around 100, so many bins high."""
    middle = np.log(100) / DISTANCE_BIN
    count = len(ranges)
    begin = until_ms - HOUR_MS * np.arange(count, 0, -1)
    half = np.array(ranges) / 2
    return np.column_stack([begin, begin + HOUR_MS, middle - half, middle + half])


def test_a_range_narrower_than_ever_has_the_lowest_rank() -> None:
    now = 1000 * HOUR_MS
    narrow = narrow_range_of(hours([20.0] * 194 + [4.0] * 6, now), now, ratio=1.01)
    assert narrow is not None
    assert narrow.percentile < 1
    assert (narrow.low, narrow.high) == pytest.approx((100.9, 101.1), abs=0.01)


def test_a_range_wider_than_ever_has_the_highest_rank() -> None:
    now = 1000 * HOUR_MS
    narrow = narrow_range_of(hours([20.0] * 194 + [20.0] * 5 + [50.0], now), now)
    assert narrow is not None
    assert narrow.percentile > 99


def test_too_little_past_says_nothing_of_what_is_usual() -> None:
    now = 1000 * HOUR_MS
    assert narrow_range_of(hours([20.0] * 60, now), now) is None
    assert narrow_range_of(hours([20.0] * 200, now - 7 * HOUR_MS), now) is None
    assert narrow_range_of(np.zeros((0, 4)), now) is None


def test_a_value_is_ranked_among_the_hours_before_it() -> None:
    past = HourlyValues()
    for hour in range(10):
        past.sample(hour * HOUR_MS, (hour, 0.0, 0.1 * hour, 0, 0, 0))
    assert past.steepness_rank(Side.LONG, 7.5) == pytest.approx(80)
    assert past.long_share_rank(0, 0.15) == pytest.approx(20)
    assert not past.is_due(9 * HOUR_MS + 5)
    assert past.is_due(10 * HOUR_MS)


def test_hours_without_a_value_and_hours_long_gone_do_not_count() -> None:
    past = HourlyValues()
    past.sample(0, (9.0,) * 6)
    past.sample(31 * 24 * HOUR_MS, (np.nan,) * 6)
    assert past.steepness_rank(Side.LONG, 1.0) == 50
    assert len(past.table) == 1


def whole_reading() -> tuple[LiquidationMap, ZoneBook]:
    found = at_prices(((104.0, 0.003, 10.0), (105.5, 0.002, 6.0), (95.0, 0.003, 10.0)), 100.0, HOUR_MS)
    book = ZoneBook()
    book.track(found)
    return found, book


def test_a_reading_holds_all_of_it_and_survives_being_stored() -> None:
    found, book = whole_reading()
    now = 1000 * HOUR_MS
    narrow = narrow_range_of(hours([20.0] * 200, now), now)
    reading = read_off(found, with_venues(found, book.zones), book.hourly, narrow)
    assert len(reading.zones) == 3
    assert all(zone.shown_by == ("binance",) for zone in reading.zones)
    assert [one.side for one in reading.steepness] == [Side.LONG, Side.SHORT]
    assert [one.within for one in reading.imbalance] == list(REACHES)
    assert all((reading.ladders, reading.gaps, reading.narrow_range))
    assert reading_of(payload_of(reading)) == reading
    assert len(to_remember(reading)) == 6


def test_a_zone_says_its_share_of_its_side_and_its_venues() -> None:
    found = at_prices(((104.0, 0.003, 10.0), (95.0, 0.003, 10.0)), 100.0, HOUR_MS)
    (share,) = found.venues
    empty = np.zeros_like(share.mass)
    empty[Side.SHORT] = share.mass[Side.SHORT]
    both = replace(found, venues=(share, replace(share, venue="okx", mass=empty)))
    book = ZoneBook()
    book.track(both)
    below, above = with_venues(both, book.zones)
    assert dict(below.venue_mix) == pytest.approx({"binance": 1.0, "okx": 0.0})
    assert dict(above.venue_mix) == pytest.approx({"binance": 0.5, "okx": 0.5})
    assert (below.shown_by, above.shown_by) == (("binance",), ("binance", "okx"))
    assert below.share == pytest.approx(0.85, abs=0.1)
