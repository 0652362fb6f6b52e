"""What stands between a request and its answer: the count, faults, refusals, JSON."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.sandbox.exchange.limits import Limits
from bot.sandbox.exchange.limits.meter import Excess, Standing
from bot.sandbox.exchange.query import Malformed, Query
from bot.sandbox.exchange.refusals import REFUSALS, Reply
from bot.sandbox.market.market import Market

HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
SILENCE_STEP_S = 0.05

Answer = Callable[[Query], object]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Faults(Protocol):
    """Which faults are switched on, as (venue, kind)."""

    def active(self, target: str, kind: str) -> bool: ...


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


class Doorway:
    """One venue's entrance."""

    def __init__(self, manners: Manners, market: Market, faults: Faults, limits: Limits) -> None:
        self._manners = manners
        self._market = market
        self._faults = faults
        self._limits = limits
        self._meter = limits.meters[manners.venue]
        self._refusals = REFUSALS[manners.venue]

    def handler(self, path: str, answer: Answer) -> Handler:
        """The handler of one endpoint."""

        async def handle(request: web.Request) -> web.StreamResponse:
            query = Query({**request.query, **request.match_info}, request.headers)
            standing, excess = self._meter.count(path, query, self._limits.enforced)
            if excess is None:
                response = await self._disturbed() or self._answered(answer, query)
            else:
                response = self._refused(excess).response()
            for name, value in self._refusals.headers(standing, self._after(standing)).items():
                response.headers.setdefault(name, value)
            return response

        return handle

    async def _disturbed(self) -> web.Response | None:
        """What comes instead of an answer while a fault is on."""
        venue = self._manners.venue
        while self._faults.active(venue, "silence"):  # noqa: ASYNC110 - it ends by the clock, without an event
            await asyncio.sleep(SILENCE_STEP_S)
        if self._faults.active(venue, "errors"):
            return web.json_response(self._manners.outage, status=500)
        if self._faults.active(venue, "garbage"):
            return web.Response(text=HTML, content_type="text/html")
        return None

    def _answered(self, answer: Answer, query: Query) -> web.Response:
        with self._market.held():
            try:
                return web.json_response(answer(query))
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
