"""OKX through ccxt. It counts contracts; its statistics hold 1,440 rows whatever their period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog

from bot.liquidation.contract import Tier
from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.liquidation.surroundings import Accounts, Funding, OrderBook
from bot.liquidation.windows import FINE_HISTORY_MS
from bot.market.candles import DAY_MS, FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch, steps
from bot.market.ccxt_venue import CcxtVenue
from bot.market.history_reader import together
from bot.market.live import PublishedOrder, Topics
from bot.market.live_tape import LiveTape, Reading
from bot.market.margin_table import PublishedTier
from bot.market.order_book import order_book
from bot.market.venue import MarkPrice
from bot.market.wire import Ccxt, Market, Wire

BARS = {MINUTE_MS: "1m", FIVE_MINUTES_MS: "5m", HOUR_MS: "1H"}
RECENT_CANDLES = 1400  # the plain endpoint keeps the last 1,440, older ones lie in the archive
MARKS_REACH_MS = 2 * DAY_MS  # a page holds 100, so a month of five minutes would take 87 requests
STATISTICS_ROWS = 1430
STATISTICS_PAGE = 100
BOOK_LEVELS = 400
PERIODS = {FIVE_MINUTES_MS: "5m", HOUR_MS: "1H", 12 * HOUR_MS: "12Hutc"}
INTEREST_REACHES_MS = {
    FIVE_MINUTES_MS: STATISTICS_ROWS * FIVE_MINUTES_MS,
    HOUR_MS: FINE_HISTORY_MS,
    12 * HOUR_MS: STATISTICS_ROWS * 12 * HOUR_MS,
}
TOPICS_A_FRAME = 150

log = structlog.get_logger(__name__)


class Okx(CcxtVenue):
    name = "okx"
    ccxt_class = "okx"
    candles_a_page = 300
    marks_a_page = 100
    marks_reach_ms = MARKS_REACH_MS
    mark_pause_s = 12.0  # every ten seconds where it does not change
    feed = Feed.PARTIAL
    closing_fee = 0.0005
    interest_reach_ms = INTEREST_REACHES_MS[12 * HOUR_MS]

    def _options(self) -> dict[str, Any]:
        types = {"types": ["swap", "future"]}
        options: dict[str, Any] = {"options": {"defaultType": "swap", "fetchMarkets": types}}
        if self.root:
            streams = self.root.replace("http", "ws", 1) + "/ws/v5"
            options["urls"] = {"api": {"rest": self.root, "ws": streams}}
        return options

    async def _tiers(self, market: Market) -> Sequence[Tier]:
        """Caps are contracts: a linear one is worth coins, an inverse one quote currency."""
        answer = await self.ask(
            "publicGetPublicPositionTiers",
            instType=_kind(market),
            tdMode="isolated",
            instFamily=market["info"]["instFamily"],
        )
        worth = float(market["contractSize"])
        return [
            PublishedTier(
                notional_cap=float(row["maxSz"]) * worth,
                max_leverage=float(row["maxLever"]),
                maintenance_rate=float(row["mmr"]),
                initial_rate=float(row["imr"]) if row.get("imr") else None,
            )
            for row in answer["data"]
        ]

    def _caps_in_base(self, market: Market) -> bool:
        return not market["inverse"]

    async def candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        recent = page.start_ms >= now_ms - RECENT_CANDLES * page.span_ms
        answer = await self.ask(
            "publicGetMarketCandles" if recent else "publicGetMarketHistoryCandles",
            instId=market["id"],
            bar=BARS[page.span_ms],
            before=page.start_ms - 1,  # both ends are exclusive, and "before" is the older one
            after=page.end_ms,
            limit=len(page),
        )
        return [(*row[:5], row[6]) for row in answer["data"] if row[8] == "1"]

    async def mark_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        recent = page.start_ms >= now_ms - RECENT_CANDLES * page.span_ms
        answer = await self.ask(
            "publicGetMarketMarkPriceCandles" if recent else "publicGetMarketHistoryMarkPriceCandles",
            instId=market["id"],
            bar=BARS[page.span_ms],
            before=page.start_ms - 1,
            after=page.end_ms,
            limit=len(page),
        )
        return [(row[0], row[3], row[2]) for row in answer["data"] if row[5] == "1"]

    async def interest_rows(self, market: Market, span: Stretch, now_ms: int) -> Sequence[Reading]:
        """Five-minute rows while they last (5 days), hourly ones before, half-daily ones of the long past."""
        parts = steps(span, now_ms, INTEREST_REACHES_MS)
        pages = [page for part in parts for page in part.pages(STATISTICS_PAGE - 1)]
        found = await together(*(self._interest_page(market, page) for page in pages))
        return [reading for page in found for reading in page]

    async def _interest_page(self, market: Market, page: Stretch) -> Sequence[Reading]:
        answer = await self.ask(
            "publicGetRubikStatContractsOpenInterestHistory",
            instId=market["id"],
            period=PERIODS[page.span_ms],
            begin=page.start_ms - 1,  # both ends are exclusive
            end=page.end_ms + 1,
            limit=STATISTICS_PAGE,
        )
        return [(float(row[0]), float(row[2])) for row in answer["data"]]

    async def interest_now(self, market: Market) -> Reading | None:
        answer = await self.ask("publicGetPublicOpenInterest", instType=_kind(market), instId=market["id"])
        row = next((row for row in answer["data"] if row["instId"] == market["id"]), None)
        return None if row is None else (float(row["ts"]), float(row["oiCcy"]))

    async def _marks(self, markets: Sequence[Market]) -> dict[str, MarkPrice]:
        kinds = sorted({_kind(market) for market in markets})
        only = {"instId": markets[0]["id"]} if len(markets) == 1 else {}
        answers = await together(
            *(self.ask("publicGetPublicMarkPrice", instType=kind, **only) for kind in kinds)
        )
        rows = [row for answer in answers for row in answer["data"]]
        return {row["instId"]: MarkPrice(float(row["markPx"]), int(row["ts"])) for row in rows}

    async def _funding(self, market: Market) -> Funding | None:
        """The time of the row is the next settlement's, and the one after it tells the interval."""
        if not market["swap"]:
            return None
        answer = await self.ask("publicGetPublicFundingRate", instId=market["id"])
        row = answer["data"][0]
        next_ms, after_ms = int(row["fundingTime"]), int(row["nextFundingTime"] or 0)
        interval_ms = after_ms - next_ms if after_ms > next_ms else None
        return Funding(float(row["fundingRate"]), interval_ms, next_ms, int(row["ts"]))

    async def _accounts(self, market: Market) -> Accounts | None:
        """Published as longs / shorts."""
        answer = await self.ask(
            "publicGetRubikStatContractsLongShortAccountRatioContract",
            instId=market["id"],
            period=PERIODS[FIVE_MINUTES_MS],
            limit=1,
        )
        stamp, ratio = answer["data"][0][:2]
        return Accounts(float(ratio) / (1 + float(ratio)), int(stamp))

    async def _book(self, market: Market) -> OrderBook | None:
        answer = await self.ask("publicGetMarketBooks", instId=market["id"], sz=BOOK_LEVELS)
        book = answer["data"][0]
        in_quote, worth = bool(market["inverse"]), float(market["contractSize"])
        return order_book(book["bids"], book["asks"], int(book["ts"]), worth=worth, in_quote=in_quote)

    async def _server_time_ms(self, exchange: Ccxt) -> int:
        return int((await exchange.publicGetPublicTime())["data"][0]["ts"])

    def _topics(self, market: Market) -> Topics:
        name = market["id"]
        public = (f"liquidation-orders/{_kind(market)}", f"mark-price/{name}", f"open-interest/{name}")
        root = self._exchange.urls["api"]["ws"]
        return {f"{root}/public": public, f"{root}/business": (f"candle1m/{name}",)}

    def _frames(self, topics: Sequence[str], subscribe: bool) -> Iterable[Wire]:
        for first in range(0, len(topics), TOPICS_A_FRAME):
            args = [_argument(topic) for topic in topics[first : first + TOPICS_A_FRAME]]
            yield {"op": "subscribe" if subscribe else "unsubscribe", "args": args}

    def _hear(self, message: Wire) -> bool:
        if message == "pong":
            return False
        if message.get("event") == "error":
            log.warning("subscription refused", venue=self.name, answer=str(message)[:200])
        channel = message.get("arg", {}).get("channel")
        rows = message.get("data", ())
        if channel == "liquidation-orders":
            self._live.hear_orders(order for row in rows for order in self._orders(row))
        elif tape := self._tape(message.get("arg", {}).get("instId", "")):
            for row in rows:
                _hear_row(tape, channel, row)
        return True

    def _orders(self, row: Wire) -> Iterator[PublishedOrder]:
        """Sizes are contracts; the side is the order's: selling closes a long."""
        name = row["instId"]
        if self._tape(name) is None:
            return
        worth = float(self._exchange_market(name)["contractSize"])
        for order in row["details"]:
            side = Side.LONG if order["side"] == "sell" else Side.SHORT
            price, counted = float(order["bkPx"]), float(order["sz"]) * worth
            yield PublishedOrder(name, side, price, int(order["ts"]), counted)


def _hear_row(tape: LiveTape, channel: str, row: Wire) -> None:
    if channel == "mark-price":
        tape.hear_mark(float(row["markPx"]), int(row["ts"]))
    elif channel == "open-interest":
        tape.hear_interest(float(row["oiCcy"]), int(row["ts"]))
    elif channel == "candle1m" and row[8] == "1":
        tape.hear_minute([*row[:5], row[6]])


def _argument(topic: str) -> dict[str, str]:
    channel, _, of = topic.partition("/")
    return {"channel": channel, "instType" if channel == "liquidation-orders" else "instId": of}


def _kind(market: Market) -> str:
    return "SWAP" if market["swap"] else "FUTURES"
