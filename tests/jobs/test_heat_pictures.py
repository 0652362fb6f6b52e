"""A heatmap at the desk: of what the ledgers recall and the store heard, drawn once until either differs."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from stage import BTC, MINUTE, HerePool
from test_pasts import Room

from bot.charts.heatmap.drawn import heat_drawn
from bot.jobs import tasks
from bot.jobs.pictures import Pictures
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.look import Drawing
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import Liquidation, Stretch


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Room]:
    database = Database.open(sqlite_url)
    yield Room(database)
    await database.close()


async def hear(room: Room, now_ms: int, quantity: float = 2.0) -> None:
    order = Liquidation("binance", BTC, now_ms - MINUTE, Side.LONG, 100.0, 100.0, quantity)
    async with room.database.begin() as tx:
        await liquidations.add(tx, [order])
        await liquidations.listened(tx, [(("binance", BTC), Stretch(now_ms - 10 * MINUTE, now_ms))])


async def test_a_heatmap_is_drawn_once_until_something_was_reported(room: Room) -> None:
    drawn: list[object] = []

    class DrawingPool(HerePool):
        async def run(self, task: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - any task
            drawn.append(args[2])
            return b"png"

    room.desk.pictures = Pictures(cast(Any, DrawingPool()), cast(Any, None), "@bot")
    shown = await room.desk.view(BTC)
    history = await room.desk.heat(shown, "24h")
    for drawing in (Drawing(), Drawing(), Drawing(contrast=5)):
        reported = await room.desk.reported_orders(shown, history)
        assert await room.desk.heat_picture(shown, history, reported, drawing) == b"png"
    assert len(drawn) == 2
    await hear(room, int(history.stamp_ms[-1]))
    await room.desk.heat_picture(shown, history, await room.desk.reported_orders(shown, history))
    assert len(drawn) == 3
    assert cast(Any, drawn[2]).largest[0].amount == 200.0


async def test_orders_are_those_of_the_venues_and_the_side_shown(room: Room) -> None:
    shown = await room.desk.view(BTC)
    history = await room.desk.heat(shown, "24h")
    await hear(room, int(history.stamp_ms[-1]))
    told = await room.desk.reported_orders(shown, history)
    assert [(one.venue, one.amounts) for one in told.venues] == [("binance", (200.0, 0.0))]
    assert len(told.largest) == 1
    shorts = shown.selected(Selection(side=Side.SHORT))
    assert (await room.desk.reported_orders(shorts, history)).largest == ()
    elsewhere = replace(history, venues=("okx",))
    assert (await room.desk.reported_orders(shown, elsewhere)).venues == ()


async def test_what_is_open_now_is_the_map_of_the_desk(room: Room) -> None:
    shown = await room.desk.view(BTC)
    history = await room.desk.heat(shown, "24h")
    drawn = heat_drawn(shown, history, ReportedOrders(0, 1, (), ()), Drawing())
    price = shown.found.price
    for side in Side:
        for value, ends in zip(drawn.open_now(side), pairwise(drawn.edges), strict=True):
            near, far = ends[:: side.sign]
            if (near - price) * side.sign > 0:
                held = shown.found.mass_to(side, far) - shown.found.mass_to(side, near)
                most = max(drawn.open_now(side))
                assert value == pytest.approx(held * price, rel=0.02, abs=0.005 * most)
    assert np.count_nonzero(drawn.open_now(Side.LONG)) > 5


async def test_a_worker_draws_a_png(room: Room) -> None:
    shown = await room.desk.view(BTC)
    history = await room.desk.heat(shown, "24h")
    png = tasks.draw_heat(shown, history, ReportedOrders(0, 1, (), ()), Drawing(), "@bot")
    assert Image.open(io.BytesIO(png)).size == (1280, 1280)
