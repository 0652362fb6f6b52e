"""Minutes, longer candles, and the way price goes within a minute."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.market.candles import Candles, combine, cut_short, price_within, range_within
from bot.sandbox.market.clock import MINUTE_MS
from bot.sandbox.market.recorded.split import split

pytest_plugins = ("exchange_plugin",)

TICK = 0.1
prices = st.integers(900, 1_100).map(lambda ticks: ticks / 10)


@st.composite
def candle(draw: st.DrawFn) -> tuple[float, float, float, float]:
    """(open, high, low, close)"""
    four = sorted(draw(st.lists(prices, min_size=4, max_size=4)))
    opened, closed = draw(st.permutations(four[1:3]))
    return opened, four[3], four[0], closed


def some(rows: list[tuple[float, float, float, float]], volume: list[float], step_ms: int) -> Candles:
    table = np.array(rows)
    starts = np.arange(len(rows), dtype=np.int64) * step_ms
    amount = np.array(volume)
    columns = [*(table[:, column] for column in range(4)), amount, np.round(amount / 3, 3)]
    return Candles(starts, *columns)


@given(st.lists(st.tuples(candle(), st.floats(0, 1e6).map(lambda v: round(v, 3))), min_size=1, max_size=8))
@pytest.mark.parametrize("many", [3, 5, 15])
def test_split_minutes_add_up_to_the_candle(
    many: int, rows: list[tuple[tuple[float, float, float, float], float]]
) -> None:
    long = some([row for row, _ in rows], [volume for _, volume in rows], many * MINUTE_MS)
    again = combine(split(long, many * MINUTE_MS, TICK), many * MINUTE_MS)
    for name in ("start_ms", "open", "high", "low", "close"):
        assert getattr(again, name).tolist() == getattr(long, name).tolist()
    assert np.round(again.volume, 6).tolist() == np.round(long.volume, 6).tolist()
    assert np.round(again.taker_buy, 6).tolist() == np.round(long.taker_buy, 6).tolist()


@given(candle())
def test_split_minutes_join_and_stay_inside_the_candle(row: tuple[float, float, float, float]) -> None:
    minutes = split(some([row], [5.0], 5 * MINUTE_MS), 5 * MINUTE_MS, TICK)
    assert minutes.open[1:].tolist() == minutes.close[:-1].tolist()
    assert (minutes.low <= np.minimum(minutes.open, minutes.close)).all()
    assert (minutes.high >= np.maximum(minutes.open, minutes.close)).all()
    assert (minutes.volume >= 0).all()


@given(candle())
def test_a_path_begins_at_the_open_touches_both_extremes_and_ends_at_the_close(
    row: tuple[float, float, float, float],
) -> None:
    assert price_within(row, 0) == row[0]
    assert price_within(row, 1) == row[3]
    assert range_within(row, 1) == (row[1], row[2])


@given(candle(), st.floats(0, 1))
def test_a_forming_candle_holds_its_own_price(row: tuple[float, float, float, float], share: float) -> None:
    forming = cut_short(some([row], [6.0], MINUTE_MS), int(share * MINUTE_MS))
    assert row[2] <= forming.low[0] <= forming.close[0] <= forming.high[0] <= row[1]
    assert forming.open[0] == row[0]
    assert forming.volume[0] == pytest.approx(6 * share, abs=1e-3)


def test_a_gap_in_the_minutes_stays_a_gap() -> None:
    minutes = some([(1, 1, 1, 1)] * 20, [1.0] * 20, MINUTE_MS)
    kept = np.r_[0:5, 15:20]
    columns = (minutes.open, minutes.high, minutes.low, minutes.close, minutes.volume, minutes.taker_buy)
    holed = Candles(minutes.start_ms[kept], *(column[kept] for column in columns))
    assert combine(holed, 5 * MINUTE_MS).start_ms.tolist() == [0, 15 * MINUTE_MS]


def test_weeks_begin_on_mondays() -> None:
    week = 7 * 24 * 60 * MINUTE_MS
    monday = 1_791_158_400_000  # 2026-10-05
    sunday = some([(1, 1, 1, 1)], [1.0], MINUTE_MS)
    late = Candles(np.array([monday - 1]), *([sunday.open] * 6))
    on_time = Candles(np.array([monday]), *([sunday.open] * 6))
    assert combine(late, week).start_ms.tolist() == [monday - week]
    assert combine(on_time, week).start_ms.tolist() == [monday]
