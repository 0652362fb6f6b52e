"""Extremes of the past, swings and round numbers, and which zones hold them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from bot.liquidation.landmarks import (
    DAY_MS,
    Floats,
    Landmark,
    LandmarkKind,
    held_by,
    past_landmarks,
    round_number,
)
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.price_hours import HOUR_MS
from bot.liquidation.side import Side
from bot.liquidation.surroundings import OrderBook, shown_to
from bot.liquidation.zone import Zone

# A Wednesday, 15:30 UTC; the week before began on Monday the 9th.
NOW = int(datetime(2026, 11, 18, 15, 30, tzinfo=UTC).timestamp() * 1000)
DAY = int(datetime(2026, 11, 18, tzinfo=UTC).timestamp() * 1000)
MONDAY = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp() * 1000)


def hours(first_ms: int, until_ms: int, extremes: dict[int, tuple[float, float]]) -> Floats:
    """Rows of an hour each between 99 and 101, but for those given by their start."""
    starts = np.arange(first_ms, until_ms, HOUR_MS)
    rows = np.zeros((len(starts), 4))
    rows[:, 0], rows[:, 1] = starts, starts + HOUR_MS
    for row, start in enumerate(starts.tolist()):
        low, high = extremes.get(start, (99.0, 101.0))
        rows[row, 2:] = np.log([low, high]) / DISTANCE_BIN
    return rows


def found(rows: Floats, kind: LandmarkKind) -> list[float]:
    return [round(one.price, 6) for one in past_landmarks(rows, NOW) if one.kind is kind]


def zone(low: float, high: float) -> Zone:
    return Zone("Z1", Side.LONG, low, high, (low + high) / 2, 1.0, 50.0, 1.0, (1.0, 0, 0, 0), 0)


def test_the_day_before_is_the_last_whole_one_of_utc() -> None:
    told = {
        DAY - DAY_MS: (97.0, 101.0),
        DAY - HOUR_MS: (99.0, 104.0),
        DAY - DAY_MS - HOUR_MS: (90.0, 120.0),
        DAY: (95.0, 110.0),
    }
    rows = hours(MONDAY - 8 * DAY_MS, NOW // HOUR_MS * HOUR_MS, told)
    assert found(rows, LandmarkKind.DAY_LOW) == [97.0]
    assert found(rows, LandmarkKind.DAY_HIGH) == [104.0]


def test_the_week_before_goes_from_monday_to_sunday() -> None:
    told = {
        MONDAY - 7 * DAY_MS: (96.0, 101.0),
        MONDAY - HOUR_MS: (99.0, 105.0),
        MONDAY: (80.0, 130.0),
        MONDAY - 7 * DAY_MS - HOUR_MS: (70.0, 140.0),
    }
    rows = hours(MONDAY - 8 * DAY_MS, NOW // HOUR_MS * HOUR_MS, told)
    assert found(rows, LandmarkKind.WEEK_LOW) == [96.0]
    assert found(rows, LandmarkKind.WEEK_HIGH) == [105.0]


def test_a_day_or_week_that_is_not_known_whole_is_left_out() -> None:
    rows = hours(DAY - DAY_MS + HOUR_MS, NOW // HOUR_MS * HOUR_MS, {})
    assert found(rows, LandmarkKind.DAY_LOW) == found(rows, LandmarkKind.WEEK_LOW) == []
    whole = hours(DAY - DAY_MS, NOW // HOUR_MS * HOUR_MS, {})
    assert len(found(whole, LandmarkKind.DAY_LOW)) == 1
    assert past_landmarks(np.zeros((0, 4)), NOW) == ()


def test_a_swing_is_the_extreme_of_half_a_day_either_side() -> None:
    top = MONDAY + 5 * HOUR_MS
    told = {top: (99.0, 106.0), top + 11 * HOUR_MS: (99.0, 105.0), DAY + 14 * HOUR_MS: (99.0, 107.0)}
    rows = hours(MONDAY - 8 * DAY_MS, NOW // HOUR_MS * HOUR_MS, told)
    assert found(rows, LandmarkKind.SWING_HIGH) == [106.0]
    assert found(rows, LandmarkKind.SWING_LOW) == []


def test_a_gap_beside_it_makes_no_swing() -> None:
    top = MONDAY + 5 * HOUR_MS
    rows = hours(MONDAY - 8 * DAY_MS, NOW // HOUR_MS * HOUR_MS, {top: (99.0, 106.0)})
    assert 106.0 in found(rows, LandmarkKind.SWING_HIGH)
    assert 106.0 not in found(rows[rows[:, 0] != top + 3 * HOUR_MS], LandmarkKind.SWING_HIGH)


@pytest.mark.parametrize(
    ("low", "high", "number"),
    [
        (57_900, 58_100, 58_000),
        (58_050, 58_950, None),
        (99_500, 100_500, 100_000),
        (59_500, 61_500, 60_000),
        (3_390, 3_410, 3_400),
        (0.0000119, 0.0000121, 0.000012),
        (58_000, 58_000, 58_000),
        (0.9, 1.1, 1.0),
    ],
)
def test_round_numbers_have_at_most_two_digits(low: float, high: float, number: float | None) -> None:
    assert round_number(low, high) == (None if number is None else pytest.approx(number, rel=1e-12))


def test_a_zone_holds_what_lies_in_it_weightiest_first_and_once() -> None:
    landmarks = [
        Landmark(LandmarkKind.SWING_LOW, 58_200.0),
        Landmark(LandmarkKind.DAY_LOW, 58_200.0),
        Landmark(LandmarkKind.WEEK_LOW, 58_100.0),
        Landmark(LandmarkKind.DAY_HIGH, 61_000.0),
    ]
    assert held_by(zone(57_950.0, 58_300.0), landmarks) == (
        Landmark(LandmarkKind.WEEK_LOW, 58_100.0),
        Landmark(LandmarkKind.DAY_LOW, 58_200.0),
        Landmark(LandmarkKind.ROUND, 58_000.0),
    )
    assert held_by(zone(58_310.0, 58_400.0), landmarks) == ()


def test_a_book_is_counted_towards_a_zone_and_says_how_far_it_shows() -> None:
    book = OrderBook(((99.0, 1.0), (98.0, 2.0)), ((101.0, 4.0), (102.0, 8.0), (103.0, 16.0)), 0)
    assert book.quantity_to(Side.SHORT, 102.0) == 12.0
    assert book.quantity_to(Side.LONG, 98.5) == 1.0
    assert book.shows(Side.SHORT, 103.0)
    assert not book.shows(Side.SHORT, 103.1)
    assert not book.shows(Side.LONG, 97.9)
    short = OrderBook((), ((101.0, 4.0), (102.5, 1.0)), 0)
    assert shown_to([book, short], Side.SHORT) == 102.5
    assert shown_to([book, short], Side.LONG) is None
    assert shown_to([], Side.SHORT) is None
