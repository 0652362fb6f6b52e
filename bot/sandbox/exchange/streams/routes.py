"""Puts the venues' websockets on one server, and what they count."""

from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.exchange.streams.binance import BinanceStreams
from bot.sandbox.exchange.streams.bybit import BybitStreams
from bot.sandbox.exchange.streams.hub import StreamHub
from bot.sandbox.exchange.streams.okx import OkxStreams
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.market import Market


def add_streams(app: web.Application, shown: Mapping[str, Market], faults: FaultBoard) -> None:
    """Serve the three venues' public websockets, and `/api/streams`, out of the market as each shows it."""
    dialects = (BinanceStreams, OkxStreams, BybitStreams)
    hub = StreamHub(faults, [(one(shown[one.venue]), shown[one.venue]) for one in dialects])
    for path, handler in hub.handlers():
        app.router.add_get(path, handler)

    async def report(_: web.Request) -> web.Response:
        return web.json_response(hub.report())

    async def hang_up(_: web.Application) -> None:
        await hub.close()

    app.router.add_get("/api/streams", report)
    app.on_shutdown.append(hang_up)
