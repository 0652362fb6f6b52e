"""What each venue charges for a request. A venue is one entry of VENUES."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.exchange.limits.pots import Charge, Limit
from bot.sandbox.exchange.query import Malformed, Query

BINANCE_WEIGHT = Limit("weight", 2400, 60.0)
BINANCE_STATISTICS = Limit("statistics", 1000, 300.0)  # all of /futures/data in one pot
BINANCE_FUNDING = Limit("funding", 500, 300.0)
BINANCE_BAN_AFTER, BINANCE_BAN_SECONDS = 10, 120.0  # the shortest ban; how many refusals it takes is not told
KLINES, BOOK = ((99, 1), (499, 2), (1000, 5)), ((50, 2), (100, 5), (500, 10))  # (limit up to, weight)
KLINES_BEYOND, BOOK_BEYOND = 10, 20
USUAL_ROWS = 500
ONE_OR_ALL = {"premiumIndex": (1, 10), "24hr": (1, 40), "price": (1, 2)}
TRADES_WEIGHT = 20

BYBIT_REQUESTS = Limit("requests", 600, 5.0, sliding=True)
BYBIT_BAN_SECONDS = 600.0

GATE_REQUESTS = Limit("requests per endpoint", 200, 10.0)

OKX_SECONDS = 2.0
OKX_USUAL = 20
OKX_MOST = {
    "time": 10,
    "candles": 40,
    "history-mark-price-candles": 10,
    "mark-price": 10,
    "books": 40,
    "trades": 100,
    "open-interest-history": 10,
    "long-short-account-ratio-contract": 5,
    "taker-volume-contract": 5,
    "funding-rate": 10,
    "funding-rate-history": 10,
    "position-tiers": 10,
}
OKX_PER_INSTRUMENT = ("open-interest-history", "long-short-account-ratio-contract", "taker-volume-contract")

Charges = Callable[[str, Query], list[Charge]]


@dataclass(frozen=True)
class VenueRules:
    """The first charge is the one that the venue's headers speak of. After `ban_after` refusals on end the
    address is banned for a while."""

    charges: Charges
    ban_after: int | None = None
    ban_seconds: float = 0.0


def _binance(path: str, query: Query) -> list[Charge]:
    endpoint = path.rpartition("/")[2]
    if path.startswith("/futures/data/"):
        return [Charge(BINANCE_WEIGHT, 0), Charge(BINANCE_STATISTICS)]
    if endpoint in ("fundingRate", "fundingInfo"):
        return [Charge(BINANCE_WEIGHT, 0), Charge(BINANCE_FUNDING)]
    if path.startswith("/bapi/"):  # the site's own pages
        return [Charge(BINANCE_WEIGHT, 0)]
    return [Charge(BINANCE_WEIGHT, _binance_weight(endpoint, query))]


def _binance_weight(endpoint: str, query: Query) -> int:
    if endpoint.lower().endswith("klines"):
        return _by_rows(query, KLINES, KLINES_BEYOND)
    if endpoint == "depth":
        return _by_rows(query, BOOK, BOOK_BEYOND)
    if endpoint in ONE_OR_ALL:
        return ONE_OR_ALL[endpoint][0 if query.text("symbol") else 1]
    return TRADES_WEIGHT if endpoint == "aggTrades" else 1


def _by_rows(query: Query, weights: tuple[tuple[int, int], ...], beyond: int) -> int:
    try:
        rows = query.whole("limit") or USUAL_ROWS
    except Malformed:
        rows = USUAL_ROWS
    return next((weight for most, weight in weights if rows <= most), beyond)


def _okx(path: str, query: Query) -> list[Charge]:
    endpoint = path.rpartition("/")[2]
    limit = Limit(endpoint, OKX_MOST.get(endpoint, OKX_USUAL), OKX_SECONDS, sliding=True)
    return [Charge(limit, of=query.text("instId") if endpoint in OKX_PER_INSTRUMENT else "")]


def _bybit(path: str, query: Query) -> list[Charge]:
    return [Charge(BYBIT_REQUESTS)]


def _gate(path: str, query: Query) -> list[Charge]:
    return [Charge(GATE_REQUESTS, of=path)]


VENUES: dict[str, VenueRules] = {
    "binance": VenueRules(_binance, BINANCE_BAN_AFTER, BINANCE_BAN_SECONDS),
    "okx": VenueRules(_okx),
    "bybit": VenueRules(_bybit, 1, BYBIT_BAN_SECONDS),
    "gate": VenueRules(_gate),
}
