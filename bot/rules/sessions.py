"""When trading sessions open: by the clock of the city where they do, so summer time is that city's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SATURDAY = 5


class Session(StrEnum):
    ASIA = "asia"
    LONDON = "london"
    NEW_YORK = "ny"

    @property
    def zone(self) -> str:
        return _OPENINGS[self][0]

    @property
    def opens_at(self) -> time:
        """Local time, Monday to Friday."""
        return _OPENINGS[self][1]


_OPENINGS = {
    Session.ASIA: ("Asia/Tokyo", time(9, 0)),
    Session.LONDON: ("Europe/London", time(8, 0)),
    Session.NEW_YORK: ("America/New_York", time(9, 30)),
}


def last_opening_ms(session: Session, now_ms: int) -> int:
    """The newest opening up to now."""
    day = _local_day(session, now_ms)
    while _is_weekend(day) or _opening_ms(session, day) > now_ms:
        day -= timedelta(days=1)
    return _opening_ms(session, day)


def next_opening_ms(session: Session, now_ms: int) -> int:
    """The first opening after now."""
    day = _local_day(session, now_ms)
    while _is_weekend(day) or _opening_ms(session, day) <= now_ms:
        day += timedelta(days=1)
    return _opening_ms(session, day)


def opening_before(stamp_ms: int) -> tuple[Session, int]:
    """The newest opening of any session before that moment, and when it was."""
    openings = {session: last_opening_ms(session, stamp_ms - 1) for session in Session}
    newest = max(Session, key=lambda session: openings[session])
    return newest, openings[newest]


def _local_day(session: Session, now_ms: int) -> date:
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(session.zone)).date()


def _opening_ms(session: Session, day: date) -> int:
    opening = datetime.combine(day, session.opens_at, ZoneInfo(session.zone))
    return round(opening.timestamp() * 1000)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY
