"""Puts the venues' websockets on one server, and what they count."""

from aiohttp import web

from bot.sandbox.exchange.doorway import Faults
from bot.sandbox.exchange.streams.binance import BinanceStreams
from bot.sandbox.exchange.streams.bybit import BybitStreams
from bot.sandbox.exchange.streams.hub import StreamHub
from bot.sandbox.exchange.streams.okx import OkxStreams
from bot.sandbox.market.market import Market


def add_streams(app: web.Application, market: Market, faults: Faults) -> None:
    """Serve the three venues' public websockets, and `/api/streams`, out of one market."""
    hub = StreamHub(market, faults, [BinanceStreams(market), OkxStreams(market), BybitStreams(market)])
    for path, handler in hub.handlers():
        app.router.add_get(path, handler)

    async def report(_: web.Request) -> web.Response:
        return web.json_response(hub.report())

    async def hang_up(_: web.Application) -> None:
        await hub.close()

    app.router.add_get("/api/streams", report)
    app.on_shutdown.append(hang_up)
