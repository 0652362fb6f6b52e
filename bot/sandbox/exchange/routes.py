"""Puts the dialects on one server; their paths do not collide."""

from aiohttp import web

from bot.sandbox.exchange import binance, bybit, gate, okx
from bot.sandbox.exchange.binance import BinancePrices
from bot.sandbox.exchange.binance_statistics import BinanceStatistics
from bot.sandbox.exchange.bybit import BybitPrices
from bot.sandbox.exchange.bybit_statistics import BybitStatistics
from bot.sandbox.exchange.doorway import Answer, Doorway, Faults, Manners
from bot.sandbox.exchange.gate import DELIVERY, FUTURES, GatePrices, GateSpot
from bot.sandbox.exchange.gate_statistics import GateStatistics, GateTiers
from bot.sandbox.exchange.limits import Limits
from bot.sandbox.exchange.okx import OkxPrices
from bot.sandbox.exchange.okx_statistics import OkxStatistics
from bot.sandbox.exchange.streams.routes import add_streams
from bot.sandbox.market.market import Market

SITE_PATH = "/bapi/futures/v1/friendly/future/common/brackets"  # the site's own pages ask with POST


def add_exchange(app: web.Application, market: Market, faults: Faults, limits: Limits | None = None) -> None:
    """Serve every dialect out of one market, over HTTP and websockets; without limits it counts only."""
    dialects: list[tuple[Manners, dict[str, Answer]]] = [
        (binance.MANNERS, BinancePrices(market).routes() | BinanceStatistics(market).routes()),
        (okx.MANNERS, OkxPrices(market).routes() | OkxStatistics(market).routes()),
        (bybit.MANNERS, BybitPrices(market).routes() | BybitStatistics(market).routes()),
        (gate.MANNERS, GateSpot(market).routes() | GateStatistics(market).routes()),
        *((gate.MANNERS, _gate(market, path)) for path in (FUTURES, DELIVERY)),
    ]
    limits = limits or Limits()
    limits.add_routes(app)
    for manners, routes in dialects:
        doorway = Doorway(manners, market, faults, limits)
        for path, answer in routes.items():
            handler = doorway.handler(path, answer)
            app.router.add_get(path, handler)
            if path == SITE_PATH:
                app.router.add_post(path, handler)
    add_streams(app, market, faults)


def _gate(market: Market, path: str) -> dict[str, Answer]:
    """What perpetuals and dated contracts both answer."""
    return GatePrices(market, path).routes() | GateTiers(market, path).routes()
