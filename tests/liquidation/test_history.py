"""Cutting a history keeps exactly the liquidations inside its candles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_candles import MINUTE_MS, START_MS, walk

from bot.liquidation.history import History
from bot.liquidation.liquidations import Liquidations

MINUTES = 6
MOMENTS = st.integers(-MINUTE_MS, (MINUTES + 1) * MINUTE_MS)


def history(offsets: list[int]) -> History:
    """Liquidations at these milliseconds after START_MS; quantity i + 1 for the i-th."""
    stamps = START_MS + np.array(sorted(offsets), dtype=np.int64)
    count = len(stamps)
    liquidations = Liquidations(
        stamps,
        np.arange(count) % 2,
        np.full(count, 60_000.0),
        np.arange(1, count + 1, dtype=np.float64),
        START_MS,
    )
    return replace(walk(MINUTES), liquidations=liquidations)


CUTS: dict[str, tuple[Callable[[History], History], float, float]] = {
    "rows": (lambda whole: whole.rows(slice(2, 4)), 2, 4),
    "one row": (lambda whole: whole.rows(slice(3, 4)), 3, 4),
    "until the end of a candle": (lambda whole: whole.until(START_MS + 3 * MINUTE_MS), 0, 3),
    "until the middle of one": (lambda whole: whole.until(START_MS + 3 * MINUTE_MS + 30_000), 0, 3),
    "after the start of a candle": (lambda whole: whole.after(START_MS + 2 * MINUTE_MS), 2, MINUTES),
    "after the middle of one": (lambda whole: whole.after(START_MS + 2 * MINUTE_MS + 1), 3, MINUTES),
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_liquidation_belongs_to_the_candle_that_starts_at_or_before_it_and_ends_after_it(cut: str) -> None:
    offsets = [at * MINUTE_MS + near for at in range(MINUTES + 1) for near in (-1, 0, 0, 30_000)]
    whole = history(offsets)
    take, begin, end = CUTS[cut]
    found = take(whole).liquidations
    offset = whole.liquidations.stamp_ms - START_MS
    inside = (offset >= begin * MINUTE_MS) & (offset < end * MINUTE_MS)
    assert 0 < inside.sum() < len(offset)
    for name in ("stamp_ms", "side", "price", "quantity_base"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole.liquidations, name)[inside])
    assert found.covered_from_ms == START_MS


def test_a_history_cut_to_nothing_has_no_liquidations() -> None:
    whole = history([0, 1, MINUTE_MS])
    for nothing in (whole.until(START_MS), whole.after(START_MS + MINUTES * MINUTE_MS), whole.rows(slice(0))):
        assert len(nothing) == len(nothing.liquidations) == 0
        assert nothing.liquidations.covered_from_ms == START_MS


@given(st.lists(st.integers(0, MINUTES * MINUTE_MS - 1), max_size=20), MOMENTS)
def test_a_cut_gives_every_liquidation_to_one_of_the_two_parts(offsets: list[int], at: int) -> None:
    whole = history(offsets)
    before = whole.until(START_MS + at)
    after = whole.rows(slice(len(before), None))
    parts = np.r_[before.liquidations.quantity_base, after.liquidations.quantity_base]
    np.testing.assert_array_equal(parts, whole.liquidations.quantity_base)
    assert (before.liquidations.stamp_ms < START_MS + max(at, 0)).all()


def test_marks_are_cut_with_their_candles() -> None:
    whole = walk(MINUTES)
    marked = replace(whole, mark_low=whole.low, mark_high=whole.high).rows(slice(1, 3))
    np.testing.assert_array_equal(marked.mark_low, whole.low[1:3])
    np.testing.assert_array_equal(marked.mark_high, whole.high[1:3])
    assert whole.rows(slice(1, 3)).mark_low is None
