"""Gate beside an invented market: its list of liquidations, and whether that is believed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from bot.liquidation.side import Side
from bot.market import gate
from bot.market.forced_orders import ForcedOrder
from bot.market.gate import LATE_S, LEFT_BEHIND_S, LISTED_SPAN_S, MOST_LISTED, Gate, LiquidationList
from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.market import Market

MINUTE, HOUR = 60_000, 3_600_000
START = 1_791_158_400_000
LISTS = "/api/v4/futures/usdt/liq_orders"
BTC, ETH, DATED = "BTC/USDT:USDT", "ETH/USDT:USDT", "BTC/USDT:USDT-261225"

Row = dict[str, Any]
Rewrite = Callable[[list[Row]], list[Row]]


@dataclass
class Scene:
    """A market a third of a day old, whose clock is moved by hand."""

    market: Market
    wall_s: list[float]
    venue: Gate = field(init=False)
    rewrite: Rewrite | None = None
    refused: bool = False
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    def now_ms(self) -> int:
        return self.market.now_ms()

    async def live_on(self, times: int, symbol: str = BTC, minutes: int = 1) -> list[ForcedOrder]:
        """What is heard while a pair is refreshed so often, every so many minutes."""
        heard: list[ForcedOrder] = []
        for _ in range(times):
            self.wall_s[0] += 60 * minutes
            await self.venue.history(symbol, self.now_ms() - 2 * MINUTE, self.now_ms())
            heard += self.venue.heard().orders
        return heard


@pytest.fixture(scope="module")
def source() -> InventedSource:
    return InventedSource(seed=5, start_ms=START, history_days=0.35, also=("gate",))


@pytest.fixture
async def scene(source: InventedSource) -> AsyncIterator[Scene]:
    wall = [0.0]
    shown = Scene(Market(source, MarketClock(START + 3_000, 1.0, wall=lambda: wall[0])), wall)
    shown.answering.set()

    @web.middleware
    async def listed(request: web.Request, handler: Callable[..., Any]) -> web.StreamResponse:
        shown.asked.append(request.path)
        if request.path == LISTS and shown.refused:
            return web.json_response({"label": "SERVER_ERROR", "message": "no"}, status=500)
        if request.path == LISTS:
            await shown.answering.wait()
        answer: web.Response = await handler(request)
        if request.path != LISTS or shown.rewrite is None:
            return answer
        assert answer.text is not None
        return web.json_response(shown.rewrite(json.loads(answer.text)))

    app = web.Application(middlewares=[listed])
    add_exchange(app, shown.market, FaultBoard())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shown.venue = Gate(f"http://127.0.0.1:{runner.addresses[0][1]}")
    for symbol in (BTC, ETH, DATED):
        await shown.venue.contract(symbol)
    await shown.venue.listen([BTC, ETH, DATED])
    yield shown
    await shown.venue.close()
    await runner.cleanup()


async def test_every_liquidation_is_heard_once_with_the_price_that_set_it_off(scene: Scene) -> None:
    begin_ms = (scene.now_ms() + 5 * MINUTE) // 1000 * 1000
    heard = await scene.live_on(48, minutes=5)
    until_ms = scene.venue.heard().until_ms
    assert until_ms == scene.now_ms() // 1000 * 1000
    for symbol, contract in ((BTC, "BTC_USDT"), (ETH, "ETH_USDT")):
        listing = scene.market.listing("gate", contract)
        assert listing is not None
        told = scene.market.liquidations(listing, begin_ms, until_ms)
        own = [order for order in heard if order.symbol == symbol]
        assert len(own) == len(told) > 10
        assert [order.stamp_ms for order in own] == (told.stamp_ms // 1000 * 1000).tolist()
        by_size = sorted(own, key=lambda order: (order.stamp_ms, order.quantity_base))
        order = np.lexsort((told.quantity, told.stamp_ms // 1000))
        assert [one.quantity_base for one in by_size] == pytest.approx(told.quantity[order].tolist())
        assert [one.side is Side.SHORT for one in by_size] == (told.side[order] == 1).tolist()
        # Margin ran out where the first tier says, but for those that were large enough for another one.
        away = np.array([one.trigger_price for one in by_size]) / told.trigger[order] - 1
        assert np.median(np.abs(away)) < 1e-5
        assert np.abs(away).max() < 0.02


async def test_listening_is_told_since_the_first_reading_and_up_to_the_last(scene: Scene) -> None:
    assert scene.venue.heard().listening_since_ms == {}
    await scene.live_on(1)
    begun_ms = scene.now_ms() // 1000 * 1000
    await scene.live_on(3)
    await scene.live_on(1, ETH)
    found = scene.venue.heard()
    assert found.listening_since_ms == {BTC: begun_ms, ETH: begun_ms + 4 * MINUTE}
    assert found.until_ms == begun_ms + 4 * MINUTE
    await scene.venue.listen([ETH])
    assert set(scene.venue.heard().listening_since_ms) == {ETH}


async def test_a_dated_contract_has_candles_but_no_list_and_no_past_open_interest(scene: Scene) -> None:
    assert await scene.live_on(2, DATED) == []
    assert DATED not in scene.venue.heard().listening_since_ms
    assert LISTS not in scene.asked
    found = await scene.venue.history(DATED, scene.now_ms() - HOUR, scene.now_ms())
    assert len(found[-1]) == 59
    marks = await scene.venue.mark_prices([BTC, DATED])
    assert marks[DATED].price > marks[BTC].price


async def test_a_list_with_less_than_the_statistics_count_is_not_called_listened_to(scene: Scene) -> None:
    scene.rewrite = lambda rows: rows[::2]
    heard = await scene.live_on(12, minutes=5)
    assert heard  # what is told is told, but its silence says nothing
    assert scene.venue.heard().listening_since_ms == {}


async def test_sides_that_contradict_their_prices_are_not_believed(scene: Scene) -> None:
    scene.rewrite = lambda rows: [{**row, "size": str(-float(row["size"]))} for row in rows]
    await scene.live_on(30, minutes=10)
    assert scene.venue.heard().until_ms == 0


async def test_candles_do_not_wait_for_a_list_that_does_not_come(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.live_on(1)
    until_ms = scene.venue.heard().until_ms
    scene.answering.clear()
    with monkeypatch.context() as hurried:
        hurried.setattr(gate, "LIST_PATIENCE_S", 0.05)
        scene.wall_s[0] += 60
        (found,) = await scene.venue.history(BTC, scene.now_ms() - 2 * MINUTE, scene.now_ms())
    assert len(found) == 1
    assert scene.venue.heard().until_ms == until_ms
    scene.answering.set()
    await scene.live_on(1)
    assert scene.venue.heard().until_ms > until_ms


async def test_what_could_not_be_read_is_read_up(scene: Scene) -> None:
    await scene.live_on(1)
    begun_ms = scene.now_ms() // 1000 * 1000
    scene.refused = True
    assert await scene.live_on(9, minutes=10) == []
    assert scene.venue.heard().until_ms == begun_ms
    scene.refused = False
    heard = await scene.live_on(1)
    listing = scene.market.listing("gate", "BTC_USDT")
    assert listing is not None
    found = scene.venue.heard()
    told = scene.market.liquidations(listing, begun_ms, found.until_ms)
    assert len([order for order in heard if order.symbol == BTC]) == len(told) > 0
    assert found.listening_since_ms == {BTC: begun_ms}


# --- the list by itself -------------------------------------------------------------------------------------


class Shelf:
    """Answers like the venue: orders of [begin, end), as far as they are listed by now."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.asked: list[tuple[int, int]] = []
        self.heard: list[Row] = []
        self.list = LiquidationList(self.ask, self.hear)

    async def ask(self, begin_s: int, end_s: int, contract: str | None) -> Sequence[Row]:
        self.asked.append((begin_s, end_s))
        inside = [row for row in self.rows if begin_s <= row["time"] < end_s]
        return inside[::-1][:MOST_LISTED]

    def hear(self, rows: Iterable[Row]) -> None:
        self.heard.extend(rows)

    def add(self, *seconds: int, size: str = "5") -> None:
        self.rows += [{"time": second, "contract": "BTC_USDT", "size": size} for second in seconds]

    def times(self) -> list[int]:
        return [row["time"] for row in self.heard]


