"""The sandbox's payloads have the fields of the venues' own samples."""

import json
import re
from pathlib import Path

import aiohttp
import pytest

pytest_plugins = ("exchange_plugin",)

BINANCE = "jkorf_binance/Binance.Net.UnitTests/Endpoints/UsdFutures/ExchangeData"
OKX = "jkorf_okx/OKX.Net.UnitTests/Endpoints/UnifiedApi/ExchangeData"
BYBIT = "jkorf_bybit/Bybit.UnitTests/Endpoints/V5Api/ExchangeData"
GATE = "jkorf_gate/GateIo.Net.UnitTests/Endpoints/PerpetualFutures/ExchangeData"

LIKE_BINANCE = [
    ("GetServerTime", "/fapi/v1/time"),
    ("GetKlines", "/fapi/v1/klines?symbol=BTCUSDT&interval=1m"),
    ("GetMarkPriceKlines", "/fapi/v1/markPriceKlines?symbol=BTCUSDT&interval=1m"),
    ("GetMarkPrice", "/fapi/v1/premiumIndex?symbol=BTCUSDT"),
    ("GetOpenInterest", "/fapi/v1/openInterest?symbol=BTCUSDT"),
    ("GetOpenInterestHistory", "/futures/data/openInterestHist?symbol=BTCUSDT&period=5m"),
    ("GetGlobalLongShortAccountRatio", "/futures/data/globalLongShortAccountRatio?symbol=BTCUSDT&period=5m"),
    ("GetTakerBuySellVolumeRatio", "/futures/data/takerlongshortRatio?symbol=BTCUSDT&period=5m"),
    ("GetTicker", "/fapi/v1/ticker/24hr?symbol=BTCUSDT"),
    ("GetFundingRates", "/fapi/v1/fundingRate?symbol=BTCUSDT"),
    ("GetFundingInfo", "/fapi/v1/fundingInfo"),
    ("GetOrderBook", "/fapi/v1/depth?symbol=BTCUSDT"),
    ("GetAggregatedTradeHistory", "/fapi/v1/aggTrades?symbol=BTCUSDT"),
]
LIKE_OKX = [
    ("GetServerTime", "/api/v5/public/time"),
    ("GetKlines", "/api/v5/market/candles?instId=BTC-USDT-SWAP"),
    ("GetMarkPriceKlines", "/api/v5/market/mark-price-candles?instId=BTC-USDT-SWAP"),
    ("GetMarkPrices", "/api/v5/public/mark-price?instType=SWAP"),
    ("GetOpenInterests", "/api/v5/public/open-interest?instType=SWAP"),
    ("GetTickers", "/api/v5/market/tickers?instType=SWAP"),
    ("GetPositionTiers", "/api/v5/public/position-tiers?instType=SWAP&tdMode=cross&instFamily=BTC-USDT"),
    ("GetFundingRateHistory", "/api/v5/public/funding-rate-history?instId=BTC-USDT-SWAP"),
    ("GetRecentTrades", "/api/v5/market/trades?instId=BTC-USDT-SWAP"),
    ("GetKlines", "/api/v5/market/candles?instId=BTC-USD-SWAP"),
    ("GetPositionTiers", "/api/v5/public/position-tiers?instType=SWAP&tdMode=isolated&instFamily=BTC-USD"),
]
LIKE_BYBIT = [
    ("GetKlines", "/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1"),
    ("GetMarkPriceKlines", "/v5/market/mark-price-kline?category=linear&symbol=BTCUSDT&interval=1"),
    ("GetOpenInterest", "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min"),
    ("GetLongShortRatio", "/v5/market/account-ratio?category=linear&symbol=BTCUSDT&period=5min"),
    ("GetRiskLimit", "/v5/market/risk-limit?category=linear&symbol=BTCUSDT"),
    ("GetFundingRateHistory", "/v5/market/funding/history?category=linear&symbol=BTCUSDT"),
    ("GetTradeHistory", "/v5/market/recent-trade?category=linear&symbol=BTCUSDT"),
    ("GetKlines", "/v5/market/kline?category=inverse&symbol=BTCUSD&interval=1"),
    ("GetOpenInterest", "/v5/market/open-interest?category=inverse&symbol=BTCUSD&intervalTime=5min"),
    ("GetRiskLimit", "/v5/market/risk-limit?category=inverse&symbol=BTCUSD"),
]
LIKE_GATE = [
    ("GetContracts", "/api/v4/futures/usdt/contracts"),
    ("GetContract", "/api/v4/futures/usdt/contracts/ETH_USDT"),
    ("GetContractStats", "/api/v4/futures/usdt/contract_stats?contract=BTC_USDT"),
    ("GetFundingRateHistory", "/api/v4/futures/usdt/funding_rate?contract=BTC_USDT"),
    ("GetKlines", "/api/v4/futures/usdt/candlesticks?contract=BTC_USDT"),
    ("GetLiquidations", "/api/v4/futures/usdt/liq_orders"),
    ("GetOrderBook", "/api/v4/futures/usdt/order_book?contract=BTC_USDT"),
    ("GetRiskLimitTiers", "/api/v4/futures/usdt/risk_limit_tiers?contract=BTC_USDT"),
    ("GetTickers", "/api/v4/futures/usdt/tickers"),
    ("GetTrades", "/api/v4/futures/usdt/trades?contract=BTC_USDT"),
]
CASES = [
    *((f"{BINANCE}/{name}.txt", path) for name, path in LIKE_BINANCE),
    *((f"{OKX}/{name}.txt", path) for name, path in LIKE_OKX),
    *((f"{BYBIT}/{name}.txt", path) for name, path in LIKE_BYBIT),
    *((f"{GATE}/{name}.txt", path) for name, path in LIKE_GATE),
]
OF_OTHER_PRODUCTS = {"uly", "instId", "sodUtc0", "sodUtc8", "deliveryFeeRate"}


@pytest.mark.parametrize(("sample", "path"), CASES)
async def test_the_fields_are_the_venues_own(shared: Path, root: str, sample: str, path: str) -> None:
    file = shared / "payloads" / sample
    if not file.is_file():
        pytest.skip(f"../shared is absent: no wire sample {file.name}")
    wanted = _payload(file.read_text())
    async with aiohttp.ClientSession() as session, session.get(root + path) as answer:
        told = await answer.json()
    _same_shape(wanted, told, path)


def _payload(text: str) -> object:
    """A sample begins with its method, path and whether it is signed."""
    body = "\n".join(text.splitlines()[3:])
    payload: object = json.loads(re.sub(r",(\s*[\]}])", r"\1", body))
    return payload


def _same_shape(wanted: object, told: object, where: str) -> None:
    assert type(told) is type(wanted) or {type(told), type(wanted)} <= {int, str, float}, where
    if isinstance(wanted, dict) and isinstance(told, dict):
        missing = wanted.keys() - told.keys() - OF_OTHER_PRODUCTS
        assert not missing, f"{where} lacks {sorted(missing)}"
        for name in wanted.keys() & told.keys():
            _same_shape(wanted[name], told[name], f"{where} {name}")
    elif isinstance(wanted, list) and isinstance(told, list) and wanted:
        assert told, f"{where} is empty"
        if isinstance(wanted[0], list | dict):
            _same_shape(wanted[0], told[0], where)
        elif all(isinstance(value, int | float | str) for value in wanted):
            assert len(told) == len(wanted), where
