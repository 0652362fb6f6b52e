"""Gate through ccxt: USDT-margined contracts. It counts contracts and seconds; dated ones lie apart.

Liquidations are not streamed in any form that ccxt knows. They are listed, with the price of bankruptcy, and
counted, in statistics that go far back: the list is read with every candle, and believed as long as it holds
what the statistics count. Totals of five minutes have no prices: nobody learns levels from them alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog

from bot.liquidation.feed import Feed
from bot.liquidation.history import History
from bot.liquidation.side import Side
from bot.liquidation.surroundings import Accounts, Funding, OrderBook
from bot.liquidation.windows import FINE_HISTORY_MS, LONGEST_HISTORY_MS
from bot.market.candles import DAY_MS, FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch, steps
from bot.market.ccxt_venue import REQUEST_TIMEOUT_MS, CcxtVenue
from bot.market.forced_orders import Heard
from bot.market.history_reader import together
from bot.market.live import PublishedOrder, Topics
from bot.market.live_tape import Reading
from bot.market.margin_table import PublishedTier, Shelf
from bot.market.order_book import order_book
from bot.market.side_agreement import SideAgreement
from bot.market.venue import MarkPrice, VenueError
from bot.market.venue_errors import plain_errors
from bot.market.wire import Ccxt, Market, Wire

INTERVALS = {MINUTE_MS: "1m", FIVE_MINUTES_MS: "5m", HOUR_MS: "1h", 4 * HOUR_MS: "4h"}
CANDLES_REACH = 9_900  # of any length; an older start than 10,000 of them is refused
INTEREST_REACHES_MS = {FIVE_MINUTES_MS: FINE_HISTORY_MS, 4 * HOUR_MS: LONGEST_HISTORY_MS}
INTEREST_PAGE = 100
BOOK_LEVELS = 300
MOST_LISTED, LISTED_SPAN_S = 1000, 3600  # rows and seconds of one answer
LIST_PATIENCE_S = 2.0  # candles that have come wait no longer for it
LATE_S = 10  # an order may be listed so much later than it happened
LEFT_BEHIND_S = 6 * 3600  # what is older is not read up
FEWEST_LISTED = 0.95  # of what the statistics count
JUDGED_HOURS = 24

log = structlog.get_logger(__name__)


class Gate(CcxtVenue):
    name = "gate"
    ccxt_class = "gate"
    candles_a_page = 1999
    marks_a_page = 1999
    feed = Feed.COMPLETE
    interest_reach_ms = LONGEST_HISTORY_MS

    def __init__(
        self, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS, shelf: Shelf | None = None
    ) -> None:
        super().__init__(root, timeout_ms, shelf)
        self._listed = LiquidationList(self._listed_orders, self._hear_listed)
        self._sides = SideAgreement()
        self._doubted = False
        self._since_ms: dict[str, int] = {}  # by symbol: what came after it has been read
        self._judged: dict[str, tuple[int, bool]] = {}  # by symbol: when, and whether the list is whole

    def _options(self) -> dict[str, Any]:
        settled = {"fetchMarkets": {"settlementCurrencies": ["usdt"]}}
        kinds = {"fetchMarkets": {"types": ["swap", "future"]}, "swap": settled, "future": settled}
        options: dict[str, Any] = {"options": kinds}
        if self.root:
            public = dict.fromkeys(("futures", "delivery", "spot"), f"{self.root}/api/v4")
            options["urls"] = {"api": {"public": public}}
        return options

    async def _tiers(self, market: Market) -> Sequence[PublishedTier]:
        return [_tier(row) for row in await self._ask_of(market, "RiskLimitTiers")]

    async def candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        worth = float(market["contractSize"])
        rows = await self._candle_rows(market, market["id"], page, now_ms)
        return [(_ms(row["t"]), *(row[name] for name in "ohlc"), float(row["v"]) * worth) for row in rows]

    async def mark_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        rows = await self._candle_rows(market, f"mark_{market['id']}", page, now_ms)
        return [(_ms(row["t"]), row["l"], row["h"]) for row in rows]

    async def _candle_rows(self, market: Market, name: str, page: Stretch, now_ms: int) -> Sequence[Wire]:
        begin_ms = max(page.start_ms, now_ms - CANDLES_REACH * page.span_ms)
        if begin_ms >= page.end_ms:
            return ()
        span = {"from": -(-begin_ms // 1000), "to": page.end_ms // 1000 - 1}  # both included
        interval = INTERVALS[page.span_ms]
        return list(await self._ask_of(market, "Candlesticks", contract=name, interval=interval, **span))

    async def interest_rows(self, market: Market, span: Stretch, now_ms: int) -> Sequence[Reading]:
        """Of dated contracts there is none."""
        if not market["swap"]:
            return ()
        parts = steps(span, now_ms, INTEREST_REACHES_MS)
        pages = [
            self._interest_page(market, page) for part in parts for page in part.pages(INTEREST_PAGE - 1)
        ]
        return [reading for page in await together(*pages) for reading in page]

    async def _interest_page(self, market: Market, page: Stretch) -> Sequence[Reading]:
        """Rows go forward from a start, so that one has to say how many."""
        begin = {"from": page.start_ms // 1000, "interval": INTERVALS[page.span_ms]}
        rows = await self._ask_of(market, "ContractStats", limit=len(page) + 1, **begin)
        worth = float(market["contractSize"])
        return [(float(_ms(row["time"])), float(row["open_interest"]) * worth) for row in rows]

    async def interest_now(self, market: Market) -> Reading | None:
        """Tickers have no time of their own: the clock, asked afterwards, says by when this was known."""
        rows = await self._ask_of(market, "Tickers")
        row = next((row for row in rows if row["contract"] == market["id"]), None)
        now_ms = await self._server_time_ms(await self._connected())
        return None if row is None else (float(now_ms), float(row["total_size"]) * market["contractSize"])

    async def _marks(self, markets: Sequence[Market]) -> dict[str, MarkPrice]:
        one_of_each = {bool(market["swap"]): market for market in markets}.values()
        only = {"contract": markets[0]["id"]} if len(markets) == 1 else {"contract": None}
        connected = await self._connected()
        now_ms, *answers = await together(
            self._server_time_ms(connected),
            *(self._ask_of(market, "Tickers", **only) for market in one_of_each),
        )
        rows = [row for answer in answers for row in answer if row.get("mark_price")]
        return {row["contract"]: MarkPrice(float(row["mark_price"]), now_ms) for row in rows}

    async def _funding(self, market: Market) -> Funding | None:
        if not market["swap"]:
            return None
        row = await self._ask_of(market, "ContractsContract")
        now_ms = await self._server_time_ms(await self._connected())
        interval_ms, next_ms = _ms(row["funding_interval"]), int(float(row["funding_next_apply"]) * 1000)
        return Funding(float(row["funding_rate"]), interval_ms, next_ms, now_ms)

    async def _accounts(self, market: Market) -> Accounts | None:
        """Told as longs for each short."""
        if not market["swap"]:
            return None
        row = (await self._ask_of(market, "ContractStats", interval="5m", limit=1))[-1]
        longs = float(row["lsr_account"])
        return Accounts(longs / (1 + longs), _ms(row["time"])) if longs > 0 else None

    async def _book(self, market: Market) -> OrderBook | None:
        book = await self._ask_of(market, "OrderBook", limit=BOOK_LEVELS)
        bids, asks = ([(row["p"], row["s"]) for row in book[side]] for side in ("bids", "asks"))
        worth = float(market["contractSize"])
        return order_book(bids, asks, round(float(book["current"]) * 1000), worth=worth)

    async def _server_time_ms(self, exchange: Ccxt) -> int:
        return int((await exchange.publicSpotGetTime())["server_time"])

    async def _ask_of(self, market: Market, what: str, **given: object) -> Wire:
        """One request about a contract, or about all of its kind where `contract` is None."""
        kind = "Futures" if market["swap"] else "Delivery"
        told = {"settle": market["settleId"], "contract": market["id"], **given}
        known = {name: value for name, value in told.items() if value is not None}
        return await self.ask(f"public{kind}GetSettle{what}", **known)

    # --- liquidations ---

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        """Candles, and the liquidations of all perpetuals by then: they are asked for together."""
        found = await super().history(symbol, since_ms, until_ms)
        market = self._markets[symbol]
        if market["swap"] and self._tape(market["id"]) is not None:
            try:
                with plain_errors(self.name):
                    async with asyncio.timeout(LIST_PATIENCE_S):
                        await self._read_list(market, until_ms)
            except VenueError as error:  # it can be read up later, the candles cannot wait
                log.info("liquidations are read later", symbol=symbol, reason=error.reason)
        return found

    async def listen(self, symbols: Sequence[str]) -> None:
        await super().listen(symbols)
        heard_of = {tape.symbol for tape in self._live.tapes.values()}
        self._since_ms = {symbol: since for symbol, since in self._since_ms.items() if symbol in heard_of}

    def heard(self) -> Heard:
        """Only contracts whose list is whole count as listened to, and none while its sides are in doubt."""
        orders = self._live.heard().orders
        doubted, self._doubted = self._doubted, self._sides.is_doubtful
        if self._doubted != doubted:
            log.error("sides of liquidations contradict prices", venue=self.name, doubted=self._doubted)
        if self._doubted:
            self._since_ms.clear()
            return Heard(0)
        begun_ms = self._listed.begun_s * 1000
        since = {name: max(at, begun_ms) for name, at in self._since_ms.items() if self._judged[name][1]}
        return Heard(self._listed.read_until_s * 1000, orders, since)

    async def _read_list(self, market: Market, until_ms: int) -> None:
        """By the venue's own clock: ours may be ahead of it, and what is to come would be passed over."""
        symbol, listed = market["symbol"], self._listed
        if listed.read_until_s * 1000 < until_ms:
            await listed.read(await self._server_time_ms(await self._connected()) // 1000)
        if until_ms - self._judged.get(symbol, (0, False))[0] > DAY_MS:
            self._judged[symbol] = until_ms, await self._is_whole(market)
        self._since_ms.setdefault(symbol, listed.read_until_s * 1000)

    async def _is_whole(self, market: Market) -> bool:
        """Whether the list told of the day's fullest hour what the statistics count of it.

        Nobody says whether an hour is stamped with its beginning or its end, so either will do.
        """
        rows = await self._ask_of(market, "ContractStats", interval="1h", limit=JUDGED_HOURS)
        fullest = max(rows, key=_counted, default=None)
        if fullest is None or not _counted(fullest):
            return True
        stamp_s = int(fullest["time"])
        hours = [(stamp_s - LISTED_SPAN_S, stamp_s), (stamp_s, stamp_s + LISTED_SPAN_S)]
        listed = [await self._listed.rows(*hour, contract=market["id"]) for hour in hours]
        most = max(sum(abs(float(row["size"])) for row in rows) for rows in listed)
        share = most / _counted(fullest)
        log.info("liquidations listed", venue=self.name, symbol=market["symbol"], of_counted=round(share, 3))
        return share >= FEWEST_LISTED

    async def _listed_orders(self, begin_s: int, end_s: int, contract: str | None) -> Sequence[Wire]:
        span = {"from": begin_s, "to": end_s - 1, "limit": MOST_LISTED}  # both included
        named = {} if contract is None else {"contract": contract}
        return list(await self.ask("publicFuturesGetSettleLiqOrders", settle="usdt", **span, **named))

    def _hear_listed(self, rows: Iterable[Wire]) -> None:
        self._live.hear_orders(
            [self._published(row) for row in rows if self._tape(row["contract"]) is not None]
        )

    def _published(self, row: Wire) -> PublishedOrder:
        """Of a long the size is positive, and its bankruptcy lies below what the order got."""
        worth = float(self._exchange_market(row["contract"])["contractSize"])
        counted, price = float(row["size"]), float(row["order_price"])
        side = Side.LONG if counted > 0 else Side.SHORT
        self._sides.note(side, float(row["fill_price"]), price)
        return PublishedOrder(row["contract"], side, price, _ms(row["time"]), abs(counted) * worth)

    # --- no streams ---

    def _topics(self, market: Market) -> Topics:
        return {}

    def _frames(self, topics: Sequence[str], subscribe: bool) -> Iterable[Wire]:
        return ()

    def _hear(self, message: Wire) -> bool:
        return False


Ask = Callable[[int, int, str | None], Awaitable[Sequence[Wire]]]


class LiquidationList:
    """Reads on from second to second: `ask` is given the first and the one after the last, and a contract or
    none; `hear` gets each order once."""

    def __init__(self, ask: Ask, hear: Callable[[Iterable[Wire]], None]) -> None:
        self._ask, self._hear = ask, hear
        self._turn = asyncio.Lock()
        self.begun_s = 0  # nothing has been left out since
        self.read_until_s = 0
        self._late: Counter[tuple[tuple[str, Wire], ...]] = Counter()  # orders that a next answer repeats

    async def read(self, until_s: int) -> None:
        """What was read before a failure is not asked for again; what is too old is passed over."""
        async with self._turn:
            if until_s - self.read_until_s > LEFT_BEHIND_S:
                self.begun_s = self.read_until_s = until_s
                self._late.clear()
            while self.read_until_s < until_s:
                await self._read_span(min(until_s, self.read_until_s + LISTED_SPAN_S - LATE_S))

    async def _read_span(self, end_s: int) -> None:
        begin_s = max(self.begun_s, self.read_until_s - LATE_S)
        found = Counter(_frozen(row) for row in await self.rows(begin_s, end_s))
        news, self.read_until_s = found - self._late, end_s
        self._late = Counter(
            {row: count for row, count in found.items() if dict(row)["time"] >= end_s - LATE_S}
        )
        self._hear(sorted((dict(row) for row in news.elements()), key=lambda row: int(row["time"])))

    async def rows(self, begin_s: int, end_s: int, contract: str | None = None) -> Sequence[Wire]:
        """All orders of [begin, end): a span that fills an answer is halved."""
        found = await self._ask(begin_s, end_s, contract)
        if len(found) < MOST_LISTED or end_s - begin_s <= 1:
            return found
        middle = (begin_s + end_s) // 2
        halves = [
            await self.rows(begin_s, middle, contract),
            await self.rows(middle, end_s, contract),
        ]
        return [row for half in halves for row in half]


def _frozen(row: Mapping[str, Wire]) -> tuple[tuple[str, Wire], ...]:
    return tuple(sorted(row.items()))


def _ms(seconds: object) -> int:
    return int(str(seconds)) * 1000


def _counted(row: Mapping[str, Wire]) -> float:
    """Contracts that were liquidated, of both sides."""
    return float(row["long_liq_size"]) + float(row["short_liq_size"])


def _tier(row: Mapping[str, Wire]) -> PublishedTier:
    """Since July 2025 margin is continuous over the tiers, by a deduction."""
    deduction = row.get("deduction")
    return PublishedTier(
        notional_cap=float(row["risk_limit"]),
        max_leverage=float(row["leverage_max"]),
        maintenance_rate=float(row["maintenance_rate"]),
        initial_rate=float(row["initial_rate"]),
        deduction=None if deduction in (None, "") else float(deduction),
    )
