"""What the streams told of one contract."""

from __future__ import annotations

import asyncio
import math

import pytest

from bot.market.candles import MINUTE_MS, Stretch
from bot.market.live_tape import KEPT_MINUTES, LiveTape

START = 1_790_000_040_000 // MINUTE_MS * MINUTE_MS


@pytest.fixture
def tape() -> LiveTape:
    return LiveTape("BTC/USDT:USDT", pause_s=60.0)


def minute(number: int, close: float = 100.0) -> list[object]:
    return [START + number * MINUTE_MS, "100", "101", "99", close, "5"]


async def test_minutes_are_told_when_all_of_them_are_known(tape: LiveTape) -> None:
    for number in (0, 1, 2):
        tape.hear_minute(minute(number))
    rows = await tape.minutes(Stretch(MINUTE_MS, START, START + 3 * MINUTE_MS))
    assert rows is not None
    assert [row[0] for row in rows] == [START, START + MINUTE_MS, START + 2 * MINUTE_MS]


async def test_a_hole_is_not_hidden(tape: LiveTape) -> None:
    tape.hear_minute(minute(0))
    tape.hear_minute(minute(2))
    assert await tape.minutes(Stretch(MINUTE_MS, START, START + 3 * MINUTE_MS)) is None


async def test_the_last_minute_may_still_be_on_its_way(tape: LiveTape) -> None:
    tape.hear_mark(100.0, START)
    tape.hear_minute(minute(0))
    asked = asyncio.ensure_future(tape.minutes(Stretch(MINUTE_MS, START, START + 2 * MINUTE_MS)))
    await asyncio.sleep(0)
    assert not asked.done()
    tape.hear_minute(minute(1))
    rows = await asked
    assert rows is not None
    assert len(rows) == 2


async def test_nobody_waits_for_a_dead_stream(tape: LiveTape) -> None:
    tape.hear_minute(minute(0))
    tape.broke()
    assert await tape.minutes(Stretch(MINUTE_MS, START, START + 2 * MINUTE_MS)) is None


async def test_a_minute_told_twice_stands_as_told_last(tape: LiveTape) -> None:
    tape.hear_minute(minute(0, 100.0))
    tape.hear_minute(minute(0, 100.5))
    rows = await tape.minutes(Stretch(MINUTE_MS, START, START + MINUTE_MS))
    assert rows is not None
    assert rows[0][4] == 100.5


async def test_what_is_kept_is_bounded(tape: LiveTape) -> None:
    for number in range(3 * KEPT_MINUTES):
        tape.hear_minute(minute(number))
        tape.hear_mark(100.0, START + number * MINUTE_MS)
        tape.hear_interest(5.0, START + number * MINUTE_MS)
    first = 2 * KEPT_MINUTES
    stretch = Stretch(MINUTE_MS, START + first * MINUTE_MS, START + 3 * KEPT_MINUTES * MINUTE_MS)
    rows = await tape.minutes(stretch)
    assert rows is not None
    assert len(rows) == KEPT_MINUTES
    assert await tape.minutes(Stretch(MINUTE_MS, START, START + MINUTE_MS)) is None
    assert len(tape.readings) == 3 * KEPT_MINUTES


def second_marks(tape: LiveTape, begin: int, end: int) -> None:
    for second in range(begin, end):
        tape.hear_mark(100.0 + second % 7, START + second * 1000)


def test_a_minute_heard_from_beginning_to_end_has_a_mark_range(tape: LiveTape) -> None:
    second_marks(tape, 0, 60)
    assert tape.mark_range(START) == (100.0, 106.0)


def test_a_minute_heard_in_part_has_none(tape: LiveTape) -> None:
    second_marks(tape, 25, 60)
    assert all(math.isnan(edge) for edge in tape.mark_range(START))


def test_few_marks_say_too_little(tape: LiveTape) -> None:
    """A sandbox at high speed tells three marks a minute."""
    for second in (0, 20, 40):
        tape.hear_mark(100.0, START + second * 1000)
    assert all(math.isnan(edge) for edge in tape.mark_range(START))


def test_a_break_begins_the_listening_anew(tape: LiveTape) -> None:
    tape.hear_mark(100.0, START)
    assert tape.listening_since_ms == START
    tape.hear_mark(100.0, START + 1000)
    assert tape.listening_since_ms == START
    tape.broke()
    assert tape.listening_since_ms is None
    assert not tape.alive
    tape.hear_mark(100.0, START + 9000)
    assert tape.listening_since_ms == START + 9000


def test_a_long_pause_is_a_break() -> None:
    tape = LiveTape("BTC/USDT:USDT", pause_s=-1.0)  # whatever was heard lies too far back
    tape.hear_mark(100.0, START)
    tape.hear_mark(100.0, START + 30_000)
    assert tape.listening_since_ms == START + 30_000


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
def test_a_price_that_is_none_is_not_heard(tape: LiveTape, price: float) -> None:
    tape.hear_mark(price, START)
    assert tape.mark is None
    assert not tape.alive


def test_an_older_mark_that_comes_late_changes_nothing(tape: LiveTape) -> None:
    tape.hear_mark(100.0, START + 5000)
    tape.hear_mark(90.0, START)
    assert tape.mark is not None
    assert (tape.mark.price, tape.mark.timestamp_ms) == (100.0, START + 5000)


def test_of_readings_close_together_the_last_counts_but_none_crosses_a_minute(tape: LiveTape) -> None:
    for seconds, value in ((58, 1.0), (59.9, 2.0), (60, 3.0), (60.1, 4.0), (61, 5.0)):
        tape.hear_interest(value, START + round(seconds * 1000))
    assert [value for _, value in tape.readings] == [3.0, 5.0]
    assert tape.readings[0][0] == START + MINUTE_MS  # known when the minute ended


def test_open_interest_is_streamed_while_its_readings_keep_up(tape: LiveTape) -> None:
    tape.hear_interest(5.0, START)
    tape.hear_mark(100.0, START + MINUTE_MS)
    assert tape.streams_interest
    tape.hear_mark(100.0, START + 3 * MINUTE_MS)
    assert not tape.streams_interest
