"""Candles and liquidations that cannot be processed are refused by row and field."""

from __future__ import annotations

import pickle
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_candles import MINUTE_MS, START_MS, walk
from numpy.typing import NDArray

from bot.liquidation.history import COLUMNS, History
from bot.liquidation.history_check import HistoryError, check_history
from bot.liquidation.liquidations import Liquidations

Floats = NDArray[np.float64]
ROWS = (1, 9)  # a single new candle takes a way of its own


def marked(history: History) -> History:
    return replace(history, mark_low=history.low.copy(), mark_high=history.high.copy())


def told(rows: int) -> Liquidations:
    """One every half minute, from the first candle on."""
    stamps = START_MS + np.arange(rows) * MINUTE_MS // 2
    return Liquidations(stamps, np.arange(rows) % 2, np.full(rows, 6e4), np.ones(rows), START_MS)


def with_value(history: History, field: str, row: int, value: float) -> History:
    column = getattr(history, field).copy()
    column[row] = value
    return replace(history, **{field: column})


def refusal(history: History, as_of_ms: int = 0) -> HistoryError:
    with pytest.raises(HistoryError) as refused:
        check_history(history, as_of_ms)
    error = refused.value
    assert str(error).startswith(f"row {error.row}: {error.field} ")
    return error


@pytest.mark.parametrize("rows", [0, *ROWS])
def test_sound_candles_pass(rows: int) -> None:
    history = walk(9).rows(slice(rows))
    check_history(history, START_MS)
    check_history(marked(history), START_MS)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("field", ["open", "high", "low", "close"])
@pytest.mark.parametrize("value", [nan, inf, -inf, 0.0, -1.0])
def test_a_price_that_is_none_is_refused(rows: int, field: str, value: float) -> None:
    error = refusal(with_value(walk(rows), field, rows - 1, value))
    assert (error.row, error.field) == (rows - 1, field)
    assert error.start_ms == START_MS + (rows - 1) * MINUTE_MS
    assert str(error.start_ms) in str(error)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("value", [nan, inf, -0.001])
def test_a_volume_that_is_none_is_refused(rows: int, value: float) -> None:
    error = refusal(with_value(walk(rows), "volume_base", rows - 1, value))
    assert (error.row, error.field) == (rows - 1, "volume_base")


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize(("field", "value"), [("low", 70_000.0), ("high", 50_000.0)])
def test_low_and_high_enclose_open_and_close(rows: int, field: str, value: float) -> None:
    error = refusal(with_value(walk(rows), field, rows - 1, value))
    assert (error.row, error.field) == (rows - 1, field)


@pytest.mark.parametrize(
    ("shift", "words"), [(-1, "duplicate"), (-3, "out of order"), (-0.5, "before the end of the row before")]
)
def test_a_candle_out_of_order_is_refused(shift: float, words: str) -> None:
    history = walk(9)
    late = with_value(history, "start_ms", 4, history.start_ms[4] + int(shift * MINUTE_MS))
    error = refusal(late)
    assert (error.row, error.field) == (4, "start_ms")
    assert words in str(error)


@pytest.mark.parametrize("rows", ROWS)
def test_a_candle_that_is_known_already_is_refused(rows: int) -> None:
    error = refusal(walk(rows), as_of_ms=START_MS + 1)
    assert (error.row, error.field) == (0, "start_ms")
    assert str(START_MS + 1) in str(error)


def test_gaps_are_allowed() -> None:
    history = walk(9)
    check_history(replace(history, start_ms=history.start_ms * 2 - START_MS), START_MS)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("field", ["open", "volume_base", "open_interest_base", "mark_low", "mark_high"])
def test_arrays_of_different_lengths_are_refused(rows: int, field: str) -> None:
    history = marked(walk(rows))
    shorter = replace(history, **{field: getattr(history, field)[:-1]})
    error = refusal(shorter)
    assert (error.row, error.field) == (rows - 1, field)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mark_low", 0.0), ("mark_low", -1.0), ("mark_low", -inf), ("mark_low", 1e9), ("mark_high", -1.0),
        ("mark_high", inf),
    ],
)  # fmt: skip
def test_marks_out_of_range_are_refused(rows: int, field: str, value: float) -> None:
    error = refusal(with_value(marked(walk(rows)), field, rows - 1, value))
    assert (error.row, error.field) == (rows - 1, field)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("field", ["mark_low", "mark_high", "open_interest_base"])
