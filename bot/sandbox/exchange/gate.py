"""Gate API v4: contracts, prices and candles.

Sizes are contracts, as text: that is how it answers a client that asks for decimal sizes, as ccxt does. Times
are seconds. Perpetuals and dated contracts lie under paths of their own.
"""

from collections.abc import Callable

from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.doorway import Answer, Manners, Refused
from bot.sandbox.exchange.paging import newest
from bot.sandbox.exchange.query import Query
from bot.sandbox.market.candles import WEEK_MS, Candles
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS, Market
from bot.sandbox.market.series import BOOK
from bot.sandbox.market.trading import Trade, depth, recent_trades

VENUE = "gate"
OUTAGE = {"label": "SERVER_ERROR", "message": "Internal server error"}
FUTURES, DELIVERY = "/api/v4/futures/usdt", "/api/v4/delivery/usdt"
INTERVALS = {
    **{f"{n}m": n * MINUTE_MS for n in (1, 5, 15, 30)},
    **{f"{n}h": n * HOUR_MS for n in (1, 4, 8)},
    "1d": DAY_MS,
    "1w": WEEK_MS,
}
CANDLES_DEFAULT, CANDLES_MOST = 100, 2000
CANDLES_REACH = 10_000  # candles of any length, counted back from now
MARK = "mark_"
BOOK_DEFAULT, BOOK_MOST = 10, 300
TRADES_DEFAULT, TRADES_MOST = 100, 1000
SECOND_MS = 1000


def refuse(message: str, label: str = "INVALID_PARAM_VALUE") -> Refused:
    return Refused(400, {"label": label, "message": message})


MANNERS = Manners(VENUE, OUTAGE, lambda name: refuse(f"invalid argument: {name}"))


def seconds(stamp_ms: int) -> int:
    return stamp_ms // SECOND_MS


def size(listing: Listing, coins: float) -> str:
    """Coins as the contracts that they are."""
    return short(coins / listing.contract_size)


class GateBooth:
    """One kind of contracts, perpetual or dated; finds what a request is about."""

    def __init__(self, market: Market, path: str) -> None:
        self.market = market
        self.path = path

    def asked(self, query: Query) -> list[Listing]:
        """The contract that is named, or all of this kind."""
        return [self.listing(query)] if query.text("contract") else self.everything()

    def everything(self) -> list[Listing]:
        return [one for one in self.market.listings(VENUE) if self._here(one)]

    def listing(self, query: Query) -> Listing:
        return self.named(query.text("contract"))

    def named(self, contract: str) -> Listing:
        if not contract:
            raise refuse("Missing required parameter: contract", "MISSING_REQUIRED_PARAM")
        found = self.market.listing(VENUE, contract)
        if found is None or not self._here(found):
            raise refuse("CONTRACT_NOT_FOUND", "CONTRACT_NOT_FOUND")
        return found

    def _here(self, listing: Listing) -> bool:
        return listing.is_perpetual == (self.path == FUTURES)

    def step(self, query: Query, default: str = "5m") -> int:
        interval = query.text("interval", default)
        if interval not in INTERVALS:
            raise refuse("invalid argument: interval")
        return INTERVALS[interval]

    def span_ms(self, query: Query) -> tuple[int | None, int | None]:
        """What `from` and `to` say, both included."""
        begin, end = query.whole("from"), query.whole("to")
        return None if begin is None else begin * SECOND_MS, None if end is None else end * SECOND_MS


