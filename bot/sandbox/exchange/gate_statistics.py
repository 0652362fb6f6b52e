"""Gate API v4: statistics with the totals of liquidations, single liquidations, funding and risk limits."""

from collections.abc import Iterator

import numpy as np

from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.doorway import Answer
from bot.sandbox.exchange.gate import FUTURES, GateBooth, refuse, seconds, size
from bot.sandbox.exchange.paging import newest, oldest_first
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.candles import Candles, Floats, Ints
from bot.sandbox.market.clock import HOUR_MS
from bot.sandbox.market.liquidations import LONG, SHORT, Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS, Market
from bot.sandbox.market.tape import Stamped

STATS_INTERVALS = ("5m", "15m", "30m", "1h", "4h", "1d")
STATS_DEFAULT, STATS_MOST = 30, 100
FUNDING_DEFAULT, FUNDING_MOST = 100, 1000
ORDERS_DEFAULT, ORDERS_MOST = 100, 1000
ORDERS_SPAN_MS = HOUR_MS
CONTRACTS_A_PAGE = 100  # of the risk limits


class GateTiers(GateBooth):
    """What perpetuals and dated contracts both have."""

    def routes(self) -> dict[str, Answer]:
        return {f"{self.path}/risk_limit_tiers": self.risk_limits}

    def risk_limits(self, query: Query) -> object:
        """Pages count contracts, and their rows say whose they are."""
        if query.text("contract"):
            return _tiers(self.listing(query))
        begin = query.whole("offset") or 0
        shown = self.everything()[begin : begin + query.limit(CONTRACTS_A_PAGE, CONTRACTS_A_PAGE)]
        return [row | {"contract": one.id} for one in shown for row in _tiers(one)]


class GateStatistics(GateBooth):
    """What only perpetuals have."""

    def __init__(self, market: Market) -> None:
        super().__init__(market, FUTURES)

    def routes(self) -> dict[str, Answer]:
        return {
            f"{self.path}/contract_stats": self.contract_stats,
            f"{self.path}/liq_orders": self.liquidated_orders,
            f"{self.path}/funding_rate": self.funding_history,
        }

    def contract_stats(self, query: Query) -> object:
        """From the oldest to the newest; a row tells what was known at its time and counts what came since
        the row before."""
        listing, step = self.listing(query), self.step(query)
        if query.text("interval", "5m") not in STATS_INTERVALS:
            raise refuse("invalid argument: interval")
        page = self._stats_page(query, listing, step)
        if not len(page):
            return []
        begin, end = int(page.stamp_ms[0]) - step, int(page.stamp_ms[-1])
        known = _Known(self.market, listing, step, begin, end)
        rows = zip(page.stamp_ms.tolist(), page.value.tolist(), strict=True)
        return [known.row(stamp, coins) for stamp, coins in rows]

    def _stats_page(self, query: Query, listing: Listing, step: int) -> Stamped:
        now, limit = self.market.now_ms(), query.limit(STATS_DEFAULT, STATS_MOST)
        begin, _ = self.span_ms(query)

        def fetch(first: int, until: int) -> Stamped:
            return self.market.open_interest_history(listing, step, first, until)

        if begin is not None:
            return oldest_first(fetch, begin, now + 1, step, limit)
        return newest(fetch, 0, now + 1, step, limit)

    def liquidated_orders(self, query: Query) -> object:
        """The newest first; a long's size is positive. Asked for in milliseconds, it is too long a span."""
        begin, end = self.span_ms(query)
        now = self.market.now_ms()
        last = now if end is None else end
        first = last - ORDERS_SPAN_MS if begin is None else begin
        if not 0 <= last - first <= ORDERS_SPAN_MS:
            raise refuse("The time interval between from and to is maximum 3600")
        rows = [row for one in self.asked(query) for row in self._orders(one, first, last)]
        rows.sort(key=lambda row: row[0])
        limit = query.limit(ORDERS_DEFAULT, ORDERS_MOST)
        return [told for _, told in rows[::-1][:limit]]

    def _orders(self, listing: Listing, first: int, last: int) -> Iterator[tuple[int, dict[str, object]]]:
        orders = self.market.liquidations(listing, first, last + 1000)  # the whole of the last second
        places = decimals_of(listing.tick_size)
        for row in range(len(orders)):
            sign = 1 if orders.side[row] == LONG else -1
            coins = sign * float(orders.quantity[row])
            stamp = int(orders.stamp_ms[row])
            yield (
                stamp,
                {
                    "time": seconds(stamp),
                    "contract": listing.id,
                    "size": size(listing, coins),
                    "order_size": size(listing, -coins),
                    "order_price": decimal(float(orders.bankruptcy[row]), places),
                    "fill_price": decimal(float(orders.fill[row]), places),
                    "left": "0",
                },
            )

    def funding_history(self, query: Query) -> object:
        listing, now = self.listing(query), self.market.now_ms()
        begin, end = self.span_ms(query)
        last = now if end is None else min(now, end)

        def fetch(first: int, until: int) -> Stamped:
            return self.market.funding_history(listing, first, until)

        limit = query.limit(FUNDING_DEFAULT, FUNDING_MOST)
        page = newest(fetch, begin or 0, last + 1, FUNDING_INTERVAL_MS, limit)
        rows = zip(page.stamp_ms.tolist(), page.value.tolist(), strict=True)
        return [{"t": seconds(stamp), "r": decimal(rate, 6)} for stamp, rate in rows][::-1]


