"""What ccxt's okx makes of the sandbox."""

import pytest
from exchange_fixtures import Client

from bot.sandbox.market.clock import HOUR_MS, MINUTE_MS
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)

BTC = "BTC/USDT:USDT"
BTC_ID = "BTC-USDT-SWAP"
SWAPS = {BTC, "ETH/USDT:USDT", "SOL/USDT:USDT", "BTC/USD:BTC"}


async def test_lists_contracts_of_a_hundredth_and_leaves_one_coin_out(okx: Client) -> None:
    assert set(okx.markets) == {*SWAPS, "BTC/USDT:USDT-261225"}
    assert okx.market(BTC)["contractSize"] == 0.01
    assert okx.market("ETH/USDT:USDT")["contractSize"] == 0.1
    assert okx.market(BTC)["limits"]["leverage"]["max"] == 150
    assert okx.market("BTC/USDT:USDT-261225")["id"] == "BTC-USDT-261225"


async def test_server_time_is_market_time(okx: Client, market: Market) -> None:
    assert await okx.fetch_time() == market.now_ms()


async def test_candles_come_newest_first_with_an_unfinished_one(okx: Client, market: Market) -> None:
    rows = (await okx.publicGetMarketCandles({"instId": BTC_ID, "bar": "1m", "limit": "3"}))["data"]
    start = market.now_ms() // MINUTE_MS * MINUTE_MS
    assert [int(row[0]) for row in rows] == [start, start - MINUTE_MS, start - 2 * MINUTE_MS]
    assert [row[8] for row in rows] == ["0", "1", "1"]
    for row in rows:
        assert float(row[5]) * 0.01 == pytest.approx(float(row[6]))


async def test_after_asks_for_older_and_before_for_newer_candles(okx: Client, market: Market) -> None:
    edge = market.now_ms() // MINUTE_MS * MINUTE_MS - 30 * MINUTE_MS
    older = await okx.publicGetMarketCandles({"instId": BTC_ID, "after": str(edge), "limit": "2"})
    assert [int(row[0]) for row in older["data"]] == [edge - MINUTE_MS, edge - 2 * MINUTE_MS]
    newer = await okx.publicGetMarketCandles({"instId": BTC_ID, "before": str(edge)})
    assert min(int(row[0]) for row in newer["data"]) == edge + MINUTE_MS


async def test_history_candles_hold_finished_bars_only(okx: Client) -> None:
    rows = (await okx.publicGetMarketHistoryCandles({"instId": BTC_ID, "bar": "5m"}))["data"]
    assert {row[8] for row in rows} == {"1"}


async def test_a_page_holds_300_candles_and_100_mark_candles(okx: Client) -> None:
    candles = await okx.publicGetMarketCandles({"instId": BTC_ID, "limit": "999"})
    marks = await okx.publicGetMarketMarkPriceCandles({"instId": BTC_ID, "limit": "999"})
    assert (len(candles["data"]), len(marks["data"])) == (300, 100)


async def test_ccxt_reads_coins_from_candles(okx: Client, market: Market) -> None:
    since = market.now_ms() // HOUR_MS * HOUR_MS - 3 * HOUR_MS
    candles = await okx.fetch_ohlcv(BTC, "5m", since, 7)
    assert [row[0] for row in candles] == [since + n * 5 * MINUTE_MS for n in range(7)]
    listing = market.listing("okx", BTC_ID)
    assert listing is not None
    own = market.candles(listing, 5 * MINUTE_MS, since, since + 1)
    assert candles[0][5] == pytest.approx(float(own.volume[0]))


async def test_open_interest_is_contracts_and_coins(okx: Client) -> None:
    now = await okx.fetch_open_interest(BTC)
    assert now["openInterestAmount"] * 0.01 == pytest.approx(now["baseVolume"])
    assert set(await okx.fetch_open_interests()) == SWAPS
    history = await okx.fetch_open_interest_history(BTC, "5m", limit=6)
    assert len(history) == 6
    assert history[-1]["baseVolume"] == pytest.approx(now["baseVolume"])


