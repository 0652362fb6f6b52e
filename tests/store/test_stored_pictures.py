"""A picture is stored once, uploaded once, and kept while a message waits for it."""

from store_samples import NOW, letter

from bot.store import outbox, pictures
from bot.store.database import Database


async def test_the_same_bytes_are_one_picture(database: Database) -> None:
    async with database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
        await pictures.remember_file_id(tx, key, "AgAC")
        assert await pictures.put(tx, b"png", now_ms=NOW + 1) == key
        assert await pictures.put(tx, b"other", now_ms=NOW) != key
        assert await pictures.get(tx, key) == pictures.Picture(key, b"png", "AgAC", NOW + 1)


async def test_only_the_file_id_that_failed_is_forgotten(database: Database) -> None:
    async with database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
        await pictures.remember_file_id(tx, key, "new")
        await pictures.forget_file_id(tx, key, "old")
        kept = await pictures.get(tx, key)
        await pictures.forget_file_id(tx, key, "new")
        lost = await pictures.get(tx, key)
    assert kept is not None
    assert kept.file_id == "new"
    assert lost is not None
    assert lost.file_id is None


async def test_an_old_picture_goes_unless_a_message_waits_for_it(database: Database) -> None:
    async with database.begin() as tx:
        waited_for = await pictures.put(tx, b"waited for", now_ms=NOW)
        await pictures.put(tx, b"nobody's", now_ms=NOW)
        young = await pictures.put(tx, b"young", now_ms=NOW + 10)
        await outbox.enqueue(tx, letter("one", picture_key=waited_for), now_ms=NOW)
        assert await pictures.prune(tx, NOW + 5) == 1
        assert await pictures.get(tx, waited_for) is not None
        assert await pictures.get(tx, young) is not None
        (claimed,) = await outbox.claim(tx, NOW, 1, "me", 1)
        await outbox.mark_sent(tx, claimed, 5, now_ms=NOW)
        assert await pictures.prune(tx, NOW + 5) == 1
        assert await pictures.get(tx, waited_for) is None
