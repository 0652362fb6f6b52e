"""Binance USDⓈ-M: contracts, prices and candles."""

from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.doorway import Answer, Manners, Refused
from bot.sandbox.exchange.paging import newest, oldest_first
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.candles import WEEK_MS, Candles
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.series import BOOK, CANDLES, MARK_PRICE
from bot.sandbox.market.trading import depth, recent_trades

VENUE = "binance"
OUTAGE = {"code": -1000, "msg": "An unknown error occurred while processing the request."}
NEVER_DELIVERED_MS = 4_133_404_800_000
INTERVALS = {
    **{f"{n}m": n * MINUTE_MS for n in (1, 3, 5, 15, 30)},
    **{f"{n}h": n * HOUR_MS for n in (1, 2, 4, 6, 8, 12)},
    "1d": DAY_MS,
    "3d": 3 * DAY_MS,
    "1w": WEEK_MS,
}
KLINES_DEFAULT, KLINES_MOST = 500, 1500
MARK_DECIMALS = 8


def refuse(code: int, message: str, status: int = 400) -> Refused:
    return Refused(status, {"code": code, "msg": message})


def _malformed(name: str) -> Refused:
    legal = "legal range is '^[0-9]{1,20}$'."
    return refuse(-1100, f"Illegal characters found in parameter '{name}'; {legal}")


MANNERS = Manners(VENUE, OUTAGE, _malformed)


