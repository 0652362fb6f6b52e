"""OKX through ccxt. It counts contracts; its statistics hold 1,440 rows whatever their period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.liquidation.contract import Tier
from bot.liquidation.windows import FINE_HISTORY_MS
from bot.market.candles import FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch, steps
from bot.market.ccxt_venue import Ccxt, CcxtVenue, Market, Reading, together
from bot.market.venue import MarkPrice

BARS = {MINUTE_MS: "1m", FIVE_MINUTES_MS: "5m", HOUR_MS: "1H"}
RECENT_CANDLES = 1400  # the plain endpoint keeps the last 1,440, older ones lie in the archive
STATISTICS_ROWS = 1430
STATISTICS_PAGE = 100
PERIODS = {FIVE_MINUTES_MS: "5m", HOUR_MS: "1H", 12 * HOUR_MS: "12Hutc"}
INTEREST_REACHES_MS = {
    FIVE_MINUTES_MS: STATISTICS_ROWS * FIVE_MINUTES_MS,
    HOUR_MS: FINE_HISTORY_MS,
    12 * HOUR_MS: STATISTICS_ROWS * 12 * HOUR_MS,
}


class Okx(CcxtVenue):
    name = "okx"
    ccxt_class = "okx"
    candles_a_page = 300
    closing_fee = 0.0005
    interest_reach_ms = INTEREST_REACHES_MS[12 * HOUR_MS]

    def _options(self) -> dict[str, Any]:
        types = {"types": ["swap", "future"]}
        options: dict[str, Any] = {"options": {"defaultType": "swap", "fetchMarkets": types}}
        if self.root:
            options["urls"] = {"api": {"rest": self.root}}
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
            Tier(float(row["maxSz"]) * worth, float(row["maxLever"]), float(row["mmr"]))
            for row in answer["data"]
        ]

    def _caps_in_base(self, market: Market) -> bool:
        return not market["inverse"]

    async def _candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
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

    async def _interest_rows(self, market: Market, span: Stretch) -> Sequence[Reading]:
        """Five-minute rows while they last (5 days), hourly ones before, half-daily ones of the long past."""
        parts = steps(span, INTEREST_REACHES_MS)
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

    async def _interest_now(self, market: Market) -> Reading | None:
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

    async def _server_time_ms(self, exchange: Ccxt) -> int:
        return int((await exchange.publicGetPublicTime())["data"][0]["ts"])


def _kind(market: Market) -> str:
    return "SWAP" if market["swap"] else "FUTURES"
