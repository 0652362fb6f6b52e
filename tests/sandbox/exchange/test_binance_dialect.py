"""What ccxt's binanceusdm makes of the sandbox."""

import itertools
from types import ModuleType

import aiohttp
import pytest
from exchange_fixtures import Client

from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)

BTC = "BTC/USDT:USDT"
FUTURE = "BTC/USDT:USDT-261225"


async def test_lists_the_perpetuals_and_the_dated_future(binance: Client) -> None:
    assert set(binance.markets) == {BTC, "ETH/USDT:USDT", "SOL/USDT:USDT", "ZRX/USDT:USDT", FUTURE}
    assert binance.market(BTC)["contractSize"] == 1
    assert binance.market(BTC)["precision"]["price"] == 0.1
    assert binance.market(FUTURE)["id"] == "BTCUSDT_261225"
    assert binance.market(FUTURE)["future"] is True


async def test_server_time_is_market_time(binance: Client, market: Market) -> None:
    assert await binance.fetch_time() == market.now_ms()


async def test_the_newest_candle_is_unfinished(binance: Client, market: Market) -> None:
    candles = await binance.fetch_ohlcv(BTC, "1m", limit=3)
    assert [row[0] for row in candles] == [
        market.now_ms() // MINUTE_MS * MINUTE_MS - n * MINUTE_MS for n in (2, 1, 0)
    ]
    assert 0 < candles[-1][5] < max(row[5] for row in candles[:-1]) * 3


async def test_candles_from_a_start_go_forward(binance: Client, market: Market) -> None:
    since = market.now_ms() // HOUR_MS * HOUR_MS - 3 * HOUR_MS
    candles = await binance.fetch_ohlcv(BTC, "5m", since, 7)
    assert [row[0] for row in candles] == [since + n * 5 * MINUTE_MS for n in range(7)]


async def test_hours_are_made_of_their_minutes(binance: Client, market: Market) -> None:
    begin = market.now_ms() // HOUR_MS * HOUR_MS - 2 * HOUR_MS
    (hour,) = await binance.fetch_ohlcv(BTC, "1h", begin, 1)
    minutes = await binance.fetch_ohlcv(BTC, "1m", begin, 60)
    assert hour[1] == minutes[0][1]
    assert hour[2] == max(row[2] for row in minutes)
    assert hour[3] == min(row[3] for row in minutes)
    assert hour[4] == minutes[-1][4]
    assert hour[5] == pytest.approx(sum(row[5] for row in minutes))


async def test_raw_candles_carry_the_takers_buys(binance: Client) -> None:
    rows = await binance.fapiPublicGetKlines({"symbol": "BTCUSDT", "interval": "1m", "limit": 5})
    assert all(len(row) == 12 for row in rows)
    assert all(0 < float(row[9]) < float(row[5]) for row in rows)
    assert all(float(row[10]) < float(row[7]) for row in rows)
    assert all(row[6] == str(int(row[0]) + MINUTE_MS - 1) or row[6] == int(row[0]) + 59_999 for row in rows)


async def test_a_page_holds_1500_candles_at_most(binance: Client) -> None:
    rows = await binance.fapiPublicGetKlines({"symbol": "BTCUSDT", "interval": "1m", "limit": 5000})
    assert len(rows) <= 1500
    assert len(await binance.fapiPublicGetKlines({"symbol": "BTCUSDT", "interval": "1m"})) == 500


async def test_mark_candles_stay_inside_the_last_prices(binance: Client) -> None:
    candles = await binance.fetch_ohlcv(BTC, "1m", limit=20)
    marks = await binance.fetch_ohlcv(BTC, "1m", limit=20, params={"price": "mark"})
    for candle, mark in zip(candles[:-1], marks[:-1], strict=True):
        assert candle[3] <= mark[3] <= mark[2] <= candle[2]


async def test_open_interest_now_and_its_history_agree(binance: Client, market: Market) -> None:
    now = await binance.fetch_open_interest(BTC)
    history = await binance.fetch_open_interest_history(BTC, "5m", limit=30)
    assert len(history) == 30
    assert history[-1]["timestamp"] == market.now_ms() // (5 * MINUTE_MS) * 5 * MINUTE_MS
    assert now["openInterestAmount"] == history[-1]["openInterestAmount"]
    assert history[-1]["openInterestValue"] / history[-1]["openInterestAmount"] > 50_000


