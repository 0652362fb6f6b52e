"""Bybit V5: contracts, prices and candles."""

from collections.abc import Callable

from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.doorway import Answer, Manners, Refused
from bot.sandbox.exchange.paging import newest, oldest_first
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.candles import WEEK_MS, Candles
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS, Market
from bot.sandbox.market.series import BOOK
from bot.sandbox.market.trading import depth, recent_trades

VENUE = "bybit"
OUTAGE = {"retCode": 10016, "retMsg": "Internal server error.", "result": {}, "retExtInfo": {}}
CATEGORIES = ("linear", "inverse")
INTERVALS = {
    **{str(n): n * MINUTE_MS for n in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    "D": DAY_MS,
    "W": WEEK_MS,
}
KLINES_DEFAULT, KLINES_MOST = 200, 1000
SIDES = 2  # Bybit counts both sides of open interest


def refuse(message: str) -> Refused:
    return Refused(200, {"retCode": 10001, "retMsg": message, "result": {}, "retExtInfo": {}})


MANNERS = Manners(VENUE, OUTAGE, lambda name: refuse(f"params error: {name} invalid"))


class BybitBooth:
    """Finds what a request is about; shared by the parts of the dialect."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def told(self, result: object) -> dict[str, object]:
        now = self.market.now_ms()
        return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": now}

    def category(self, query: Query) -> str:
        given = query.text("category", "linear")
        if given not in CATEGORIES:
            raise refuse("params error: Category is invalid")
        return given

    def listing(self, query: Query) -> Listing:
        """An id is known in its own category only."""
        found = self.market.listing(VENUE, query.text("symbol"))
        if found is None or category_of(found) != self.category(query):
            raise refuse("params error: Symbol Invalid")
        return found

    def asked(self, query: Query) -> list[Listing]:
        if query.text("symbol"):
            return [self.listing(query)]
        of, category = query.text("baseCoin"), self.category(query)
        rows = [one for one in self.market.listings(VENUE) if category_of(one) == category]
        return [one for one in rows if of in ("", one.base)]


def category_of(listing: Listing) -> str:
    return "inverse" if listing.inverse else "linear"


class BybitPrices(BybitBooth):
    def routes(self) -> dict[str, Answer]:
        return {
            "/v5/market/time": self.time,
            "/v5/market/instruments-info": self.instruments,
            "/v5/market/kline": self.klines,
            "/v5/market/mark-price-kline": self.mark_klines,
            "/v5/market/tickers": self.tickers,
            "/v5/market/orderbook": self.book,
            "/v5/market/recent-trade": self.trades,
        }

    def time(self, query: Query) -> object:
        now = self.market.now_ms()
        return self.told({"timeSecond": str(now // 1000), "timeNano": str(now * 1_000_000)})

    def instruments(self, query: Query) -> object:
        live = query.text("status", "Trading") == "Trading"
        rows = [_instrument(one) for one in self.asked(query)] if live else []
        return self.told({"category": self.category(query), "list": rows, "nextPageCursor": ""})

    def klines(self, query: Query) -> object:
        listing = self.listing(query)
        page = self._page(query, listing, self.market.candles)
        return self._told_page(query, listing, [kline_row(page, row, listing) for row in _backward(page)])

    def mark_klines(self, query: Query) -> object:
        listing = self.listing(query)
        page = self._page(query, listing, self.market.mark_candles)
        return self._told_page(query, listing, [kline_row(page, row, listing)[:5] for row in _backward(page)])

    def _told_page(self, query: Query, listing: Listing, rows: list[list[str]]) -> object:
        return self.told({"category": self.category(query), "symbol": listing.id, "list": rows})

    def _page(
        self, query: Query, listing: Listing, read: Callable[[Listing, int, int, int], Candles]
    ) -> Candles:
        if query.text("interval") not in INTERVALS:
            raise refuse("params error: Invalid period!")
        step, limit = INTERVALS[query.text("interval")], query.limit(KLINES_DEFAULT, KLINES_MOST)
        begin, end = query.whole("start"), query.whole("end")
        last = self.market.now_ms() + 1 if end is None else end + 1

        def fetch(first: int, until: int) -> Candles:
            return read(listing, step, first, until)

        if begin is not None and end is None:
            return oldest_first(fetch, begin, last, step, limit)
        return newest(fetch, begin or 0, last, step, limit)

    def tickers(self, query: Query) -> object:
        rows = [self.ticker_row(one) for one in self.asked(query)]
        return self.told({"category": self.category(query), "list": rows})

    def ticker_row(self, listing: Listing) -> dict[str, object]:
        day, mark = self.market.day_ticker(listing), self.market.mark_price(listing)
        places, perpetual = decimals_of(listing.tick_size), listing.is_perpetual
        counted = self.market.open_interest(listing) or 0.0
        worth = counted / mark if listing.inverse else counted * mark
        volume, turnover = _counted_first(listing, day.volume, day.turnover)
        price = {
            "lastPrice": day.last,
            "indexPrice": mark,
            "markPrice": mark,
            "prevPrice24h": day.open,
            "highPrice24h": day.high,
            "lowPrice24h": day.low,
            "prevPrice1h": self._price_before(listing, HOUR_MS),
            "bid1Price": day.last - listing.tick_size,
            "ask1Price": day.last + listing.tick_size,
        }
        return {
            "symbol": listing.id,
            **{name: decimal(value, places) for name, value in price.items()},
            "price24hPcnt": decimal(day.last / day.open - 1, 6),
            "openInterest": short(counted * SIDES),
            "openInterestValue": short(worth * SIDES, 2),
            "singleOpenInterest": short(counted),
            "turnover24h": decimal(turnover, 4),
            "volume24h": decimal(volume, 4),
            "fundingRate": decimal(self.market.funding_rate(listing)) if perpetual else "",
            "nextFundingTime": str(self.market.next_funding_ms()) if perpetual else "0",
            "predictedDeliveryPrice": "",
            "basisRate": "",
            "basis": "",
            "deliveryFeeRate": "",
            "deliveryTime": str(listing.expires_ms or 0),
            "bid1Size": "1",
            "ask1Size": "1",
        }

    def _price_before(self, listing: Listing, ago_ms: int) -> float:
        at = self.market.now_ms() - ago_ms
        minute = self.market.candles(listing, MINUTE_MS, at, at + 2 * MINUTE_MS)
        return float(minute.open[0]) if len(minute) else self.market.last_price(listing)

    def book(self, query: Query) -> object:
        listing = self.listing(query)
        now = self.market.as_of(BOOK, listing)
        places = decimals_of(listing.tick_size)
        bids, asks = depth(self.market, listing, query.limit(25, 500))
        texts = [[[decimal(at, places), decimal(size, 3)] for at, size in side] for side in (bids, asks)]
        return self.told(
            {"s": listing.id, "b": texts[0], "a": texts[1], "ts": now, "u": now, "seq": now, "cts": now}
        )

    def trades(self, query: Query) -> object:
        listing, now = self.listing(query), self.market.now_ms()
        rows = [
            {
                "execId": str(one.number),
                "symbol": listing.id,
                "price": decimal(one.price, decimals_of(listing.tick_size)),
                "size": decimal(listing.contracts(one.quantity, one.price), 3),
                "side": "Buy" if one.bought else "Sell",
                "time": str(one.stamp_ms),
                "isBlockTrade": False,
            }
            for one in reversed(recent_trades(self.market, listing, 0, now + 1, query.limit(500, 1000)))
        ]
        return self.told({"category": self.category(query), "list": rows})


def _backward(page: Candles) -> range:
    return range(len(page) - 1, -1, -1)


def kline_row(page: Candles, row: int, listing: Listing) -> list[str]:
    places = decimals_of(listing.tick_size)
    prices = [float(column[row]) for column in (page.open, page.high, page.low, page.close)]
    coins = float(page.volume[row])
    volume, turnover = _counted_first(listing, coins, coins * sum(prices[1:]) / 3)
    return [
        str(page.start_ms[row]),
        *(decimal(price, places) for price in prices),
        short(volume),
        short(turnover, 8 if listing.inverse else 4),
    ]


def _counted_first(listing: Listing, coins: float, money: float) -> tuple[float, float]:
    """(volume, turnover): inverse contracts count quote currency and turn over coins."""
    return (money, coins) if listing.inverse else (coins, money)


def _instrument(listing: Listing) -> dict[str, object]:
    places = decimals_of(listing.tick_size)
    tick, lot = decimal(listing.tick_size, places), short(listing.lot_size)
    return {
        "symbol": listing.id,
        "contractType": ("Inverse" if listing.inverse else "Linear")
        + ("Perpetual" if listing.is_perpetual else "Futures"),
        "status": "Trading",
        "baseCoin": listing.base,
        "quoteCoin": listing.quote,
        "settleCoin": listing.settle,
        "symbolType": "",
        "launchTime": str(listing.listed_ms),
        "deliveryTime": str(listing.expires_ms or 0),
        "deliveryFeeRate": "",
        "priceScale": str(places),
        "leverageFilter": {
            "minLeverage": "1",
            "maxLeverage": decimal(listing.max_leverage, 2),
            "leverageStep": "0.01",
        },
        "priceFilter": {"minPrice": tick, "maxPrice": "1999999.80", "tickSize": tick},
        "lotSizeFilter": {
            "maxOrderQty": "1000000",
            "maxMktOrderQty": "100000",
            "minOrderQty": lot,
            "qtyStep": lot,
            "postOnlyMaxOrderQty": "1000000",
            "minNotionalValue": "5",
        },
        "unifiedMarginTrade": True,
        "fundingInterval": FUNDING_INTERVAL_MS // MINUTE_MS if listing.is_perpetual else 0,
        "copyTrading": "none",
        "upperFundingRate": "0.005",
        "lowerFundingRate": "-0.005",
        "isPreListing": False,
        "preListingInfo": None,
    }
