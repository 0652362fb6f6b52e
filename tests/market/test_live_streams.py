"""Streams of three venues and every kind of contract, beside the same market asked over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from aiohttp import web

from bot.liquidation.levels import trigger_of_bankruptcy
from bot.liquidation.side import Side
from bot.market.exchanges import open_venue
from bot.market.forced_orders import ForcedOrder, Heard
from bot.market.venue import Venue
from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.liquidations import Liquidations, latest_of_each_second
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.opening import INVENTED_START_MS

STREAMING = ("binance", "okx", "bybit")
MINUTE = 60_000
NOW = INVENTED_START_MS
STEP_S = 10.0  # of market time between two steps of the sandbox's pump
PUMP_S = 0.13
PATIENCE_S = 10.0


@dataclass
class Scene:
    market: Market
    faults: FaultBoard
    root: str
    wall_s: list[float]
    asked: Counter[str] = field(default_factory=Counter)
    venues: dict[str, Venue] = field(default_factory=dict)
    told: dict[str, list[ForcedOrder]] = field(default_factory=dict)

    def listings(self, venue: str) -> list[Listing]:
        return [one for one in self.market.listings(venue) if one.base in ("BTC", "SOL")]

    async def listen(self, venue: str) -> Venue:
        opened = self.venues[venue] = open_venue(venue, self.root)
        await opened.load()
        symbols = [one.symbol for one in self.listings(venue)]
        for symbol in symbols:
            await opened.contract(symbol)
        await opened.listen(symbols)
        await self.until(venue, lambda heard: len(heard.listening_since_ms) == len(symbols))
        return opened

    async def until(self, venue: str, enough: Callable[[Heard], bool]) -> None:
        """Time goes on until the venue has told enough."""
        async with asyncio.timeout(PATIENCE_S):
            while not enough(heard := self.heard(venue)):
                await self.go_on(STEP_S, heard)

    def heard(self, venue: str) -> Heard:
        heard = self.venues[venue].heard()
        self.told.setdefault(venue, []).extend(heard.orders)
        return heard

    async def go_on(self, seconds: float, _: object = None) -> None:
        end = self.wall_s[0] + seconds
        while self.wall_s[0] < end:
            self.wall_s[0] += min(STEP_S, end - self.wall_s[0])
            await asyncio.sleep(PUMP_S)


@pytest.fixture(scope="module")
def source() -> InventedSource:
    return InventedSource(5, NOW, 0.1)


@pytest.fixture
async def scene(source: InventedSource) -> AsyncIterator[Scene]:
    wall, asked = [source.simulation.minute * 60.0 - NOW / 1000 + 5.0], Counter[str]()
    origin = wall[0]

    @web.middleware
    async def count(request: web.Request, handler: Callable[..., object]) -> web.StreamResponse:
        asked[request.path] += 1
        return await handler(request)  # type: ignore[misc,no-any-return]

    market = Market(source, MarketClock(NOW + round(1000 * origin), 1.0, None, lambda: wall[0]))
    faults, app = FaultBoard(), web.Application(middlewares=[count])
    add_exchange(app, market, faults)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scene = Scene(market, faults, f"http://127.0.0.1:{runner.addresses[0][1]}", wall, asked)
    yield scene
    await asyncio.gather(*(venue.close() for venue in scene.venues.values()))
    await runner.cleanup()


@pytest.mark.parametrize("name", STREAMING)
async def test_what_is_streamed_is_what_http_tells(name: str, scene: Scene) -> None:
    """Linear, inverse and dated contracts; candles need no request while their stream is alive."""
    streaming, asking = await scene.listen(name), open_venue(name, scene.root)
    scene.venues["asking"] = asking
    await scene.go_on(60 - scene.market.now_ms() / 1000 % 60)
    since = scene.market.now_ms() // MINUTE * MINUTE
    await scene.go_on(3 * 60 + 5)
    now = scene.market.now_ms()
    for listing in scene.listings(name):
        before = scene.asked.total()
        (streamed,) = await streaming.history(listing.symbol, since, now)
        (told,) = await asking.history(listing.symbol, since, now)
        assert len(streamed) == 3
        for column in ("start_ms", "open", "high", "low", "close", "volume_base"):
            np.testing.assert_allclose(getattr(streamed, column), getattr(told, column), rtol=1e-6)
        assert streamed.open_interest_base[-1] == pytest.approx(told.open_interest_base[-1], rel=1e-3)
        assert (streamed.taker_buy_base is None) == (name != "binance")
        assert scene.asked.total() > before
    kinds = {(listing.inverse, listing.is_perpetual) for listing in scene.listings(name)}
    assert len(kinds) >= (2 if name == "binance" else 3)


@pytest.mark.parametrize("name", STREAMING)
async def test_a_warm_pair_asks_for_no_candles_and_no_marks(name: str, scene: Scene) -> None:
    venue = await scene.listen(name)
    await scene.go_on(130 - scene.market.now_ms() / 1000 % 60)
    symbols = [one.symbol for one in scene.listings(name)]
    now = scene.market.now_ms()
    scene.asked.clear()
    marks = await venue.mark_prices(symbols)
    for symbol in symbols:
        await venue.history(symbol, now // MINUTE * MINUTE - MINUTE, now)
    assert set(marks) == set(symbols)
    most = len(symbols) if name == "binance" else 0  # open interest, which Binance does not stream
    assert scene.asked.total() == most, scene.asked
    for listing in scene.listings(name):
        assert marks[listing.symbol].price == pytest.approx(scene.market.mark_price(listing), rel=0.01)


def arranged(_: InventedSource, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
    """An order every 400 ms, longs and shorts in turn."""
    stamps = np.arange(-(-begin_ms // 400) * 400, end_ms, 400)
    side = (stamps // 400 % 2).astype(np.int8)
    trigger = (90_000 + stamps // 400 % 100).astype(np.float64)
    away = np.where(side == Side.SHORT, 1.0, -1.0)
    quantity = (10 + stamps // 400 % 7).astype(np.float64)
    return Liquidations(stamps, side, trigger, trigger + away, trigger * (1 + away * 0.004), quantity)


@pytest.mark.parametrize("name", STREAMING)
async def test_every_published_liquidation_is_heard_with_the_side_of_the_position(
    name: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InventedSource, "liquidations", arranged)
    venue = await scene.listen(name)
    begin = max(scene.heard(name).listening_since_ms.values())
    await scene.go_on(40)
    end = scene.market.now_ms()
    await scene.until(name, lambda heard: heard.until_ms > end)
    for listing in scene.listings(name):
        sent = arranged(scene.market.source, listing, begin, end)  # type: ignore[arg-type]
        sent = latest_of_each_second(sent) if name == "binance" else sent
        told = {
            one.stamp_ms: one
            for one in scene.told[name]
            if one.symbol == listing.symbol and begin <= one.stamp_ms < end
        }
        rows = [row for row in range(len(sent)) if int(sent.stamp_ms[row]) in told]
        assert len(rows) == len(told)
        assert len(told) == len(sent) if name != "okx" else len(told) >= 30  # OKX tells a part
        contract = await venue.contract(listing.symbol)
        for row in rows:
            order = told[int(sent.stamp_ms[row])]
            assert order.side == sent.side[row]
            assert order.quantity_base == pytest.approx(sent.quantity[row], rel=0.002)
            price = (sent.fill if name == "binance" else sent.bankruptcy)[row]
            assert order.price == pytest.approx(price, rel=1e-5)
            expected = price
            if name != "binance":
                expected = trigger_of_bankruptcy(contract, order.side, np.array([order.price]))[0]
            assert order.trigger_price == pytest.approx(expected)


@pytest.mark.parametrize("name", STREAMING)
@pytest.mark.parametrize("fault", ["socket_closed", "socket_silent", "socket_frozen"])
async def test_a_line_comes_back_by_itself(
    name: str, fault: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.market.line.SILENT_SECONDS", 1.0)
    monkeypatch.setattr("bot.market.line.LOOK_SECONDS", 0.2)
    await scene.listen(name)
    before = scene.heard(name).listening_since_ms
    scene.faults.switch(name, fault, 60)
    await scene.until(name, lambda heard: not heard.listening_since_ms)
    scene.faults.clear()
    await scene.until(name, lambda heard: heard.listening_since_ms.keys() == before.keys())
    after = scene.heard(name).listening_since_ms
    assert all(after[symbol] > before[symbol] for symbol in before)
