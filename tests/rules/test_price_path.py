"""One path of several venues', and the hours in it."""

from __future__ import annotations

import numpy as np
from invented_paths import HOUR, MINUTE, path

from bot.rules.price_path import PricePath, median_path


def rows(found: PricePath) -> list[tuple[float, ...]]:
    columns = (found.start_ms, found.end_ms, found.low, found.high, found.close)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def table(*wanted: tuple[float, ...]) -> np.ndarray:
    return np.array(wanted, dtype=np.float64)


def test_one_venue_s_spike_moves_nothing() -> None:
    calm = table((0, MINUTE, 99, 101, 100))
    spiked = table((0, MINUTE, 50, 150, 100))
    assert rows(median_path([calm, spiked, calm])) == [(0, MINUTE, 99, 101, 100)]


def test_where_one_venue_knows_the_minutes_another_one_s_hour_is_left_out() -> None:
    minutes = table((0, MINUTE, 99, 101, 100), (MINUTE, 2 * MINUTE, 98, 100, 99))
    coarse = table((-HOUR, 0, 97, 103, 100), (0, HOUR, 90, 110, 100))
    assert [row[:2] for row in rows(median_path([coarse, minutes]))] == [
        (-HOUR, 0),
        (0, MINUTE),
        (MINUTE, 2 * MINUTE),
    ]
    same_end = table((HOUR - MINUTE, HOUR, 99, 101, 100))
    assert [row[:2] for row in rows(median_path([coarse, same_end]))] == [(-HOUR, 0), (HOUR - MINUTE, HOUR)]


def test_of_nothing_there_is_no_path() -> None:
    assert len(median_path([])) == 0
    assert len(median_path([]).by_hour()) == 0


def test_only_hours_that_are_covered_whole_count() -> None:
    minutes = [(99.0 - at % 7, 101.0 + at % 5, 100.0 + at / 100) for at in range(150)]
    begin = 7 * HOUR - 20 * MINUTE
    (hour, other) = rows(path(*minutes, begin_ms=begin).by_hour())
    assert hour == (7 * HOUR, 8 * HOUR, 93.0, 105.0, 100.0 + 79 / 100)
    assert other[:2] == (8 * HOUR, 9 * HOUR)


def test_a_row_that_straddles_an_end_is_not_within() -> None:
    whole = path(1.0, 2.0, 3.0, 4.0, begin_ms=0)
    assert within(whole, 1, 4 * MINUTE - 1) == [2.0, 3.0]
    assert within(whole, 0, 4 * MINUTE) == [1.0, 2.0, 3.0, 4.0]


def within(whole: PricePath, begin_ms: int, end_ms: int) -> list[float]:
    return [float(price) for price in whole.within(begin_ms, end_ms).close]
