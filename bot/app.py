"""Puts the house together; the only module that knows every room."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Bot, BotCommand
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot.delivery.courier import Courier, DeliveryImpossibleError
from bot.delivery.pacing import Pacing
from bot.delivery.sender import Sender
from bot.heap import give_large_blocks_back
from bot.jobs import tasks
from bot.jobs.broadcast import Broadcaster
from bot.jobs.chronicle import Chronicle
from bot.jobs.desk import Desk
from bot.jobs.grader import Grader
from bot.jobs.margin_tables import MarginTables
from bot.jobs.outage_notices import OutageNotices
from bot.jobs.pictures import Pictures
from bot.jobs.pruning import Pruner
from bot.jobs.recap import Recapper
from bot.jobs.refresh import Refresher
from bot.jobs.retirement import Retirement
from bot.jobs.scheduler import Rounds
from bot.jobs.sentinel import Sentinel
from bot.jobs.session_digests import SessionDigests
from bot.jobs.table_shelf import TableShelf
from bot.jobs.troubles import Troubles
from bot.jobs.verdicts import Verdicts
from bot.jobs.workers import Workers
from bot.market.clock import MarketClock
from bot.market.exchanges import open_venues
from bot.market.venue import Venue
from bot.settings import Settings
from bot.store.connecting import plain_errors
from bot.store.database import Database, upgrade
from bot.telegram.chats import ChatBook
from bot.telegram.gateway import Gateway
from bot.telegram.members import TelegramMembers
from bot.telegram.room import Room
from bot.wording.alert_text import late_note
from bot.wording.help import COMMANDS

FIRST_BUILD_SECONDS = 60.0
# Stopping, 10 s in all. A letter on the wire gets the most of it: the courier waits 5 s and then marks.
COURIER_SECONDS = 6.5
READING_SECONDS = 1.5
ROUNDS_SECONDS = 2.5
HANDLERS_SECONDS = 3.0
CLOSE_SECONDS = 0.75
UNWIND_SECONDS = 0.25
CANCELS = 3  # some steps of the libraries swallow the first
END_SECONDS = 9.5
SAME_WISH_SECONDS = 0.5  # a signal to the process and one to its group are one wish

log = structlog.get_logger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class TelegramRefusedError(Exception):
    """The bot cannot work with this token; the text says why."""


@dataclass
class _House:
    """What was opened so far, so that it can be closed in every phase, also in the middle of starting."""

    outside: frozenset[asyncio.Task[Any]]  # not ours to end
    database: Database | None = None
    workers: tuple[Workers, ...] = ()
    venues: dict[str, Venue] = field(default_factory=dict)
    application: AnyApplication | None = None
    courier: Courier | None = None
    delivering: asyncio.Task[None] | None = None
    rounds: Rounds | None = None
    building: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """What is on the wire arrives and is marked; nobody uses the database when it is closed."""
        await asyncio.gather(self._last_letters(), self._no_new_work())
        await _unwound(asyncio.all_tasks() - self.outside)
        for workers in self.workers:
            workers.close()
        await asyncio.gather(self._hang_up(), *(_bounded(venue.close) for venue in self.venues.values()))
        if self.database is not None:
            await _bounded(self.database.close)

    async def _last_letters(self) -> None:
        if self.courier is None or self.delivering is None:
            return
        await _bounded(self.courier.stop, COURIER_SECONDS)
        await _unwound({self.delivering})

    async def _no_new_work(self) -> None:
        """First nothing comes in any more, then what came in is ended."""
        if self.building is not None:
            self.building.cancel()
        rounds = [_bounded(self.rounds.stop, ROUNDS_SECONDS)] if self.rounds is not None else []
        await asyncio.gather(self._stop_reading(), *rounds)
        if self.application is not None and self.application.running:
            await _bounded(self.application.stop, HANDLERS_SECONDS)

    async def _stop_reading(self) -> None:
        updater = self.application.updater if self.application is not None else None
        if updater is not None and updater.running:
            await _bounded(updater.stop, READING_SECONDS)

    async def _hang_up(self) -> None:
        if self.application is not None:
            await _bounded(self.application.shutdown)
            await _bounded(self.application.bot.shutdown)  # also where starting had come no further


async def run(settings: Settings, announce: Callable[[str], None]) -> None:
    """The whole bot until SIGTERM or SIGINT; `announce` gets one line when it is ready."""
    give_large_blocks_back()
    stopping = _stop_signal()
    house = _House(frozenset(asyncio.all_tasks()))
    living = asyncio.create_task(_live(settings, house, announce))
    stop = asyncio.create_task(_heard(stopping))
    try:
        await asyncio.wait({living, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _unwound({living, stop})
        await house.close()
    if not stopping.is_set():
        living.result()


async def _live(settings: Settings, house: _House, announce: Callable[[str], None]) -> None:
    """Everything is noted in the house as soon as it is there: this may be cancelled at any moment."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with plain_errors(settings.database):
        await asyncio.to_thread(upgrade, settings.database)
    house.database = database = Database.open(settings.database)
    # Pictures have a process of their own: an alert does not wait behind somebody's cold build.
    models, painters = house.workers = (Workers(), Workers(1))
    clock = MarketClock()
    house.venues = venues = _venues(settings, database, clock)
    house.application = application = _application(settings)
    await _initialize(application, settings.telegram_api_url)
    pictures = Pictures(painters, models, f"@{application.bot.username}")
    desk = _desk(venues, clock, database, models, pictures)
    house.courier = courier = _courier(application, database, settings.admin_chats)
    house.delivering = delivering = asyncio.create_task(courier.run())
    await asyncio.gather(desk.load_venues(), *_warm_up(models, painters))
    await clock.synchronise(tuple(venues.values()))
    rounds = _rounds(settings, desk, clock, database, courier)
    await rounds.follow_wishes()
    rounds.start()
    house.rounds = rounds
    house.building = asyncio.create_task(_first_builds(desk))
    await asyncio.wait({house.building}, timeout=FIRST_BUILD_SECONDS)
    await _listen(application, desk, database)
    announce(f"Ready: watching {', '.join(desk.watched) or 'nothing yet'}.")
    await asyncio.wait({delivering})
    raise TelegramRefusedError(f"Nothing can be delivered any more: {_reason(delivering)}")


