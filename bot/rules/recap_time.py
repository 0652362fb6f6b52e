"""When a chat's day is told over: at the end of its quiet hours, else at nine by its own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.quiet_hours import QuietHours

USUAL_MINUTE = 9 * 60


def last_recap_ms(now_ms: int, quiet: QuietHours | None, zone: ZoneInfo) -> int:
    """The newest moment up to now at which a recap was due."""
    minute = USUAL_MINUTE if quiet is None else quiet.end
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    for days in range(3):  # a clock change may move one of them past the other
        due = datetime.combine(today - timedelta(days=days), time(minute // 60, minute % 60), zone)
        if (due_ms := round(due.timestamp() * 1000)) <= now_ms:
            return due_ms
    raise AssertionError("a time of day comes within two days")
