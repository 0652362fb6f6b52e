"""A small invented market, a hand-held clock, and real ccxt against the loopback exchange."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import ModuleType

import pytest
from aiohttp import web
from exchange_fixtures import START_MS, Client, Connect, Hand, Serve

from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.market import Market

SHARED = Path(__file__).resolve().parents[4] / "shared"


@pytest.fixture(scope="session")
def invented() -> InventedSource:
    source = InventedSource(seed=5, start_ms=START_MS, history_days=0.7, also=("gate",))
    source.live_until(START_MS)
    return source


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def market(invented: InventedSource, hand: Hand) -> Market:
    """Stands 24 seconds into a minute, at speed 60."""
    return Market(invented, MarketClock(START_MS + 24_000, 60.0, wall=hand))


@pytest.fixture
def switches() -> FaultBoard:
    return FaultBoard()


@pytest.fixture
async def serve(switches: FaultBoard) -> AsyncIterator[Serve]:
    """Serves a market on a free port and gives its root."""
    async with AsyncExitStack() as stack:

        async def start(market: Market) -> str:
            app = web.Application()
            add_exchange(app, market, switches)
            runner = web.AppRunner(app)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        yield start


@pytest.fixture
async def root(serve: Serve, market: Market) -> str:
    return await serve(market)


@pytest.fixture(scope="session")
def ccxt() -> ModuleType:
    import ccxt.async_support as library

    module: ModuleType = library
    return module


@pytest.fixture
async def connect(ccxt: ModuleType) -> AsyncIterator[Connect]:
    """A venue's unmodified ccxt class pointed at a root."""
    clients: list[Client] = []

    def client(venue: str, root: str) -> Client:
        clients.append(_client(ccxt, venue, root))
        clients[-1].timeout_on_exit = 0
        return clients[-1]

    yield client
    await asyncio.gather(*(one.close() for one in clients))


def _client(ccxt: ModuleType, venue: str, root: str) -> Client:
    plain = {"enableRateLimit": False, "timeout": 5000}
    if venue == "binance":
        api = {
            "fapiPublic": f"{root}/fapi/v1",
            "fapiPublicV2": f"{root}/fapi/v2",
            "fapiPublicV3": f"{root}/fapi/v3",
            "fapiPrivate": f"{root}/fapi/v1",
            "fapiData": f"{root}/futures/data",
        }
        return ccxt.binanceusdm({**plain, "urls": {"api": api}})
    if venue == "okx":
        options = {"defaultType": "swap", "fetchMarkets": {"types": ["swap", "future"]}}
        return ccxt.okx({**plain, "urls": {"api": {"rest": root}}, "options": options})
    if venue == "gate":
        public = dict.fromkeys(("futures", "delivery", "spot"), f"{root}/api/v4")
        settled = {"fetchMarkets": {"settlementCurrencies": ["usdt"]}}
        options = {"fetchMarkets": {"types": ["swap", "future"]}, "swap": settled, "future": settled}
        return ccxt.gate({**plain, "urls": {"api": {"public": public}}, "options": options})
    options = {"fetchMarkets": {"types": ["linear", "inverse"]}}
    return ccxt.bybit({**plain, "urls": {"api": {"public": root, "private": root}}, "options": options})


@pytest.fixture
async def binance(connect: Connect, root: str) -> Client:
    client = connect("binance", root)
    await client.load_markets()
    return client


@pytest.fixture
async def okx(connect: Connect, root: str) -> Client:
    client = connect("okx", root)
    await client.load_markets()
    return client


@pytest.fixture
async def bybit(connect: Connect, root: str) -> Client:
    client = connect("bybit", root)
    await client.load_markets()
    return client


@pytest.fixture
async def gate(connect: Connect, root: str) -> Client:
    client = connect("gate", root)
    await client.load_markets()
    return client


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference material beside the project, where there is any."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout")
    return SHARED
