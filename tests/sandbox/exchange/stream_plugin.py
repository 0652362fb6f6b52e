"""A market whose liquidations a test arranges, served over websockets, and clients of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import ModuleType

import pytest
from exchange_fixtures import START_MS, Client, Connect, Hand, Serve
from stream_fixtures import Arranged, Switchboard

from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)


@pytest.fixture
def arranged(invented: InventedSource) -> Arranged:
    return Arranged(invented)


@pytest.fixture
def quiet_market(arranged: Arranged, hand: Hand) -> Market:
    """Stands at the start of a minute, at speed 60; nobody is liquidated but by the test."""
    return Market(arranged, MarketClock(START_MS, 60.0, wall=hand))


@pytest.fixture
async def switchboard(serve: Serve, quiet_market: Market) -> AsyncIterator[Switchboard]:
    root = await serve(quiet_market)
    async with AsyncExitStack() as stack:
        yield Switchboard(root, stack)


@pytest.fixture(scope="session")
def pro() -> ModuleType:
    import ccxt.pro as library

    module: ModuleType = library
    return module


@pytest.fixture
async def watch(pro: ModuleType, switchboard: Switchboard) -> AsyncIterator[Connect]:
    """A venue's unmodified ccxt.pro class (or one of it, by name) pointed at the server."""
    clients: list[Client] = []

    def client(venue: str, root: str) -> Client:
        made = {"binance": pro.binanceusdm, "okx": pro.okx, "bybit": pro.bybit}[venue](_config(venue, root))
        made.timeout_on_exit = 0
        clients.append(made)
        return made

    yield client
    await asyncio.gather(*(one.close() for one in clients))


def _config(venue: str, root: str) -> dict[str, object]:
    wire, plain = root.replace("http", "ws", 1), {"enableRateLimit": False, "timeout": 5000}
    if venue == "binance":
        api: dict[str, object] = {"fapiPublic": f"{root}/fapi/v1", "ws": {"linear": f"{wire}/ws"}}
        return {**plain, "urls": {"api": api}}
    if venue == "okx":
        options = {"defaultType": "swap", "fetchMarkets": {"types": ["swap", "future"]}}
        return {**plain, "urls": {"api": {"rest": root, "ws": f"{wire}/ws/v5"}}, "options": options}
    public = {"linear": f"{wire}/v5/public/linear", "inverse": f"{wire}/v5/public/inverse"}
    api = {"public": root, "private": root, "ws": {"public": public}}
    return {**plain, "urls": {"api": api}, "options": {"fetchMarkets": {"types": ["linear", "inverse"]}}}
