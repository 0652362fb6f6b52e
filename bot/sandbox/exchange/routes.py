"""Puts the dialects on one server; their paths do not collide."""

from collections.abc import Callable

from aiohttp import web

from bot.sandbox.exchange import binance, bybit, gate, okx
from bot.sandbox.exchange.binance import BinancePrices
from bot.sandbox.exchange.binance_statistics import BinanceStatistics
from bot.sandbox.exchange.bybit import BybitPrices
from bot.sandbox.exchange.bybit_statistics import BybitStatistics
from bot.sandbox.exchange.doorway import Answer, Doorway, Manners
from bot.sandbox.exchange.gate import DELIVERY, FUTURES, GatePrices, GateSpot
from bot.sandbox.exchange.gate_statistics import GateStatistics, GateTiers
from bot.sandbox.exchange.limits import Limits
from bot.sandbox.exchange.okx import OkxPrices
from bot.sandbox.exchange.okx_statistics import OkxStatistics
from bot.sandbox.exchange.published import add_published
from bot.sandbox.exchange.shown_market import ShownMarket
from bot.sandbox.exchange.streams.routes import add_streams
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.market import Market

Routes = dict[str, Answer]

SITE_PATH = "/bapi/futures/v1/friendly/future/common/brackets"  # the site's own pages ask with POST


def add_exchange(
    app: web.Application, market: Market, faults: FaultBoard, limits: Limits | None = None
) -> None:
    """Serve every dialect out of one market, over HTTP and websockets; without limits it counts only."""
    faults.attach(market)
    limits = limits or Limits()
    limits.add_routes(app)
    shown = {manners.venue: ShownMarket(market, manners.venue, faults) for manners, _ in DIALECTS}
    for manners, routes in DIALECTS:
        doorway = Doorway(manners, shown[manners.venue], faults, limits)
        for path, answer in routes(shown[manners.venue]).items():
            handler = doorway.handler(path, answer)
            app.router.add_get(path, handler)
            if path == SITE_PATH:
                app.router.add_post(path, handler)
    add_streams(app, shown, faults)
    add_published(app, market)


def _binance(market: Market) -> Routes:
    return BinancePrices(market).routes() | BinanceStatistics(market).routes()


def _okx(market: Market) -> Routes:
    return OkxPrices(market).routes() | OkxStatistics(market).routes()


def _bybit(market: Market) -> Routes:
    return BybitPrices(market).routes() | BybitStatistics(market).routes()


def _gate(market: Market) -> Routes:
    """Perpetuals and dated contracts answer mostly the same, each under its own path."""
    routes = GateSpot(market).routes() | GateStatistics(market).routes()
    for path in (FUTURES, DELIVERY):
        routes |= GatePrices(market, path).routes() | GateTiers(market, path).routes()
    return routes


DIALECTS: tuple[tuple[Manners, Callable[[Market], Routes]], ...] = (
    (binance.MANNERS, _binance),
    (okx.MANNERS, _okx),
    (bybit.MANNERS, _bybit),
    (gate.MANNERS, _gate),
)
