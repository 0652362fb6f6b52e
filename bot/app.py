"""Puts the house together; the only module that knows every room."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog
from telegram import Bot, BotCommand
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot.delivery.courier import Courier, DeliveryImpossibleError
from bot.delivery.pacing import Pacing
from bot.delivery.sender import Sender
from bot.jobs import tasks
from bot.jobs.broadcast import Broadcaster
from bot.jobs.desk import Desk
from bot.jobs.pictures import Pictures
from bot.jobs.pruning import Pruner
from bot.jobs.refresh import Refresher
from bot.jobs.scheduler import Rounds
from bot.jobs.sentinel import Sentinel
from bot.jobs.troubles import Troubles
from bot.jobs.workers import Workers
from bot.market.clock import MarketClock
from bot.market.exchanges import open_venue
from bot.market.venue import Venue
from bot.settings import Settings
from bot.store.database import Database, upgrade
from bot.telegram.chats import ChatBook
from bot.telegram.gateway import Gateway
from bot.telegram.members import TelegramMembers
from bot.telegram.room import Room
from bot.wording.alert_text import late_note
from bot.wording.help import COMMANDS

FIRST_BUILD_SECONDS = 60.0
STOP_SECONDS = 8.0

log = structlog.get_logger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class TelegramRefusedError(Exception):
    """The bot cannot work with this token; the text says why."""


async def run(settings: Settings, announce: Callable[[str], None]) -> None:
    """The whole bot until SIGTERM or SIGINT; `announce` gets one line when it is ready."""
    stopping = _stop_signal()
    async with AsyncExitStack() as house:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(upgrade, settings.database)
        database = Database.open(settings.database)
        house.push_async_callback(database.close)
        workers = Workers()
        house.callback(workers.close)
        venues = await house.enter_async_context(_venues(settings))
        application = await house.enter_async_context(_telegram(settings))
        desk, clock = _desk(venues, database, workers, application.bot.username)
        courier = _courier(application, database, settings.admin_chats)
        house.push_async_callback(_bounded, courier.stop)
        delivering = asyncio.create_task(courier.run())
        await asyncio.gather(desk.load_venues(), workers.warm_up(tasks.warm_up))
        await clock.synchronise(tuple(venues.values()))
        rounds = _rounds(settings, desk, clock, database, courier)
        await rounds.follow_wishes()
        rounds.start()
        house.push_async_callback(_bounded, rounds.stop)
        await _first_builds(desk, stopping)
        await _listen(application, desk, database, house)
        announce(f"Ready: watching {', '.join(desk.watched) or 'nothing yet'}.")
        await _until_stopped(stopping, delivering)


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


@asynccontextmanager
async def _venues(settings: Settings) -> AsyncIterator[dict[str, Venue]]:
    venues = {name: open_venue(name, settings.exchange_urls.get(name)) for name in settings.exchanges}
    try:
        yield venues
    finally:
        await asyncio.gather(*(_bounded(venue.close) for venue in venues.values()))


@asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[AnyApplication]:
    """An initialised application; raises TelegramRefusedError for a token that does not work."""
    token = settings.bot_token
    if token is None:
        raise TelegramRefusedError(
            "BOT_TOKEN is not set. BotFather gives one; `python -m bot demo` needs none."
        )
    root = settings.telegram_api_url
    application = (
        Application.builder()
        .token(token.get_secret_value())
        .base_url(f"{root}/bot")
        .base_file_url(f"{root}/file/bot")
        .concurrent_updates(64)
        .rate_limiter(Pacing())
        .job_queue(None)
        .build()
    )
    try:
        await application.initialize()
    except InvalidToken:
        raise TelegramRefusedError("Telegram does not know this BOT_TOKEN. Please check it.") from None
    except TelegramError as error:
        raise TelegramRefusedError(f"Telegram does not answer at {root}: {error}") from None
    try:
        yield application
    finally:
        await _bounded(application.shutdown)


def _desk(
    venues: dict[str, Venue], database: Database, workers: Workers, username: str
) -> tuple[Desk, MarketClock]:
    clock = MarketClock()
    refresher = Refresher(venues, clock, workers, database)
    return Desk(venues, refresher, workers, Pictures(workers, handle=f"@{username}")), clock


def _courier(application: AnyApplication, database: Database, admins: tuple[int, ...]) -> Courier:
    bot = application.bot
    assert isinstance(bot, ExtBot)
    assert isinstance(bot.rate_limiter, Pacing)
    troubles = Troubles(database, admins)
    return Courier(database, Sender(bot), bot.rate_limiter, late_note=late_note, on_trouble=troubles.tell)


def _rounds(
    settings: Settings, desk: Desk, clock: MarketClock, database: Database, courier: Courier
) -> Rounds:
    sentinel = Sentinel(desk.venues, desk.refresher, database, desk.pictures, courier.wake)
    broadcaster = Broadcaster(desk, database, desk.pictures, courier.wake)
    for word in settings.watch:
        if not desk.listed([word]):
            log.warning("WATCH names no listed market so far", word=word)
    return Rounds(desk, sentinel, broadcaster, Pruner(database, desk), database, clock, settings.watch)


async def _first_builds(desk: Desk, stopping: asyncio.Event) -> None:
    """Maps of the watched pairs, so that the first question is answered at once; bounded in time."""

    async def build() -> None:
        await asyncio.gather(*(desk.refresh(symbol) for symbol in desk.watched))

    building, stop = asyncio.create_task(build()), asyncio.create_task(_heard(stopping))
    await asyncio.wait({building, stop}, timeout=FIRST_BUILD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()


async def _heard(stopping: asyncio.Event) -> None:
    await stopping.wait()


async def _listen(application: AnyApplication, desk: Desk, database: Database, house: AsyncExitStack) -> None:
    bot = application.bot
    room = Room(desk, database, TelegramMembers(bot), bot.username, round(time.time() * 1000))
    Gateway(room, bot).add_handlers(application)
    ChatBook(room, bot).add_handlers(application)
    application.add_error_handler(_log_error)
    await _set_commands(bot)
    await application.start()
    house.push_async_callback(_bounded, application.stop)
    assert application.updater is not None
    await application.updater.start_polling(drop_pending_updates=False, error_callback=_polling_error)
    house.push_async_callback(_bounded, application.updater.stop)


async def _set_commands(bot: Bot) -> None:
    wanted = [BotCommand(name, text) for name, text in COMMANDS]
    try:
        if list(await bot.get_my_commands()) != wanted:
            await bot.set_my_commands(wanted)
    except TelegramError as error:
        log.warning("the command menu was not set", reason=str(error))


def _polling_error(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        log.error("another process reads this bot's messages with the same token")
    else:
        log.warning("Telegram is not answering", reason=str(error))


async def _log_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    log.error("an update could not be handled", exc_info=context.error)


async def _until_stopped(stopping: asyncio.Event, delivering: asyncio.Task[None]) -> None:
    stop = asyncio.create_task(_heard(stopping))
    done, _ = await asyncio.wait({stop, delivering}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if delivering in done:
        error = delivering.exception()
        reason = str(error) if isinstance(error, DeliveryImpossibleError) else repr(error)
        raise TelegramRefusedError(f"Nothing can be delivered any more: {reason}")


async def _bounded(step: Callable[[], Any]) -> None:
    """One step of stopping: it may not hold up the others."""
    try:
        async with asyncio.timeout(STOP_SECONDS / 4):
            await step()
    except Exception as error:
        log.warning("a part did not stop cleanly", reason=repr(error))
