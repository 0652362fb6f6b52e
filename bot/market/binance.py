"""Binance USDⓈ-M through ccxt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from zlib import crc32

import structlog

from bot.liquidation.contract import Tier
from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.liquidation.surroundings import Accounts, Funding, OrderBook
from bot.market.binance_tiers import (
    bundled_tiers,
    cautious_tiers,
    published_tiers,
    snapshot_words,
    tiers_with_key,
)
from bot.market.candles import DAY_MS, FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch
from bot.market.ccxt_venue import REQUEST_TIMEOUT_MS, CcxtVenue
from bot.market.history_reader import together
from bot.market.live import PublishedOrder, Topics
from bot.market.live_tape import Reading
from bot.market.margin_sources import cautious
from bot.market.margin_table import Shelf, TableSource
from bot.market.order_book import order_book
from bot.market.pace import Pace
from bot.market.venue import MarkPrice, Venue, VenueError
from bot.market.wire import Ccxt, Market, Wire

INTERVALS = {MINUTE_MS: "1m", FIVE_MINUTES_MS: "5m", HOUR_MS: "1h"}
# Statistics reach back 30 days, an older start is refused; and 1,000 requests in 5 minutes are all there is,
# which ccxt's own throttle would spend in 50 seconds.
STATISTICS_KEPT_MS = 30 * DAY_MS
STATISTICS_REACH_MS = STATISTICS_KEPT_MS - 120 * MINUTE_MS  # beside a fast sandbox minutes pass on the way
STATISTICS_PAGE = 500
STATISTICS_A_SECOND = 3.0
BOOK_LEVELS = 1000
USUAL_FUNDING_MS = 8 * HOUR_MS
FUNDING_INFO_KEPT_S = 3600.0
BRACKETS_ROOT = "https://www.binance.com"
BRACKETS_PATH = "/bapi/futures/v1/friendly/future/common/brackets"
BRACKETS_KEPT_S = 600.0  # the page has all contracts; one reading serves those that ask together
BRACKETS_PATIENCE_S = 3.0  # whoever waits for a contract has little
TABLE_PATIENCE_S = 1.5
TOPICS_A_FRAME = 90  # a frame of more than four kilobytes may be left unread
LINES = 2  # so that a hundred contracts stay below 200 streams on each

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Key:
    """An API key that may only read."""

    name: str = field(repr=False)
    secret: str = field(repr=False)


class Binance(CcxtVenue):
    name = "binance"
    ccxt_class = "binanceusdm"
    candles_a_page = 1500
    marks_a_page = 1500
    feed = Feed.THROTTLED  # the latest order of each contract and second
    interest_reach_ms = STATISTICS_KEPT_MS

    def __init__(
        self, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS, shelf: Shelf | None = None
    ) -> None:
        super().__init__(root, timeout_ms, shelf)
        self._statistics_pace = Pace(STATISTICS_A_SECOND if self._paced else 0)
        self._brackets: Mapping[str, Sequence[Tier]] | Exception = {}
        self._brackets_until = 0.0
        self._brackets_lock = asyncio.Lock()
        self._funding_info: Mapping[str, int] = {}  # market id -> hours, where they are not the usual ones
        self._funding_info_until = 0.0
        self._key: Key | None = None
        self._sibling: Venue | None = None

    def sign_with(self, key: Key) -> None:
        """A key that may only read; before the first request."""
        self._key = key

    def stand_in(self, sibling: Venue) -> None:
        """A venue whose table of the same contract is better than none."""
        self._sibling = sibling

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"options": {"fetchMarkets": {"types": ["linear"]}}}
        if self.root:
            streams = {"ws": {"linear": self.root.replace("http", "ws", 1) + "/ws"}}
            paths = {"fapiPublic": "/fapi/v1", "fapiPublicV2": "/fapi/v2", "fapiPublicV3": "/fapi/v3"}
            paths |= {"fapiPrivate": "/fapi/v1", "fapiData": "/futures/data"}
            options["urls"] = {"api": {name: self.root + path for name, path in paths.items()} | streams}
        if self._key is not None:
            options |= {"apiKey": self._key.name, "secret": self._key.secret}
            # A signature is refused by a clock that is off.
            options["options"]["adjustForTimeDifference"] = True
        return options

    def _table_sources(self, market: Market) -> Sequence[TableSource]:
        """The web page needs no key but may vanish; the rest is for when it does."""
        sources = [TableSource("its web page", lambda: self._tiers(market))]
        if self._key is not None:
            sources.append(TableSource("its API, by the read-only key", lambda: self._tiers_with_key(market)))
        bundled = bundled_tiers(market["base"], bool(market["future"]))
        if bundled:
            sources.append(TableSource(snapshot_words(), lambda: _told(bundled), published=False))
        if self._sibling is not None:
            words = f"the table of {self._sibling.name.capitalize()}"
            sources.append(TableSource(words, lambda: self._tiers_of_sibling(market), published=False))
        return [*sources, cautious(cautious_tiers())]

    async def _tiers(self, market: Market) -> Sequence[Tier]:
        async with self._brackets_lock:
            if monotonic() >= self._brackets_until:
                self._brackets = await self._fetch_brackets()
                self._brackets_until = monotonic() + BRACKETS_KEPT_S
        if isinstance(self._brackets, Exception):
            raise self._brackets
        return self._brackets.get(market["id"], ())

    async def _fetch_brackets(self) -> Mapping[str, Sequence[Tier]] | Exception:
        """What went wrong is remembered like an answer, so that not every contract waits for it."""
        exchange = await self._connected()
        try:
            async with asyncio.timeout(BRACKETS_PATIENCE_S):
                return published_tiers(await exchange.fetch((self.root or BRACKETS_ROOT) + BRACKETS_PATH))
        except Exception as error:  # an undocumented page: whatever it does instead, there are other sources
            return error

    async def _tiers_with_key(self, market: Market) -> Sequence[Tier]:
        async with asyncio.timeout(TABLE_PATIENCE_S):
            return tiers_with_key(await self.ask("fapiPrivateGetLeverageBracket", symbol=market["id"]))

    async def _tiers_of_sibling(self, market: Market) -> Sequence[Tier]:
        assert self._sibling is not None
        async with asyncio.timeout(TABLE_PATIENCE_S):
            contract = await self._sibling.contract(market["symbol"])
        if not contract.tiers_read_ms:
            raise VenueError(self._sibling.name, "has no table of its own")
        return contract.tiers

    async def candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        return [(*row[:6], row[9]) for row in await self._klines("fapiPublicGetKlines", market, page)]

    async def mark_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        rows = await self._klines("fapiPublicGetMarkPriceKlines", market, page)
        return [(row[0], row[3], row[2]) for row in rows]

    async def _klines(self, method: str, market: Market, page: Stretch) -> Sequence[Wire]:
        answer: Sequence[Wire] = await self.ask(
            method,
            symbol=market["id"],
            interval=INTERVALS[page.span_ms],
            startTime=page.start_ms,
            endTime=page.end_ms - 1,
            limit=len(page),
        )
        return answer

    async def interest_rows(self, market: Market, span: Stretch, now_ms: int) -> Sequence[Reading]:
        start = max(span.start_ms, now_ms - STATISTICS_REACH_MS) // FIVE_MINUTES_MS * FIVE_MINUTES_MS
        reach = Stretch(FIVE_MINUTES_MS, start, span.end_ms)
        pages = [self._interest_page(market, page) for page in reach.pages(STATISTICS_PAGE - 1)]
        return [reading for page in await together(*pages) for reading in page]

    async def _interest_page(self, market: Market, page: Stretch) -> Sequence[Reading]:
        await self._statistics_pace.turn()
        rows = await self.ask(
            "fapiDataGetOpenInterestHist",
            symbol=market["id"],
            period="5m",
            startTime=page.start_ms,
            endTime=page.end_ms,
            limit=STATISTICS_PAGE,
        )
        return [(float(row["timestamp"]), float(row["sumOpenInterest"])) for row in rows]

    async def interest_now(self, market: Market) -> Reading | None:
        answer = await self.ask("fapiPublicGetOpenInterest", symbol=market["id"])
        return float(answer["time"]), float(answer["openInterest"])

    async def _marks(self, markets: Sequence[Market]) -> dict[str, MarkPrice]:
        only = {"symbol": markets[0]["id"]} if len(markets) == 1 else {}
        answer = await self.ask("fapiPublicGetPremiumIndex", **only)
        rows = [answer] if only else answer
        return {row["symbol"]: MarkPrice(float(row["markPrice"]), int(row["time"])) for row in rows}

    async def _funding(self, market: Market) -> Funding | None:
        """A dated contract has the fields too, empty."""
        row = await self.ask("fapiPublicGetPremiumIndex", symbol=market["id"])
        if not row["lastFundingRate"] or not row["nextFundingTime"]:
            return None
        hours = (await self._funding_hours()).get(market["id"])
        interval_ms = USUAL_FUNDING_MS if hours is None else hours * HOUR_MS
        rate, next_ms = float(row["lastFundingRate"]), int(row["nextFundingTime"])
        return Funding(rate, interval_ms, next_ms, int(row["time"]))

    async def _funding_hours(self) -> Mapping[str, int]:
        """Only contracts that differ from the usual are in the list; it is the same for all of them."""
        if monotonic() >= self._funding_info_until:
            rows = await self.ask("fapiPublicGetFundingInfo")
            self._funding_info = {row["symbol"]: int(row["fundingIntervalHours"]) for row in rows}
            self._funding_info_until = monotonic() + FUNDING_INFO_KEPT_S
        return self._funding_info

    async def _accounts(self, market: Market) -> Accounts | None:
        await self._statistics_pace.turn()
        rows = await self.ask(
            "fapiDataGetGlobalLongShortAccountRatio", symbol=market["id"], period="5m", limit=1
        )
        return Accounts(float(rows[-1]["longAccount"]), int(rows[-1]["timestamp"]))

    async def _book(self, market: Market) -> OrderBook | None:
        book = await self.ask("fapiPublicGetDepth", symbol=market["id"], limit=BOOK_LEVELS)
        return order_book(book["bids"], book["asks"], int(book["E"]))

    async def _server_time_ms(self, exchange: Ccxt) -> int:
        return int((await exchange.fapiPublicGetTime())["serverTime"])

    def _topics(self, market: Market) -> Topics:
        name = market["id"].lower()
        url = f"{self._exchange.get_ws_url('linear', 'market')}/{crc32(name.encode()) % LINES}"
        return {url: (f"{name}@forceOrder", f"{name}@markPrice@1s", f"{name}@kline_1m")}

    def _frames(self, topics: Sequence[str], subscribe: bool) -> Iterable[Wire]:
        method = "SUBSCRIBE" if subscribe else "UNSUBSCRIBE"
        for first in range(0, len(topics), TOPICS_A_FRAME):
            yield {"method": method, "params": topics[first : first + TOPICS_A_FRAME], "id": first + 1}

    def _hear(self, message: Wire) -> bool:
        """Answers to subscriptions have no event."""
        match message.get("e"):
            case "markPriceUpdate":
                if tape := self._tape(message["s"]):
                    tape.hear_mark(float(message["p"]), int(message["E"]))
            case "kline":
                candle, tape = message["k"], self._tape(message["s"])
                if tape and candle["x"] and candle["i"] == "1m":
                    tape.hear_minute([candle[name] for name in ("t", "o", "h", "l", "c", "v", "V")])
            case "forceOrder":
                self._live.hear_orders([_order(message["o"])])
            case None if "error" in message:
                log.warning("subscription refused", venue=self.name, answer=str(message)[:200])
        return True


def _order(row: Wire) -> PublishedOrder:
    """The side is the order's: selling closes a long. What it filled in all is z; l is the last fill."""
    side = Side.LONG if row["S"] == "SELL" else Side.SHORT
    price, quantity = float(row["ap"]), float(row["z"])
    return PublishedOrder(row["s"], side, price, int(row["T"]), quantity, is_bankruptcy_price=False)


async def _told(tiers: Sequence[Tier]) -> Sequence[Tier]:
    return tiers
