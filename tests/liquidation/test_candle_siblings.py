"""A spike that only one venue tells sweeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from invented_candles import START_MS

from bot.liquidation.candle_siblings import RECENT_MS, LastClose, with_siblings_moves
from bot.liquidation.history import History
from bot.liquidation.history_check import check_history

MINUTE = 60_000
Candle = tuple[float, float, float, float]
CALM: Candle = (100, 101, 99, 100)


def minutes(*candles: Candle) -> History:
    opened, high, low, close = np.array(candles, dtype=float).T
    start = START_MS + MINUTE * np.arange(len(candles), dtype=np.int64)
    count = len(candles)
    return History(MINUTE, start, opened, high, low, close, np.full(count, 7.0), np.full(count, 50.0))


def taken(
    news: Mapping[str, Sequence[Candle]], close_ms: int = START_MS, **closes: float
) -> dict[str, list[Candle]]:
    known = {name: LastClose(closes.get(name, 100.0), close_ms) for name in news}
    found = with_siblings_moves(known, {name: [minutes(*candles)] for name, candles in news.items()})
    for (part,) in found.values():
        check_history(part, START_MS)
        assert (part.volume_base == 7).all()
        assert (part.open_interest_base == 50).all()
    return {
        name: [
            (float(o), float(h), float(low), float(c))
            for (o, h, low, c) in zip(part.open, part.high, part.low, part.close, strict=True)
        ]
        for name, (part,) in found.items()
    }


SPIKE: Candle = (100, 120, 99, 118)
CRASH: Candle = (100, 101, 80, 85)


@pytest.mark.parametrize(
    ("news", "odd"),
    [
        ({"a": [SPIKE], "b": [CALM], "c": [CALM]}, {"a"}),
        ({"a": [CRASH], "b": [CALM], "c": [CALM]}, {"a"}),
        ({"a": [CRASH], "b": [CALM]}, {"a"}),
        ({"a": [CRASH], "b": [CRASH], "c": [CRASH]}, set()),
        ({"a": [CRASH], "b": [(100, 101, 82, 86)]}, set()),
        ({"a": [(100, 104, 99, 100)], "b": [CALM]}, set()),
        ({"a": [SPIKE]}, set()),
        ({"a": [CALM, SPIKE], "b": [CALM]}, set()),  # the sibling does not tell that minute
    ],
)
def test_who_is_mended(news: Mapping[str, Sequence[Candle]], odd: set[str]) -> None:
    found = taken(news)
    mended = {name for name, candles in news.items() if found[name] != candles}
    assert mended == odd


def test_the_siblings_move_stands_in_on_the_venues_own_level() -> None:
    found = taken({"a": [CALM, SPIKE], "b": [CALM, CALM], "c": [CALM, CALM]}, a=102.0)
    assert found["a"] == [CALM, pytest.approx(tuple(1.02 * price for price in CALM))]


def test_a_basis_is_no_spike() -> None:
    above: Candle = (108, 109.08, 106.92, 108)
    assert taken({"a": [above], "b": [CALM], "c": [CALM]}, a=108.0)["a"] == [above]


def test_after_a_gap_nothing_is_compared() -> None:
    news = {"a": [SPIKE], "b": [CALM], "c": [CALM]}
    assert taken(news, close_ms=START_MS + MINUTE - RECENT_MS - 1)["a"] == [SPIKE]


def test_the_mark_range_of_a_mended_candle_is_not_known() -> None:
    part = minutes(CALM, SPIKE)
    part = replace(part, mark_low=part.low.copy(), mark_high=part.high.copy())
    known = dict.fromkeys("abc", LastClose(100.0, START_MS))
    found = with_siblings_moves(known, {"a": [part], "b": [minutes(CALM, CALM)], "c": [minutes(CALM, CALM)]})
    (mended,) = found["a"]
    assert mended.mark_high is not None
    np.testing.assert_array_equal(np.isnan(mended.mark_high), [False, True])
    assert part.high[1] == 120, "what was given is left alone"
