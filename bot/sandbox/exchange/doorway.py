"""What stands between a request and its answer: the count, faults, refusals, JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.exchange.endpoints import series_of, symbol_of
from bot.sandbox.exchange.limits import Limits
from bot.sandbox.exchange.limits.meter import Excess, Standing
from bot.sandbox.exchange.query import Malformed, Query
from bot.sandbox.exchange.refusals import REFUSALS, Reply
from bot.sandbox.exchange.row_order import shuffled, twice, with_rows
from bot.sandbox.faults import Fault, FaultBoard, drop
from bot.sandbox.market.market import Market
from bot.sandbox.market.series import ROWS

HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"

Answer = Callable[[Query], object]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """A venue's own refusal: HTTP status and JSON body."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Manners:
    """How a venue says that it is broken, and that a parameter is no number."""

    venue: str
    outage: object
    malformed: Callable[[str], Refused]


@dataclass(frozen=True)
class Aim:
    """What a request asks for, as far as faults are aimed at it."""

    faults: FaultBoard
    venue: str
    series: tuple[str, ...]
    symbol: str

    def find(self, kind: str) -> Fault | None:
        return self.faults.find(self.venue, kind, self.series, self.symbol)

    def seconds_left(self, kind: str) -> float:
        return self.faults.seconds_left(self.venue, kind, self.series, self.symbol)

    async def wait_until_over(self, kind: str) -> None:
        await self.faults.wait_until_over(self.venue, kind, self.series, self.symbol)


class Doorway:
    """One venue's entrance; the market is the one that the venue shows."""

    def __init__(self, manners: Manners, market: Market, faults: FaultBoard, limits: Limits) -> None:
        self._manners = manners
        self._market = market
        self._faults = faults
        self._limits = limits
        self._meter = limits.meters[manners.venue]
        self._refusals = REFUSALS[manners.venue]

    def handler(self, path: str, answer: Answer) -> Handler:
        """The handler of one endpoint."""
        venue, series = self._manners.venue, series_of(self._manners.venue, path)

        async def handle(request: web.Request) -> web.StreamResponse:
            query = Query({**request.query, **request.match_info}, request.headers)
            standing, excess = self._meter.count(path, query, self._limits.enforced)
            if excess is None:
                aim = Aim(self._faults, venue, series, symbol_of(query))
                response = await self._disturbed(aim, request) or self._answered(answer, query, aim)
            else:
                response = self._refused(excess).response()
            for name, value in self._refusals.headers(standing, self._after(standing)).items():
                response.headers.setdefault(name, value)
            return response

        return handle

    async def _disturbed(self, aim: Aim, request: web.Request) -> web.Response | None:
        """What comes instead of an answer while a fault is on."""
        if latency := aim.find("latency"):
            await asyncio.sleep(latency.number("delay"))
        await aim.wait_until_over("silence")
        if aim.find("dropped"):
            return drop(request)
        refusal = self._refusal(aim)
        if refusal is not None:
            return refusal.response()
        if aim.find("errors"):
            return web.json_response(self._manners.outage, status=500)
        if aim.find("garbage"):
            return web.Response(text=HTML, content_type="text/html")
        return None

    def _refusal(self, aim: Aim) -> Reply | None:
        for banned, kind in ((False, "rate_limited"), (True, "banned")):
            if seconds := aim.seconds_left(kind):
                return self._refused(Excess(banned, seconds))
        if aim.find("blocked"):
            return self._refusals.blocked
        return self._refusals.maintenance if aim.find("maintenance") else None

    def _answered(self, answer: Answer, query: Query, aim: Aim) -> web.Response:
        with self._market.held():
            try:
                return _told(answer(query), aim)
            except Refused as refused:
                return web.json_response(refused.body, status=refused.status)
            except Malformed as wrong:
                complaint = self._manners.malformed(str(wrong))
                return web.json_response(complaint.body, status=complaint.status)

    def _refused(self, excess: Excess) -> Reply:
        until_ms = self._market.now_ms() + round(excess.seconds * 1000)
        told = self._refusals.banned if excess.banned else self._refusals.rate_limited
        return told(excess.seconds, until_ms)

    def _after(self, standing: Standing) -> int:
        return self._market.now_ms() + round(standing.relief_seconds * 1000)


def _told(body: object, aim: Aim) -> web.Response:
    if not set(ROWS).isdisjoint(aim.series):
        body = with_rows(body, twice) if aim.find("duplicates") else body
        body = with_rows(body, shuffled) if aim.find("reordered") else body
    text = json.dumps(body)
    if aim.find("truncated"):
        text = text[: len(text) // 2]
    return web.Response(text=text, content_type="application/json")
