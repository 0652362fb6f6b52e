"""Bybit through ccxt. Its open interest counts both sides; inverse contracts count quote currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog

from bot.liquidation.contract import Tier
from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.liquidation.surroundings import Accounts, Funding, OrderBook
from bot.liquidation.windows import FINE_HISTORY_MS, LONGEST_HISTORY_MS
from bot.market.candles import FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch, steps
from bot.market.ccxt_venue import CcxtVenue
from bot.market.history_reader import together
from bot.market.live import PublishedOrder, Topics
from bot.market.live_tape import LiveTape, Reading
from bot.market.margin_table import PublishedTier, in_fractions
from bot.market.order_book import order_book
from bot.market.venue import MarkPrice
from bot.market.wire import Ccxt, Market, Wire

INTERVALS = {MINUTE_MS: "1", FIVE_MINUTES_MS: "5", HOUR_MS: "60"}
PERIODS = {FIVE_MINUTES_MS: "5min", 4 * HOUR_MS: "4h"}
# It keeps all there ever was; more than a year of it is not asked for.
INTEREST_REACHES_MS = {FIVE_MINUTES_MS: FINE_HISTORY_MS, 4 * HOUR_MS: LONGEST_HISTORY_MS}
INTEREST_PAGE = 200
BOOK_LEVELS = 500

log = structlog.get_logger(__name__)


class Bybit(CcxtVenue):
    name = "bybit"
    ccxt_class = "bybit"
    candles_a_page = 1000
    marks_a_page = 1000
    feed = Feed.COMPLETE  # since February 2025
    interest_in_quote = True
    interest_reach_ms = LONGEST_HISTORY_MS

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"options": {"fetchMarkets": {"types": ["linear", "inverse"]}}}
        if self.root:
            lines = self.root.replace("http", "ws", 1) + "/v5/public/"
            streams = {"public": {category: lines + category for category in ("linear", "inverse")}}
            options["urls"] = {"api": {"public": self.root, "private": self.root, "ws": streams}}
        return options

    async def _tiers(self, market: Market) -> Sequence[Tier]:
        answer = await self.ask("publicGetV5MarketRiskLimit", category=_category(market), symbol=market["id"])
        rows = (_tier(row) for row in answer["result"]["list"] if row["symbol"] == market["id"])
        return in_fractions(rows)

    def _caps_in_base(self, market: Market) -> bool:
        return bool(market["inverse"])

    async def candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        base_volume = 6 if market["inverse"] else 5
        rows = await self._klines("publicGetV5MarketKline", market, page)
        return [(*row[:5], row[base_volume]) for row in rows]

    async def mark_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        rows = await self._klines("publicGetV5MarketMarkPriceKline", market, page)
        return [(row[0], row[3], row[2]) for row in rows]

    async def _klines(self, method: str, market: Market, page: Stretch) -> Sequence[Wire]:
        answer = await self.ask(
            method,
            category=_category(market),
            symbol=market["id"],
            interval=INTERVALS[page.span_ms],
            start=page.start_ms,
            end=page.end_ms - 1,
            limit=len(page),
        )
        rows: Sequence[Wire] = answer["result"]["list"]
        return rows

    async def interest_rows(self, market: Market, span: Stretch, now_ms: int) -> Sequence[Reading]:
        """Windows that hold less than a page each, so that no cursor makes them wait for each other."""
        parts = steps(span, now_ms, INTEREST_REACHES_MS)
        pages = [
            self._interest_page(market, page) for part in parts for page in part.pages(INTEREST_PAGE - 1)
        ]
        return [reading for page in await together(*pages) for reading in page]

    async def _interest_page(self, market: Market, page: Stretch) -> Sequence[Reading]:
        answer = await self.ask(
            "publicGetV5MarketOpenInterest",
            category=_category(market),
            symbol=market["id"],
            intervalTime=PERIODS[page.span_ms],
            startTime=page.start_ms,
            endTime=page.end_ms,
            limit=INTEREST_PAGE,
        )
        return [(float(row["timestamp"]), _one_sided(row)) for row in answer["result"]["list"]]

    async def interest_now(self, market: Market) -> Reading | None:
        answer = await self.ask("publicGetV5MarketTickers", category=_category(market), symbol=market["id"])
        row = next((row for row in answer["result"]["list"] if row["symbol"] == market["id"]), None)
        return None if row is None else (float(answer["time"]), _one_sided(row))

    async def _marks(self, markets: Sequence[Market]) -> dict[str, MarkPrice]:
        categories = sorted({_category(market) for market in markets})
        only = {"symbol": markets[0]["id"]} if len(markets) == 1 else {}
        answers = await together(
            *(self.ask("publicGetV5MarketTickers", category=category, **only) for category in categories)
        )
        return {
            row["symbol"]: MarkPrice(float(row["markPrice"]), int(answer["time"]))
            for answer in answers
            for row in answer["result"]["list"]
            if row.get("markPrice")
        }

    async def _funding(self, market: Market) -> Funding | None:
        """A dated contract has the fields too, empty."""
        answer = await self.ask("publicGetV5MarketTickers", category=_category(market), symbol=market["id"])
        row = answer["result"]["list"][0]
        if not row.get("fundingRate"):
            return None
        minutes = int(market["info"].get("fundingInterval") or 0)
        interval_ms, next_ms = minutes * MINUTE_MS or None, int(row.get("nextFundingTime") or 0) or None
        return Funding(float(row["fundingRate"]), interval_ms, next_ms, int(answer["time"]))

    async def _accounts(self, market: Market) -> Accounts | None:
        answer = await self.ask(
            "publicGetV5MarketAccountRatio",
            category=_category(market),
            symbol=market["id"],
            period=PERIODS[FIVE_MINUTES_MS],
            limit=1,
        )
        row = answer["result"]["list"][0]
        return Accounts(float(row["buyRatio"]), int(row["timestamp"]))

    async def _book(self, market: Market) -> OrderBook | None:
        """Inverse contracts are worth one of the quote currency each."""
        answer = await self.ask(
            "publicGetV5MarketOrderbook", category=_category(market), symbol=market["id"], limit=BOOK_LEVELS
        )
        book = answer["result"]
        return order_book(book["b"], book["a"], int(book["ts"]), in_quote=bool(market["inverse"]))

    async def _server_time_ms(self, exchange: Ccxt) -> int:
        return int((await exchange.publicGetV5MarketTime())["time"])

    def _topics(self, market: Market) -> Topics:
        url = self._exchange.urls["api"]["ws"]["public"][_category(market)]
        url = self._exchange.implode_hostname(url)
        return {url: [f"{kind}.{market['id']}" for kind in ("allLiquidation", "tickers", "kline.1")]}

    def _frames(self, topics: Sequence[str], subscribe: bool) -> Iterable[Wire]:
        """A frame for each contract, since one that is refused takes its whole frame with it."""
        by_contract: dict[str, list[str]] = {}
        for topic in topics:
            by_contract.setdefault(topic.rpartition(".")[2], []).append(topic)
        for args in by_contract.values():
            yield {"op": "subscribe" if subscribe else "unsubscribe", "args": args}

    def _hear(self, message: Wire) -> bool:
        topic = message.get("topic")
        if topic is None:
            if message.get("success") is False:
                log.warning("subscription refused", venue=self.name, answer=str(message)[:200])
            return message.get("op") in ("subscribe", "unsubscribe")
        kind, _, name = topic.rpartition(".")
        if tape := self._tape(name):
            if kind == "tickers":
                _hear_ticker(tape, message["data"], int(message["ts"]))
            elif kind == "kline.1":
                self._hear_candles(tape, name, message["data"])
            elif kind == "allLiquidation":
                self._live.hear_orders(_order(name, row) for row in message["data"])
        return True

    def _hear_candles(self, tape: LiveTape, name: str, rows: Wire) -> None:
        volume = "turnover" if self._exchange_market(name)["inverse"] else "volume"
        for row in rows:
            if row["confirm"]:
                tape.hear_minute([row[key] for key in ("start", "open", "high", "low", "close", volume)])


def _order(name: str, row: Wire) -> PublishedOrder:
    """The side is the position's: Buy was a long."""
    side = Side.LONG if row["S"] == "Buy" else Side.SHORT
    return PublishedOrder(name, side, float(row["p"]), int(row["T"]), float(row["v"]))


