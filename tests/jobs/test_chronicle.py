"""Past maps are kept at quarter hours."""

from __future__ import annotations

from stage import BTC, MINUTE, NOW, watch, zone

from bot.jobs.chronicle import Chronicle
from bot.store import pairs
from bot.store.database import Database


async def test_one_map_is_kept_for_each_quarter_of_an_hour(database: Database) -> None:
    chronicle = Chronicle(database)
    for minutes in range(0, 40, 4):
        await chronicle.tick([watch([zone()], as_of_ms=NOW + minutes * MINUTE)], NOW + minutes * MINUTE)
    async with database.read() as tx:
        times = await pairs.map_times(tx, BTC)
        newest = await pairs.load_map(tx, BTC, NOW + 60 * MINUTE)
    assert [(stamp - NOW) // MINUTE for stamp in times] == [0, 16, 32]
    assert newest is not None
    assert newest["venues"] == ["binance"]
    assert isinstance(newest["zones"], list)
    assert newest["zones"][0]["id"] == "Z7"