def _warm_up(models: Workers, painters: Workers) -> tuple[Coroutine[Any, Any, None], ...]:
    compiling = "compiling the model's kernel, which the first start does and later ones read from disk"
    return (
        models.warm_up(tasks.warm_up_model, compiling),
        painters.warm_up(tasks.warm_up_pictures, "loading what draws pictures"),
    )


def _stop_signal() -> asyncio.Event:
    """Set by the first SIGTERM or Ctrl-C; the second ends at once, and so does being too slow."""
    stopping = asyncio.Event()
    first = 0.0

    def stop(number: int) -> None:
        nonlocal first
        if not stopping.is_set():
            first = time.monotonic()
            _end_anyway(END_SECONDS)
            stopping.set()
        elif time.monotonic() - first > SAME_WISH_SECONDS:
            os._exit(128 + number)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    return stopping


def _end_anyway(seconds: float) -> None:
    """A thread that hangs, e.g. connecting to a database, may not hold up the end of the process."""
    last = threading.Timer(seconds, os._exit, (0,))
    last.daemon = True
    last.start()


def _venues(settings: Settings, database: Database, clock: MarketClock) -> dict[str, Venue]:
    return open_venues(settings.exchange_roots, TableShelf(database, clock), settings.binance_key)


def _application(settings: Settings) -> AnyApplication:
    token = settings.bot_token
    if token is None:
        raise TelegramRefusedError(
            "BOT_TOKEN is not set. BotFather gives one; `python -m bot demo` needs none."
        )
    root = settings.telegram_api_url
    return (
        Application.builder()
        .token(token.get_secret_value())
        .base_url(f"{root}/bot")
        .base_file_url(f"{root}/file/bot")
        .concurrent_updates(64)
        .rate_limiter(Pacing())
        .job_queue(None)
        .build()
    )


