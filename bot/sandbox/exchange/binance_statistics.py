"""Binance USDⓈ-M: open interest, ratios, funding and margin tiers."""

from collections.abc import Callable

from bot.sandbox.exchange.binance import VENUE, BinanceBooth, refuse
from bot.sandbox.exchange.decimals import decimal, short
from bot.sandbox.exchange.doorway import Answer
from bot.sandbox.exchange.paging import newest, oldest_first
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS
from bot.sandbox.market.series import CANDLES, OPEN_INTEREST
from bot.sandbox.market.tape import Stamped

PERIODS = {
    "5m": 5 * MINUTE_MS,
    "15m": 15 * MINUTE_MS,
    "30m": 30 * MINUTE_MS,
    "1h": HOUR_MS,
    "2h": 2 * HOUR_MS,
    "4h": 4 * HOUR_MS,
    "6h": 6 * HOUR_MS,
    "12h": 12 * HOUR_MS,
    "1d": DAY_MS,
}
STATISTICS_DEFAULT, STATISTICS_MOST = 30, 500
STATISTICS_KEPT_MS = 30 * DAY_MS
FUNDING_DEFAULT, FUNDING_MOST = 100, 1000

History = Callable[[Listing, int, int, int], Stamped]


class BinanceStatistics(BinanceBooth):
    def routes(self) -> dict[str, Answer]:
        return {
            "/fapi/v1/openInterest": self.open_interest,
            "/futures/data/openInterestHist": self.open_interest_history,
            "/futures/data/globalLongShortAccountRatio": self.long_short,
            "/futures/data/takerlongshortRatio": self.taker_ratio,
            "/fapi/v1/fundingRate": self.funding_history,
            "/fapi/v1/fundingInfo": self.funding_info,
            "/fapi/v1/leverageBracket": self.brackets_with_key,
            "/bapi/futures/v1/friendly/future/common/brackets": self.brackets_of_the_site,
        }

    def open_interest(self, query: Query) -> object:
        listing = self.listing(query)
        amount = self.market.open_interest(listing) or 0.0
        return {
            "symbol": listing.id,
            "openInterest": decimal(amount, 3),
            "time": self.market.as_of(OPEN_INTEREST, listing),
        }

    def open_interest_history(self, query: Query) -> object:
        listing = self.listing(query)
        page = self._page(query, listing, self.market.open_interest_history)
        return [
            {
                "symbol": listing.id,
                "sumOpenInterest": decimal(amount),
                "sumOpenInterestValue": decimal(amount * self._price_at(listing, stamp)),
                "CMCCirculatingSupply": "0",
                "timestamp": stamp,
            }
            for stamp, amount in _rows(page)
        ]

    def _price_at(self, listing: Listing, stamp: int) -> float:
        minute = self.market.candles(listing, MINUTE_MS, stamp, stamp + MINUTE_MS)
        return float(minute.open[0]) if len(minute) else self.market.last_price(listing)

    def long_short(self, query: Query) -> object:
        listing = self.listing(query)
        page = self._page(query, listing, self.market.long_share_history)
        return [
            {
                "symbol": listing.id,
                "longShortRatio": decimal(share / (1 - share), 4),
                "longAccount": decimal(share, 4),
                "shortAccount": decimal(1 - share, 4),
                "timestamp": stamp,
            }
            for stamp, share in _rows(page)
        ]

    def taker_ratio(self, query: Query) -> object:
        listing, step = self.listing(query), self._period(query)
        bought = self._page(query, listing, self._taker_buy)
        sold = dict(_rows(self._page(query, listing, self._taker_sell)))
        return [
            {
                "buySellRatio": decimal(amount / max(sold[stamp], 1e-9), 4),
                "buyVol": decimal(amount, 4),
                "sellVol": decimal(sold[stamp], 4),
                "timestamp": stamp,
            }
            for stamp, amount in _rows(bought)
            if stamp + step <= self.market.as_of(CANDLES, listing)
        ]

    def _taker_buy(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        candles = self.market.candles(listing, step_ms, begin_ms, end_ms)
        return Stamped(candles.start_ms, candles.taker_buy)

    def _taker_sell(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        candles = self.market.candles(listing, step_ms, begin_ms, end_ms)
        return Stamped(candles.start_ms, candles.volume - candles.taker_buy)

    def _period(self, query: Query) -> int:
        if query.text("period") not in PERIODS:
            raise refuse(-1130, "Data sent for parameter 'period' is not valid.")
        return PERIODS[query.text("period")]

    def _page(self, query: Query, listing: Listing, history: History) -> Stamped:
        """Rows of the last 30 days; asking for older ones is an error."""
        step, limit = self._period(query), query.limit(STATISTICS_DEFAULT, STATISTICS_MOST)
        begin, end = query.whole("startTime"), query.whole("endTime")
        now = self.market.now_ms()
        if begin is not None and begin < now - STATISTICS_KEPT_MS:
            raise refuse(-1130, "parameter 'startTime' is invalid.")

        def fetch(first: int, until: int) -> Stamped:
            return history(listing, step, first, until)

        last = min(now, end if end is not None else now) + 1
        if begin is not None and end is None:
            return oldest_first(fetch, begin, last, step, limit)
        return newest(fetch, begin or now - STATISTICS_KEPT_MS, last, step, limit)

    def funding_history(self, query: Query) -> object:
        listing, limit = self.listing(query), query.limit(FUNDING_DEFAULT, FUNDING_MOST)
        begin, end = query.whole("startTime"), query.whole("endTime")

        def fetch(first: int, until: int) -> Stamped:
            return self.market.funding_history(listing, first, until)

        last = (self.market.now_ms() if end is None else end) + 1
        pick = newest if begin is None else oldest_first
        page = pick(fetch, begin or 0, last, FUNDING_INTERVAL_MS, limit)
        return [
            {
                "symbol": listing.id,
                "fundingTime": stamp,
                "fundingRate": decimal(rate),
                "markPrice": decimal(self._price_at(listing, stamp)),
            }
            for stamp, rate in _rows(page)
        ]

    def funding_info(self, query: Query) -> object:
        return [
            {
                "symbol": one.id,
                "adjustedFundingRateCap": "0.02000000",
                "adjustedFundingRateFloor": "-0.02000000",
                "fundingIntervalHours": FUNDING_INTERVAL_MS // HOUR_MS,
                "disclaimer": False,
            }
            for one in self.market.listings(VENUE)
            if one.is_perpetual
        ]

    def brackets_with_key(self, query: Query) -> object:
        if "X-MBX-APIKEY" not in query.headers:
            raise refuse(-2014, "API-key format invalid.", status=401)
        rows: list[dict[str, object]] = [
            {"symbol": one.id, "notionalCoef": 1.0, "brackets": _brackets(one)} for one in self.asked(query)
        ]
        return self.bare_or_list(query, rows)

    def brackets_of_the_site(self, query: Query) -> object:
        rows = [
            {
                "symbol": one.id,
                "updateTime": one.listed_ms,
                "notionalLimit": one.tiers[-1].notional_cap,
                "riskBrackets": _site_brackets(one),
            }
            for one in self.market.listings(VENUE)
        ]
        data = {"brackets": rows}
        return {"code": "000000", "message": None, "messageDetail": None, "data": data, "success": True}


def _rows(page: Stamped) -> list[tuple[int, float]]:
    return list(zip(page.stamp_ms.tolist(), page.value.tolist(), strict=True))


def _floors(listing: Listing) -> list[float]:
    return [0.0, *(tier.notional_cap for tier in listing.tiers[:-1])]


def _brackets(listing: Listing) -> list[dict[str, object]]:
    steps = zip(_floors(listing), listing.tiers, listing.deductions, strict=True)
    return [
        {
            "bracket": number,
            "initialLeverage": int(tier.max_leverage),
            "notionalCap": tier.notional_cap,
            "notionalFloor": floor,
            "maintMarginRatio": tier.maintenance_rate,
            "cum": float(short(deduction, 4)),
        }
        for number, (floor, tier, deduction) in enumerate(steps, 1)
    ]


def _site_brackets(listing: Listing) -> list[dict[str, object]]:
    steps = zip(_floors(listing), listing.tiers, listing.deductions, strict=True)
    return [
        {
            "bracketSeq": number,
            "bracketNotionalFloor": floor,
            "bracketNotionalCap": tier.notional_cap,
            "bracketMaintenanceMarginRate": tier.maintenance_rate,
            "cumFastMaintenanceAmount": float(short(deduction, 4)),
            "minOpenPosLeverage": 1,
            "maxOpenPosLeverage": int(tier.max_leverage),
        }
        for number, (floor, tier, deduction) in enumerate(steps, 1)
    ]
