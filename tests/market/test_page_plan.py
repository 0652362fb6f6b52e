"""How the past of a contract is cut into pages, and where candles are missing."""

from __future__ import annotations

import numpy as np

from bot.liquidation.history import History, no_candles
from bot.market.candles import DAY_MS, FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch
from bot.market.page_plan import MOST_GAPS, gaps, is_oldest, next_page, recent_from_ms, without_gaps

NOW = 1_791_158_400_000 + 20 * MINUTE_MS


def candles(span_ms: int, starts: list[int]) -> History:
    one = np.ones(len(starts))
    return History(span_ms, np.array(starts, np.int64) * span_ms, one, one, one, one, one, one)


def test_a_recent_stretch_begins_with_a_full_hour() -> None:
    begin = recent_from_ms(NOW, 0)
    assert begin % HOUR_MS == 0
    assert 0 <= begin - (NOW - 3 * DAY_MS) < HOUR_MS
    assert recent_from_ms(NOW, NOW - DAY_MS) == NOW - DAY_MS


def test_pages_of_five_minutes_end_where_hours_begin() -> None:
    needed, read_from, spans = NOW // HOUR_MS * HOUR_MS - 100 * DAY_MS, recent_from_ms(NOW, 0), []
    while read_from > needed:
        page = next_page(read_from, needed, NOW)
        assert page.end_ms == read_from > page.start_ms
        spans.append(page.span_ms)
        read_from = page.start_ms
    assert read_from == needed
    assert spans == [FIVE_MINUTES_MS] * 9 + [HOUR_MS] * 3


def test_a_contract_began_where_the_older_half_is_empty() -> None:
    assert is_oldest(no_candles(MINUTE_MS), 0, 100 * MINUTE_MS)
    assert is_oldest(candles(MINUTE_MS, [50, 51]), 0, 100 * MINUTE_MS)
    assert not is_oldest(candles(MINUTE_MS, [49, 51]), 0, 100 * MINUTE_MS)


def test_gaps_are_found_inside_parts_and_between_them() -> None:
    parts = [candles(HOUR_MS, [1, 2, 5]), candles(MINUTE_MS, [360, 361, 365]), candles(MINUTE_MS, [366])]
    assert gaps(parts) == [
        Stretch(HOUR_MS, 3 * HOUR_MS, 5 * HOUR_MS),
        Stretch(MINUTE_MS, 362 * MINUTE_MS, 365 * MINUTE_MS),
    ]
    assert gaps([]) == gaps([no_candles(MINUTE_MS)]) == []


def test_minutes_in_which_nobody_traded_are_no_gaps() -> None:
    assert gaps([candles(MINUTE_MS, list(range(0, 2 * MOST_GAPS + 4, 2)))]) == []


def test_parts_are_cut_at_their_gaps_so_that_what_fills_them_comes_in_order() -> None:
    cut = without_gaps([candles(MINUTE_MS, [1, 2, 5, 6]), candles(MINUTE_MS, [3, 4])])
    assert [part.start_ms.tolist() for part in cut] == [
        [MINUTE_MS * n for n in run] for run in ([1, 2], [3, 4], [5, 6])
    ]