def _hear_ticker(tape: LiveTape, data: Wire, stamp_ms: int) -> None:
    """After the first one a message says only what has changed; the rest stands."""
    interest = tape.readings[-1][1] if tape.readings else None
    price = data.get("markPrice") or (tape.mark.price if tape.mark else None)
    if data.get("singleOpenInterest") or data.get("openInterest"):
        interest = _one_sided(data)
    if interest is not None:
        tape.hear_interest(interest, stamp_ms)
    if price is not None:
        tape.hear_mark(float(price), stamp_ms)


def _category(market: Market) -> str:
    return "inverse" if market["inverse"] else "linear"


def _one_sided(row: Mapping[str, Any]) -> float:
    """The one-sided figure where the venue gives it, else half of the two-sided one."""
    single = row.get("singleOpenInterest")
    if single not in (None, ""):
        return float(str(single))
    return float(row["openInterest"] or "nan") / 2


def _tier(row: Mapping[str, Any]) -> PublishedTier:
    """The first tier lets nothing off, which is written as an empty text."""
    return PublishedTier(
        notional_cap=float(row["riskLimitValue"]),
        max_leverage=float(row["maxLeverage"]),
        maintenance_rate=float(row["maintenanceMargin"]),
        initial_rate=float(row["initialMargin"]) if row.get("initialMargin") else None,
        deduction=float(row["mmDeduction"]) if row.get("mmDeduction") else None,
    )
