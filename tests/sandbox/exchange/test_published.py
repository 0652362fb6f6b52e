"""What venues publish of liquidations can be asked for, whatever befalls their lines."""

from typing import Any

import aiohttp
import pytest
from exchange_fixtures import START_MS, Serve
from stream_fixtures import Arranged, struck

from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.liquidations import SHORT
from bot.sandbox.market.market import Market

pytest_plugins = ("stream_plugin",)

BTC = "BTC/USDT:USDT"
IDS = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT"}


async def _ask(root: str, **query: object) -> tuple[int, Any]:
    told = {name: str(value) for name, value in query.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{root}/api/liquidations", params=told) as answer,
    ):
        return answer.status, await answer.json()


@pytest.fixture
async def root(serve: Serve, arranged: Arranged) -> str:
    stamps = [START_MS + at for at in (1000, 1400, 2000, 5000)]
    for venue, contract in IDS.items():
        arranged.tables[venue, contract] = struck(stamps, 0.5, SHORT)
    return await serve(Market(arranged, MarketClock(START_MS + 60_000, 1.0)))


@pytest.mark.parametrize(
    ("venue", "told"), [("binance", [1400, 2000]), ("okx", [1400, 2000]), ("bybit", [1000, 1400, 2000])]
)
async def test_as_each_venue_publishes_them(root: str, venue: str, told: list[int]) -> None:
    _, answer = await _ask(root, venue=venue, begin_ms=START_MS, end_ms=START_MS + 5000)
    assert answer[BTC] == [[START_MS + at, "short", 0.5] for at in told]
    assert {orders for symbol, rows in answer.items() if symbol != BTC for orders in map(len, [rows])} == {0}


async def test_a_question_without_a_span_is_refused(root: str) -> None:
    assert (await _ask(root, venue="okx"))[0] == 400
    assert (await _ask(root, venue="okx", begin_ms="soon", end_ms=5))[0] == 400
