"""How a chat wants to be told: kept per place, with defaults, and moved along when the chat moves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from store_samples import GROUP, HOME, NOW, TOPIC

from bot.language import Language
from bot.look import Look, PaletteName, Theme
from bot.rules.quiet_hours import QuietHours
from bot.rules.sessions import Session
from bot.rules.telling import Terms
from bot.store import chat_terms, chats, moving
from bot.store.chat_terms import ChatTerms
from bot.store.database import Database
from bot.store.destination import Destination

NIGHT = QuietHours(23 * 60, 7 * 60)
HOUR = 3_600_000


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


async def test_a_place_that_set_nothing_has_the_defaults(database: Database) -> None:
    async with database.read() as tx:
        terms = await chat_terms.get(tx, HOME)
        assert (await chat_terms.of_all(tx, [HOME, GROUP]))[GROUP] == ChatTerms(GROUP)
    assert terms == ChatTerms(HOME)
    assert terms.terms_at(NOW, spent=3) == Terms(spent=3)


async def test_what_is_set_stays_and_the_rest_is_left_alone(database: Database) -> None:
    async with database.begin() as tx:
        await chat_terms.change(tx, TOPIC, now_ms=NOW, time_zone="Asia/Tokyo", quiet=NIGHT)
        await chat_terms.change(tx, TOPIC, now_ms=NOW, budget=5, sessions=(Session.ASIA, Session.NEW_YORK))
        told = await chat_terms.change(tx, TOPIC, now_ms=NOW, snoozed_until_ms=NOW + HOUR)
    async with database.read() as tx:
        assert await chat_terms.get(tx, TOPIC) == told
        assert await chat_terms.get(tx, GROUP) == ChatTerms(GROUP)
        found = await chat_terms.of_all(tx, [TOPIC, GROUP])
    assert found == {TOPIC: told, GROUP: ChatTerms(GROUP)}
    sessions = (Session.ASIA, Session.NEW_YORK)
    assert told == ChatTerms(TOPIC, "Asia/Tokyo", NIGHT, 5, NOW + HOUR, sessions=sessions)


async def test_a_look_and_a_language_are_kept_apart_from_each_other(database: Database) -> None:
    async with database.begin() as tx:
        await chat_terms.change(tx, TOPIC, now_ms=NOW, palette=PaletteName.EXCHANGE)
        await chat_terms.change(tx, TOPIC, now_ms=NOW, theme=Theme.LIGHT, language=Language.CHINESE)
    async with database.read() as tx:
        terms = await chat_terms.get(tx, TOPIC)
        assert (await chat_terms.get(tx, GROUP)).look == Look()
    assert (terms.look, terms.language) == (Look(PaletteName.EXCHANGE, Theme.LIGHT), Language.CHINESE)


async def test_a_setting_can_be_taken_back(database: Database) -> None:
    async with database.begin() as tx:
        await chat_terms.change(tx, HOME, now_ms=NOW, quiet=NIGHT, budget=5, sessions=(Session.LONDON,))
        await chat_terms.change(tx, HOME, now_ms=NOW, quiet=None, budget=None, sessions=())
    async with database.read() as tx:
        assert await chat_terms.get(tx, HOME) == ChatTerms(HOME)


@pytest.mark.parametrize(
    ("zone", "now", "quiet", "day_begins"),
    [
        ("UTC", "2026-01-07T23:30", True, "2026-01-07T00:00"),
        ("Europe/Berlin", "2026-01-07T22:30", True, "2026-01-06T23:00"),
        ("Europe/Berlin", "2026-07-07T22:30", True, "2026-07-07T22:00"),
        ("Europe/Berlin", "2026-07-07T05:30", False, "2026-07-06T22:00"),
        ("Asia/Tokyo", "2026-07-07T12:00", False, "2026-07-06T15:00"),
    ],
)
def test_quiet_hours_and_days_are_by_the_chats_own_clock(
    zone: str, now: str, quiet: bool, day_begins: str
) -> None:
    terms = ChatTerms(HOME, zone, NIGHT)
    assert terms.terms_at(utc(now), spent=0).is_quiet is quiet
    assert terms.day_begin_ms(utc(now)) == utc(day_begins)


def test_the_later_of_two_snoozes_holds() -> None:
    terms = ChatTerms(HOME, snoozed_until_ms=NOW + HOUR, event_until_ms=NOW + 1, budget=2)
    assert terms.terms_at(NOW, 1) == Terms(False, NOW + HOUR, NOW + 1, 1, 2)
    assert terms.terms_at(NOW, 1, NOW + 2 * HOUR).snoozed_until_ms == NOW + 2 * HOUR


async def test_digests_are_for_chats_that_are_on(database: Database) -> None:
    async with database.begin() as tx:
        for place in (HOME, GROUP, TOPIC):
            await chat_terms.change(tx, place, now_ms=NOW, sessions=(Session.ASIA,))
        await chat_terms.change(tx, GROUP, now_ms=NOW, sessions=())
        assert {one.destination for one in await chat_terms.with_sessions(tx)} == {HOME, TOPIC}
        await chats.switch_off(tx, HOME.chat_id, "blocked")
        assert [one.destination for one in await chat_terms.with_sessions(tx)] == [TOPIC]


async def test_terms_move_with_a_chat_that_becomes_a_supergroup(database: Database) -> None:
    new = Destination(-100777)
    async with database.begin() as tx:
        await chat_terms.change(tx, GROUP, now_ms=NOW, time_zone="Asia/Tokyo")
        await chat_terms.change(tx, TOPIC, now_ms=NOW, budget=3)
        await moving.migrate_chat(tx, GROUP.chat_id, new.chat_id, now_ms=NOW)
        assert (await chat_terms.get(tx, new)).time_zone == "Asia/Tokyo"
        assert (await chat_terms.get(tx, Destination(new.chat_id, TOPIC.thread_id))).budget == 3
        assert await chat_terms.get(tx, GROUP) == ChatTerms(GROUP)


async def test_where_both_places_have_terms_the_standing_ones_hold(database: Database) -> None:
    async with database.begin() as tx:
        await chat_terms.change(tx, GROUP, now_ms=NOW, budget=9)
        await chat_terms.change(tx, TOPIC, now_ms=NOW, budget=3)
        await moving.drop_thread(tx, TOPIC)
        assert (await chat_terms.get(tx, GROUP)).budget == 9
        assert await chat_terms.get(tx, TOPIC) == ChatTerms(TOPIC)


async def test_a_deleted_topics_terms_become_those_of_a_chat_without_any(database: Database) -> None:
    async with database.begin() as tx:
        await chat_terms.change(tx, TOPIC, now_ms=NOW, budget=3)
        await moving.drop_thread(tx, TOPIC)
        assert (await chat_terms.get(tx, GROUP)).budget == 3
