"""Chats are remembered, renamed, switched off and on."""

from store_samples import NOW

from bot.store import chats
from bot.store.database import Database


async def test_a_new_chat_is_on(database: Database) -> None:
    async with database.begin() as tx:
        chat = await chats.remember(tx, 5, "private", "Ann", "ann", now_ms=NOW)
    assert (chat.active, chat.kind, chat.added_ms) == (True, "private", NOW)


async def test_a_rename_keeps_the_switch_and_the_first_day(database: Database) -> None:
    async with database.begin() as tx:
        await chats.remember(tx, 5, "private", "Ann", "ann", now_ms=NOW)
        await chats.switch_off(tx, 5, "blocked")
        chat = await chats.remember(tx, 5, "private", "Anna", "anna", now_ms=NOW + 1)
    assert (chat.title, chat.active, chat.reason_off, chat.added_ms) == ("Anna", False, "blocked", NOW)


async def test_switching_tells_whether_it_changed_anything(database: Database) -> None:
    async with database.begin() as tx:
        await chats.ensure(tx, 5, NOW)
        assert await chats.switch_off(tx, 5, "blocked")
        assert not await chats.switch_off(tx, 5, "kicked")
        off = await chats.find(tx, 5)
        assert await chats.switch_on(tx, 5)
        assert not await chats.switch_on(tx, 5)
        on = await chats.find(tx, 5)
    assert off is not None
    assert off.reason_off == "blocked"
    assert on is not None
    assert (on.active, on.reason_off) == (True, "")


async def test_ensuring_leaves_a_known_chat_alone(database: Database) -> None:
    async with database.begin() as tx:
        known = await chats.remember(tx, -5, "channel", "News", "news", now_ms=NOW)
        await chats.ensure(tx, -5, NOW + 1)
        assert await chats.find(tx, -5) == known


async def test_ids_beyond_32_bits_fit(database: Database) -> None:
    async with database.begin() as tx:
        await chats.remember(tx, -1_002_147_483_648_000, "supergroup", now_ms=NOW)
        assert await chats.find(tx, -1_002_147_483_648_000) is not None


async def test_chats_are_counted_by_their_switch(database: Database) -> None:
    async with database.begin() as tx:
        for chat_id in (1, 2, 3):
            await chats.ensure(tx, chat_id, NOW)
        await chats.switch_off(tx, 2, "blocked")
        assert await chats.counts(tx) == (2, 1)
