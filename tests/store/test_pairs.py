"""Checkpoints are replaced; old maps get sparser."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from store_samples import BTC, ETH, NOW

from bot.store import pairs
from bot.store.database import Database, Transaction
from bot.store.pairs import DAY_MS, HOUR_MS, MINUTE_MS, THINNING
from bot.store.tables import map_history


async def save_maps(tx: Transaction, ages_ms: set[int]) -> None:
    for age in ages_ms:
        await pairs.save_map(tx, BTC, NOW - age, {"age": age})


async def test_a_checkpoint_comes_back_byte_for_byte(database: Database) -> None:
    blob = bytes(range(256)) * 100
    async with database.begin() as tx:
        assert await pairs.load_checkpoint(tx, BTC) is None
        await pairs.save_checkpoint(tx, BTC, b"old", as_of_ms=1, now_ms=2)
        await pairs.save_checkpoint(tx, BTC, blob, as_of_ms=3, now_ms=4)
        found = await pairs.load_checkpoint(tx, BTC)
        await pairs.forget_checkpoint(tx, BTC)
        assert await pairs.load_checkpoint(tx, BTC) is None
    assert found == pairs.Checkpoint(BTC, blob, 3, 4)


async def test_the_map_as_it_was_known_then(database: Database) -> None:
    async with database.begin() as tx:
        await save_maps(tx, {0, 10, 20})
        assert await pairs.load_map(tx, BTC, NOW - 5) == {"age": 10}
        assert await pairs.load_map(tx, BTC, NOW - 21) is None
        assert await pairs.load_map(tx, ETH, NOW) is None


async def test_a_map_of_the_same_moment_replaces_the_first(database: Database) -> None:
    async with database.begin() as tx:
        await pairs.save_map(tx, BTC, NOW, {"take": 1})
        await pairs.save_map(tx, BTC, NOW, {"take": 2})
        assert await pairs.load_map(tx, BTC, NOW) == {"take": 2}


async def test_a_day_of_minutes_becomes_quarters_of_an_hour(database: Database) -> None:
    async with database.begin() as tx:
        await save_maps(tx, {minute * MINUTE_MS for minute in range(60)})
        await pairs.thin_maps(tx, BTC, NOW)
        times = await pairs.map_times(tx, BTC)
    assert len(times) in (4, 5)
    assert len({time // (15 * MINUTE_MS) for time in times}) == len(times)


async def test_a_map_older_than_a_year_goes(database: Database) -> None:
    async with database.begin() as tx:
        await save_maps(tx, {364 * DAY_MS, 366 * DAY_MS})
        assert await pairs.thin_maps(tx, BTC, NOW) == 1
        assert await pairs.map_times(tx, BTC) == (NOW - 364 * DAY_MS,)


async def test_other_symbols_are_left_alone(database: Database) -> None:
    async with database.begin() as tx:
        await save_maps(tx, {0, 1, 2})
        assert await pairs.thin_maps(tx, ETH, NOW) == 0
        assert len(await pairs.map_times(tx, BTC)) == 3


def kept_by_hand(times: set[int], now_ms: int) -> set[int]:
    kept: dict[tuple[int, int], int] = {}
    for time in sorted(times):
        step = next((step for age, step in THINNING if time > now_ms - age), None)
        if step is not None:
            kept.setdefault((step, time // step), time)
    return set(kept.values())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.sets(st.integers(0, 400 * 24 * 12).map(lambda n: n * 5 * MINUTE_MS), min_size=1, max_size=60),
    later=st.integers(0, 40 * 24).map(lambda n: n * HOUR_MS),
)
async def test_thinning_keeps_the_first_of_each_step(database: Database, ages: set[int], later: int) -> None:
    """Thinned in two goes, as the bot does it, it ends where one go would have ended."""
    async with database.begin() as tx:
        await tx.execute(delete(map_history))
        await save_maps(tx, ages)
        await pairs.thin_maps(tx, BTC, NOW)
        once = set(await pairs.map_times(tx, BTC))
        await pairs.thin_maps(tx, BTC, NOW + later)
        twice = set(await pairs.map_times(tx, BTC))
    assert once == kept_by_hand({NOW - age for age in ages}, NOW)
    assert twice == kept_by_hand(once, NOW + later)
