"""Many writers at once: they wait for each other, nothing is lost, nothing is given out twice."""

import asyncio
from collections import Counter

import pytest
from store_samples import BTC, HOME, LEASE, NOW, RULES, letter, told

from bot.store import chats, outbox, outbox_counts, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination

LETTERS = 60
WORKERS = 6


async def fill(database: Database, chats: int) -> None:
    async with database.begin() as tx:
        for number in range(LETTERS):
            await outbox.enqueue(tx, letter(str(number), Destination(number % chats + 1)), now_ms=NOW)


async def drain(database: Database, owner: str, under_way: Counter[int]) -> list[str]:
    sent: list[str] = []
    while True:
        async with database.begin() as tx:
            claimed = await outbox.claim(tx, NOW, LEASE, owner, 3)
        under_way.update(queued.destination.chat_id for queued in claimed)
        assert max(under_way.values(), default=0) <= 1
        await asyncio.sleep(0)
        for queued in claimed:
            under_way[queued.destination.chat_id] -= 1
            async with database.begin() as tx:
                await outbox.mark_sent(tx, queued, 1, now_ms=NOW)
            sent.append(queued.letter.dedup_key)
        if not claimed:
            async with database.read() as tx:
                if (await outbox_counts.counts(tx)).sent == LETTERS:
                    return sent


async def test_it_hands_a_letter_to_one_worker_only(database_url: str) -> None:
    """Each worker has connections of its own, as processes have."""
    databases = [Database.open(database_url) for _ in range(WORKERS)]
    await fill(databases[0], chats=20)
    under_way: Counter[int] = Counter()
    drained = await asyncio.gather(
        *(drain(database, f"worker {number}", under_way) for number, database in enumerate(databases))
    )
    for database in databases:
        await database.close()
    assert sorted(name for names in drained for name in names) == sorted(map(str, range(LETTERS)))


async def test_writers_wait_for_their_turn(database_url: str) -> None:
    databases = [Database.open(database_url) for _ in range(3)]

    async def subscribe(number: int) -> None:
        async with databases[number % 3].begin() as tx:
            at = Destination(number + 1)
            await subscriptions.subscribe(tx, at, BTC, RULES, created_by=9, now_ms=NOW)

    await asyncio.gather(*(subscribe(number) for number in range(30)))
    async with databases[0].read() as tx:
        assert await subscriptions.count(tx) == 30
    for database in databases:
        await database.close()


async def test_the_same_wish_twice_at_once_is_one_subscription(database: Database) -> None:
    async with database.begin() as tx:
        await chats.ensure(tx, HOME.chat_id, NOW)

    async def subscribe() -> bool:
        async with database.begin() as tx:
            outcome = await subscriptions.subscribe(tx, HOME, BTC, RULES, created_by=9, now_ms=NOW)
            return outcome.new

    news = await asyncio.gather(*(subscribe() for _ in range(5)))
    assert sorted(news) == [False] * 4 + [True]


async def test_of_two_evaluations_at_once_one_counts(database: Database) -> None:
    async with database.begin() as tx:
        copy = (await subscriptions.subscribe(tx, HOME, BTC, RULES, created_by=9, now_ms=NOW)).subscription

    async def save(zone: str) -> bool:
        async with database.begin() as tx:
            return await subscriptions.save_state(tx, copy, told(zone)) is not None

    assert sorted(await asyncio.gather(save("Z1"), save("Z2"), save("Z3"))) == [False, False, True]


async def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.begin() as writing:
        await outbox.enqueue(writing, letter("one"), now_ms=NOW)
        async with database.read() as reading:
            assert (await outbox_counts.counts(reading)).ready == 0


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.read() as reading:
        assert (await outbox_counts.counts(reading)).ready == 0
        async with database.begin() as writing:
            await outbox.enqueue(writing, letter("one"), now_ms=NOW)
        assert (await outbox_counts.counts(reading)).ready == 0
    async with database.read() as reading:
        assert (await outbox_counts.counts(reading)).ready == 1


async def test_a_write_within_a_write_fails_instead_of_hanging(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    database._patience_s = 0.05

    async def write_within() -> None:
        async with database.begin(), database.begin():
            pass

    with pytest.raises(TimeoutError):
        await write_within()
    async with database.begin() as tx:
        assert await outbox.enqueue(tx, letter("after"), now_ms=NOW) is not None
    await database.close()
