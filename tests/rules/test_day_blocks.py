"""Intervals come from whole days: what happens within one day counts once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.rules.day_blocks import LEAST_DAYS, by_days

Floats = NDArray[np.float64]


def mean(sums: Floats) -> Floats:
    return np.asarray(sums[:, 0] / sums[:, 1])


def columns(values: Floats) -> Floats:
    return np.column_stack([values, np.ones(len(values))])


def test_the_interval_of_independent_days_is_that_of_their_mean() -> None:
    values = np.random.default_rng(1).normal(2.0, 1.0, 400)
    found = by_days(list(range(400)), columns(values), mean)
    error = values.std() / math.sqrt(400)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)


def test_repeating_what_a_day_held_makes_nothing_surer() -> None:
    values = np.random.default_rng(2).normal(0.0, 1.0, 30)
    once = by_days(list(range(30)), columns(values), mean)
    often = by_days([day for day in range(30) for _ in range(9)], columns(np.repeat(values, 9)), mean)
    assert (often.low, often.high) == pytest.approx((once.low, once.high))


def test_too_few_days_have_a_value_and_no_interval() -> None:
    days = LEAST_DAYS - 1
    found = by_days(list(range(days)), columns(np.arange(days, dtype=float)), mean)
    assert found.value == pytest.approx((days - 1) / 2)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(by_days([], np.zeros((0, 2)), mean).value)


def test_draws_that_divide_by_nothing_are_infinite_and_no_error() -> None:
    table = np.array([[1.0, 0.0]] * 19 + [[1.0, 1.0]])
    found = by_days(list(range(20)), table, mean)
    assert found.value == 20.0
    assert 1.0 < found.low < 20.0
    assert found.high == math.inf
