"""OKX: open interest, trading statistics, funding and margin tiers."""

import math
from collections.abc import Callable

from bot.sandbox.exchange.decimals import decimal, short
from bot.sandbox.exchange.doorway import Answer
from bot.sandbox.exchange.okx import LONG_BARS, VENUE, OkxBooth, family, kind, malformed, refuse, told
from bot.sandbox.exchange.paging import newest
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.candles import Candles
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS
from bot.sandbox.market.series import FUNDING, OPEN_INTEREST
from bot.sandbox.market.tape import Stamped

PERIODS = {
    "5m": 5 * MINUTE_MS,
    "15m": 15 * MINUTE_MS,
    "30m": 30 * MINUTE_MS,
    "1H": HOUR_MS,
    "2H": 2 * HOUR_MS,
    "4H": 4 * HOUR_MS,
    **LONG_BARS,
    **{f"{name}utc": step for name, step in LONG_BARS.items()},
}
ROWS_KEPT = 1440  # of any period
ROWS_DEFAULT = ROWS_MOST = 100
FUNDING_MOST, FUNDING_KEPT_MS = 400, 91 * DAY_MS
COINS, CONTRACTS, USD = "0", "1", "2"  # units of the taker volume


class OkxStatistics(OkxBooth):
    def routes(self) -> dict[str, Answer]:
        return {
            "/api/v5/public/open-interest": self.open_interest,
            "/api/v5/rubik/stat/contracts/open-interest-history": self.open_interest_history,
            "/api/v5/rubik/stat/contracts/long-short-account-ratio-contract": self.long_short,
            "/api/v5/rubik/stat/taker-volume-contract": self.taker_volume,
            "/api/v5/public/funding-rate": self.funding_rates,
            "/api/v5/public/funding-rate-history": self.funding_history,
            "/api/v5/public/position-tiers": self.position_tiers,
        }

    def open_interest(self, query: Query) -> object:
        rows = [one for one in self.asked(query) if one.has_open_interest]
        return told([self.open_interest_row(one) for one in rows])

    def open_interest_row(self, listing: Listing) -> dict[str, object]:
        counted, price = self.market.open_interest(listing) or 0.0, self.market.last_price(listing)
        coins = listing.coins(counted, price)
        return {
            "instType": kind(listing),
            "instId": listing.id,
            "oi": short(counted / listing.contract_size),
            "oiCcy": short(coins),
            "oiUsd": short(coins * price, 2),
            "ts": self.stamp(OPEN_INTEREST, listing),
        }

    def open_interest_history(self, query: Query) -> object:
        listing = self.listing(query)
        page = self._page(query, self.market.open_interest_history)
        return told([self._interest_row(listing, *row) for row in _newest_first(page)])

    def _interest_row(self, listing: Listing, stamp: int, counted: float) -> list[str]:
        price = self._price_at(listing, stamp)
        coins = listing.coins(counted, price)
        return [str(stamp), short(counted / listing.contract_size), short(coins), short(coins * price, 2)]

    def _price_at(self, listing: Listing, stamp: int) -> float:
        minute = self.market.candles(listing, MINUTE_MS, stamp, stamp + MINUTE_MS)
        return float(minute.open[0]) if len(minute) else self.market.last_price(listing)

    def long_short(self, query: Query) -> object:
        page = self._page(query, self.market.long_share_history)
        return told([[str(stamp), short(share / (1 - share), 6)] for stamp, share in _newest_first(page)])

    def taker_volume(self, query: Query) -> object:
        """[stamp, sold, bought] in the unit asked for."""
        listing, unit = self.listing(query), query.text("unit", CONTRACTS)
        if unit not in (COINS, CONTRACTS, USD):
            raise malformed("unit")
        candles = self._candles_of(query, listing, self._page(query, self._volume))
        rows = []
        for row in range(len(candles) - 1, -1, -1):
            price = float(candles.close[row])
            scale = {COINS: 1.0, CONTRACTS: listing.contracts(1.0, price), USD: price}[unit]
            bought = float(candles.taker_buy[row])
            sold = float(candles.volume[row]) - bought
            rows.append([str(candles.start_ms[row]), short(sold * scale, 6), short(bought * scale, 6)])
        return told(rows)

    def _volume(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        candles = self.market.candles(listing, step_ms, begin_ms, end_ms)
        return Stamped(candles.start_ms, candles.volume)

    def _candles_of(self, query: Query, listing: Listing, page: Stamped) -> Candles:
        begin, end = (int(page.stamp_ms[0]), int(page.stamp_ms[-1]) + 1) if len(page) else (0, 0)
        return self.market.candles(listing, self._period(query), begin, end)

    def _period(self, query: Query) -> int:
        period = query.text("period", "5m")
        if period not in PERIODS:
            raise malformed("period")
        return PERIODS[period]

    def _page(self, query: Query, history: Callable[[Listing, int, int, int], Stamped]) -> Stamped:
        """Rows after `begin` and before `end`, of the last 1,440 there are."""
        listing, step, now = self.listing(query), self._period(query), self.market.now_ms()
        begin, end = query.whole("begin"), query.whole("end")
        oldest = now - ROWS_KEPT * step + 1
        first = oldest if begin is None else max(oldest, begin + 1)
        last = now + 1 if end is None else min(now + 1, end)

        def fetch(since: int, until: int) -> Stamped:
            return history(listing, step, since, until)

        return newest(fetch, first, last, step, query.limit(ROWS_DEFAULT, ROWS_MOST))

    def funding_rates(self, query: Query) -> object:
        if query.text("instId") == "ANY":
            rows = [one for one in self.market.listings(VENUE) if one.is_perpetual]
        else:
            rows = [self._perpetual(query)]
        return told([self.funding_rate_row(one) for one in rows])

    def _perpetual(self, query: Query) -> Listing:
        listing = self.listing(query)
        if not listing.is_perpetual:
            raise refuse(51000, "Parameter instId error")
        return listing

    def funding_rate_row(self, listing: Listing) -> dict[str, object]:
        settles = self.market.next_funding_ms()
        rate = decimal(self.market.funding_rate(listing), 10)
        return {
            "instType": "SWAP",
            "instId": listing.id,
            "method": "current_period",
            "formulaType": "withRate",
            "fundingRate": rate,
            "fundingTime": str(settles),
            "nextFundingRate": "",
            "nextFundingTime": str(settles + FUNDING_INTERVAL_MS),
            "prevFundingTime": str(settles - FUNDING_INTERVAL_MS),
            "minFundingRate": "-0.00375",
            "maxFundingRate": "0.00375",
            "settState": "settled",
            "settFundingRate": rate,
            "premium": "0",
            "interestRate": "0.0001",
            "impactValue": "20000",
            "ts": self.stamp(FUNDING, listing),
        }

    def funding_history(self, query: Query) -> object:
        listing, now = self._perpetual(query), self.market.now_ms()
        before, after = query.whole("before"), query.whole("after")
        begin = max(now - FUNDING_KEPT_MS, 0 if before is None else before + 1)
        end = now + 1 if after is None else after

        def fetch(first: int, until: int) -> Stamped:
            return self.market.funding_history(listing, first, until)

        page = newest(fetch, begin, end, FUNDING_INTERVAL_MS, query.limit(FUNDING_MOST, FUNDING_MOST))
        return told([_funding_row(listing, stamp, rate) for stamp, rate in _newest_first(page)])

    def position_tiers(self, query: Query) -> object:
        if query.text("tdMode") not in ("cross", "isolated"):
            raise malformed("tdMode")
        rows = self.asked(query)
        if not rows:
            raise refuse(51001, "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
        return told([tier for one in rows[:1] for tier in self._tiers(one)])

    def _tiers(self, listing: Listing) -> list[dict[str, object]]:
        """Sizes are contracts; the next tier starts one contract above."""
        contract = listing.contract_size * (1.0 if listing.inverse else self.market.first_price(listing))
        rows: list[dict[str, object]] = []
        smallest = 0
        for number, tier in enumerate(listing.tiers, 1):
            largest = math.floor(tier.notional_cap / contract)
            rows.append(
                {
                    "tier": str(number),
                    "instFamily": family(listing),
                    "uly": family(listing),
                    "instId": "",
                    "minSz": str(smallest),
                    "maxSz": str(largest),
                    "maxLever": short(tier.max_leverage),
                    "mmr": short(tier.maintenance_rate),
                    "imr": short(1 / tier.max_leverage, 4),
                    "baseMaxLoan": "",
                    "quoteMaxLoan": "",
                    "optMgnFactor": "",
                }
            )
            smallest = largest + 1
        return rows


def _newest_first(page: Stamped) -> list[tuple[int, float]]:
    return list(zip(page.stamp_ms.tolist(), page.value.tolist(), strict=True))[::-1]


def _funding_row(listing: Listing, stamp: int, rate: float) -> dict[str, object]:
    return {
        "instType": "SWAP",
        "instId": listing.id,
        "method": "current_period",
        "formulaType": "withRate",
        "fundingRate": decimal(rate, 10),
        "realizedRate": decimal(rate, 10),
        "fundingTime": str(stamp),
    }
