"""Every sentence about how a chat is told, in tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.language import Language
from bot.liquidation.zone import Band
from bot.look import Look, PaletteName, Theme
from bot.rules.kinds import Kind, Loudness
from bot.rules.presets import DAY, SCALPER, SWING
from bot.rules.preview import UNKNOWN, Preview
from bot.rules.quiet_hours import QuietHours
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.sessions import Session
from bot.wording import look_text, terms_text
from bot.wording.escape import shortened
from bot.wording.help import COMMANDS, help_text
from bot.wording.local_time import clock_name, hours_text, local_text, short_local_text, zone_text
from bot.wording.plain import without_markup
from bot.wording.preview_text import preview_line, threshold_line
from bot.wording.rules_text import KINDS, kind_set, kinds_text, numbers_text, terms
from bot.wording.settings_text import Standing, settings_text
from bot.wording.trial_text import trial_sent, trial_text

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
HOUR, DAY_MS = 3_600_000, 86_400_000
NIGHT = QuietHours(23 * 60, 7 * 60)


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = utc("2026-11-24T13:05")  # a Tuesday


@pytest.mark.parametrize(
    ("zone", "short", "clock"),
    [
        ("UTC", "UTC", "UTC"),
        ("Europe/Berlin", "Berlin", "Berlin time"),
        ("America/New_York", "New York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires time"),
        ("Etc/GMT-3", "UTC+3", "UTC+3"),
        ("Etc/GMT+5", "UTC-5", "UTC-5"),
    ],
)
def test_a_zone_is_named_as_people_do(zone: str, short: str, clock: str) -> None:
    assert (zone_text(zone), clock_name(zone)) == (short, clock)


@pytest.mark.parametrize(
    ("stamp", "zone", "said"),
    [
        ("2026-11-24T15:00", "UTC", "15:00 UTC"),
        ("2026-11-24T15:00", "Europe/Berlin", "16:00 Berlin time"),
        ("2026-11-24T23:30", "Europe/Berlin", "Wed 00:30 Berlin time"),
        ("2026-11-23T12:00", "UTC", "Mon 12:00 UTC"),
        ("2026-12-02T12:00", "UTC", "2 Dec 12:00 UTC"),
    ],
)
def test_times_are_on_the_chats_own_clock(stamp: str, zone: str, said: str) -> None:
    assert local_text(utc(stamp), NOW, zone) == said
    assert said.startswith(short_local_text(utc(stamp), NOW, zone))


def test_hours_are_written_whole() -> None:
    assert hours_text(NIGHT) == "23:00–07:00"
    assert hours_text(QuietHours(22 * 60 + 30, 6 * 60 + 5)) == "22:30–06:05"


@pytest.mark.parametrize(
    ("rules", "hourly_range", "budget", "said"),
    [
        (
            DAY,
            0.0053,
            None,
            "day: within 1.5 × ATR (now 0.8%) of a High or Extreme zone, at most once per 4 h about the same "
            "stretch, at most 8 a day",
        ),
        (
            SCALPER,
            None,
            None,
            "scalper: within 0.75 × ATR of a Medium, High or Extreme zone, at most once per 1 h "
            "about the same "
            "stretch, at most 24 a day",
        ),
        (
            SWING,
            0.01,
            5,
            "swing: within 4 × ATR (now 4.0%) of an Extreme zone, at most once per 1 d about the "
            "same stretch, at "
            "most 5 a day in this chat",
        ),
        (
            replace(DAY, reach=Reach(percent=0.02), band=Band.LOW, top_band=Band.HIGH),
            0.01,
            None,
            "day, changed: within 2% of a Low, Medium or High zone, at most once per 4 h about the "
            "same stretch, "
            "at most 8 a day",
        ),
        (
            replace(DAY, leverage_band=2, least_percentile=85.0, budget=3),
            None,
            None,
            "day, changed: within 1.5 × ATR of a High or Extreme zone from the 85th percentile of "
            "size and of which "
            "at least half has leverage over 25x, at most once per 4 h about the same stretch, at "
            "most 3 a day",
        ),
    ],
)
def test_the_numbers_of_rules_are_printed(
    rules: RuleSet, hourly_range: float | None, budget: int | None, said: str
) -> None:
    assert without_markup(numbers_text(rules, hourly_range, budget)) == said


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (DAY, "1.5 ATR, High and up"),
        (SWING, "4 ATR, Extreme"),
        (replace(DAY, band=Band.MEDIUM, top_band=Band.HIGH), "1.5 ATR, Medium to High"),
        (replace(DAY, top_band=Band.HIGH), "1.5 ATR, High"),
        (replace(DAY, reach=Reach(percent=0.0075)), "0.75%, High and up"),
        (replace(DAY, leverage_band=1), "1.5 ATR, High and up, over 10x"),
        (replace(DAY, least_percentile=90.0), "1.5 ATR, High and up, 90th percentile and up"),
    ],
)
def test_rules_in_short(rules: RuleSet, said: str) -> None:
    assert terms(rules) == said


def test_loudness_does_not_change_what_a_preset_is_called() -> None:
    assert numbers_text(DAY.with_loudness({Kind.GAP: Loudness.ON})).startswith("<b>day</b>:")


def test_every_kind_has_a_line() -> None:
    rules = DAY.with_loudness({Kind.NEAR: Loudness.SILENT, Kind.BURST: Loudness.OFF})
    text = kinds_text(BTC, rules, "@signals")
    assert list(KINDS) == list(Kind)
    assert text.startswith("<b>Kinds of alerts on BTC/USDT in @signals</b>\n🔈 <b>Near a zone</b> · ")
    assert "🔕 <b>Burst</b>" in text
    assert "🔔 <b>Zone entered</b>" in text
    assert [kind_set(Kind.GAP, one) for one in Loudness] == [
        "Quiet gap: with a sound",
        "Quiet gap: without a sound",
        "Quiet gap: not told",
    ]


@pytest.mark.parametrize(
    ("past", "rules", "said"),
    [
        (
            UNKNOWN,
            DAY,
            "How often it would have told you: not known yet, too little of this pair's past is stored.",
        ),
        (
            Preview(7.0, tuple(NOW - n * DAY_MS for n in (3, 2, 0))),
            replace(DAY, loudness=()).with_loudness({Kind.BURST: Loudness.OFF}),
            "In the last 7 days it would have told you 3 times, at Sat 14:05, Sun 14:05, 14:05 "
            "(Berlin time).",
        ),
        (
            Preview(3.02, (NOW - HOUR,)),
            DAY,
            "In the last 3 days, all that is known, it would have told you once, at 13:05 (Berlin "
            "time). Bursts are "
            "not in it.",
        ),
        (
            Preview(0.8),
            DAY.with_loudness({Kind.THIN: Loudness.ON}),
            "In the last 19 hours, all that is known, it would have told you nothing. Bursts and "
            "thin books are not "
            "in it.",
        ),
        (
            Preview(6.95, tuple(NOW - n * HOUR for n in range(11, 0, -1))),
            DAY.with_loudness({Kind.BURST: Loudness.OFF}),
            "In the last 7 days it would have told you 11 times, the last 8 at 06:05, 07:05, 08:05, "
            "09:05, 10:05, "
            "11:05, 12:05, 13:05 (Berlin time).",
        ),
    ],
)
def test_a_preview_says_what_it_covers(past: Preview, rules: RuleSet, said: str) -> None:
    assert preview_line(past, rules, NOW, "Europe/Berlin") == said


def test_a_preview_says_what_quiet_hours_would_have_held() -> None:
    past = Preview(7.0, (utc("2026-11-23T22:30"), utc("2026-11-24T02:00"), NOW - HOUR))
    said = preview_line(past, DAY, NOW, "Europe/Berlin", NIGHT)
    assert "Of these 2 fall into the quiet hours and would have been held." in said
    assert "quiet" not in preview_line(Preview(7.0, (NOW - HOUR,)), DAY, NOW, "Europe/Berlin", NIGHT)


@pytest.mark.parametrize(
    ("least", "said"),
    [
        (None, "3 a day is a cap for now: too little of this pair's past is stored to choose zones by it."),
        (0.0, "For 3 a day no zone has to be left out, going by the past that is stored."),
        (
            85.0,
            "For 3 a day I chose zones from the 85th percentile of size on, going by the past that "
            "is stored.",
        ),
    ],
)
def test_a_daily_budget_says_what_it_chose(least: float | None, said: str) -> None:
    assert threshold_line(3, least).startswith(said)


BARE = Standing("UTC", None, None, 0, 0, (), (), NOW)
FULL = Standing(
    "Europe/Berlin",
    NIGHT,
    5,
    NOW + 2 * HOUR,
    NOW + 4 * HOUR,
    (Session.ASIA, Session.NEW_YORK),
    ((BTC, DAY, 0), (ETH, SWING, NOW + HOUR)),
    NOW,
    2,
    "@signals",
    Look(PaletteName.COLOUR_BLIND, Theme.LIGHT),
    Language.RUSSIAN,
)


def test_settings_where_nothing_was_set() -> None:
    assert without_markup(settings_text(BARE)).splitlines()[:9] == [
        "Settings of this chat",
        "🕒 Clock: UTC, it is 13:05 there",
        "🌙 Quiet hours: none",
        "💤 Snooze: off",
        "📏 Budget: as each alert says; 0 told today",
        "⚡ Event watch: off",
        "🗞 Digests: none",
        "🎨 Pictures: longs green, shorts red, dark; captions: English",
        "🔔 Alerts: none. /subscribe BTC switches one on.",
    ]


def test_settings_where_everything_was_set() -> None:
    assert without_markup(settings_text(FULL)).splitlines()[:10] == [
        "Settings of @signals",
        "🕒 Clock: Berlin, it is 14:05 there",
        "🌙 Quiet hours: 23:00–07:00",
        "💤 Snooze: until 16:05 Berlin time",
        "📏 Budget: 5 a day, all pairs together; 2 told today",
        "⚡ Event watch: until 18:05 Berlin time",
        "🗞 Digests: Asia, New York; next New York, 15:30",
        "🎨 Pictures: longs blue, shorts orange, light; captions: Русский",
        "🔔 BTC/USDT: 1.5 ATR, High and up",
        "🔔 ETH/USDT: 4 ATR, Extreme · snoozed until 15:05 Berlin time",
    ]
    assert "23:00–07:00, now" in settings_text(replace(FULL, now_ms=utc("2026-11-24T23:00")))
    many = replace(FULL, alerts=tuple((f"C{n}/USDT:USDT", DAY, 0) for n in range(9)))
    assert "… and 3 more, see /alerts" in settings_text(many)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            terms_text.snoozed([], NOW + 2 * HOUR, NOW, "Europe/Berlin"),
            "💤 All alerts are snoozed until 16:05 Berlin time (2 h). What is held comes in the "
            "recap, with how it "
            "ended. /snooze off ends it.",
        ),
        (
            terms_text.snoozed([BTC, ETH], NOW + HOUR, NOW, "UTC", "@signals"),
            "💤 Alerts on BTC/USDT, ETH/USDT in @signals are snoozed until 14:05 UTC (1 h).",
        ),
        (terms_text.snooze_ended([]), "🔔 No snooze any more: alerts of every pair come again."),
        (terms_text.snooze_ended([BTC]), "🔔 No snooze any more: alerts on BTC/USDT come again."),
        (
            terms_text.quiet_set(NIGHT, NOW, "Europe/Berlin"),
            "🌙 Quiet from 23:00 to 07:00, Berlin time (it is 14:05 there).",
        ),
        (terms_text.quiet_set(None, NOW, "UTC"), "🌙 No quiet hours any more."),
        (terms_text.zone_set("Asia/Tokyo", NOW), "🕒 The clock is that of Tokyo: it is 22:05."),
        (
            terms_text.zone_unknown("<b>x", []),
            "I know no time zone “&lt;b&gt;x”. A large city near you works",
        ),
        (
            terms_text.zone_unknown("berln", ["Europe/Berlin"]),
            "I know no time zone “berln”. Did you mean Europe/Berlin?",
        ),
        (
            terms_text.budget_set(5, "Europe/Berlin", []),
            "📏 At most 5 alert messages a day, all pairs together; the day is that of Berlin.",
        ),
        (terms_text.budget_set(1, "UTC", []), "📏 At most 1 alert message a day"),
        (
            terms_text.budget_set(None, "UTC", [(BTC, DAY), (ETH, SWING)]),
            "📏 No budget of the chat's own. Each alert has its own: BTC/USDT 8, ETH/USDT 3 a day.",
        ),
        (
            terms_text.event_set(NOW + 4 * HOUR, NOW, "Europe/Berlin", [(BTC, DAY)]),
            "⚡ Denser watch until 18:05 Berlin time (4 h); it ends by itself. 2 × the distance, "
            "one band lower, 0.5 × the time between two alerts about the same stretch, no daily budget. "
            "Quiet hours and snooze still hold.\n"
            "BTC/USDT: 3 ATR instead of 1.5 ATR, Medium, High or Extreme, again after 2 h instead of 4 h",
        ),
        (
            terms_text.event_set(NOW + 4 * HOUR, NOW, "UTC", [], held_until_ms=NOW + HOUR).split("\n", 1)[1],
            "They do now: nothing is told before 14:05 UTC.\nNo alert is on here yet",
        ),
        (terms_text.session_turned(Session.ASIA, is_on=True), "🗞 Asia: a digest when it opens"),
        (terms_text.session_turned(Session.NEW_YORK, is_on=False), "🗞 New York: no digest"),
        (
            terms_text.event_ended("@signals"),
            "⚡ The denser watch in @signals is off; alerts are as they were.",
        ),
        (
            terms_text.digests_set([Session.LONDON], NOW, "Europe/Berlin"),
            "🗞 A digest when these sessions open, Monday to Friday:\n"
            "London: 08:00 in London, next Wed 09:00 Berlin time\n",
        ),
        (terms_text.digests_set([], NOW, "UTC"), "🗞 No session digests any more."),
        (terms_text.span_out_of_range(60_000, 30 * DAY_MS), "That can be from 1 min to 30 d."),
        (
            look_text.palette_set(PaletteName.EXCHANGE),
            "🎨 Longs red, shorts green from now on. Maps asked for",
        ),
        (look_text.theme_set(Theme.LIGHT, "@a<b"), "🎨 Light pictures in @a&lt;b from now on."),
        (
            look_text.language_set(Language.SPANISH),
            "🌐 Español from now on: captions of maps, also of scheduled ones",
        ),
        (look_text.theme_question("<b>x"), "“&lt;b&gt;x” is no theme. Dark or light?"),
        (terms_text.no_alert_on(BTC), "BTC/USDT is not being watched here, so there is nothing to snooze."),
        (trial_text(["BTC/USDT"]), "🧪 <b>Test alert</b>: nothing has happened in the market."),
        (trial_sent("@signals", is_first=True), "A test alert is on its way to @signals."),
        (trial_sent("", is_first=False), "A test was sent just now; one at a time, please."),
    ],
)
def test_answers(said: str, expected: str) -> None:
    assert said.startswith(expected)


def test_the_menu_and_the_help_know_every_command() -> None:
    names = {name for name, _ in COMMANDS}
    text = help_text(private=True)
    for command in ("settings", "snooze", "hours", "budget", "event", "digest", "palette", "language"):
        assert command in names
        assert f"/{command}" in text
    assert all(len(text) <= 256 for _, text in COMMANDS)
    assert len(without_markup(text)) < 4096


def test_what_is_too_long_for_a_toast_is_cut_as_telegram_counts() -> None:
    assert shortened("🗞 short", 200) == "🗞 short"
    cut = shortened("🗞" * 150, 200)
    assert len(cut.encode("utf-16-le")) // 2 <= 200
    assert cut.endswith("🗞…")
