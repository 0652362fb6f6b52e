"""The meters of all venues, and their JSON interface."""

from collections.abc import Callable
from time import monotonic

from aiohttp import web

from bot.sandbox.exchange.limits.meter import Meter
from bot.sandbox.exchange.limits.rules import VENUES


class Limits:
    def __init__(self, enforced: bool = False, clock: Callable[[], float] = monotonic) -> None:
        self.enforced = enforced
        self.meters = {venue: Meter(rules, clock) for venue, rules in VENUES.items()}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/weights", self.show_weights)
        app.router.add_post("/api/weights", self.reset_weights)
        app.router.add_get("/api/limits", self.show_limits)
        app.router.add_post("/api/limits", self.switch)

    async def show_weights(self, request: web.Request) -> web.Response:
        return web.json_response({venue: meter.report() for venue, meter in self.meters.items()})

    async def reset_weights(self, request: web.Request) -> web.Response:
        if await _body(request) != {"reset": True}:
            return _unclear('Write {"reset": true} to count from nothing and lift every ban.')
        for meter in self.meters.values():
            meter.reset()
        return await self.show_weights(request)

    async def show_limits(self, request: web.Request) -> web.Response:
        return web.json_response({"enforced": self.enforced})

    async def switch(self, request: web.Request) -> web.Response:
        body = await _body(request)
        if not (isinstance(body, dict) and list(body) == ["enforced"] and isinstance(body["enforced"], bool)):
            return _unclear('Write {"enforced": true} or {"enforced": false}.')
        self.enforced = body["enforced"]
        return await self.show_limits(request)


async def _body(request: web.Request) -> object:
    try:
        return await request.json()
    except ValueError:
        return None


def _unclear(sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=400)