async def test_open_interest_older_than_30_days_is_refused(binance: Client, market: Market) -> None:
    with pytest.raises(Exception, match="-1130"):
        await binance.fetch_open_interest_history(BTC, "5m", market.now_ms() - 31 * DAY_MS, 10)


async def test_account_and_taker_ratios_add_up(binance: Client) -> None:
    rows = await binance.fetch_long_short_ratio_history(BTC, "5m", limit=4)
    assert len(rows) == 4
    assert all(
        float(row["info"]["longAccount"]) + float(row["info"]["shortAccount"]) == pytest.approx(1)
        for row in rows
    )
    takers = await binance.fapiDataGetTakerlongshortRatio({"symbol": "BTCUSDT", "period": "5m"})
    assert float(takers[0]["buySellRatio"]) == pytest.approx(
        float(takers[0]["buyVol"]) / float(takers[0]["sellVol"]), rel=1e-3
    )


async def test_mark_prices_come_singly_and_in_bulk(binance: Client, market: Market) -> None:
    everything = await binance.fetch_mark_prices()
    assert set(everything) == set(binance.markets)
    single = await binance.fetch_mark_price(BTC)
    listing = market.listing("binance", "BTCUSDT")
    assert listing is not None
    assert single["markPrice"] == pytest.approx(market.mark_price(listing))


async def test_funding_settles_every_eight_hours(binance: Client, market: Market) -> None:
    rows = await binance.fetch_funding_rate_history(BTC, limit=10)
    assert len(rows) >= 2
    assert all(row["timestamp"] % (8 * HOUR_MS) == 0 for row in rows)
    rate = await binance.fetch_funding_rate(BTC)
    assert rate["fundingRate"] == rows[-1]["fundingRate"]
    assert market.now_ms() < rate["fundingTimestamp"] <= market.now_ms() + 8 * HOUR_MS


async def test_day_tickers_bulk_and_single(binance: Client) -> None:
    tickers = await binance.fetch_tickers()
    ticker = await binance.fetch_ticker(BTC)
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert tickers[BTC]["baseVolume"] == ticker["baseVolume"]


async def test_book_and_trades(binance: Client) -> None:
    book = await binance.fetch_order_book(BTC, 5)
    assert len(book["bids"]) == len(book["asks"]) == 5
    assert book["bids"][0][0] < book["asks"][0][0]
    trades = await binance.fetch_trades(BTC, limit=6)
    assert {trade["side"] for trade in trades} == {"buy", "sell"}


async def test_margin_tiers_want_a_key(ccxt: ModuleType, binance: Client) -> None:
    with pytest.raises(ccxt.AuthenticationError):
        await binance.fetch_leverage_tiers([BTC])
    binance.apiKey = binance.secret = "any"
    tiers = (await binance.fetch_leverage_tiers([BTC]))[BTC]
    assert (tiers[0]["maxLeverage"], tiers[0]["maintenanceMarginRate"]) == (150, 0.004)
    assert tiers[1]["minNotional"] == tiers[0]["maxNotional"] == 300_000


async def test_the_sites_brackets_need_no_key(root: str) -> None:
    url = f"{root}/bapi/futures/v1/friendly/future/common/brackets"
    async with aiohttp.ClientSession() as session, session.post(url, json={}) as answer:
        rows = (await answer.json())["data"]["brackets"]
    (btc,) = [row for row in rows if row["symbol"] == "BTCUSDT"]
    steps = btc["riskBrackets"]
    for lower, upper in itertools.pairwise(steps):
        rise = upper["bracketMaintenanceMarginRate"] - lower["bracketMaintenanceMarginRate"]
        more = upper["bracketNotionalFloor"] * rise
        assert upper["cumFastMaintenanceAmount"] - lower["cumFastMaintenanceAmount"] == pytest.approx(more)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/fapi/v1/klines?symbol=NOPE&interval=1m", -1121),
        ("/fapi/v1/klines?symbol=BTCUSDT&interval=7m", -1120),
        ("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=many", -1100),
        ("/fapi/v1/openInterest", -1102),
        ("/futures/data/openInterestHist?symbol=BTCUSDT&period=1m", -1130),
    ],
)
async def test_refusals_are_binances(root: str, path: str, code: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(root + path) as answer:
        assert answer.status == 400
        assert (await answer.json())["code"] == code


async def test_an_unknown_symbol_is_a_bad_symbol(ccxt: ModuleType, binance: Client) -> None:
    with pytest.raises(ccxt.BadSymbol):
        await binance.fapiPublicGetKlines({"symbol": "NOPE", "interval": "1m"})
