"""Open interest that can be believed."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from math import inf, isfinite, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.liquidation.interest_quality import InterestJudge

Floats = NDArray[np.float64]
VALUES = st.one_of(
    st.sampled_from([nan, nan, inf, -inf, 0.0, -1.0]),
    st.floats(90.0, 110.0),
    st.sampled_from([100.0, 1000.0, 1000.1, 1e5, 1.1e5, 1.2e5, 1.21e5, 1.0, 9.999]),
    st.floats(1e-300, 1e300),
)


def judged(judge: InterestJudge, values: list[float], first_stamp: int = 1) -> list[float]:
    stamps = np.arange(first_stamp, first_stamp + len(values), dtype=np.int64)
    return list(judge.judge(np.array(values, float), stamps))


def by_the_book(values: list[float]) -> tuple[list[float], int, int]:
    """The rules once more, from a list of all published: verdicts, rows distrusted, since which row."""
    verdicts, told, last, distrusted, since = [], [], 0.0, 0, 0
    for row, value in enumerate(values, 1):
        if not isfinite(value):
            verdicts.append(nan)
            continue
        is_near = value > 0 and (last == 0 or (value * 0.1 <= last and value >= last * 0.1))
        told.append((value, is_near))
        newest = [one for one, _ in told[-3:]]
        in_doubt = [not near for _, near in told[-3:]] == [True] * 3
        agree = in_doubt and min(newest) > 0 and max(newest) <= 1.2 * min(newest)
        if is_near or agree:
            verdicts.append(value)
            told[-1] = (value, True)
            last, since = value, 0
        else:
            verdicts.append(nan)
            distrusted, since = distrusted + 1, since or row
    return verdicts, distrusted, since


@given(st.lists(VALUES, max_size=40))
def test_verdicts_are_those_of_the_rules(values: list[float]) -> None:
    judge = InterestJudge()
    verdicts, distrusted, since = by_the_book(values)
    np.testing.assert_array_equal(judged(judge, values), verdicts)
    assert (judge.distrusted_rows, judge.distrusted_since_ms) == (distrusted, since)
    assert judge.is_distrusting == (since > 0)


@given(st.lists(VALUES, max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_portions_give_what_one_go_gives(values: list[float], cuts: list[int]) -> None:
    """Through JSON between them, as a checkpoint takes it."""
    whole, portion = InterestJudge(), InterestJudge()
    expected = judged(whole, values)
    edges = sorted({0, len(values), *(cut for cut in cuts if cut < len(values))})
    found: list[float] = []
    for begin, end in pairwise(edges):
        portion = InterestJudge(**json.loads(json.dumps(asdict(portion), allow_nan=False)))
        found += judged(portion, values[begin:end], begin + 1)
    np.testing.assert_array_equal(found, expected)
    assert portion == whole


@given(st.lists(VALUES, max_size=20))
def test_single_rows_may_come_as_plain_numbers(values: list[float]) -> None:
    whole, single = InterestJudge(), InterestJudge()
    expected = judged(whole, values)
    found = [single.judge_one(value, stamp) for stamp, value in enumerate(values, 1)]
    np.testing.assert_array_equal(found, expected)
    assert single == whole


@given(st.lists(st.floats(50.0, 400.0) | st.just(nan), max_size=40))
def test_ordinary_values_pass_untouched(values: list[float]) -> None:
    judge = InterestJudge()
    np.testing.assert_array_equal(judged(judge, values), values)
    assert judge.distrusted_rows == 0


@pytest.mark.parametrize("outage", [0.0, -5.0])
def test_an_outage_is_left_out_and_ends_with_the_first_good_value(outage: float) -> None:
    judge = InterestJudge()
    found = judged(judge, [100.0, outage, outage, outage, outage, 101.0], first_stamp=1000)
    np.testing.assert_array_equal(found, [100.0, nan, nan, nan, nan, 101.0])
    assert (judge.distrusted_rows, judge.is_distrusting) == (4, False)


def test_one_stray_value_is_left_out() -> None:
    found = judged(InterestJudge(), [100.0, 5000.0, 101.0, 3.0, 102.0])
    np.testing.assert_array_equal(found, [100.0, nan, 101.0, nan, 102.0])


@pytest.mark.parametrize("factor", [1000.0, 0.001, 10.01, 0.09])
def test_a_change_of_unit_is_believed_at_the_third_value(factor: float) -> None:
    judge = InterestJudge()
    found = judged(judge, [100.0, 100 * factor, nan, 101 * factor, nan], first_stamp=60)
    np.testing.assert_array_equal(found, [100.0, nan, nan, nan, nan])
    assert (judge.is_distrusting, judge.distrusted_since_ms) == (True, 61)
    assert judged(judge, [99 * factor, 98 * factor]) == [99 * factor, 98 * factor]
    assert (judge.is_distrusting, judge.distrusted_rows) == (False, 2)


def test_values_that_jump_about_are_never_believed() -> None:
    judge = InterestJudge()
    assert np.isnan(judged(judge, [100.0, *[5000.0, 5000.0, 9000.0] * 20])[1:]).all()
    assert judge.distrusted_rows == 60


def test_a_zero_between_them_keeps_values_from_agreeing() -> None:
    found = judged(InterestJudge(), [100.0, 5000.0, 5000.0, 0.0, 5000.0, 5000.0, 5000.0])
    np.testing.assert_array_equal(found, [100.0, nan, nan, nan, nan, nan, 5000.0])


def test_tenfold_is_still_followed() -> None:
    assert judged(InterestJudge(), [100.0, 1000.0, 100.0]) == [100.0, 1000.0, 100.0]