NOON = 1_800_000_000


async def test_reading_begins_with_the_first_call_and_goes_on_where_it_ended() -> None:
    shelf = Shelf()
    shelf.add(NOON - 1, NOON, NOON + 30, NOON + 60)
    await shelf.list.read(NOON)
    assert (shelf.asked, shelf.list.begun_s, shelf.list.read_until_s) == ([], NOON, NOON)
    await shelf.list.read(NOON + 60)
    await shelf.list.read(NOON + 60)
    assert shelf.times() == [NOON, NOON + 30]
    await shelf.list.read(NOON + 61)
    assert shelf.times() == [NOON, NOON + 30, NOON + 60]


async def test_an_order_that_is_listed_late_is_heard_and_its_neighbours_only_once() -> None:
    shelf = Shelf()
    await shelf.list.read(NOON)
    shelf.add(NOON + 55, NOON + 58, NOON + 58)  # two that are equal to the last number
    await shelf.list.read(NOON + 60)
    shelf.add(NOON + 57, NOON + 58)
    await shelf.list.read(NOON + 70)
    assert sorted(shelf.times()) == [NOON + at for at in (55, 57, 58, 58, 58)]
    await shelf.list.read(NOON + 80)
    assert len(shelf.heard) == 5


async def test_a_full_answer_is_halved_until_nothing_is_cut_off() -> None:
    shelf = Shelf()
    await shelf.list.read(NOON)
    shelf.add(*(NOON + at % 600 for at in range(3 * MOST_LISTED)))
    await shelf.list.read(NOON + 600)
    assert len(shelf.heard) == 3 * MOST_LISTED


async def test_a_longer_gap_is_read_by_the_hour_and_a_very_long_one_passed_over() -> None:
    shelf = Shelf()
    await shelf.list.read(NOON)
    shelf.add(NOON + 100, NOON + 3 * LISTED_SPAN_S)
    await shelf.list.read(NOON + 3 * LISTED_SPAN_S + 5)
    assert shelf.times() == [NOON + 100, NOON + 3 * LISTED_SPAN_S]
    assert all(end - begin <= LISTED_SPAN_S for begin, end in shelf.asked)
    assert shelf.asked[1][0] == shelf.asked[0][1] - LATE_S
    late = shelf.list.read_until_s + LEFT_BEHIND_S + 1
    await shelf.list.read(late)
    assert (shelf.list.begun_s, shelf.list.read_until_s) == (late, late)
