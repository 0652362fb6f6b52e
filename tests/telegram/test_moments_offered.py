"""A day without an hour: only hours that have come are offered."""

from __future__ import annotations

import pytest

from bot.telegram.reading import read
from bot.wording.buttons import line_of
from bot.wording.refusal import Refusal

NOW_MS = 1_791_158_400_000 + 7 * 3_600_000  # 2026-10-05 07:00 UTC


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("at 2026-10-05", ["2026-10-05 00:00", "2026-10-05 06:00"]),
        ("at 2026-10-04", [f"2026-10-04 {hour}:00" for hour in ("00", "06", "12", "18")]),
        ("today", ["today 00:00", "today 06:00"]),
    ],
)
def test_hours_that_lie_ahead_are_not_offered(words: str, offered: list[str]) -> None:
    with pytest.raises(Refusal, match="Which time is") as refused:
        read(f"/map btc {words}", now_ms=NOW_MS)
    lines = [line_of(key.data) for row in refused.value.keyboard for key in row]
    assert lines == [f"map btc {one}" for one in offered]
    assert offered[-1] in refused.value.sentence
    assert ("18:00" in refused.value.sentence) == ("18:00" in offered[-1])


def test_a_day_that_has_not_come_is_told_as_that() -> None:
    with pytest.raises(Refusal, match="has not come yet") as refused:
        read("/map btc at 2031-01-01", now_ms=NOW_MS)
    assert refused.value.keyboard == ()


def test_what_is_no_moment_is_still_told_as_that() -> None:
    with pytest.raises(Refusal, match="is no time that I can go back to"):
        read("/map btc 2026-02-30 12:00", now_ms=NOW_MS)
