"""OKX: contracts, prices and candles. Amounts are contracts unless a field says coins."""

from collections.abc import Callable

from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.doorway import Answer, Manners, Refused
from bot.sandbox.exchange.paging import newest
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.candles import WEEK_MS, Candles
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.series import BOOK, CANDLES, MARK_PRICE
from bot.sandbox.market.trading import depth, recent_trades

VENUE = "okx"
OUTAGE = {"code": "50001", "msg": "Service temporarily unavailable. Please try again later", "data": []}
LONG_BARS = {"6H": 6 * HOUR_MS, "12H": 12 * HOUR_MS, "1D": DAY_MS, "3D": 3 * DAY_MS, "1W": WEEK_MS}
BARS = {
    **{f"{n}m": n * MINUTE_MS for n in (1, 3, 5, 15, 30)},
    **{f"{n}H": n * HOUR_MS for n in (1, 2, 4)},
    **LONG_BARS,
    **{f"{name}utc": step for name, step in LONG_BARS.items()},
}
BARS_DEFAULT, BARS_MOST, MARK_BARS_MOST = 100, 300, 100
RECENT_BARS = 1440  # how far back /market/candles reaches
BOOK_MOST, TRADES_MOST = 400, 500


def refuse(code: int, message: str) -> Refused:
    return Refused(200, {"code": str(code), "msg": message, "data": []})


def malformed(name: str) -> Refused:
    return refuse(51000, f"Parameter {name} error")


MANNERS = Manners(VENUE, OUTAGE, malformed)


def told(rows: object) -> dict[str, object]:
    return {"code": "0", "msg": "", "data": rows}


def kind(listing: Listing) -> str:
    return "SWAP" if listing.is_perpetual else "FUTURES"


def family(listing: Listing) -> str:
    return f"{listing.base}-{listing.quote}"


