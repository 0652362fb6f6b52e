"""What stands between a request and its answer: faults, refusals, JSON."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.sandbox.exchange.query import Malformed, Query
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


def guarded(manners: Manners, faults: Faults, market: Market, answer: Answer) -> Handler:
    """The handler of one endpoint."""
    venue = manners.venue

    async def handle(request: web.Request) -> web.StreamResponse:
        while faults.active(venue, "silence"):  # noqa: ASYNC110 - a fault ends by the clock, without an event
            await asyncio.sleep(SILENCE_STEP_S)
        if faults.active(venue, "errors"):
            return web.json_response(manners.outage, status=500)
        if faults.active(venue, "garbage"):
            return web.Response(text=HTML, content_type="text/html")
        with market.held():
            return _answered(manners, answer, Query(request.query, request.headers))

    return handle


def _answered(manners: Manners, answer: Answer, query: Query) -> web.Response:
    try:
        return web.json_response(answer(query))
    except Refused as refused:
        return web.json_response(refused.body, status=refused.status)
    except Malformed as wrong:
        complaint = manners.malformed(str(wrong))
        return web.json_response(complaint.body, status=complaint.status)
