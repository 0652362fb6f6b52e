"""Maps by the clock: one schedule per destination and symbol, and each moment is served once."""

from store_samples import BTC, ETH, GROUP, HOME, NOW

from bot.store import chats, schedules
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.schedules import Schedule

HOUR = 3_600_000


async def put(
    tx: Transaction, at: Destination = HOME, symbol: str = BTC, hours: int = 4, due_ms: int = NOW
) -> Schedule:
    return await schedules.put(
        tx, at, symbol, "7d", every_ms=hours * HOUR, next_due_ms=due_ms, created_by=9, now_ms=NOW
    )


async def test_a_second_schedule_of_the_same_symbol_replaces_the_first(database: Database) -> None:
    async with database.begin() as tx:
        first = await put(tx)
        second = await put(tx, hours=1)
        assert await schedules.of_destination(tx, HOME) == (second,)
    assert (second.id, second.every_ms, second.window) == (first.id, HOUR, "7d")


async def test_due_is_what_has_been_reached_the_longest_overdue_first(database: Database) -> None:
    async with database.begin() as tx:
        later = await put(tx, symbol=ETH, due_ms=NOW)
        sooner = await put(tx, symbol=BTC, due_ms=NOW - 1)
        await put(tx, symbol="SOL", due_ms=NOW + 1)
        assert await schedules.due(tx, NOW) == (sooner, later)


async def test_a_chat_that_is_off_gets_none(database: Database) -> None:
    async with database.begin() as tx:
        await put(tx, GROUP)
        await chats.switch_off(tx, GROUP.chat_id, "kicked")
        assert await schedules.due(tx, NOW) == ()


async def test_only_one_of_two_clocks_serves_a_moment(database: Database) -> None:
    async with database.begin() as tx:
        schedule = await put(tx)
        served = await schedules.advance(tx, schedule, NOW + HOUR)
        assert await schedules.advance(tx, schedule, NOW + HOUR) is None
        assert await schedules.of_destination(tx, HOME) == (served,)
        assert await schedules.due(tx, NOW) == ()


async def test_a_schedule_is_removed_by_its_own_chat_only(database: Database) -> None:
    async with database.begin() as tx:
        schedule = await put(tx)
        assert await schedules.remove_by_id(tx, GROUP, schedule.id) is None
        assert not await schedules.remove(tx, GROUP, BTC)
        assert await schedules.remove_by_id(tx, HOME, schedule.id) == schedule
        assert not await schedules.remove(tx, HOME, BTC)
