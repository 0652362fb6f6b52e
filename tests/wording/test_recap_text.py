"""The recap: told and held, with how each turned out, within one message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.liquidation.side import Side
from bot.rules.grading import HORIZONS_MS, Aftermath, Grade, Unknown
from bot.rules.kinds import Kind
from bot.rules.telling import Hold, Reason, Telling
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.recap_text import Recapped, recap_text

HOUR = 3_600_000
END = 1_800_000_000_000 // (24 * HOUR) * 24 * HOUR + 9 * HOUR
REVERSED = Grade(HORIZONS_MS[1], 98.4, 100.2, 99.9, 2_280_000, None, Aftermath.REVERSED, 12.0, True)
MISSED = Grade(HORIZONS_MS[1], 99.4, 100.2, 99.9)
EARLY = Grade(HORIZONS_MS[0], 98.4, 100.2, 98.5, 60_000, None, Aftermath.NEITHER)


def one(
    grade: Grade | Unknown | None, hold: Hold | None = None, hours_ago: float = 3, line: str = "▼ Z1"
) -> Recapped:
    at_ms = END - round(hours_ago * HOUR)
    told = Telling(Kind.NEAR, "near:Z1", Reason.FIRST, 100.0, at_ms, 98.0, 99.0, 0.01, side=Side.LONG)
    return Recapped("BTC/USDT:USDT", told, hold, line, grade)


def text(*told: Recapped, zone: str = "UTC") -> str:
    return recap_text(told, END - 24 * HOUR, END, zone)


def test_what_was_told_and_how_it_turned_out() -> None:
    lines = text(one(REVERSED), one(MISSED, hours_ago=2), one(Unknown.NOT_WATCHED, hours_ago=1)).splitlines()
    assert lines[0].startswith("<b>Recap</b> · ")
    assert lines[0].endswith("09:00 to 09:00 UTC")
    assert lines[2] == "<b>Told: 3</b> · 1 of 2 zones reached, then 1 reversed, 0 went on"
    assert lines[3] == "06:00 ▼ Z1"
    assert lines[4].startswith("→ touched after 38 min; ≥ 12 BTC of longs force-closed there (recorded)")
    assert lines[6].startswith("→ not touched")
    assert lines[8] == "→ not known: the pair was not watched any more"


def test_what_was_held_why_and_how_it_ended() -> None:
    told = text(one(REVERSED, Hold.QUIET_HOURS), one(MISSED, Hold.BUDGET), one(REVERSED, Hold.BUDGET))
    assert "<b>Told" not in told
    assert "<b>Held back: 3</b> (quiet hours 1, the day's budget was spent 2) · 2 of 3 zones reached" in told
    assert "▼ Z1 (quiet hours)\n→ touched after 38 min" in told
    assert "<b>Held back: 1</b> (snoozed)" in text(one(None, Hold.SNOOZE))


def test_what_is_too_young_says_so() -> None:
    told = text(one(None, hours_ago=0.5), one(EARLY, hours_ago=2))
    assert "→ too early to say" in told
    assert "→ after 1 h: touched after 1 min" in told


def test_that_something_is_over_has_no_grade() -> None:
    over = one(MISSED, line="the burst is over")
    over = replace(over, telling=replace(over.telling, kind=Kind.BURST, reason=Reason.ENDED))
    assert "06:00 the burst is over\n\nGraded 4 h" in text(over)


def test_times_are_those_of_the_chat_s_clock() -> None:
    told = text(one(MISSED), zone="Asia/Tokyo")
    assert "15:00 ▼ Z1" in told
    assert "Tokyo time" in told


@pytest.mark.parametrize("count", [15, 40, 400])
def test_a_busy_day_fits_into_one_message(count: int) -> None:
    long_line = "▼ <b>BTC/USDT</b> longs' zone Z1 begins 1.2% below (98,000–99,000) #K7Q2"
    told = text(
        *[one(REVERSED, line=long_line)] * count, *[one(MISSED, Hold.QUIET_HOURS, line=long_line)] * count
    )
    assert visible_length(told) <= MESSAGE_LIMIT
    assert f"<b>Told: {count}</b>" in told
    assert f"<b>Held back: {count}</b>" in told
    assert ("more" in told) is (count > 30)
