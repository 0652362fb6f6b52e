"""What ccxt's bybit makes of the sandbox."""

import itertools

import pytest
from exchange_fixtures import Client

from bot.sandbox.market.clock import HOUR_MS, MINUTE_MS
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)

BTC = "BTC/USDT:USDT"
LINEAR = {"category": "linear", "symbol": "BTCUSDT"}


async def test_lists_linear_contracts_and_an_inverse_one(bybit: Client) -> None:
    coins = {f"{coin}/USDT:USDT" for coin in ("BTC", "ETH", "SOL", "ZRX")}
    assert set(bybit.markets) == coins | {"BTC/USDT:USDT-261225", "BTC/USD:BTC"}
    assert bybit.market("BTC/USDT:USDT-261225")["id"] == "BTCUSDT-25DEC26"
    assert bybit.market(BTC)["limits"]["leverage"]["max"] == 150


async def test_server_time_is_market_time(bybit: Client, market: Market) -> None:
    assert await bybit.fetch_time() == market.now_ms()


async def test_klines_come_newest_first(bybit: Client, market: Market) -> None:
    rows = (await bybit.publicGetV5MarketKline({**LINEAR, "interval": "1", "limit": 3}))["result"]["list"]
    start = market.now_ms() // MINUTE_MS * MINUTE_MS
    assert [int(row[0]) for row in rows] == [start - n * MINUTE_MS for n in range(3)]


async def test_candles_from_a_start_go_forward(bybit: Client, market: Market) -> None:
    since = market.now_ms() // HOUR_MS * HOUR_MS - 3 * HOUR_MS
    candles = await bybit.fetch_ohlcv(BTC, "5m", since, 7)
    assert [row[0] for row in candles] == [since + n * 5 * MINUTE_MS for n in range(7)]


async def test_pages_hold_a_thousand_at_most(bybit: Client) -> None:
    many = await bybit.publicGetV5MarketKline({**LINEAR, "interval": "1", "limit": 9999})
    assert len(many["result"]["list"]) == 1000
    usual = await bybit.publicGetV5MarketMarkPriceKline({**LINEAR, "interval": "1"})
    assert len(usual["result"]["list"]) == 200
    assert {len(row) for row in usual["result"]["list"]} == {5}


async def test_open_interest_counts_both_sides(bybit: Client, market: Market) -> None:
    listing = market.listing("bybit", "BTCUSDT")
    assert listing is not None
    coins = market.open_interest(listing)
    ticker = (await bybit.fetch_tickers())[BTC]["info"]
    assert coins is not None
    assert float(ticker["singleOpenInterest"]) == pytest.approx(coins)
    assert float(ticker["openInterest"]) == pytest.approx(2 * coins)
    history = await bybit.fetch_open_interest_history(BTC, "5m", limit=3)
    for row in history:
        assert float(row["info"]["singleOpenInterest"]) * 2 == pytest.approx(row["openInterestAmount"])


async def test_a_cursor_walks_through_open_interest_without_a_break(bybit: Client) -> None:
    given = {**LINEAR, "intervalTime": "5min", "limit": 70}
    stamps: list[int] = []
    for _ in range(10):
        result = (await bybit.publicGetV5MarketOpenInterest(given))["result"]
        stamps += [int(row["timestamp"]) for row in result["list"]]
        if not result["nextPageCursor"]:
            break
        given["cursor"] = result["nextPageCursor"]
    assert len(stamps) > 200
    assert {later - earlier for later, earlier in itertools.pairwise(stamps)} == {5 * MINUTE_MS}


async def test_account_ratio(bybit: Client) -> None:
    rows = await bybit.fetch_long_short_ratio_history(BTC, "5min", limit=3)
    assert len(rows) == 3
    assert all(
        float(row["info"]["buyRatio"]) + float(row["info"]["sellRatio"]) == pytest.approx(1) for row in rows
    )


async def test_funding(bybit: Client) -> None:
    rows = await bybit.fetch_funding_rate_history(BTC, limit=2)
    assert [row["timestamp"] % (8 * HOUR_MS) for row in rows] == [0, 0]
    assert (await bybit.fetch_funding_rate(BTC))["fundingRate"] == rows[-1]["fundingRate"]


async def test_risk_limits_let_nothing_off_in_the_first_tier(bybit: Client) -> None:
    tiers = await bybit.fetch_market_leverage_tiers(BTC)
    limits = [tier["info"] for tier in tiers]
    assert limits[0]["mmDeduction"] == ""
    assert float(limits[1]["mmDeduction"]) == pytest.approx(450_000 * (0.005 - 0.004))
    for limit in limits:
        assert float(limit["initialMargin"]) * float(limit["maxLeverage"]) == pytest.approx(1, rel=0.01)
    assert set(await bybit.fetch_leverage_tiers()) == set(bybit.markets) - {"BTC/USD:BTC"}


async def test_book_and_trades(bybit: Client) -> None:
    book = await bybit.fetch_order_book(BTC, 5)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert {trade["side"] for trade in await bybit.fetch_trades(BTC, limit=6)} == {"buy", "sell"}


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("publicGetV5MarketKline", {**LINEAR, "symbol": "NOPE", "interval": "1"}),
        ("publicGetV5MarketKline", {**LINEAR, "category": "inverse", "interval": "1"}),
        ("publicGetV5MarketKline", {**LINEAR, "interval": "7"}),
        ("publicGetV5MarketKline", {**LINEAR, "interval": "1", "start": "soon"}),
        ("publicGetV5MarketOpenInterest", {**LINEAR, "intervalTime": "5m"}),
        ("publicGetV5MarketTickers", {"category": "nonsense"}),
    ],
)
async def test_refusals_are_bybits(bybit: Client, method: str, given: dict[str, str]) -> None:
    with pytest.raises(Exception, match='"retCode": 10001'):
        await getattr(bybit, method)(given)
