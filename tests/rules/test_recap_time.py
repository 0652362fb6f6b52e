"""Recaps come by the chat's own clock, summer and winter."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules.quiet_hours import QuietHours
from bot.rules.recap_time import last_recap_ms

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(23 * 60, 7 * 60 + 30)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "quiet", "due"),
    [
        ("2026-01-10T08:00:00", None, "2026-01-10T08:00:00"),
        ("2026-01-10T07:59:59", None, "2026-01-09T08:00:00"),
        ("2026-07-10T07:00:00", None, "2026-07-10T07:00:00"),
        ("2026-01-10T23:30:00", None, "2026-01-10T08:00:00"),
        ("2026-01-10T06:30:00", NIGHT, "2026-01-10T06:30:00"),
        ("2026-01-10T06:29:00", NIGHT, "2026-01-09T06:30:00"),
        # The clock goes forward at 02:00 on 29 March, and back at 03:00 on 25 October.
        ("2026-03-29T06:00:00", NIGHT, "2026-03-29T05:30:00"),
        ("2026-10-25T06:29:00", NIGHT, "2026-10-24T05:30:00"),
        ("2026-10-25T06:30:00", NIGHT, "2026-10-25T06:30:00"),
    ],
)
def test_it_is_due_when_quiet_hours_end_or_at_nine(now: str, quiet: QuietHours | None, due: str) -> None:
    assert last_recap_ms(ms(now), quiet, BERLIN) == ms(due)


def test_a_time_that_the_clock_skips_comes_all_the_same() -> None:
    skipped = QuietHours(0, 2 * 60 + 30)
    found = last_recap_ms(ms("2026-03-29T12:00:00"), skipped, BERLIN)
    assert ms("2026-03-29T01:00:00") <= found <= ms("2026-03-29T01:30:00")
