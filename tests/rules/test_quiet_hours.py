"""Quiet hours and local days: right in every zone, also in the nights in which its clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.quiet_hours import QuietHours, local_day_begin_ms

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NIGHT = QuietHours(23 * 60, 7 * 60)
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana", "America/Santiago",
    "America/Asuncion", "Africa/Cairo", "Africa/Casablanca", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
    "Asia/Beirut", "Asia/Gaza", "Asia/Shanghai", "Australia/Lord_Howe", "Australia/Adelaide",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Atlantic/Azores", "Antarctica/Troll",
    "America/Nuuk", "America/Sao_Paulo", "Europe/Dublin", "Pacific/Marquesas",
)  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
stamps = st.integers(*(round(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2018, 2031)))
spans = (
    st.tuples(st.integers(0, 1439), st.integers(0, 1439))
    .filter(lambda times: times[0] != times[1])
    .map(lambda times: QuietHours(*times))
)


def at(zone: str, *parts: int, fold: int = 0) -> int:
    moment = datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[arg-type,misc]
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(22, 59, False), (23, 0, True), (0, 0, True), (6, 59, True), (7, 0, False), (12, 0, False)],
)
def test_a_night_goes_over_midnight(hour: int, minute: int, quiet: bool) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    assert NIGHT.cover(at("Asia/Kolkata", 2026, 5, 4, hour, minute), zone) is quiet


def test_hours_within_one_day_are_quiet_only_there() -> None:
    lunch, zone = QuietHours(12 * 60, 13 * 60 + 30), ZoneInfo("Europe/Berlin")
    heard = [lunch.cover(at("Europe/Berlin", 2026, 5, 4, hour), zone) for hour in (11, 12, 13, 14)]
    assert heard == [False, True, True, False]


def test_the_night_of_a_clock_change_ends_at_seven_on_the_wall() -> None:
    zone = ZoneInfo("Europe/Berlin")
    spring, autumn = at("Europe/Berlin", 2026, 3, 28, 23), at("Europe/Berlin", 2026, 10, 24, 23)
    assert NIGHT.end_ms(spring, zone) - spring == 7 * HOUR
    assert NIGHT.end_ms(autumn, zone) - autumn == 9 * HOUR


def test_an_end_that_the_clock_jumps_across_is_the_jump() -> None:
    zone = ZoneInfo("Europe/Berlin")
    early = QuietHours(23 * 60, 2 * 60 + 30)
    assert early.end_ms(at("Europe/Berlin", 2026, 3, 29, 1), zone) == at("Europe/Berlin", 2026, 3, 29, 3)


def test_outside_quiet_hours_the_end_is_now() -> None:
    noon = at("Europe/Berlin", 2026, 3, 28, 12)
    assert NIGHT.end_ms(noon, ZoneInfo("Europe/Berlin")) == noon


@pytest.mark.parametrize("times", [(-1, 5), (5, 1440), (300, 300)])
def test_times_that_are_none_are_refused(times: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"time"):
        QuietHours(*times)


def test_a_day_begins_at_the_jump_where_its_midnight_is_left_out() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # 2026-04-24 begins at 01:00
    begin = local_day_begin_ms(at("Africa/Cairo", 2026, 4, 24, 12), cairo)
    assert begin == at("Africa/Cairo", 2026, 4, 24, 1)


def test_a_day_begins_at_the_first_of_two_midnights() -> None:
    havana = ZoneInfo("America/Havana")  # at 01:00 on 2026-11-01 it is midnight again
    first = at("America/Havana", 2026, 11, 1, 0)
    assert at("America/Havana", 2026, 11, 1, 0, fold=1) == first + HOUR
    assert local_day_begin_ms(first + 90 * MINUTE, havana) == first


@given(stamps, zones, spans)
@example(at("Europe/Berlin", 2026, 10, 25, 2, 59), ZoneInfo("Europe/Berlin"), QuietHours(60, 150))
def test_quiet_is_what_the_clock_on_the_wall_says(now: int, zone: ZoneInfo, hours: QuietHours) -> None:
    wall = datetime.fromtimestamp(now / 1000, zone)
    since = (wall.hour * 60 + wall.minute - hours.begin) % 1440
    assert hours.cover(now, zone) == (since < (hours.end - hours.begin) % 1440)


@given(stamps, zones, spans)
def test_quiet_hours_last_until_their_end_and_no_longer(now: int, zone: ZoneInfo, hours: QuietHours) -> None:
    end = hours.end_ms(now, zone)
    assert not hours.cover(end, zone)
    assert now <= end <= now + DAY + 3 * HOUR
    assert end == now or hours.cover(end - 1, zone)
    assert all(hours.cover(stamp, zone) for stamp in range(now, end, 17 * MINUTE))


@given(stamps, zones)
def test_a_local_day_begins_where_its_date_does(now: int, zone: ZoneInfo) -> None:
    begin = local_day_begin_ms(now, zone)
    date = datetime.fromtimestamp(now / 1000, zone).date()
    assert now - 26 * HOUR < begin <= now
    assert datetime.fromtimestamp(begin / 1000, zone).date() == date
    eve = datetime.fromtimestamp(begin / 1000 - 1, zone).date()
    assert date - timedelta(days=2) <= eve < date  # one zone left out a date of its own


@given(stamps, zones)
def test_every_moment_of_a_day_has_the_same_begin(now: int, zone: ZoneInfo) -> None:
    begin = local_day_begin_ms(now, zone)
    assert local_day_begin_ms(begin, zone) == begin
    assert local_day_begin_ms((begin + now) // 2, zone) == begin