class OkxBooth:
    """Finds what a request is about; shared by the parts of the dialect."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def stamp(self, series: str, listing: Listing) -> str:
        """The moment as of which a series is told."""
        return str(self.market.as_of(series, listing))

    def listing(self, query: Query) -> Listing:
        wanted = query.text("instId")
        if not wanted:
            raise refuse(50014, "Parameter instId can not be empty.")
        found = self.market.listing(VENUE, wanted)
        if found is None:
            raise refuse(51001, f"Instrument ID, Instrument ID code, or Spread ID doesn't exist: {wanted}.")
        return found

    def asked(self, query: Query) -> list[Listing]:
        """Everything of the kind, family and id that the request names."""
        wanted = query.text("instType") or (kind(self.listing(query)) if query.text("instId") else "")
        if wanted not in ("SWAP", "FUTURES", "OPTION", "SPOT", "MARGIN"):
            raise malformed("instType")
        rows = [one for one in self.market.listings(VENUE) if kind(one) == wanted]
        of = query.text("instFamily") or query.text("uly")
        rows = [one for one in rows if of in ("", family(one))]
        if query.text("instId"):
            self.listing(query)
            rows = [one for one in rows if one.id == query.text("instId")]
        return rows


class OkxPrices(OkxBooth):
    def routes(self) -> dict[str, Answer]:
        return {
            "/api/v5/public/time": lambda _: told([{"ts": str(self.market.now_ms())}]),
            "/api/v5/public/instruments": self.instruments,
            "/api/v5/market/candles": self.candles,
            "/api/v5/market/history-candles": self.history_candles,
            "/api/v5/market/mark-price-candles": self.mark_candles,
            "/api/v5/market/history-mark-price-candles": self.history_mark_candles,
            "/api/v5/public/mark-price": self.mark_prices,
            "/api/v5/market/ticker": self.ticker,
            "/api/v5/market/tickers": self.tickers,
            "/api/v5/market/books": self.book,
            "/api/v5/market/trades": self.trades,
            "/api/v5/market/history-trades": self.trades,
        }

    def instruments(self, query: Query) -> object:
        return told([_instrument(one) for one in self.asked(query)])

    def candles(self, query: Query) -> object:
        listing = self.listing(query)
        begin = self.market.now_ms() - RECENT_BARS * self._step(query)
        page = self._page(query, self.market.candles, begin, self.market.now_ms() + 1, BARS_MOST)
        return told(bar_rows(listing, page, self._step(query), self.market.as_of(CANDLES, listing)))

    def history_candles(self, query: Query) -> object:
        """Finished bars only."""
        listing = self.listing(query)
        page = self._page(query, self.market.candles, 0, self._finished(query, CANDLES), BARS_MOST)
        return told(bar_rows(listing, page, self._step(query), self.market.as_of(CANDLES, listing)))

    def mark_candles(self, query: Query) -> object:
        begin = self.market.now_ms() - RECENT_BARS * self._step(query)
        end = self.market.now_ms() + 1
        return told(self._mark_bars(query, begin, end))

    def history_mark_candles(self, query: Query) -> object:
        return told(self._mark_bars(query, 0, self._finished(query, MARK_PRICE)))

    def _step(self, query: Query) -> int:
        bar = query.text("bar", "1m")
        if bar not in BARS:
            raise malformed("bar")
        return BARS[bar]

    def _finished(self, query: Query, series: str) -> int:
        """Bars that start before this moment have ended."""
        return self.market.as_of(series, self.listing(query)) - self._step(query) + 1

    def _page(
        self,
        query: Query,
        read: Callable[[Listing, int, int, int], Candles],
        begin: int,
        end: int,
        most: int,
    ) -> Candles:
        """`after` asks for older and `before` for newer bars than a moment, both without it."""
        listing, step = self.listing(query), self._step(query)
        before, after = query.whole("before"), query.whole("after")
        begin = begin if before is None else max(begin, before + 1)
        end = end if after is None else min(end, after)

        def fetch(first: int, until: int) -> Candles:
            return read(listing, step, first, until)

        return newest(fetch, begin, end, step, query.limit(BARS_DEFAULT, most))

    def _mark_bars(self, query: Query, begin: int, end: int) -> list[list[str]]:
        page = self._page(query, self.market.mark_candles, begin, end, MARK_BARS_MOST)
        step, now = self._step(query), self.market.as_of(MARK_PRICE, self.listing(query))
        columns = (page.open, page.high, page.low, page.close)
        return [
            [
                str(page.start_ms[row]),
                *(short(float(column[row])) for column in columns),
                "1" if int(page.start_ms[row]) + step <= now else "0",
            ]
            for row in range(len(page) - 1, -1, -1)
        ]

    def mark_prices(self, query: Query) -> object:
        return told([self.mark_row(one) for one in self.asked(query)])

    def mark_row(self, listing: Listing) -> dict[str, object]:
        mark = short(self.market.mark_price(listing))
        return {
            "instType": kind(listing),
            "instId": listing.id,
            "markPx": mark,
            "ts": self.stamp(MARK_PRICE, listing),
        }

    def ticker(self, query: Query) -> object:
        return told([self.ticker_row(self.listing(query))])

    def tickers(self, query: Query) -> object:
        return told([self.ticker_row(one) for one in self.asked(query)])

    def ticker_row(self, listing: Listing) -> dict[str, object]:
        day, tick = self.market.day_ticker(listing), listing.tick_size
        places = decimals_of(tick)
        return {
            "instType": kind(listing),
            "instId": listing.id,
            "last": decimal(day.last, places),
            "lastSz": "1",
            "askPx": decimal(day.last + tick, places),
            "askSz": "11",
            "bidPx": decimal(day.last - tick, places),
            "bidSz": "5",
            "open24h": decimal(day.open, places),
            "high24h": decimal(day.high, places),
            "low24h": decimal(day.low, places),
            "volCcy24h": short(day.volume),
            "vol24h": short(
                day.turnover / listing.contract_size
                if listing.inverse
                else listing.contracts(day.volume, day.last)
            ),
            "sodUtc0": decimal(day.open, places),
            "sodUtc8": decimal(day.open, places),
            "ts": self.stamp(CANDLES, listing),
        }

    def book(self, query: Query) -> object:
        listing = self.listing(query)
        levels = max(1, min(query.whole("sz") or 1, BOOK_MOST))
        places = decimals_of(listing.tick_size)
        bids, asks = depth(self.market, listing, levels)
        texts = [
            [[decimal(at, places), short(size / listing.contract_size, 2), "0", "1"] for at, size in side]
            for side in (bids, asks)
        ]
        now = self.market.as_of(BOOK, listing)
        return told([{"bids": texts[0], "asks": texts[1], "ts": str(now), "seqId": now}])

    def trades(self, query: Query) -> object:
        listing, now = self.listing(query), self.market.now_ms()
        trades = recent_trades(self.market, listing, 0, now + 1, query.limit(100, TRADES_MOST))
        return told(
            [
                {
                    "instId": listing.id,
                    "tradeId": str(one.number),
                    "px": decimal(one.price, decimals_of(listing.tick_size)),
                    "sz": short(listing.contracts(one.quantity, one.price), 4),
                    "side": "buy" if one.bought else "sell",
                    "ts": str(one.stamp_ms),
                }
                for one in reversed(trades)
            ]
        )


def bar_rows(listing: Listing, page: Candles, step_ms: int, now_ms: int) -> list[list[str]]:
    """Newest first: [start, open, high, low, close, contracts, coins, quote currency, has it ended]."""
    places = decimals_of(listing.tick_size)
    rows = []
    for row in range(len(page) - 1, -1, -1):
        start, coins = int(page.start_ms[row]), float(page.volume[row])
        prices = [float(column[row]) for column in (page.open, page.high, page.low, page.close)]
        typical = sum(prices[1:]) / 3
        amounts = [listing.contracts(coins, typical), coins, coins * typical]
        ended = "1" if start + step_ms <= now_ms else "0"
        texts = [decimal(price, places) for price in prices]
        rows.append([str(start), *texts, *(short(amount) for amount in amounts), ended])
    return rows


def _instrument(listing: Listing) -> dict[str, object]:
    return {
        "instType": kind(listing),
        "instId": listing.id,
        "instFamily": family(listing),
        "uly": family(listing),
        "alias": "" if listing.is_perpetual else "quarter",
        "baseCcy": "",
        "quoteCcy": "",
        "settleCcy": listing.settle,
        "category": "1",
        "ctMult": "1",
        "ctType": "inverse" if listing.inverse else "linear",
        "ctVal": short(listing.contract_size),
        "ctValCcy": listing.quote if listing.inverse else listing.base,
        "expTime": "" if listing.expires_ms is None else str(listing.expires_ms),
        "listTime": str(listing.listed_ms),
        "lever": short(listing.max_leverage),
        "lotSz": "1",
        "minSz": "1",
        "maxLmtSz": "100000000",
        "maxMktSz": "1000000",
        "optType": "",
        "ruleType": "normal",
        "state": "live",
        "stk": "",
        "tickSz": decimal(listing.tick_size, decimals_of(listing.tick_size)),
    }
