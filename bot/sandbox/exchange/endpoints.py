"""Which series an endpoint tells: the aim of a fault."""

from bot.sandbox.exchange.query import Query
from bot.sandbox.market.series import (
    BOOK,
    CANDLES,
    FUNDING,
    LIQUIDATIONS,
    LISTINGS,
    LONG_SHORT,
    MARK_PRICE,
    OPEN_INTEREST,
    TIERS,
    TIME,
)

TICKERS = (CANDLES, MARK_PRICE, OPEN_INTEREST, FUNDING)
SYMBOL_NAMES = ("symbol", "instId", "contract")
OF_PRICES = ("mark_", "index_")  # Gate's contracts with another price

ENDPOINTS: dict[str, dict[str, tuple[str, ...]]] = {
    "binance": {
        "time": (TIME,),
        "exchangeInfo": (LISTINGS,),
        "klines": (CANDLES,),
        "markPriceKlines": (MARK_PRICE,),
        "premiumIndex": (MARK_PRICE, FUNDING),
        "24hr": (CANDLES,),
        "price": (CANDLES,),
        "depth": (BOOK,),
        "aggTrades": (BOOK,),
        "openInterest": (OPEN_INTEREST,),
        "openInterestHist": (OPEN_INTEREST,),
        "globalLongShortAccountRatio": (LONG_SHORT,),
        "takerlongshortRatio": (CANDLES,),
        "fundingRate": (FUNDING,),
        "fundingInfo": (FUNDING,),
        "leverageBracket": (TIERS,),
        "brackets": (TIERS,),
    },
    "okx": {
        "time": (TIME,),
        "instruments": (LISTINGS,),
        "candles": (CANDLES,),
        "history-candles": (CANDLES,),
        "mark-price-candles": (MARK_PRICE,),
        "history-mark-price-candles": (MARK_PRICE,),
        "mark-price": (MARK_PRICE,),
        "ticker": (CANDLES,),
        "tickers": (CANDLES,),
        "books": (BOOK,),
        "trades": (BOOK,),
        "history-trades": (BOOK,),
        "open-interest": (OPEN_INTEREST,),
        "open-interest-history": (OPEN_INTEREST,),
        "long-short-account-ratio-contract": (LONG_SHORT,),
        "taker-volume-contract": (CANDLES,),
        "funding-rate": (FUNDING,),
        "funding-rate-history": (FUNDING,),
        "position-tiers": (TIERS,),
    },
    "bybit": {
        "time": (TIME,),
        "instruments-info": (LISTINGS,),
        "kline": (CANDLES,),
        "mark-price-kline": (MARK_PRICE,),
        "tickers": TICKERS,
        "orderbook": (BOOK,),
        "recent-trade": (BOOK,),
        "open-interest": (OPEN_INTEREST,),
        "account-ratio": (LONG_SHORT,),
        "history": (FUNDING,),
        "risk-limit": (TIERS,),
    },
    "gate": {
        "time": (TIME,),
        "contracts": (LISTINGS,),
        "candlesticks": (CANDLES, MARK_PRICE),
        "tickers": TICKERS,
        "order_book": (BOOK,),
        "trades": (BOOK,),
        "contract_stats": (OPEN_INTEREST, LONG_SHORT, LIQUIDATIONS),
        "liq_orders": (LIQUIDATIONS,),
        "funding_rate": (FUNDING,),
        "risk_limit_tiers": (TIERS,),
    },
}


def series_of(venue: str, path: str) -> tuple[str, ...]:
    """All that an endpoint tells; nothing for those that only connect, such as a ping."""
    words = [word for word in path.split("/") if not word.startswith("{")]
    return ENDPOINTS[venue].get(words[-1], ())


def symbol_of(query: Query) -> str:
    """The contract that a request names; empty where it asks for all."""
    named = next((query.text(name) for name in SYMBOL_NAMES if query.text(name)), "")
    for beginning in OF_PRICES:
        named = named.removeprefix(beginning)
    return named
