"""Faults that come over HTTP instead of an answer, or spoil its text; each of every venue, aimed or not."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from types import ModuleType

import aiohttp
import pytest
from exchange_fixtures import Client, Connect
from fault_hands import CANDLES, HISTORIES, LISTINGS, OTHERS, SYMBOLS, TIME, VENUES, Answered, Ask

from bot.sandbox.faults import FaultBoard, UnknownFaultError

pytest_plugins = ("exchange_plugin",)

REFUSED = {
    ("rate_limited", "binance"): (429, "-1003"),
    ("rate_limited", "okx"): (429, "50011"),
    ("rate_limited", "bybit"): (429, "10006"),
    ("rate_limited", "gate"): (429, "TOO_MANY_REQUESTS"),
    ("banned", "binance"): (418, "banned until"),
    ("banned", "okx"): (429, "50011"),
    ("banned", "bybit"): (403, "too frequent"),
    ("banned", "gate"): (429, "TOO_MANY_REQUESTS"),
    ("blocked", "binance"): (451, "restricted location"),
    ("blocked", "okx"): (403, "Access denied"),
    ("blocked", "bybit"): (403, "from your country"),
    ("blocked", "gate"): (403, "region"),
    ("maintenance", "binance"): (503, "maintenance"),
    ("maintenance", "okx"): (503, "50001"),
    ("maintenance", "bybit"): (503, "maintenance"),
    ("maintenance", "gate"): (503, "maintenance"),
    ("errors", "binance"): (500, "-1000"),
    ("errors", "okx"): (500, "50001"),
    ("errors", "bybit"): (500, "10016"),
    ("errors", "gate"): (500, "label"),
    ("garbage", "binance"): (200, "<html>"),
    ("garbage", "okx"): (200, "<html>"),
    ("garbage", "bybit"): (200, "<html>"),
    ("garbage", "gate"): (200, "<html>"),
}


@pytest.fixture
async def ask(root: str) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession() as session:

        async def get(path: str) -> Answered:
            async with session.get(root + path) as answer:
                return Answered(answer.status, dict(answer.headers), await answer.text())

        yield get


@pytest.mark.parametrize(("kind", "venue"), REFUSED)
async def test_the_venue_answers_in_its_own_words(
    ask: Ask, switches: FaultBoard, kind: str, venue: str
) -> None:
    switches.switch(venue, kind, 60)
    status, words = REFUSED[kind, venue]
    answer = await ask(TIME[venue])
    assert answer.status == status
    assert words in answer.text
    for other in set(VENUES) - {venue}:
        assert (await ask(TIME[other])).status == 200
    switches.clear()
    assert (await ask(TIME[venue])).status == 200


async def test_a_refusal_says_when_to_come_back(ask: Ask, switches: FaultBoard) -> None:
    for venue in VENUES:
        switches.switch(venue, "rate_limited", 59.5)
    assert (await ask(TIME["binance"])).headers["Retry-After"] == "60"
    assert (await ask(TIME["bybit"])).headers["X-Bapi-Limit-Status"] == "0"
    switches.switch("binance", "banned", 119.5)
    switches.switch("binance", "rate_limited", 0)
    assert (await ask(TIME["binance"])).headers["Retry-After"] == "120"


@pytest.mark.parametrize("venue", VENUES)
async def test_a_truncated_answer_stops_in_the_middle(ask: Ask, switches: FaultBoard, venue: str) -> None:
    path = CANDLES[venue].format(SYMBOLS[venue])
    whole = await ask(path)
    switches.switch(venue, "truncated", 60)
    cut = await ask(path)
    assert (cut.status, cut.headers["Content-Type"]) == (200, whole.headers["Content-Type"])
    assert 0 < len(cut.text) < len(whole.text)
    with pytest.raises(ValueError, match="line 1 column"):
        _ = cut.body


@pytest.mark.parametrize("venue", VENUES)
async def test_a_dropped_connection_carries_nothing(ask: Ask, switches: FaultBoard, venue: str) -> None:
    switches.switch(venue, "dropped", 60)
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(TIME[venue])


@pytest.mark.parametrize("venue", VENUES)
async def test_a_silent_venue_answers_when_it_is_over(ask: Ask, switches: FaultBoard, venue: str) -> None:
    switches.switch(venue, "silence", 60)
    asked = asyncio.ensure_future(ask(TIME[venue]))
    done, _ = await asyncio.wait([asked], timeout=0.05)
    assert not done
    switches.clear(venue)
    assert (await asked).status == 200


@pytest.mark.parametrize("venue", VENUES)
async def test_latency_delays_an_answer(ask: Ask, switches: FaultBoard, venue: str) -> None:
    switches.switch(venue, "latency", 60, delay=0.05)
    begun = monotonic()
    assert (await ask(TIME[venue])).status == 200
    assert monotonic() - begun >= 0.05


@pytest.mark.parametrize("venue", VENUES)
async def test_a_fault_can_be_aimed_at_a_series_or_a_symbol(
    ask: Ask, switches: FaultBoard, venue: str
) -> None:
    symbol, other = SYMBOLS[venue], OTHERS[venue]
    switches.switch(venue, "maintenance", 60, series="candles")
    assert (await ask(CANDLES[venue].format(symbol))).status == 503
    assert (await ask(HISTORIES[venue].format(symbol))).status == 200
    assert (await ask(LISTINGS[venue])).status == 200
    switches.clear()
    switches.switch(venue, "maintenance", 60, symbol=symbol)
    assert (await ask(HISTORIES[venue].format(symbol))).status == 503
    assert (await ask(HISTORIES[venue].format(other))).status == 200
    assert (await ask(TIME[venue])).status == 200


async def test_faults_of_one_kind_with_different_aims_stand_side_by_side(switches: FaultBoard) -> None:
    switches.switch("okx", "errors", 60, series="candles")
    switches.switch("okx", "errors", 60, series="funding")
    assert switches.active("okx", "errors", ("funding",))
    switches.switch("okx", "errors", 0, series="funding")
    assert not switches.active("okx", "errors", ("funding",))
    assert switches.active("okx", "errors", ("candles", "funding"))
    assert switches.active("okx", "errors")


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize("kind", ["rate_limited", "banned", "blocked", "maintenance", "errors", "dropped"])
async def test_ccxt_raises_an_error_of_its_own(
    ccxt: ModuleType, clients: dict[str, Client], switches: FaultBoard, venue: str, kind: str
) -> None:
    switches.switch(venue, kind, 60)
    with pytest.raises(ccxt.BaseError):
        await clients[venue].fetch_ohlcv("BTC/USDT:USDT", "1m")


@pytest.mark.parametrize("venue", VENUES)
async def test_ccxt_makes_nothing_of_half_an_answer(
    ccxt: ModuleType, clients: dict[str, Client], switches: FaultBoard, venue: str
) -> None:
    switches.switch(venue, "truncated", 60)
    with pytest.raises((ccxt.BaseError, TypeError, AttributeError)):
        await clients[venue].fetch_ohlcv("BTC/USDT:USDT", "1m")


@pytest.fixture
async def clients(connect: Connect, root: str) -> dict[str, Client]:
    return {venue: connect(venue, root) for venue in VENUES}


@pytest.mark.parametrize(
    ("kind", "aim", "sentence"),
    [
        ("errors", {"series": "weather"}, "choose from listings, tiers"),
        ("stale", {"series": "tiers"}, "choose from candles"),
        ("socket_closed", {"series": "candles"}, "leave the series out"),
        ("clock_off", {"symbol": "BTCUSDT"}, "leave the symbol out"),
        ("delisted", {}, 'needs a "symbol"'),
        ("delisted", {"symbol": "BTC"}, "choose from BTCUSDT"),
        ("delisted", {"symbol": 5}, "a text"),
        ("spike", {"factor": 0}, "from 0.01 to 100"),
        ("spike", {"factor": True}, "must be a number"),
        ("spike", {"strength": 2}, "it takes factor"),
        ("errors", {"delay": 2}, "no details"),
        ("clock_off", {"by_ms": "late"}, "must be a number"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(
    root: str, switches: FaultBoard, kind: str, aim: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UnknownFaultError, match=sentence):
        switches.switch("binance", kind, 60, **aim)  # type: ignore[arg-type]
    assert switches.listing() == []


def test_details_left_out_are_filled_in() -> None:
    board = FaultBoard(lambda: 0.0)
    board.switch("okx", "clock_off", 60)
    board.switch("gate", "spike", 60, series="candles", factor=0.5)
    assert board.listing() == [
        {"target": "okx", "kind": "clock_off", "seconds": 60.0, "by_ms": 30_000},
        {"target": "gate", "kind": "spike", "seconds": 60.0, "series": "candles", "factor": 0.5},
    ]