class _Known:
    """What happened to one contract in a stretch of time, cut into steps."""

    def __init__(self, market: Market, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> None:
        self._listing, self._step = listing, step_ms
        self._orders = market.liquidations(listing, begin_ms, end_ms)
        self._candles = market.candles(listing, step_ms, begin_ms, end_ms)
        self._marks = market.mark_candles(listing, step_ms, begin_ms, end_ms)
        self._share = market.long_share_history(listing, step_ms, begin_ms, end_ms + 1)
        self._last = market.mark_price(listing)

    def row(self, stamp: int, coins: float) -> dict[str, object]:
        """The row of the step that ends at a stamp, with so many coins open by then."""
        share = self._share.latest(stamp)
        long_short = 0.0 if share is None else share / (1 - share)
        bought, sold = self._taken(stamp)
        mark = _closing(self._marks, stamp - self._step, self._last)
        forced = {name: self._forced(stamp, side, name) for name, side in (("long", LONG), ("short", SHORT))}
        return {
            "time": seconds(stamp),
            "open_interest": size(self._listing, coins),
            "open_interest_usd": round(coins * mark, 2),
            "mark_price": mark,
            "lsr_account": round(long_short, 6),
            "lsr_taker": round(bought / sold, 6) if sold else 0,
            "long_taker_size": size(self._listing, bought),
            "short_taker_size": size(self._listing, sold),
            "top_lsr_account": round(long_short, 6),
            "top_lsr_size": round(long_short, 6),
            **forced["long"],
            **forced["short"],
        }

    def _taken(self, stamp: int) -> tuple[float, float]:
        """Coins that takers bought and sold."""
        at = np.flatnonzero(self._candles.start_ms == stamp - self._step)
        bought = float(self._candles.taker_buy[at].sum())
        return bought, float(self._candles.volume[at].sum()) - bought

    def _forced(self, stamp: int, side: int, name: str) -> dict[str, object]:
        """The totals of one side, in contracts, coins and quote currency at the fill."""
        orders = _between(self._orders, stamp - self._step, stamp, side)
        coins = float(orders.quantity.sum())
        return {
            f"{name}_liq_size": size(self._listing, coins),
            f"{name}_liq_amount": round(coins, 8),
            f"{name}_liq_usd": round(float((orders.quantity * orders.fill).sum()), 4),
        }


def _between(orders: Liquidations, begin_ms: int, end_ms: int, side: int) -> Liquidations:
    inside = (orders.stamp_ms >= begin_ms) & (orders.stamp_ms < end_ms) & (orders.side == side)
    return orders[np.flatnonzero(inside)]


def _closing(candles: Candles, start_ms: int, otherwise: float) -> float:
    starts: Ints = candles.start_ms
    closes: Floats = candles.close
    at = int(np.searchsorted(starts, start_ms, "right")) - 1
    return float(closes[at]) if at >= 0 else otherwise


def _tiers(listing: Listing) -> list[dict[str, object]]:
    steps = zip(listing.tiers, listing.deductions, strict=True)
    return [
        {
            "tier": number,
            "risk_limit": short(tier.notional_cap),
            "initial_rate": short(1 / tier.max_leverage, 6),
            "maintenance_rate": short(tier.maintenance_rate),
            "leverage_max": short(tier.max_leverage, 2),
            "deduction": short(deduction, 4),
        }
        for number, (tier, deduction) in enumerate(steps, 1)
    ]
