"""Requests are counted as the venues count them, and refused at the right one where that is switched on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from types import ModuleType

import aiohttp
import pytest
from aiohttp import web
from exchange_fixtures import Connect, Hand

from bot.sandbox.exchange import add_exchange
from bot.sandbox.exchange.limits import Limits
from bot.sandbox.exchange.limits.meter import Meter
from bot.sandbox.exchange.limits.rules import VENUES
from bot.sandbox.exchange.query import Query
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)

Get = Callable[[str], Awaitable[aiohttp.ClientResponse]]
TIME = {"binance": "/fapi/v1/time", "okx": "/api/v5/public/time", "bybit": "/v5/market/time"}


@pytest.fixture
def limits(hand: Hand) -> Limits:
    return Limits(enforced=False, clock=hand)


@pytest.fixture
async def counted(market: Market, limits: Limits) -> AsyncIterator[str]:
    """The root of an exchange whose limits run on the hand-held clock."""
    app = web.Application()
    add_exchange(app, market, FaultBoard(), limits)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def get(counted: str) -> AsyncIterator[Get]:
    async with aiohttp.ClientSession() as session:

        async def ask(path: str) -> aiohttp.ClientResponse:
            async with session.get(counted + path) as answer:
                await answer.read()
                return answer

        yield ask


def _meter(venue: str, hand: Hand) -> Meter:
    return Meter(VENUES[venue], hand)


def _ask(meter: Meter, path: str, enforced: bool = False, **query: str) -> str:
    """ "ok", "refused" or "banned"."""
    _, excess = meter.count(path, Query(query), enforced)
    return "ok" if excess is None else "banned" if excess.banned else "refused"


def _limit(meter: Meter, name: str) -> dict[str, float]:
    limits = meter.report()["limits"]
    assert isinstance(limits, dict)
    found: dict[str, float] = limits[name]
    return found


@pytest.mark.parametrize(
    ("path", "query", "weight"),
    [
        ("/fapi/v1/klines", {"limit": "99"}, 1),
        ("/fapi/v1/klines", {"limit": "100"}, 2),
        ("/fapi/v1/klines", {"limit": "499"}, 2),
        ("/fapi/v1/klines", {}, 5),
        ("/fapi/v1/klines", {"limit": "1000"}, 5),
        ("/fapi/v1/markPriceKlines", {"limit": "1500"}, 10),
        ("/fapi/v1/klines", {"limit": "many"}, 5),
        ("/fapi/v1/premiumIndex", {"symbol": "BTCUSDT"}, 1),
        ("/fapi/v1/premiumIndex", {}, 10),
        ("/fapi/v1/ticker/24hr", {"symbol": "BTCUSDT"}, 1),
        ("/fapi/v1/ticker/24hr", {}, 40),
        ("/fapi/v2/ticker/price", {}, 2),
        ("/fapi/v1/openInterest", {"symbol": "BTCUSDT"}, 1),
        ("/fapi/v1/exchangeInfo", {}, 1),
        ("/fapi/v1/aggTrades", {"symbol": "BTCUSDT"}, 20),
        ("/fapi/v1/depth", {"limit": "50"}, 2),
        ("/fapi/v1/depth", {"limit": "100"}, 5),
        ("/fapi/v1/depth", {}, 10),
        ("/fapi/v1/depth", {"limit": "1000"}, 20),
        ("/futures/data/openInterestHist", {}, 0),
        ("/fapi/v1/fundingRate", {}, 0),
    ],
)
def test_binance_weighs_a_request(hand: Hand, path: str, query: dict[str, str], weight: int) -> None:
    meter = _meter("binance", hand)
    meter.count(path, Query(query), enforced=False)
    assert _limit(meter, "weight")["used"] == weight


def test_the_weight_of_a_minute_adds_up_and_ends_with_the_minute(hand: Hand) -> None:
    meter = _meter("binance", hand)
    hand.seconds = 119.0
    for _ in range(100):  # a minute of a hundred pairs
        _ask(meter, "/fapi/v1/klines", limit="2")
        _ask(meter, "/fapi/v1/openInterest", symbol="BTCUSDT")
    _ask(meter, "/fapi/v1/premiumIndex")
    assert _limit(meter, "weight") == {"most": 2400, "seconds": 60.0, "used": 210, "peak": 0.0875}
    hand.seconds = 120.0
    _ask(meter, "/fapi/v1/time")
    assert _limit(meter, "weight") == {"most": 2400, "seconds": 60.0, "used": 1, "peak": 0.0875}


def test_statistics_and_funding_have_pots_of_their_own(hand: Hand) -> None:
    meter = _meter("binance", hand)
    for period in ("openInterestHist", "globalLongShortAccountRatio", "takerlongshortRatio"):
        _ask(meter, f"/futures/data/{period}")
    _ask(meter, "/fapi/v1/fundingRate")
    _ask(meter, "/fapi/v1/fundingInfo")
    assert _limit(meter, "statistics") == {"most": 1000, "seconds": 300.0, "used": 3, "peak": 0.003}
    assert _limit(meter, "funding") == {"most": 500, "seconds": 300.0, "used": 2, "peak": 0.004}
    hand.seconds = 299.0
    assert meter.report()["requests_last_minute"] == 0
    assert meter.report()["requests_last_5_minutes"] == 5
    hand.seconds = 300.0
    assert meter.report()["requests_last_5_minutes"] == 0


OKX_ROWS = "/api/v5/rubik/stat/contracts/open-interest-history"


@pytest.mark.parametrize(
    ("venue", "path", "most", "seconds"),
    [
        ("binance", "/futures/data/openInterestHist", 1000, 300),
        ("binance", "/fapi/v1/fundingRate", 500, 300),
        ("binance", "/fapi/v1/time", 2400, 60),
        ("okx", "/api/v5/market/candles", 40, 2),
        ("okx", "/api/v5/market/history-candles", 20, 2),
        ("okx", "/api/v5/public/open-interest", 20, 2),
        ("okx", OKX_ROWS, 10, 2),
        ("okx", "/api/v5/rubik/stat/contracts/long-short-account-ratio-contract", 5, 2),
        ("okx", "/api/v5/rubik/stat/taker-volume-contract", 5, 2),
        ("okx", "/api/v5/public/position-tiers", 10, 2),
        ("okx", "/api/v5/public/funding-rate", 10, 2),
        ("gate", "/api/v4/futures/{settle}/candlesticks", 200, 10),
    ],
)
def test_the_request_after_the_last_is_refused(
    hand: Hand, venue: str, path: str, most: int, seconds: float
) -> None:
    meter = _meter(venue, hand)
    answers = [_ask(meter, path, enforced=True) for _ in range(most + 1)]
    assert answers == ["ok"] * most + ["refused"]
    hand.seconds = seconds - 0.001
    assert _ask(meter, path, enforced=True) == "refused"
    hand.seconds = seconds
    assert _ask(meter, path, enforced=True) == "ok"
    assert meter.refusals == 2


def test_okx_counts_statistics_for_each_instrument_and_the_rest_together(hand: Hand) -> None:
    meter = _meter("okx", hand)
    for contract in ("BTC-USDT-SWAP", "ETH-USDT-SWAP"):
        assert [_ask(meter, OKX_ROWS, True, instId=contract) for _ in range(10)] == ["ok"] * 10
    assert _ask(meter, OKX_ROWS, True, instId="BTC-USDT-SWAP") == "refused"
    for number in range(20):
        assert _ask(meter, "/api/v5/market/history-candles", True, instId=f"C{number}") == "ok"
    assert _ask(meter, "/api/v5/market/history-candles", True, instId="C20") == "refused"


def test_a_sliding_window_frees_what_has_grown_old(hand: Hand) -> None:
    meter = _meter("bybit", hand)
    for at in (0.0, 4.0):
        hand.seconds = at
        assert {_ask(meter, "/v5/market/kline", enforced=True) for _ in range(300)} == {"ok"}
    hand.seconds = 5.0
    assert {_ask(meter, "/v5/market/kline", enforced=True) for _ in range(300)} == {"ok"}
    assert _ask(meter, "/v5/market/kline", enforced=True) == "banned"


def test_bybit_bans_for_ten_minutes(hand: Hand) -> None:
    meter = _meter("bybit", hand)
    for _ in range(600):
        _ask(meter, "/v5/market/kline", enforced=True)
    assert _ask(meter, "/v5/market/time", enforced=True) == "banned"
    hand.seconds = 599.0
    assert _ask(meter, "/v5/market/time", enforced=True) == "banned"
    assert meter.report()["banned_seconds"] == 1.0
    hand.seconds = 600.0
    assert _ask(meter, "/v5/market/time", enforced=True) == "ok"


def test_binance_bans_who_goes_on_after_refusals(hand: Hand) -> None:
    meter = _meter("binance", hand)
    for _ in range(60):
        _ask(meter, "/fapi/v1/ticker/24hr", enforced=True)
    assert [_ask(meter, "/fapi/v1/time", enforced=True) for _ in range(10)] == ["refused"] * 9 + ["banned"]
    hand.seconds = 119.0
    assert _ask(meter, "/fapi/v1/time", enforced=True) == "banned"
    hand.seconds = 120.0
    assert _ask(meter, "/fapi/v1/time", enforced=True) == "ok"


def test_counting_alone_refuses_nothing_and_shows_the_excess(hand: Hand) -> None:
    meter = _meter("okx", hand)
    assert {_ask(meter, "/api/v5/market/candles") for _ in range(60)} == {"ok"}
    assert _limit(meter, "candles") == {"most": 40, "seconds": 2.0, "used": 60, "peak": 1.5}
    assert meter.report()["refusals"] == 0


async def test_every_answer_tells_the_used_weight(get: Get) -> None:
    await get("/fapi/v1/ticker/24hr")
    answer = await get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500")
    assert answer.headers["X-MBX-USED-WEIGHT-1M"] == "50"
    assert (await get("/fapi/v1/klines?symbol=NOTHING")).headers["X-MBX-USED-WEIGHT-1M"] == "55"
    assert (await get("/v5/market/time")).headers["X-Bapi-Limit-Status"] == "599"


async def test_refusals_wear_the_venues_own_clothes(get: Get, limits: Limits, hand: Hand) -> None:
    limits.enforced = True
    hand.seconds = 15.0
    for _ in range(60):
        await get("/fapi/v1/ticker/24hr")
    answer = await get("/fapi/v1/time")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "45")
    assert (await answer.json())["code"] == -1003
    for _ in range(9):
        answer = await get("/fapi/v1/time")
    assert (answer.status, answer.headers["Retry-After"]) == (418, "120")
    for _ in range(11):
        answer = await get("/api/v5/public/time")
    assert answer.status == 429
    assert (await answer.json())["code"] == "50011"
    for _ in range(601):
        answer = await get("/v5/market/time")
    assert answer.status == 403
    assert "too frequent" in await answer.text()


async def test_ccxt_takes_a_refusal_for_what_it_is(
    ccxt: ModuleType, connect: Connect, counted: str, get: Get, limits: Limits
) -> None:
    limits.enforced = True
    for venue, times in (("binance", 2400), ("okx", 10), ("bybit", 600)):
        client = connect(venue, counted)
        for _ in range(times):
            limits.meters[venue].count(TIME[venue], Query({}), True)
        with pytest.raises((ccxt.RateLimitExceeded, ccxt.DDoSProtection, ccxt.ExchangeNotAvailable)):
            await client.fetch_time()


async def test_limits_and_weights_have_an_interface(counted: str) -> None:
    async with aiohttp.ClientSession(counted) as session:

        async def call(method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
            async with session.request(method, path, json=body) as answer:
                return answer.status, await answer.json()

        assert await call("GET", "/api/limits") == (200, {"enforced": False})
        assert await call("POST", "/api/limits", {"enforced": True}) == (200, {"enforced": True})
        mistakes: list[object] = [{"enforced": "yes"}, {}, {"enforced": True, "speed": 1}, [], None]
        for wrong in mistakes:
            status, said = await call("POST", "/api/limits", wrong)
            assert status == 400
            assert "enforced" in str(said["error"])
        for _ in range(11):
            await call("GET", "/api/v5/public/time")
        _, weights = await call("GET", "/api/weights")
        assert weights["okx"] == {
            "requests_last_minute": 11,
            "requests_last_5_minutes": 11,
            "limits": {"time": {"most": 10, "seconds": 2.0, "used": 10, "peak": 1.1}},
            "refusals": 1,
            "banned_seconds": 0.0,
        }
        assert (await call("POST", "/api/weights", {"reset": "now"}))[0] == 400
        _, weights = await call("POST", "/api/weights", {"reset": True})
        assert set(weights) == {"binance", "okx", "bybit", "gate"}
        assert (await call("GET", "/api/v5/public/time"))[0] == 200
