"""Bybit V5: open interest of both sides, account ratio, funding and risk limits."""

from collections.abc import Callable

from bot.sandbox.exchange.bybit import SIDES, BybitBooth, refuse
from bot.sandbox.exchange.decimals import decimal, short
from bot.sandbox.exchange.doorway import Answer
from bot.sandbox.exchange.paging import newest
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS
from bot.sandbox.market.tape import Stamped

PERIODS = {
    "5min": 5 * MINUTE_MS,
    "15min": 15 * MINUTE_MS,
    "30min": 30 * MINUTE_MS,
    "1h": HOUR_MS,
    "4h": 4 * HOUR_MS,
    "1d": DAY_MS,
}
INTEREST_DEFAULT, INTEREST_MOST = 50, 200
RATIO_DEFAULT, RATIO_MOST = 50, 500
FUNDING_MOST = 200
SYMBOLS_A_PAGE = 15  # of the risk limits
CURSOR = "before-"

Page = list[tuple[int, float]]
Fetch = Callable[[int, int], Stamped]


class BybitStatistics(BybitBooth):
    def routes(self) -> dict[str, Answer]:
        return {
            "/v5/market/open-interest": self.open_interest,
            "/v5/market/account-ratio": self.account_ratio,
            "/v5/market/funding/history": self.funding_history,
            "/v5/market/risk-limit": self.risk_limits,
        }

    def open_interest(self, query: Query) -> object:
        listing, step = self.listing(query), self._period(query, "intervalTime")

        def fetch(first: int, until: int) -> Stamped:
            return self.market.open_interest_history(listing, step, first, until)

        page = self._page(query, fetch, step, query.limit(INTEREST_DEFAULT, INTEREST_MOST))
        rows = [
            {
                "openInterest": decimal(counted * SIDES),
                "singleOpenInterest": decimal(counted),
                "timestamp": str(stamp),
            }
            for stamp, counted in page
        ]
        cursor = self._older(query, fetch, page)
        category = self.category(query)
        return self.told({"symbol": listing.id, "category": category, "list": rows, "nextPageCursor": cursor})

    def account_ratio(self, query: Query) -> object:
        listing, step = self.listing(query), self._period(query, "period")

        def fetch(first: int, until: int) -> Stamped:
            return self.market.long_share_history(listing, step, first, until)

        page = self._page(query, fetch, step, query.limit(RATIO_DEFAULT, RATIO_MOST))
        rows = [
            {
                "symbol": listing.id,
                "buyRatio": decimal(share, 4),
                "sellRatio": decimal(1 - share, 4),
                "timestamp": str(stamp),
            }
            for stamp, share in page
        ]
        return self.told({"list": rows, "nextPageCursor": self._older(query, fetch, page)})

    def _period(self, query: Query, name: str) -> int:
        if query.text(name) not in PERIODS:
            raise refuse(f"params error: {name} is invalid")
        return PERIODS[query.text(name)]

    def _page(self, query: Query, fetch: Fetch, step_ms: int, limit: int) -> Page:
        """Newest first; a cursor goes on where the page before ended."""
        end = query.whole("endTime")
        last = (self.market.now_ms() if end is None else end) + 1
        cursor = query.text("cursor")
        if cursor:
            last = min(last, _moment(cursor))
        page = newest(fetch, query.whole("startTime") or 0, last, step_ms, limit)
        return list(zip(page.stamp_ms.tolist(), page.value.tolist(), strict=True))[::-1]

    def _older(self, query: Query, fetch: Fetch, page: Page) -> str:
        """The cursor to what is older than the page; empty where nothing is."""
        if not page or len(fetch(query.whole("startTime") or 0, page[-1][0])) == 0:
            return ""
        return f"{CURSOR}{page[-1][0]}"

    def funding_history(self, query: Query) -> object:
        listing, limit = self.listing(query), query.limit(FUNDING_MOST, FUNDING_MOST)
        if query.whole("startTime") is not None and query.whole("endTime") is None:
            raise refuse("params error: endTime is required with startTime")

        def fetch(first: int, until: int) -> Stamped:
            return self.market.funding_history(listing, first, until)

        rows = [
            {"symbol": listing.id, "fundingRate": decimal(rate), "fundingRateTimestamp": str(stamp)}
            for stamp, rate in self._page(query, fetch, FUNDING_INTERVAL_MS, limit)
        ]
        return self.told({"category": self.category(query), "list": rows})

    def risk_limits(self, query: Query) -> object:
        rows, cursor = self.asked(query), query.text("cursor")
        begin = _moment(cursor) if cursor else 0
        shown = rows[begin : begin + SYMBOLS_A_PAGE]
        more = f"{CURSOR}{begin + SYMBOLS_A_PAGE}" if begin + SYMBOLS_A_PAGE < len(rows) else ""
        tiers = [tier for one in shown for tier in _risk_limits(one)]
        return self.told({"category": self.category(query), "list": tiers, "nextPageCursor": more})


def _moment(cursor: str) -> int:
    number = cursor.removeprefix(CURSOR)
    if not number.isdigit():
        raise refuse("params error: cursor is invalid")
    return int(number)


def _risk_limits(listing: Listing) -> list[dict[str, object]]:
    """The first tier lets nothing off, which Bybit writes as an empty text."""
    steps = zip(listing.tiers, listing.deductions, strict=True)
    return [
        {
            "id": number,
            "symbol": listing.id,
            "riskLimitValue": short(tier.notional_cap),
            "maintenanceMargin": short(tier.maintenance_rate),
            "initialMargin": short(1 / tier.max_leverage, 4),
            "isLowestRisk": 1 if number == 1 else 0,
            "maxLeverage": decimal(tier.max_leverage, 2),
            "mmDeduction": "" if number == 1 else short(deduction, 4),
        }
        for number, (tier, deduction) in enumerate(steps, 1)
    ]
