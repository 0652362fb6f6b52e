"""Openings of trading sessions, over summer time and weekends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.sessions import Session, last_opening_ms, next_opening_ms, opening_before

HOUR_MS = 3_600_000
# Years with their changes of the clock, and a week around each of them often.
MOMENTS = st.one_of(
    st.integers(1_600_000_000_000, 1_900_000_000_000),
    st.builds(
        lambda year, month, day, minute: (
            at(datetime(year, month, 1, tzinfo=UTC)) + (day * 1440 + minute) * 60_000
        ),
        st.integers(2020, 2030),
        st.sampled_from([3, 10, 11]),
        st.integers(0, 30),
        st.integers(0, 1439),
    ),
)


def at(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def utc(text: str) -> int:
    return at(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("session", "now", "last", "following"),
    [
        (Session.ASIA, "2026-01-07T12:00", "2026-01-07T00:00", "2026-01-08T00:00"),
        (Session.ASIA, "2026-07-07T12:00", "2026-07-07T00:00", "2026-07-08T00:00"),  # Tokyo keeps its clock
        (Session.LONDON, "2026-01-07T12:00", "2026-01-07T08:00", "2026-01-08T08:00"),
        (Session.LONDON, "2026-07-07T12:00", "2026-07-07T07:00", "2026-07-08T07:00"),
        (Session.NEW_YORK, "2026-01-07T15:00", "2026-01-07T14:30", "2026-01-08T14:30"),
        # America changes its clock three weeks before Europe.
        (Session.NEW_YORK, "2026-03-09T12:00", "2026-03-06T14:30", "2026-03-09T13:30"),
        (Session.LONDON, "2026-03-27T12:00", "2026-03-27T08:00", "2026-03-30T07:00"),
        # On a Sunday Tokyo's Monday has begun, but nobody has opened.
        (Session.ASIA, "2026-01-11T23:00", "2026-01-09T00:00", "2026-01-12T00:00"),
        (Session.LONDON, "2026-01-10T12:00", "2026-01-09T08:00", "2026-01-12T08:00"),
    ],
)
def test_openings_follow_the_clock_of_their_city(
    session: Session, now: str, last: str, following: str
) -> None:
    assert last_opening_ms(session, utc(now)) == utc(last)
    assert next_opening_ms(session, utc(now)) == utc(following)


def test_the_moment_of_opening_itself_is_open() -> None:
    opening = utc("2026-01-07T08:00")
    assert last_opening_ms(Session.LONDON, opening) == opening
    assert last_opening_ms(Session.LONDON, opening - 1) == utc("2026-01-06T08:00")
    assert next_opening_ms(Session.LONDON, opening) == utc("2026-01-08T08:00")


@given(MOMENTS, st.sampled_from(Session))
def test_every_opening_is_at_the_same_local_time_on_a_weekday(now_ms: int, session: Session) -> None:
    last, following = last_opening_ms(session, now_ms), next_opening_ms(session, now_ms)
    for opening in (last, following):
        local = datetime.fromtimestamp(opening / 1000, UTC).astimezone(ZoneInfo(session.zone))
        assert local.time() == session.opens_at
        assert local.weekday() < 5
    assert last <= now_ms < following
    # Nothing is left out between the two: a day, or a weekend, an hour more or less.
    days = 3 if datetime.fromtimestamp(last / 1000, ZoneInfo(session.zone)).weekday() == 4 else 1
    assert abs(following - last - days * 24 * HOUR_MS) <= HOUR_MS
    assert last_opening_ms(session, following - 1) == last
    assert next_opening_ms(session, last - 1) == last


@given(MOMENTS)
def test_the_opening_before_is_the_newest_of_any_session(now_ms: int) -> None:
    session, opening = opening_before(now_ms)
    assert opening < now_ms
    assert all(last_opening_ms(other, now_ms - 1) <= opening for other in Session)
    assert last_opening_ms(session, opening) == opening


def test_sessions_follow_each_other_through_a_day() -> None:
    day = datetime(2026, 6, 3, tzinfo=UTC)
    seen = [opening_before(at(day + timedelta(hours=hour)))[0] for hour in (5, 10, 20)]
    assert seen == [Session.ASIA, Session.LONDON, Session.NEW_YORK]
