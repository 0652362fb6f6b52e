"""What is typed of how a chat is told: spans, hours, time zones, sessions."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from bot.rules.quiet_hours import QuietHours
from bot.rules.sessions import Session
from bot.telegram.hour_words import hours_in
from bot.telegram.problem import ProblemKind
from bot.telegram.terms_line import sessions_in, terms_line
from bot.telegram.time_zones import zone_named
from bot.telegram.words import parse_request
from bot.telegram.zone_words import CITIES, ODD_OFFSETS, UNCLEAR
from bot.wording.terms_buttons import COMMON_ZONES

HOUR = 3_600_000
NIGHT = QuietHours(23 * 60, 7 * 60)
ASIA, LONDON, NEW_YORK = Session


@pytest.mark.parametrize(
    ("line", "command", "symbols", "span_ms"),
    [
        ("/snooze 8h", "snooze", (), 8 * HOUR),
        ("/snooze BTC 2h", "snooze", ("BTC",), 2 * HOUR),
        ("/snooze 2h BTC ETH", "snooze", ("BTC", "ETH"), 2 * HOUR),
        ("/snooze btc inverse 30m", "snooze", ("btc inverse",), HOUR // 2),
        ("/snooze 2h 30m", "snooze", (), 5 * HOUR // 2),
        ("/snooze for 1 hour", "snooze", (), HOUR),
        ("/snooze day", "snooze", (), 24 * HOUR),
        ("mute 1h", "snooze", (), HOUR),
        ("пауза 2 часа", "snooze", (), 2 * HOUR),
        ("静音 2小时", "snooze", (), 2 * HOUR),
        ("/event 4h", "event", (), 4 * HOUR),
        ("событие 4 часа", "event", (), 4 * HOUR),
        ("/snooze", "snooze", (), None),
    ],
)
def test_a_span_is_no_window(line: str, command: str, symbols: tuple[str, ...], span_ms: int | None) -> None:
    request = parse_request(line)
    assert (request.command, request.symbols, request.span_ms) == (command, symbols, span_ms)
    assert (request.window, request.every_ms, request.off, request.problems) == (None, None, False, ())


@pytest.mark.parametrize("word", ["off", "stop", "выкл", "нет", "apagar", "关闭"])
def test_off_has_many_names(word: str) -> None:
    for line in (f"/snooze {word}", f"/snooze btc {word}", f"/event {word}"):
        request = parse_request(line)
        assert (request.off, request.span_ms, request.problems) == (True, None, ())
    assert terms_line(f"/budget {word}").off


def test_a_span_without_a_unit_is_a_problem() -> None:
    assert [one.kind for one in parse_request("/snooze btc 2").problems] == [ProblemKind.SPAN_WITHOUT_UNIT]
    assert parse_request("/snooze 2").symbols == ()


@pytest.mark.parametrize(
    ("text", "quiet", "rest"),
    [
        ("23-7", NIGHT, ""),
        ("23:00-07:00", NIGHT, ""),
        ("23–7 europe/berlin", NIGHT, "europe/berlin"),
        ("berlin 23-7", NIGHT, "berlin"),
        ("11pm-7am", NIGHT, ""),
        ("from 11 pm to 7 am new york", NIGHT, "new york"),
        ("с 23 до 7 мск", NIGHT, "мск"),
        ("de 23 a 7", NIGHT, ""),
        ("从23点到7点", NIGHT, ""),
        ("23h-7h paris", NIGHT, "paris"),
        ("utc-3 23-7", NIGHT, "utc-3"),
        ("22:30-6:15 utc+5:30", QuietHours(22 * 60 + 30, 6 * 60 + 15), "utc+5:30"),
        ("12am-12pm", QuietHours(0, 12 * 60), ""),
        ("24-8", QuietHours(0, 8 * 60), ""),
        ("9-17", QuietHours(9 * 60, 17 * 60), ""),
        ("25-7", None, ""),
        ("23-7:60", None, ""),
        ("13pm-7am", None, ""),
        ("7-7", None, ""),
        ("0-24", None, ""),
        ("utc-3", None, "utc-3"),
        ("europe/berlin", None, "europe/berlin"),
        ("", None, ""),
    ],
)
def test_hours_in_many_spellings(text: str, quiet: QuietHours | None, rest: str) -> None:
    assert hours_in(text) == (quiet, rest)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("UTC", "UTC"),
        ("gmt", "UTC"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("nyc", "America/New_York"),
        ("EST", "America/New_York"),
        ("Frankfurt", "Europe/Berlin"),
        ("мск", "Europe/Moscow"),
        ("Москва", "Europe/Moscow"),
        ("北京", "Asia/Shanghai"),
        ("Tokio", "Asia/Tokyo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("kiev", "Europe/Kyiv"),
        ("UTC+3", "Etc/GMT-3"),
        ("utc +3", "Etc/GMT-3"),
        ("GMT-5", "Etc/GMT+5"),
        ("+8", "Etc/GMT-8"),
        ("−3", "Etc/GMT+3"),
        ("мск+2", "Etc/GMT-5"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("utc+0", "UTC"),
        ("utc+14", "Etc/GMT-14"),
        ("Etc/GMT-3", "Etc/GMT-3"),
    ],
)
def test_a_zone_is_found_by_name_city_or_offset(typed: str, zone: str) -> None:
    assert zone_named(typed).zone == zone


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("berln", "Europe/Berlin"),
        ("newyork", "America/New_York"),
        ("frankfrt", "Europe/Berlin"),
        ("ist", "Asia/Kolkata"),
        ("cst", "Asia/Shanghai"),
    ],
)
def test_an_unknown_zone_has_near_ones_and_nothing_is_guessed(typed: str, near: str) -> None:
    match = zone_named(typed)
    assert match.zone is None
    assert near in match.near
    assert len(match.near) <= 4


@pytest.mark.parametrize("typed", ["", "x", "utc+15", "utc+13:30", "1234", "<b>", "🙂"])
def test_what_is_no_zone_is_none(typed: str) -> None:
    assert zone_named(typed).zone is None


def test_every_zone_that_is_named_exists() -> None:
    unclear = {zone for zones in UNCLEAR.values() for zone in zones}
    assert {*CITIES.values(), *ODD_OFFSETS.values(), *COMMON_ZONES, *unclear} <= available_timezones()
    assert all(name == name.casefold() for name in CITIES)


def test_every_zone_of_iana_is_found_by_its_own_name() -> None:
    places = [
        zone
        for zone in available_timezones()
        if "/" in zone and zone.startswith(("Europe", "Asia", "America"))
    ]
    assert len(places) > 200
    assert all(zone_named(zone).zone == zone for zone in places)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/zone Asia/Tokyo", "timezone"),
        ("/zone berlin @signals", "timezone"),
        ("/zone UTC+3", "timezone"),
        ("/zone BTC", "zones"),
        ("/zone BTC/USDT", "zones"),
        ("/zone la", "zones"),  # a coin
        ("/zones berlin", "zones"),
        ("/zone", "zones"),
        ("/timezone Berlin", "timezone"),
    ],
)
def test_a_zone_of_time_and_zones_of_a_map_are_told_apart(line: str, command: str) -> None:
    assert parse_request(line).command == command


@pytest.mark.parametrize(
    ("line", "sessions", "unknown"),
    [
        ("/digest asia london ny", (ASIA, LONDON, NEW_YORK), ()),
        ("/digest ny, asia", (ASIA, NEW_YORK), ()),
        ("/digest New York", (NEW_YORK,), ()),
        ("/digest asia+london", (ASIA, LONDON), ()),
        ("/digest all", (ASIA, LONDON, NEW_YORK), ()),
        ("дайджест азия и лондон", (ASIA, LONDON), ()),
        ("/digest Tokio moon", (), ("tokio", "moon")),
        ("/digest 东京 纽约", (ASIA, NEW_YORK), ()),
        ("/digest", (), ()),
    ],
)
def test_sessions_by_name(line: str, sessions: tuple[Session, ...], unknown: tuple[str, ...]) -> None:
    assert sessions_in(terms_line(line).words) == (sessions, unknown)


def test_a_channel_is_no_word_of_the_setting() -> None:
    line = terms_line("/hours 23-7 Berlin @My_Signals")
    assert (line.channel, line.text) == ("@My_Signals", "23-7 berlin")
    assert terms_line("/budget off -1001234567890").channel == "-1001234567890"