async def test_statistics_begin_and_end_exclusively(okx: Client, market: Market) -> None:
    step = 5 * MINUTE_MS
    begin = market.now_ms() // step * step - 6 * step
    given = {"instId": BTC_ID, "period": "5m", "begin": str(begin), "end": str(begin + 3 * step)}
    rows = (await okx.publicGetRubikStatContractsOpenInterestHistory(given))["data"]
    assert [int(row[0]) for row in rows] == [begin + 2 * step, begin + step]


async def test_statistics_reach_back_1440_rows(okx: Client, market: Market) -> None:
    given = {"instId": BTC_ID, "period": "5m", "end": str(market.now_ms() - 1440 * 5 * MINUTE_MS)}
    assert (await okx.publicGetRubikStatContractsOpenInterestHistory(given))["data"] == []


async def test_account_ratio_and_taker_volume(okx: Client) -> None:
    ratios = await okx.fetch_long_short_ratio_history(BTC, "5m", limit=3)
    assert [0.2 < row["longShortRatio"] < 5 for row in ratios] == [True] * 3
    of = {"instId": BTC_ID, "period": "5m", "limit": "3"}
    coins = (await okx.publicGetRubikStatTakerVolumeContract({**of, "unit": "0"}))["data"]
    contracts = (await okx.publicGetRubikStatTakerVolumeContract({**of, "unit": "1"}))["data"]
    assert float(coins[1][1]) / 0.01 == pytest.approx(float(contracts[1][1]), rel=1e-4)
    candles = (await okx.publicGetMarketCandles({"instId": BTC_ID, "bar": "5m", "limit": "2"}))["data"]
    assert float(coins[1][1]) + float(coins[1][2]) == pytest.approx(float(candles[1][6]), rel=1e-4)


async def test_prices_and_tickers(okx: Client, market: Market) -> None:
    marks = await okx.fetch_mark_prices()
    assert marks[BTC]["markPrice"] == (await okx.fetch_mark_price(BTC))["markPrice"]
    ticker = (await okx.fetch_tickers())[BTC]
    info = ticker["info"]
    assert float(info["vol24h"]) * 0.01 == pytest.approx(float(info["volCcy24h"]))
    assert ticker["low"] <= ticker["last"] <= ticker["high"]


async def test_funding(okx: Client) -> None:
    rates = await okx.fetch_funding_rates()
    assert set(rates) == SWAPS
    history = await okx.fetch_funding_rate_history(BTC, limit=2)
    assert [row["timestamp"] % (8 * HOUR_MS) for row in history] == [0, 0]
    assert (await okx.fetch_funding_rate(BTC))["fundingRate"] == history[-1]["fundingRate"]


async def test_margin_tiers_are_contracts_each_a_lot_above_the_last(okx: Client) -> None:
    tiers = await okx.fetch_market_leverage_tiers(BTC)
    assert tiers[0]["minNotional"] == 0
    assert tiers[1]["minNotional"] == tiers[0]["maxNotional"] + 1
    assert 100 < tiers[0]["maxNotional"] < 1000
    assert (tiers[0]["maxLeverage"], tiers[0]["maintenanceMarginRate"]) == (150, 0.004)
    future = await okx.fetch_market_leverage_tiers("BTC/USDT:USDT-261225")
    assert future[0]["maintenanceMarginRate"] == 0.01


async def test_book_and_trades(okx: Client) -> None:
    book = await okx.fetch_order_book(BTC, 5)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert {trade["side"] for trade in await okx.fetch_trades(BTC, limit=6)} == {"buy", "sell"}


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("publicGetMarketCandles", {"instId": "NO-SUCH-SWAP"}, "51001"),
        ("publicGetMarketCandles", {"instId": BTC_ID, "bar": "7m"}, "51000"),
        ("publicGetMarketCandles", {"instId": BTC_ID, "after": "soon"}, "51000"),
        ("publicGetMarketTicker", {}, "50014"),
        ("publicGetPublicInstruments", {"instType": "NONSENSE"}, "51000"),
    ],
)
async def test_refusals_are_okxs(okx: Client, method: str, given: dict[str, str], code: str) -> None:
    with pytest.raises(Exception, match=f'"code": "{code}"'):
        await getattr(okx, method)(given)