def test_what_may_be_unknown_may_be_nan(rows: int, field: str) -> None:
    check_history(with_value(marked(walk(rows)), field, rows - 1, nan), START_MS)


@pytest.mark.parametrize("rows", ROWS)
def test_one_bound_of_the_mark_may_be_known_alone(rows: int) -> None:
    history = walk(rows)
    check_history(replace(history, mark_low=history.low), START_MS)
    assert refusal(with_value(replace(history, mark_high=history.high.copy()), "mark_high", 0, -1.0)).row == 0


def test_the_first_bad_row_is_named() -> None:
    history = with_value(with_value(walk(9), "open", 7, nan), "volume_base", 3, -1.0)
    assert (refusal(history).row, refusal(history).field) == (3, "volume_base")


BAD = st.tuples(
    st.sampled_from(["open", "high", "low", "close", "volume_base", "start_ms", "mark_low", "mark_high"]),
    st.integers(0, 5),
    st.sampled_from([0.0, -1.0, 0.4, 1.0, 2.0, 1e9, 59_990.0, 60_010.0]),
)


@given(st.lists(BAD, max_size=3))
def test_one_candle_at_a_time_is_judged_as_all_at_once(changes: list[tuple[str, int, float]]) -> None:
    history = marked(walk(6))
    for field, row, value in changes:
        history = with_value(history, field, row, value)
    assert verdict(history) == stepwise(history)


def verdict(history: History, as_of_ms: int = START_MS) -> tuple[int, str] | None:
    try:
        check_history(history, as_of_ms)
    except HistoryError as error:
        return error.row, error.field
    return None


def stepwise(history: History) -> tuple[int, str] | None:
    as_of = START_MS
    for row in range(len(history)):
        cut: dict[str, Floats] = {
            name: column[row : row + 1] for name in COLUMNS if (column := getattr(history, name)) is not None
        }
        found = verdict(replace(history, **cut), as_of)  # type: ignore[arg-type]
        if found:
            return row, found[1]
        as_of = int(history.start_ms[row]) + MINUTE_MS
    return None


def test_the_error_survives_the_way_back_from_a_worker() -> None:
    error = refusal(with_value(walk(9), "close", 2, nan))
    copied = pickle.loads(pickle.dumps(error))
    assert (copied.row, copied.field, str(copied)) == (2, "close", str(error))
    assert isinstance(copied, ValueError)


@pytest.mark.parametrize("rows", ROWS)
def test_sound_liquidations_pass(rows: int) -> None:
    at_once = replace(told(5), stamp_ms=np.full(5, START_MS))
    for liquidations in (told(1), told(5), at_once):
        check_history(replace(walk(rows), liquidations=liquidations), START_MS)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stamp_ms", START_MS - 1), ("side", 2), ("side", -1), ("price", 0.0), ("price", -1.0),
        ("price", nan), ("price", inf), ("quantity_base", 0.0), ("quantity_base", -1.0),
        ("quantity_base", nan), ("quantity_base", inf),
    ],
)  # fmt: skip
def test_a_malformed_liquidation_is_refused(rows: int, field: str, value: float) -> None:
    liquidations = told(5)
    getattr(liquidations, field)[3] = value
    error = refusal(replace(walk(rows), liquidations=liquidations))
    assert (error.row, error.field, error.start_ms) == (3, f"liquidations.{field}", None)
    assert str(value) in str(error)


@pytest.mark.parametrize("rows", [0, *ROWS])
@pytest.mark.parametrize("field", ["stamp_ms", "side", "price", "quantity_base"])
@pytest.mark.parametrize("count", [1, 5])
def test_liquidations_of_different_lengths_are_refused(rows: int, field: str, count: int) -> None:
    whole = told(count)
    shorter = replace(whole, **{field: getattr(whole, field)[:-1]})
    error = refusal(replace(walk(9).rows(slice(rows)), liquidations=shorter))
    assert error.row == count - 1
    assert error.field in (f"liquidations.{field}", "liquidations.side")  # all are measured by the stamps


def test_of_both_the_candles_are_judged_first() -> None:
    history = with_value(walk(9), "close", 7, nan)
    history = replace(history, liquidations=replace(told(1), price=np.zeros(1)))
    assert refusal(history).field == "close"