class GateSpot:
    """What belongs to no kind of contracts."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def routes(self) -> dict[str, Answer]:
        return {"/api/v4/spot/time": self.time, "/api/v4/spot/currencies": self.currencies}

    def time(self, query: Query) -> object:
        return {"server_time": self.market.now_ms()}

    def currencies(self, query: Query) -> object:
        listings = self.market.listings(VENUE)
        coins = sorted({one.base for one in listings} | {one.settle for one in listings})
        can = dict.fromkeys(("delisted", "trade_disabled", "deposit_disabled", "withdraw_disabled"), False)
        return [{"currency": coin, "name": coin, "chain": coin, "chains": [], **can} for coin in coins]


class GatePrices(GateBooth):
    def routes(self) -> dict[str, Answer]:
        answers: dict[str, Answer] = {
            "contracts": self.contracts,
            "contracts/{contract}": lambda query: self._contract(self.listing(query)),
            "candlesticks": self.candles,
            "tickers": lambda query: [self._ticker(one) for one in self.asked(query)],
            "order_book": self.book,
            "trades": self.trades,
        }
        return {f"{self.path}/{name}": answer for name, answer in answers.items()}

    def contracts(self, query: Query) -> object:
        return [self._contract(one) for one in self.everything()]

    def candles(self, query: Query) -> object:
        contract = query.text("contract")
        listing, is_mark = self.named(contract.removeprefix(MARK)), contract.startswith(MARK)
        page = self._page(query, listing, self.market.mark_candles if is_mark else self.market.candles)
        return [_candle(listing, page, row, is_mark) for row in range(len(page))]

    def _page(
        self, query: Query, listing: Listing, read: Callable[[Listing, int, int, int], Candles]
    ) -> Candles:
        """From the oldest to the newest; a count and a span exclude each other."""
        step, now = self.step(query), self.market.now_ms()
        begin, end = self.span_ms(query)
        last = now if end is None else end
        limit = query.limit(CANDLES_DEFAULT, CANDLES_MOST)
        if begin is not None or end is not None:
            if query.text("limit"):
                raise refuse("limit conflicts with from and to")
            begin = last - CANDLES_DEFAULT * step if begin is None else begin
            _check_span(begin, last, now, step)
            return read(listing, step, begin, last + 1)
        return newest(lambda first, until: read(listing, step, first, until), 0, last + 1, step, limit)

    def _contract(self, listing: Listing) -> dict[str, object]:
        now, mark = self.market.now_ms(), self._price(listing, self.market.mark_price(listing))
        common = {
            "name": listing.id,
            "type": "direct",
            "quanto_multiplier": short(listing.contract_size),
            "last_price": self._price(listing, self.market.last_price(listing)),
            "mark_price": mark,
            "index_price": mark,
            "mark_type": "index",
            "order_price_round": short(listing.tick_size),
            "mark_price_round": short(listing.tick_size),
            "order_price_deviate": "0.2",
            "order_size_min": short(min(1.0, listing.lot_size / listing.contract_size)),
            "order_size_max": "1000000",
            "orders_limit": 100,
            "leverage_min": "1",
            "leverage_max": short(listing.max_leverage),
            "maintenance_rate": short(listing.tiers[0].maintenance_rate),
            "risk_limit_base": short(listing.tiers[0].notional_cap),
            "risk_limit_step": short(listing.tiers[0].notional_cap),
            "risk_limit_max": short(listing.tiers[-1].notional_cap),
            "maker_fee_rate": "-0.0001",
            "taker_fee_rate": "0.00075",
            "ref_discount_rate": "0",
            "ref_rebate_rate": "0.2",
            "in_delisting": False,
            "position_size": size(listing, self.market.open_interest(listing) or 0.0),
            "trade_size": size(listing, self.market.day_ticker(listing).volume),
            "trade_id": now,
            "orderbook_id": now,
            "config_change_time": seconds(listing.listed_ms),
        }
        return common | (self._perpetual(listing) if listing.is_perpetual else _dated(listing))

    def _perpetual(self, listing: Listing) -> dict[str, object]:
        rate = decimal(self.market.funding_rate(listing), 6)
        return {
            "enable_decimal": listing.lot_size < listing.contract_size,
            "funding_rate": rate,
            "funding_rate_indicative": rate,
            "funding_interval": seconds(FUNDING_INTERVAL_MS),
            "funding_next_apply": seconds(self.market.next_funding_ms()),
            "funding_offset": 0,
            "funding_impact_value": "60000",
            "funding_cap_ratio": "0.75",
            "interest_rate": "0.0003",
            "long_users": 1200,
            "short_users": 900,
            "enable_bonus": True,
            "enable_credit": True,
            "create_time": seconds(listing.listed_ms),
            "launch_time": seconds(listing.listed_ms),
            "status": "trading",
        }

    def _ticker(self, listing: Listing) -> dict[str, object]:
        day = self.market.day_ticker(listing)
        mark = self._price(listing, self.market.mark_price(listing))
        found: dict[str, object] = {
            "contract": listing.id,
            "last": self._price(listing, day.last),
            "low_24h": self._price(listing, day.low),
            "high_24h": self._price(listing, day.high),
            "change_percentage": decimal((day.last / day.open - 1) * 100, 2),
            "total_size": size(listing, self.market.open_interest(listing) or 0.0),
            "volume_24h": size(listing, day.volume),
            "volume_24h_base": short(day.volume),
            "volume_24h_btc": short(day.volume),
            "volume_24h_quote": short(day.turnover, 4),
            "volume_24h_settle": short(day.turnover, 4),
            "volume_24h_usd": short(day.turnover, 4),
            "mark_price": mark,
            "index_price": mark,
            "highest_bid": self._price(listing, day.last - listing.tick_size),
            "lowest_ask": self._price(listing, day.last + listing.tick_size),
        }
        if listing.is_perpetual:
            rate = decimal(self.market.funding_rate(listing), 6)
            return found | {"funding_rate": rate, "funding_rate_indicative": rate}
        return found | {"basis_rate": "0", "basis_value": "0"}

    def book(self, query: Query) -> object:
        listing = self.listing(query)
        stamp = self.market.as_of(BOOK, listing)
        now = stamp / SECOND_MS
        sides = depth(self.market, listing, query.limit(BOOK_DEFAULT, BOOK_MOST))
        bids, asks = (
            [{"p": self._price(listing, at), "s": size(listing, coins)} for at, coins in side]
            for side in sides
        )
        return {"id": stamp, "current": now, "update": now, "asks": asks, "bids": bids}

    def trades(self, query: Query) -> object:
        """The newest first; what takers sold is negative."""
        listing, now = self.listing(query), self.market.now_ms()
        begin, end = self.span_ms(query)
        last = now if end is None else min(now, end)
        limit = query.limit(TRADES_DEFAULT, TRADES_MOST)
        found = recent_trades(self.market, listing, begin or 0, last + 1, limit)
        return [self._trade(listing, one) for one in reversed(found)]

    def _trade(self, listing: Listing, trade: Trade) -> dict[str, object]:
        coins = trade.quantity if trade.bought else -trade.quantity
        return {
            "id": trade.number,
            "create_time": seconds(trade.stamp_ms),
            "create_time_ms": trade.stamp_ms / SECOND_MS,
            "contract": listing.id,
            "size": size(listing, coins),
            "price": self._price(listing, trade.price),
        }

    def _price(self, listing: Listing, price: float) -> str:
        return decimal(price, decimals_of(listing.tick_size))


def _check_span(begin_ms: int, end_ms: int, now_ms: int, step_ms: int) -> None:
    if begin_ms > end_ms:
        raise refuse("from is later than to")
    if begin_ms < now_ms - CANDLES_REACH * step_ms:
        raise refuse(f"Candlestick too long ago. Maximum {CANDLES_REACH} points ago are allowed")
    if (end_ms - begin_ms) // step_ms + 1 > CANDLES_MOST:
        raise refuse(f"Candlestick range too broad. Maximum {CANDLES_MOST} points are allowed")


def _candle(listing: Listing, page: Candles, row: int, is_mark: bool) -> dict[str, object]:
    places = decimals_of(listing.tick_size)
    columns = {"o": page.open, "h": page.high, "l": page.low, "c": page.close}
    found: dict[str, object] = {"t": seconds(int(page.start_ms[row]))}
    found |= {name: decimal(float(column[row]), places) for name, column in columns.items()}
    if is_mark:
        return found
    coins = float(page.volume[row])
    typical = (float(page.high[row]) + float(page.low[row]) + float(page.close[row])) / 3
    return found | {"v": size(listing, coins), "sum": short(coins * typical, 4)}


def _dated(listing: Listing) -> dict[str, object]:
    return {
        "underlying": f"{listing.base}_{listing.quote}",
        "cycle": "QUARTERLY",
        "expire_time": seconds(listing.expires_ms or 0),
        "basis_rate": "0",
        "basis_value": "0",
        "basis_impact_value": "100000",
        "settle_price": "0",
        "settle_price_interval": 60,
        "settle_price_duration": 1800,
        "settle_fee_rate": "0.00015",
    }
