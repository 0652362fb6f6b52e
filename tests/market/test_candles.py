from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.market.candles import (
    DAY_MS,
    FIVE_MINUTES_MS,
    HOUR_MS,
    MINUTE_MS,
    Candles,
    OpenInterest,
    Stretch,
    history_of,
    steps,
    stretches,
)

NOTHING = OpenInterest.of([])
START = 1_800_000_000_000
Row = tuple[float | str, ...]


def stretch(minutes: int, start: int = START) -> Stretch:
    return Stretch(MINUTE_MS, start, start + minutes * MINUTE_MS)


def row(minute: float, close: float = 10.5, *, high: float = 11, low: float = 10, volume: float = 5) -> Row:
    return (START + minute * MINUTE_MS, 10.5, high, low, close, volume)


def test_one_minute_is_one_stretch() -> None:
    assert stretches(START, START + MINUTE_MS + 30_000) == (stretch(1),)


def test_a_minute_that_has_not_ended_is_left_out() -> None:
    assert stretches(START, START + 59_999) == ()
    assert stretches(START + 1, START + 60_000) == ()


def test_two_days_come_in_minutes() -> None:
    assert [one.span_ms for one in stretches(START, START + 2 * DAY_MS)] == [MINUTE_MS]


def test_a_month_comes_in_five_minutes_and_a_day_of_minutes() -> None:
    found = stretches(START + 120_000, START + 30 * DAY_MS)
    assert [one.span_ms for one in found] == [MINUTE_MS, FIVE_MINUTES_MS, MINUTE_MS]
    assert len(found[-1]) == 1440
    assert sum(len(one) for one in found) < 10_000


def test_a_year_comes_in_hours_until_thirty_days_ago() -> None:
    found = stretches(START + 120_000, START + 365 * DAY_MS)
    assert [one.span_ms for one in found] == [MINUTE_MS, HOUR_MS, FIVE_MINUTES_MS, MINUTE_MS]
    assert found[1].end_ms == START + 335 * DAY_MS
    assert sum(len(one) for one in found) < 19_000


@given(st.integers(0, 10**9), st.integers(0, 400 * DAY_MS))
def test_stretches_cover_the_span_without_gap_or_overlap(since: int, length: int) -> None:
    found = stretches(since, since + length)
    for earlier, later in pairwise(found):
        assert earlier.end_ms == later.start_ms
    for one in found:
        assert one.start_ms % one.span_ms == 0
        assert one.end_ms % one.span_ms == 0
    covered = sum(one.end_ms - one.start_ms for one in found)
    assert length - 2 * MINUTE_MS < covered <= length or covered == 0 <= 2 * MINUTE_MS


@given(st.integers(1, 90 * DAY_MS), st.lists(st.integers(1, 60 * DAY_MS), min_size=1, max_size=4))
def test_steps_part_a_span_by_age_without_gap_or_overlap(length: int, reaches: list[int]) -> None:
    ascending = dict(enumerate(sorted(reaches), 1))
    found = list(steps(Stretch(1, START, START + length), START + length, ascending))
    assert found[0].end_ms == START + length
    for newer, older in pairwise(found):
        assert newer.start_ms == older.end_ms
        assert newer.span_ms < older.span_ms
    assert found[-1].start_ms == max(START, START + length - max(reaches))


@given(st.integers(1, 5000), st.integers(1, 1500))
def test_pages_make_up_the_stretch(minutes: int, limit: int) -> None:
    pages = list(stretch(minutes).pages(limit))
    assert sum(len(page) for page in pages) == minutes
    assert all(0 < len(page) <= limit for page in pages)
    assert len(pages) == math.ceil(minutes / limit)


def test_rows_are_put_in_order_and_the_last_of_duplicates_stays() -> None:
    found = history_of(stretch(3), Candles([row(2), row(0, 10.1), row(0, 10.2), row(1)]), NOTHING)
    assert found.start_ms.tolist() == [START, START + 60_000, START + 120_000]
    assert found.close[0] == 10.2


@pytest.mark.parametrize(
    "bad",
    [
        row(1, math.nan),
        row(1, math.inf),
        row(1, 0),
        row(1, -10.5),
        row(1, low=0),
        row(1, high=10.2),
        row(1, low=10.7),
        row(1, volume=-1),
        row(1, volume=math.nan),
        row(1.5),
        row(-1),
        row(3),
    ],
)
def test_a_row_that_makes_no_sense_is_dropped_and_the_others_stay(bad: Row) -> None:
    found = history_of(stretch(3), Candles([row(0), bad, row(2)]), NOTHING)
    assert found.start_ms.tolist() == [START, START + 120_000]


def test_numbers_may_come_as_text() -> None:
    found = history_of(stretch(1), Candles([tuple(str(cell) for cell in row(0))]), NOTHING)
    assert found.volume_base.tolist() == [5.0]


@pytest.mark.parametrize("bad", [["<html>"], ["a", 1, 2, 3, 4, 5], [None] * 6, [[]] * 6])
def test_an_answer_that_holds_no_numbers_is_refused(bad: list[object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        history_of(stretch(3), Candles([bad]), NOTHING)


def test_an_answer_without_one_sensible_row_is_refused() -> None:
    with pytest.raises(ValueError, match="makes sense"):
        history_of(stretch(3), Candles([row(0, math.nan), row(1, 0)]), NOTHING)


def test_no_rows_are_an_empty_history_without_open_interest() -> None:
    found = history_of(stretch(3), Candles([]), NOTHING)
    assert len(found) == 0
    assert not found.has_open_interest


def test_open_interest_belongs_to_the_candle_in_which_it_became_known() -> None:
    readings = OpenInterest.of([(START + 60_000, 7.0), (START + 60_001, 8.0), (START + 119_000, 9.0)])
    found = history_of(stretch(3), Candles([row(0), row(1), row(2)]), readings)
    np.testing.assert_array_equal(found.open_interest_base, [7.0, 9.0, np.nan])


def test_a_reading_after_the_last_candle_or_before_the_first_is_not_used() -> None:
    readings = OpenInterest.of([(START, 6.0), (START + 180_001, 9.0)])
    found = history_of(stretch(3), Candles([row(0), row(1), row(2)]), readings)
    assert not found.has_open_interest


def test_open_interest_in_quote_is_divided_by_the_close() -> None:
    readings = OpenInterest.of([(START + 60_000, 105.0)], in_quote=True)
    assert history_of(stretch(1), Candles([row(0)]), readings).open_interest_base.tolist() == [10.0]


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_open_interest_that_is_no_positive_number_is_dropped(bad: float) -> None:
    assert OpenInterest.of([(START, bad), (START + 1, 2.0)]).values.tolist() == [2.0]


_CELL = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-5, 5).map(
    lambda at: START + at * 60_000.0
)


@settings(max_examples=150)
@given(st.lists(st.tuples(*[_CELL] * 6), max_size=12))
def test_whatever_comes_in_only_clean_candles_come_out(rows: list[tuple[float, ...]]) -> None:
    try:
        found = history_of(stretch(4), Candles(rows), NOTHING)
    except ValueError:
        return
    assert (np.diff(found.start_ms) > 0).all()
    assert (found.low > 0).all()
    assert (found.high >= np.maximum(found.open, found.close)).all()
    assert np.isfinite([found.open, found.high, found.low, found.close, found.volume_base]).all()
