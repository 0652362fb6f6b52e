"""How each venue is asked for the same thing, and where its answer keeps it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Body = Any  # whatever a venue answers


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Body:
        return json.loads(self.text)


Ask = Callable[[str], Awaitable[Answered]]

SYMBOLS = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT", "gate": "BTC_USDT"}
OTHERS = {"binance": "ETHUSDT", "okx": "ETH-USDT-SWAP", "bybit": "ETHUSDT", "gate": "ETH_USDT"}
VENUES = tuple(SYMBOLS)
TIME = {
    "binance": "/fapi/v1/time",
    "okx": "/api/v5/public/time",
    "bybit": "/v5/market/time",
    "gate": "/api/v4/spot/time",
}
LISTINGS = {
    "binance": "/fapi/v1/exchangeInfo",
    "okx": "/api/v5/public/instruments?instType=SWAP",
    "bybit": "/v5/market/instruments-info?category=linear",
    "gate": "/api/v4/futures/usdt/contracts",
}
CANDLES = {
    "binance": "/fapi/v1/klines?symbol={}&interval=1m&limit=20",
    "okx": "/api/v5/market/candles?instId={}&bar=1m&limit=20",
    "bybit": "/v5/market/kline?category=linear&symbol={}&interval=1&limit=20",
    "gate": "/api/v4/futures/usdt/candlesticks?contract={}&interval=1m&limit=20",
}
MARKS = {
    "binance": "/fapi/v1/premiumIndex?symbol={}",
    "okx": "/api/v5/public/mark-price?instType=SWAP&instId={}",
    "bybit": "/v5/market/tickers?category=linear&symbol={}",
    "gate": "/api/v4/futures/usdt/tickers?contract={}",
}
LASTS = {
    "binance": "/fapi/v1/ticker/price?symbol={}",
    "okx": "/api/v5/market/ticker?instId={}",
    "bybit": "/v5/market/tickers?category=linear&symbol={}",
    "gate": "/api/v4/futures/usdt/tickers?contract={}",
}
INTERESTS = {
    "binance": "/fapi/v1/openInterest?symbol={}",
    "okx": "/api/v5/public/open-interest?instType=SWAP&instId={}",
    "bybit": "/v5/market/tickers?category=linear&symbol={}",
    "gate": "/api/v4/futures/usdt/tickers?contract={}",
}
HISTORIES = {
    "binance": "/futures/data/openInterestHist?symbol={}&period=5m&limit=12",
    "okx": "/api/v5/rubik/stat/contracts/open-interest-history?instId={}&period=5m&limit=12",
    "bybit": "/v5/market/open-interest?category=linear&symbol={}&intervalTime=5min&limit=12",
    "gate": "/api/v4/futures/usdt/contract_stats?contract={}&interval=5m&limit=12",
}


def rows(body: Body) -> list[Body]:
    if isinstance(body, list):
        return body
    found: list[Body] = body["symbols"] if "symbols" in body else body.get("data") or body["result"]["list"]
    return found


def now_ms(venue: str, body: Body) -> int:
    if venue == "binance":
        return int(body["serverTime"])
    if venue == "gate":
        return int(body["server_time"])
    return int(body["data"][0]["ts"]) if venue == "okx" else int(body["time"])


def only(body: Body) -> Body:
    """The one row of an answer about one contract."""
    return body if isinstance(body, dict) and "symbol" in body else rows(body)[0]


def ids(body: Body) -> set[str]:
    return {row.get("symbol") or row.get("instId") or row["name"] for row in rows(body)}


def starts(body: Body) -> list[int]:
    """When its candles or readings begin, in the order told."""
    return [_start(row) for row in rows(body)]


def _start(row: Body) -> int:
    if isinstance(row, list):
        return int(row[0])
    return int(row["timestamp"]) if "timestamp" in row else int(row.get("t") or row["time"]) * 1000


def closes(body: Body) -> dict[int, float]:
    return {_start(row): float(row[4] if isinstance(row, list) else row["c"]) for row in rows(body)}


def number(body: Body, *names: str) -> float:
    """The first field there is of these, of the one row."""
    row = only(body)
    return next(float(row[name]) for name in names if name in row)


def mark(body: Body) -> float:
    return number(body, "markPrice", "markPx", "mark_price")


def last(body: Body) -> float:
    return number(body, "lastPrice", "price", "last")


def interest(body: Body) -> float:
    return number(body, "openInterest", "oi", "total_size")
