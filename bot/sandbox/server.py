"""One port of loopback for everything: the Bot API, the chat page, its JSON interface, the exchanges."""

import asyncio
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from aiohttp import web

from bot.sandbox.exchange import add_exchange
from bot.sandbox.exchange.limits import Limits
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market import Market, MarketOptions, open_market
from bot.sandbox.telegram.bot_api import add_bot_api
from bot.sandbox.telegram.json_interface import JsonInterface
from bot.sandbox.telegram.telegram import Telegram

HOST = "127.0.0.1"
PAGE = Path(__file__).with_name("page")
LARGEST_REQUEST = 60 * 1024 * 1024
SHUTDOWN_SECONDS = 1.0
FAULTS = web.AppKey("faults", FaultBoard)
TELEGRAM = web.AppKey("telegram", Telegram)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    port: int = 0
    token: str = "1:sandbox"
    speed: float = 60.0
    seed: int = 1
    start_ms: int | None = None
    history_days: float | None = None
    recording: Path | None = None
    served_as: str | None = None
    also: tuple[str, ...] = ()
    expiry_hours: float | None = None
    small_coins: int = 0
    enforce_limits: bool = False
    announce: bool = False

    @property
    def market(self) -> MarketOptions:
        return MarketOptions(
            speed=self.speed,
            seed=self.seed,
            start_ms=self.start_ms,
            history_days=self.history_days,
            recording=self.recording,
            served_as=self.served_as,
            also=self.also,
            expiry_hours=self.expiry_hours,
            small_coins=self.small_coins,
        )


def build_app(
    market: Market | None = None, clock: Callable[[], float] = monotonic, enforce_limits: bool = False
) -> web.Application:
    """Without a market there is Telegram alone. The venues' request limits are counted always, and enforced
    if wished or switched on later."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app[FAULTS] = faults = FaultBoard()
    app[TELEGRAM] = telegram = Telegram(faults, clock)
    add_bot_api(app, telegram)
    JsonInterface(telegram).add_routes(app)
    if market is not None:
        add_exchange(app, market, faults, Limits(enforce_limits))
    _add_page(app)

    async def hang_up(_: web.Application) -> None:
        await telegram.close()

    app.on_shutdown.append(hang_up)
    return app


async def start(app: web.Application, port: int = 0) -> tuple[web.AppRunner, int]:
    """The running server and its port. Clean the runner up to stop it."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return runner, runner.addresses[0][1]


async def serve(options: SandboxOptions) -> None:
    """Runs until SIGTERM or SIGINT."""
    app = build_app(open_market(options.market), enforce_limits=options.enforce_limits)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner, port = await start(app, options.port)
    try:
        if options.announce:
            sys.stdout.write(f"Chat page: http://{HOST}:{port}/\n")
            sys.stdout.flush()
        await stop.wait()
    finally:
        await runner.cleanup()


def _add_page(app: web.Application) -> None:
    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    app.router.add_get("/", index)
    app.router.add_static("/page", PAGE)
