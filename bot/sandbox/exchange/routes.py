"""Puts the three dialects on one server; their paths do not collide."""

from aiohttp import web

from bot.sandbox.exchange import binance, bybit, okx
from bot.sandbox.exchange.binance import BinancePrices
from bot.sandbox.exchange.binance_statistics import BinanceStatistics
from bot.sandbox.exchange.bybit import BybitPrices
from bot.sandbox.exchange.bybit_statistics import BybitStatistics
from bot.sandbox.exchange.doorway import Answer, Faults, Manners, guarded
from bot.sandbox.exchange.okx import OkxPrices
from bot.sandbox.exchange.okx_statistics import OkxStatistics
from bot.sandbox.market.market import Market

SITE_PATH = "/bapi/futures/v1/friendly/future/common/brackets"  # the site's own pages ask with POST


def add_exchange(app: web.Application, market: Market, faults: Faults) -> None:
    """Serve Binance USDⓈ-M, OKX and Bybit out of one market."""
    dialects: list[tuple[Manners, dict[str, Answer]]] = [
        (binance.MANNERS, BinancePrices(market).routes() | BinanceStatistics(market).routes()),
        (okx.MANNERS, OkxPrices(market).routes() | OkxStatistics(market).routes()),
        (bybit.MANNERS, BybitPrices(market).routes() | BybitStatistics(market).routes()),
    ]
    for manners, routes in dialects:
        for path, answer in routes.items():
            handler = guarded(manners, faults, market, answer)
            app.router.add_get(path, handler)
            if path == SITE_PATH:
                app.router.add_post(path, handler)
