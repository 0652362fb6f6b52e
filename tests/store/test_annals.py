"""Readings beside and without their maps, and what happened to zones."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.event import listen
from store_samples import BTC, ETH, NOW, zone

from bot.liquidation.packed_json import packed_json
from bot.liquidation.reading import Imbalance, Reading
from bot.liquidation.side import Side
from bot.liquidation.stored_reading import payload_of
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.store import pairs, readings, zone_events
from bot.store.database import Database

HOUR = 3_600_000


def reading(stamp_ms: int, price: float = 97.0) -> Reading:
    near = replace(zone(), venue_mix=(("binance", 0.7), ("okx", 0.3)), shown_by=("okx",), share=0.2)
    return Reading(BTC, stamp_ms, price, 0.004, (near,), imbalance=(Imbalance(0.01, 3.0, 1.0, 80.0),))


def payload(one: Reading) -> tuple[int, bytes]:
    return one.as_of_ms, packed_json(payload_of(one))


def event(kind: ZoneEventKind, stamp_ms: int = NOW, zone_id: str = "Z42", other: str = "") -> ZoneEvent:
    return ZoneEvent(kind, zone_id, Side.LONG, 95.0, 96.0, 10.0, 80.0, 97.0, stamp_ms, other, 1.5, True)


async def test_readings_come_back_whole_oldest_first(database: Database) -> None:
    told = [reading(NOW - age * HOUR) for age in range(45, 0, -1)]
    async with database.begin() as tx:
        await readings.save_past(tx, BTC, [payload(one) for one in reversed(told)])
        assert await readings.since(tx, BTC, 0) == told
        assert await readings.since(tx, BTC, NOW - 3 * HOUR) == told[-3:]
        assert await readings.since(tx, ETH, 0) == []


async def test_a_later_word_on_an_hour_replaces_the_earlier_one(database: Database) -> None:
    async with database.begin() as tx:
        await readings.save_past(tx, BTC, [payload(reading(NOW)), payload(reading(NOW + HOUR))])
        await readings.save_past(tx, BTC, [payload(reading(NOW, 99.0))])
        assert [one.price for one in await readings.since(tx, BTC, 0)] == [99.0, 97.0]


async def test_a_map_that_was_stored_without_a_reading_has_none(database: Database) -> None:
    async with database.begin() as tx:
        await pairs.save_map(tx, BTC, NOW, {"price": 97.0})
        await pairs.save_map(tx, BTC, NOW + HOUR, payload_of(reading(NOW + HOUR)))
        assert await readings.since(tx, BTC, 0) == [reading(NOW + HOUR)]


async def test_an_event_told_twice_is_stored_once(database: Database) -> None:
    born, grew = event(ZoneEventKind.BORN), event(ZoneEventKind.GREW, NOW + 1)
    async with database.begin() as tx:
        await zone_events.add(tx, BTC, [grew, born])
        await zone_events.add(tx, BTC, [replace(born, mass_base=99.0)])
        await zone_events.add(tx, BTC, [])
        assert await zone_events.of_symbol(tx, BTC, 0) == [born, grew]
        assert await zone_events.of_symbol(tx, BTC, NOW + 1) == [grew]
        assert await zone_events.of_symbol(tx, ETH, 0) == []


async def test_the_life_of_a_zone_has_what_came_off_it(database: Database) -> None:
    born, other = event(ZoneEventKind.BORN), event(ZoneEventKind.BORN, zone_id="Z43")
    off = event(ZoneEventKind.SPLIT, NOW + 1, "Z44", other="Z42")
    into = event(ZoneEventKind.MERGED, NOW + 2, "Z43", other="Z42")
    async with database.begin() as tx:
        await zone_events.add(tx, BTC, [born, other, off, into])
        assert await zone_events.of_zone(tx, BTC, "Z42") == [born, off, into]
        assert await zone_events.of_zone(tx, BTC, "Z43") == [other, into]
        assert await zone_events.of_zone(tx, BTC, "Z4") == []


async def test_a_zone_is_found_by_its_name_without_reading_them_all(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    asked: list[str] = []
    async with database.begin() as tx:
        await zone_events.add(tx, BTC, [event(ZoneEventKind.BORN)])
        await zone_events.add(tx, ETH, [event(ZoneEventKind.BORN, zone_id="Z43")])
        listen(tx.sync_connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        assert await zone_events.symbols_with(tx, "Z43") == (ETH,)
        (query,) = asked
        plan = (await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("Z43",))).all()
    await database.close()
    assert plan[0].detail.startswith("SEARCH zone_events USING INDEX ix_zone_events_zone_id")


async def test_what_is_told_anew_is_forgotten_and_the_rest_stays(database: Database) -> None:
    early, late = event(ZoneEventKind.BORN), event(ZoneEventKind.GREW, NOW + 5)
    other = event(ZoneEventKind.BORN, zone_id="Z43")
    async with database.begin() as tx:
        await zone_events.add(tx, BTC, [early, late, other])
        await zone_events.forget(tx, BTC, {"Z42"}, NOW)
        assert await zone_events.of_symbol(tx, BTC, 0) == [other, late]


async def test_events_are_kept_for_three_months(database: Database) -> None:
    old, young = event(ZoneEventKind.BORN), event(ZoneEventKind.FADED, NOW + HOUR)
    async with database.begin() as tx:
        await zone_events.add(tx, BTC, [old, young])
        assert await zone_events.prune(tx, NOW + zone_events.KEPT_MS + 1) == 1
        assert await zone_events.of_symbol(tx, BTC, 0) == [young]
