"""Times on a chat's own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.rules.quiet_hours import QuietHours
from bot.wording.escape import escaped

_FIXED = "Etc/GMT"


def zone_text(zone: str) -> str:
    """ "Berlin" for Europe/Berlin, "UTC+3" for Etc/GMT-3."""
    if zone.startswith(_FIXED):
        return f"UTC{-int(zone.removeprefix(_FIXED) or 0):+d}"
    return escaped(zone.rpartition("/")[2].replace("_", " "))


def clock_name(zone: str) -> str:
    """What stands behind a time: "Berlin time", "UTC"."""
    name = zone_text(zone)
    return name if name.startswith("UTC") else f"{name} time"


def local_text(stamp_ms: int, now_ms: int, zone: str) -> str:
    """ "14:05 Berlin time"; with the weekday within a week, with the date beyond."""
    return f"{short_local_text(stamp_ms, now_ms, zone)} {clock_name(zone)}"


def short_local_text(stamp_ms: int, now_ms: int, zone: str) -> str:
    """ "14:05", "Tue 14:05", "24 Nov 14:05"."""
    stamp, now = _local(stamp_ms, zone), _local(now_ms, zone)
    days = abs((stamp.date() - now.date()).days)
    if days == 0:
        return f"{stamp:%H:%M}"
    return f"{stamp:%a %H:%M}" if days < 7 else f"{stamp.day} {stamp:%b %H:%M}"


def hours_text(quiet: QuietHours) -> str:
    """ "23:00–07:00"."""
    return f"{_minute_text(quiet.begin)}–{_minute_text(quiet.end)}"


def _minute_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _local(stamp_ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(stamp_ms / 1000, UTC).astimezone(ZoneInfo(zone))
