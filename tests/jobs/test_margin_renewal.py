"""Margin tables: once a day asked anew, kept over a restart, taken over by the inventory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, NOW, Clock, HerePool, ToldVenue, contract, failing
from test_refresh import past

from bot.jobs.desk import Desk
from bot.jobs.margin_tables import LONGEST_REST_SECONDS, MarginTables
from bot.jobs.refresh import Refresher
from bot.jobs.resting import Resting
from bot.jobs.table_shelf import TableShelf
from bot.jobs.tasks import unpacked
from bot.liquidation.contract import Contract, Tier
from bot.liquidation.windows import DAY_MS, HOUR_MS
from bot.market.margin_table import MarginTable
from bot.store.database import Database

STRICTER = (Tier(50_000.0, 50.0, 0.01), Tier(1e9, 20.0, 0.025))


class TableVenue(ToldVenue):
    """Publishes the tiers it was told, read at the moment it is asked."""

    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__(name, clock)
        self.tiers = contract(name).tiers
        self.contracts_asked = 0
        self.read_ms: int | None = None  # of a table that stays old; None: read now

    async def contract(self, symbol: str) -> Contract:
        self.contracts_asked += 1
        found = await super().contract(symbol)
        read_ms = self._clock.now if self.read_ms is None else self.read_ms
        return replace(found, tiers=self.tiers, tiers_from="its own table", tiers_read_ms=read_ms)


class Scene:
    def __init__(self, database: Database) -> None:
        self.clock, self.wall = Clock(), [0.0]
        self.venue = TableVenue("binance", self.clock)
        self.venue.histories = [past(1)]
        pool = cast(Any, HerePool())
        refresher = Refresher({"binance": self.venue}, cast(Any, self.clock), pool, database)
        self.desk = Desk(refresher.venues, refresher, pool, cast(Any, None))
        self.margins = MarginTables(self.desk, Resting(lambda: self.wall[0]))

    @property
    def held(self) -> Contract:
        return self.desk.contracts(BTC)["binance"]


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    made = Scene(database)
    await made.desk.watch(BTC)
    yield made
    await database.close()


async def test_a_table_is_asked_for_again_after_a_day_and_not_before(scene: Scene) -> None:
    asked = scene.venue.contracts_asked
    scene.clock.now += DAY_MS - 1
    await scene.margins.tick()
    assert scene.venue.contracts_asked == asked
    scene.clock.now += 1
    await scene.margins.tick()
    await scene.margins.tick()
    assert scene.venue.contracts_asked == asked + 1
    assert scene.held.tiers_read_ms == scene.clock.now


async def test_a_refresh_that_fails_keeps_the_old_table_and_rests(scene: Scene) -> None:
    before = scene.held
    scene.clock.now += 2 * DAY_MS
    scene.venue.contract_trouble = failing("binance")
    await scene.margins.tick()
    await scene.margins.tick()
    assert scene.held == before
    scene.venue.contract_trouble = None
    scene.wall[0] += LONGEST_REST_SECONDS
    await scene.margins.tick()
    assert scene.held.tiers_read_ms == scene.clock.now


async def test_a_table_that_stays_old_is_not_asked_for_all_the_time(scene: Scene) -> None:
    scene.clock.now += 2 * DAY_MS
    scene.venue.read_ms = NOW
    asked = scene.venue.contracts_asked
    for _ in range(5):
        await scene.margins.tick()
    assert scene.venue.contracts_asked == asked + 1


async def test_what_only_stands_in_is_asked_for_again(scene: Scene) -> None:
    watch = scene.desk.watches[BTC]
    watch.contracts["binance"] = replace(scene.held, tiers_read_ms=0)
    await scene.margins.tick()
    assert scene.held.tiers_read_ms == NOW


async def test_a_changed_table_reaches_the_inventory_and_what_is_open_stays(scene: Scene) -> None:
    watch = scene.desk.watches[BTC]
    before = unpacked(watch.model).inventories["binance"]
    scene.clock.now += DAY_MS
    scene.venue.tiers = STRICTER
    await scene.margins.tick()
    scene.clock.now = NOW + 60_000
    await scene.desk.refresh(BTC)
    after = unpacked(watch.model).inventories["binance"]
    assert before.contract.tiers != STRICTER
    assert after.contract.tiers == STRICTER
    assert after.as_of_ms == before.as_of_ms + 60_000
    masses = [one.read_out().mass.sum() for one in (before, after)]
    assert masses[1] == pytest.approx(masses[0], rel=0.05)
    shapes = [one.read_out().mass.sum(axis=1) for one in (before, after)]
    assert np.abs(shapes[0] - shapes[1]).sum() < 0.2 * masses[0]


async def test_an_unchanged_table_changes_nothing(scene: Scene) -> None:
    watch = scene.desk.watches[BTC]
    blob = unpacked(watch.model).inventories["binance"].to_bytes()
    scene.clock.now += DAY_MS
    await scene.margins.tick()
    model = unpacked(watch.model)
    model.advance(watch.contracts, {"binance": ()})
    assert model.inventories["binance"].to_bytes() == blob


async def test_the_shelf_outlives_a_restart(database_url: str) -> None:
    table = MarginTable(STRICTER, "its web page", NOW - HOUR_MS)
    clock = cast(Any, Clock())
    database = Database.open(database_url)
    shelf = TableShelf(database, clock)
    assert await shelf.kept("binance", BTC) is None
    await shelf.keep("binance", BTC, MarginTable(STRICTER[:1], "its web page", 1))
    await shelf.keep("binance", BTC, table)
    await shelf.keep("okx", BTC, MarginTable(STRICTER[:1], "its own table", 2))
    await database.close()
    database = Database.open(database_url)
    assert await TableShelf(database, clock).kept("binance", BTC) == table
    assert shelf.now_ms() == NOW
    await database.close()
