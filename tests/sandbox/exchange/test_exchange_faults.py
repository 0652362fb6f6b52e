"""A venue that is broken, talks rubbish or says nothing; the others go on."""

import asyncio
from types import ModuleType

import aiohttp
import pytest
from exchange_fixtures import Client, Connect

from bot.sandbox.faults import FaultBoard

pytest_plugins = ("exchange_plugin",)


async def test_errors_of_one_venue_leave_the_others_alone(
    ccxt: ModuleType, binance: Client, okx: Client, switches: FaultBoard
) -> None:
    switches.switch("binance", "errors", 60)
    with pytest.raises(ccxt.OperationFailed):
        await binance.fetch_time()
    assert await okx.fetch_time() > 0


@pytest.mark.parametrize("venue", ["binance", "okx", "bybit", "gate"])
async def test_every_venue_can_answer_errors(
    ccxt: ModuleType, connect: Connect, root: str, switches: FaultBoard, venue: str
) -> None:
    client = connect(venue, root)
    await client.load_markets()
    switches.switch(venue, "errors", 60)
    with pytest.raises(ccxt.BaseError):
        await client.fetch_time()


@pytest.mark.parametrize(
    ("venue", "path"),
    [("binance", "/fapi/v1/time"), ("okx", "/api/v5/public/time"), ("bybit", "/v5/market/time")],
)
async def test_garbage_is_a_page_that_claims_success(
    root: str, switches: FaultBoard, venue: str, path: str
) -> None:
    switches.switch(venue, "garbage", 60)
    async with aiohttp.ClientSession() as session, session.get(root + path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        assert (await answer.text()).startswith("<html>")


async def test_ccxt_makes_nothing_of_garbage(
    ccxt: ModuleType, binance: Client, okx: Client, switches: FaultBoard
) -> None:
    switches.switch("binance", "garbage", 60)
    switches.switch("okx", "garbage", 60)
    with pytest.raises((ccxt.BaseError, TypeError, AttributeError)):
        await binance.fetch_tickers()
    assert await okx.fetch_tickers() == {}


async def test_silence_lasts_until_it_is_lifted(binance: Client, switches: FaultBoard) -> None:
    switches.switch("binance", "silence", 60)
    asked = asyncio.create_task(binance.fetch_time())
    done, _ = await asyncio.wait([asked], timeout=0.3)
    assert not done
    switches.clear()
    assert await asyncio.wait_for(asked, 2) > 0