async def _initialize(application: AnyApplication, root: str) -> None:
    """Raises TelegramRefusedError for a token that does not work."""
    try:
        await application.initialize()
    except InvalidToken:
        raise TelegramRefusedError("Telegram does not know this BOT_TOKEN. Please check it.") from None
    except TelegramError as error:
        raise TelegramRefusedError(f"Telegram does not answer at {root}: {error}") from None


def _desk(
    venues: dict[str, Venue], clock: MarketClock, database: Database, workers: Workers, pictures: Pictures
) -> Desk:
    return Desk(venues, Refresher(venues, clock, workers, database), workers, pictures)


def _courier(application: AnyApplication, database: Database, admins: tuple[int, ...]) -> Courier:
    bot = application.bot
    assert isinstance(bot, ExtBot)
    assert isinstance(bot.rate_limiter, Pacing)
    troubles = Troubles(database, admins)
    return Courier(database, Sender(bot), bot.rate_limiter, late_note=late_note, on_trouble=troubles.tell)


def _rounds(
    settings: Settings, desk: Desk, clock: MarketClock, database: Database, courier: Courier
) -> Rounds:
    verdicts = Verdicts(desk.scores, desk.now_ms)
    sentinel = Sentinel(
        desk.venues,
        desk.refresher,
        database,
        desk.pictures,
        desk.covers.cover_of,
        courier.wake,
        note_of=verdicts.note_of,
    )
    broadcaster = Broadcaster(desk, database, desk.pictures, courier.wake)
    for word in settings.watch:
        if not desk.listed([word]):
            log.warning("WATCH names no listed market so far", word=word)
    pruner, chronicle = Pruner(database, desk), Chronicle(database)
    notices = OutageNotices(database, clock, courier.wake)
    recorder, margins = desk.refresher.recorder, MarginTables(desk)
    retirement = Retirement(desk, database, courier.wake)
    digests = SessionDigests(desk, database, courier.wake)
    grader, recapper = Grader(desk, database, courier.wake), Recapper(desk, database, courier.wake)
    return Rounds(
        desk,
        sentinel,
        broadcaster,
        pruner,
        chronicle,
        recorder,
        notices,
        margins,
        retirement,
        digests,
        grader,
        recapper,
        verdicts,
        database,
        clock,
        settings.watch,
    )


async def _first_builds(desk: Desk) -> None:
    """Maps of the watched pairs, so that the first question is answered at once."""
    await asyncio.gather(*(desk.refresh(symbol) for symbol in desk.watched))


async def _heard(stopping: asyncio.Event) -> None:
    await stopping.wait()


async def _listen(application: AnyApplication, desk: Desk, database: Database) -> None:
    bot = application.bot
    room = Room(desk, database, TelegramMembers(bot), bot.username, round(time.time() * 1000))
    Gateway(room, bot).add_handlers(application)
    ChatBook(room, bot).add_handlers(application)
    application.add_error_handler(_log_error)
    await _set_commands(bot)
    await application.start()
    assert application.updater is not None
    await application.updater.start_polling(drop_pending_updates=False, error_callback=_polling_error)


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


def _reason(delivering: asyncio.Task[None]) -> str:
    error = None if delivering.cancelled() else delivering.exception()
    return str(error) if isinstance(error, DeliveryImpossibleError) else repr(error)


async def _bounded(step: Callable[[], Coroutine[Any, Any, Any]], seconds: float = CLOSE_SECONDS) -> None:
    """One step of stopping: it may not hold up the others, also where it does not heed being cancelled."""
    task = asyncio.create_task(step())
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        log.warning("a part did not stop in time", part=step.__qualname__)
        await _unwound({task})
    elif not task.cancelled() and (error := task.exception()):
        log.warning("a part did not stop cleanly", part=step.__qualname__, reason=repr(error))


async def _unwound(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels what still runs and waits a little until it has let go of what it held."""
    ending = set(tasks) - {asyncio.current_task()}
    for _ in range(CANCELS):
        running = {task for task in ending if not task.done()}
        if not running:
            break
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=UNWIND_SECONDS)
    for task in ending:
        if task.done() and not task.cancelled() and (error := task.exception()):
            log.debug("ended with", reason=repr(error))
