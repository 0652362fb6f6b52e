"""A chat's own clock: quiet hours and the day that a budget is for, in any IANA zone, summer and winter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000
DAY_MINUTES = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class QuietHours:
    """From one time of day to another by the clock on the wall, over midnight where the end is earlier.

    Minutes since midnight, the begin included, the end not. Raises ValueError for times that are none, and
    for an end that is the begin.
    """

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.begin < DAY_MINUTES and 0 <= self.end < DAY_MINUTES):
            raise ValueError("a time of day lies between 00:00 and 23:59")
        if self.begin == self.end:
            raise ValueError("quiet hours end at another time than they begin")

    def cover(self, now_ms: int, zone: ZoneInfo) -> bool:
        minute = _minute_of_day(now_ms, zone)
        if self.begin < self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end

    def end_ms(self, now_ms: int, zone: ZoneInfo) -> int:
        """The next moment that they do not cover; now itself if they do not cover it."""
        while self.cover(now_ms, zone):
            left = (self.end - _minute_of_day(now_ms, zone)) % DAY_MINUTES
            ahead = now_ms - now_ms % MINUTE_MS + left * MINUTE_MS
            now_ms = _clock_change_ms(now_ms, ahead, zone) or ahead
        return now_ms


def local_day_begin_ms(now_ms: int, zone: ZoneInfo) -> int:
    """When the zone's present date began: midnight, or the moment its clock jumped across midnight."""
    midnight = _local(now_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    before, after = sorted(_stamp_ms(midnight.replace(fold=fold)) for fold in (0, 1))
    return _first_ms(before, after, lambda at: _local(at, zone).date() >= midnight.date())


def _clock_change_ms(begin_ms: int, end_ms: int, zone: ZoneInfo) -> int | None:
    """The first moment after the begin at which the zone's offset is another; None where it stays."""
    offset = _local(begin_ms, zone).utcoffset()
    for stamp in range(begin_ms, end_ms + 1, MINUTE_MS * 60):
        ahead = min(stamp + MINUTE_MS * 60, end_ms)
        if _local(ahead, zone).utcoffset() != offset:
            return _first_ms(stamp, ahead, lambda at: _local(at, zone).utcoffset() != offset)
    return None


def _first_ms(low_ms: int, high_ms: int, is_so: Callable[[int], bool]) -> int:
    """The first moment at which it is so; the later one where it is so at none before."""
    while low_ms < high_ms:
        middle = (low_ms + high_ms) // 2
        low_ms, high_ms = (low_ms, middle) if is_so(middle) else (middle + 1, high_ms)
    return high_ms


def _minute_of_day(now_ms: int, zone: ZoneInfo) -> int:
    local = _local(now_ms, zone)
    return local.hour * 60 + local.minute


def _local(stamp_ms: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=stamp_ms)).astimezone(zone)


def _stamp_ms(local: datetime) -> int:
    return round(local.timestamp() * 1000)