class BinanceBooth:
    """Finds what a request is about; shared by the parts of the dialect."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def listing(self, query: Query, name: str = "symbol") -> Listing:
        wanted = query.text(name)
        if not wanted:
            raise refuse(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")
        found = self.market.listing(VENUE, wanted.upper())
        if found is None:
            raise refuse(-1121, "Invalid symbol.")
        return found

    def asked(self, query: Query) -> list[Listing]:
        """The symbol asked for, or all."""
        return [self.listing(query)] if query.text("symbol") else self.market.listings(VENUE)

    def step(self, query: Query, name: str = "interval") -> int:
        if query.text(name) not in INTERVALS:
            raise refuse(-1120, "Invalid interval.")
        return INTERVALS[query.text(name)]

    def bare_or_list(self, query: Query, rows: list[dict[str, object]]) -> object:
        return rows[0] if query.text("symbol") else rows


class BinancePrices(BinanceBooth):
    def routes(self) -> dict[str, Answer]:
        return {
            "/fapi/v1/ping": lambda _: {},
            "/fapi/v1/time": lambda _: {"serverTime": self.market.now_ms()},
            "/fapi/v1/exchangeInfo": self.exchange_info,
            "/fapi/v1/klines": self.klines,
            "/fapi/v1/markPriceKlines": self.mark_klines,
            "/fapi/v1/premiumIndex": self.premium_index,
            "/fapi/v1/ticker/24hr": self.day_tickers,
            "/fapi/v1/ticker/price": self.prices,
            "/fapi/v2/ticker/price": self.prices,
            "/fapi/v1/depth": self.order_book,
            "/fapi/v1/aggTrades": self.trades,
        }

    def exchange_info(self, query: Query) -> object:
        return {
            "exchangeFilters": [],
            "rateLimits": [
                {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400}
            ],
            "serverTime": self.market.now_ms(),
            "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
            "symbols": [_symbol(one) for one in self.market.listings(VENUE)],
            "timezone": "UTC",
        }

    def klines(self, query: Query) -> object:
        listing = self.listing(query)
        page = self._page(query, listing, marks=False)
        places = decimals_of(listing.tick_size)
        return [kline_row(page, row, self.step(query), places) for row in range(len(page))]

    def mark_klines(self, query: Query) -> object:
        page = self._page(query, self.listing(query), marks=True)
        return [_mark_kline(page, row, self.step(query)) for row in range(len(page))]

    def _page(self, query: Query, listing: Listing, marks: bool) -> Candles:
        step, limit = self.step(query), query.limit(KLINES_DEFAULT, KLINES_MOST)
        begin, end = query.whole("startTime"), query.whole("endTime")
        read = self.market.mark_candles if marks else self.market.candles
        last = self.market.now_ms() + 1 if end is None else end + 1

        def fetch(first: int, until: int) -> Candles:
            return read(listing, step, first, until)

        if begin is None:
            return newest(fetch, 0, last, step, limit)
        return oldest_first(fetch, begin, last, step, limit)

    def premium_index(self, query: Query) -> object:
        return self.bare_or_list(query, [self.premium_row(one) for one in self.asked(query)])

    def premium_row(self, listing: Listing) -> dict[str, object]:
        mark = decimal(self.market.mark_price(listing), MARK_DECIMALS)
        perpetual = listing.is_perpetual
        return {
            "symbol": listing.id,
            "markPrice": mark,
            "indexPrice": mark,
            "estimatedSettlePrice": mark,
            "lastFundingRate": decimal(self.market.funding_rate(listing)) if perpetual else "",
            "interestRate": "0.00010000" if perpetual else "",
            "nextFundingTime": self.market.next_funding_ms() if perpetual else 0,
            "time": self.market.as_of(MARK_PRICE, listing),
        }

    def prices(self, query: Query) -> object:
        return self.bare_or_list(query, [self._last(one) for one in self.asked(query)])

    def _last(self, listing: Listing) -> dict[str, object]:
        price = self._price(listing, self.market.last_price(listing))
        return {"symbol": listing.id, "price": price, "time": self.market.as_of(CANDLES, listing)}

    def _price(self, listing: Listing, value: float) -> str:
        return decimal(value, decimals_of(listing.tick_size))

    def day_tickers(self, query: Query) -> object:
        return self.bare_or_list(query, [self.day_row(one) for one in self.asked(query)])

    def day_row(self, listing: Listing) -> dict[str, object]:
        day, now = self.market.day_ticker(listing), self.market.as_of(CANDLES, listing)
        change = day.last - day.open
        return {
            "symbol": listing.id,
            "priceChange": self._price(listing, change),
            "priceChangePercent": decimal(change / day.open * 100, 3),
            "weightedAvgPrice": self._price(listing, day.turnover / day.volume if day.volume else day.last),
            "lastPrice": self._price(listing, day.last),
            "lastQty": short(listing.lot_size),
            "openPrice": self._price(listing, day.open),
            "highPrice": self._price(listing, day.high),
            "lowPrice": self._price(listing, day.low),
            "volume": decimal(day.volume, 3),
            "quoteVolume": decimal(day.turnover, 2),
            "openTime": day.begin_ms,
            "closeTime": now,
            "firstId": 1,
            "lastId": now // MINUTE_MS,
            "count": now // MINUTE_MS,
        }

    def order_book(self, query: Query) -> object:
        listing = self.listing(query)
        now = self.market.as_of(BOOK, listing)
        bids, asks = depth(self.market, listing, query.limit(500, 1000))
        sides = [[[self._price(listing, at), decimal(size, 3)] for at, size in side] for side in (bids, asks)]
        return {"lastUpdateId": now, "E": now, "T": now, "bids": sides[0], "asks": sides[1]}

    def trades(self, query: Query) -> object:
        listing, now = self.listing(query), self.market.now_ms()
        begin, end = query.whole("startTime") or 0, query.whole("endTime") or now
        limit = query.limit(500, 1000)
        trades = recent_trades(self.market, listing, begin, min(end, now) + 1, limit)
        return [
            {
                "a": one.number,
                "p": self._price(listing, one.price),
                "q": decimal(one.quantity, 3),
                "f": one.number,
                "l": one.number,
                "T": one.stamp_ms,
                "m": not one.bought,
            }
            for one in trades
        ]


def _symbol(listing: Listing) -> dict[str, object]:
    places, lot = decimals_of(listing.tick_size), short(listing.lot_size)
    tick = decimal(listing.tick_size, places)
    return {
        "symbol": listing.id,
        "pair": f"{listing.base}{listing.quote}",
        "contractType": "PERPETUAL" if listing.is_perpetual else "CURRENT_QUARTER",
        "deliveryDate": listing.expires_ms or NEVER_DELIVERED_MS,
        "onboardDate": listing.listed_ms,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": listing.base,
        "quoteAsset": listing.quote,
        "marginAsset": listing.quote,
        "pricePrecision": places,
        "quantityPrecision": decimals_of(listing.lot_size),
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "10000000", "tickSize": tick},
            {"filterType": "LOT_SIZE", "minQty": lot, "maxQty": "10000000", "stepSize": lot},
            {"filterType": "MARKET_LOT_SIZE", "minQty": lot, "maxQty": "1000000", "stepSize": lot},
            {"filterType": "MAX_NUM_ORDERS", "limit": 200},
            {"filterType": "MIN_NOTIONAL", "notional": "5"},
            {"filterType": "PERCENT_PRICE", "multiplierUp": "1.05", "multiplierDown": "0.95"},
        ],
        "orderTypes": ["LIMIT", "MARKET"],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
    }


def kline_row(page: Candles, row: int, step_ms: int, places: int) -> list[object]:
    start = int(page.start_ms[row])
    prices = [page.open[row], page.high[row], page.low[row], page.close[row]]
    middle = float(prices[1] + prices[2] + prices[3]) / 3
    volume, bought = float(page.volume[row]), float(page.taker_buy[row])
    return [
        start,
        *(decimal(float(price), places) for price in prices),
        short(volume),
        start + step_ms - 1,
        decimal(volume * middle, 5),
        max(1, int(volume)),
        short(bought),
        decimal(bought * middle, 5),
        "0",
    ]


def _mark_kline(page: Candles, row: int, step_ms: int) -> list[object]:
    start = int(page.start_ms[row])
    prices = (page.open[row], page.high[row], page.low[row], page.close[row])
    texts = [decimal(float(price), MARK_DECIMALS) for price in prices]
    return [start, *texts, "0", start + step_ms - 1, "0", 60, "0", "0", "0"]
