"""The whole bot as it is put together, beside a sandbox whose time is moved by hand.

Real venues over HTTP and websockets, real handlers, outbox and courier into the sandbox's Telegram. In place
of the scheduler's clock a round runs every job of it that is due; a second of the market is a second of the
wall, so that also the outbox lives by the hand.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from aiohttp import web
from hand_time import NOW, PHASE_S, Hands
from pydantic import SecretStr
from steered_market import VENUES, SteeredSource

from bot import app
from bot.delivery.courier import Courier
from bot.jobs.pictures import Pictures
from bot.jobs.scheduler import PAIR, Rounds
from bot.market.ccxt_venue import CcxtVenue
from bot.market.clock import MarketClock
from bot.sandbox.market.clock import MarketClock as SandboxClock
from bot.sandbox.market.market import Market
from bot.sandbox.server import TELEGRAM, build_app, start
from bot.sandbox.telegram import people
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.world import BOT_ID
from bot.settings import Settings
from bot.store import outbox_counts
from bot.store.database import Database

Json = dict[str, Any]

STREAM_STEP_MS = 2_000  # mark prices come every second or so
PATIENCE_S = 30.0  # of the wall
MARKS = "marks"
FIRST_JOBS = ("clock", "venues", "pairs", "liquidations")  # what the others rest on
TOKEN = "1:sandbox"


@dataclass
class Job:
    run: Callable[[], Awaitable[None]]
    every_s: float
    due_s: float = 0.0


@dataclass
class HandScheduler:
    """Takes the scheduler's jobs; they run when a round asks for what is due."""

    hands: Hands
    jobs: dict[str, Job] = field(default_factory=dict)

    def add_job(self, run: Callable[[], Awaitable[None]], *_: object, **told: Any) -> None:  # noqa: ANN401
        known = self.jobs.get(told["id"])
        self.jobs[told["id"]] = Job(run, told["seconds"], known.due_s if known else 0.0)

    def get_jobs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(id=name) for name in self.jobs]

    def remove_job(self, name: str) -> None:
        del self.jobs[name]

    def add_listener(self, *_: object) -> None: ...

    def start(self) -> None: ...

    def shutdown(self, **_: object) -> None: ...

    def due(self) -> list[str]:
        return [name for name, job in self.jobs.items() if job.due_s <= self.hands.gone_s]

    async def run(self, name: str) -> None:
        job = self.jobs.get(name)
        if job is not None:
            job.due_s = self.hands.gone_s + job.every_s
            await job.run()


@dataclass
class Place:
    """A chat, or a topic of one, as its members see it."""

    telegram: Telegram
    chat_id: int
    thread_id: int = 0

    def messages(self) -> list[Json]:
        kept = self.telegram.world.chat(self.chat_id).messages
        return [kept[key] for key in sorted(kept) if kept[key].get("message_thread_id", 0) == self.thread_id]

    def said(self) -> list[Json]:
        """By the bot."""
        authors = self.telegram.world.chat(self.chat_id).authors
        return [one for one in self.messages() if authors[one["message_id"]] == BOT_ID]

    def say(self, text: str) -> None:
        chat = self.telegram.world.chat(self.chat_id)
        extras = {"message_thread_id": self.thread_id} if self.thread_id else {}
        people.say(self.telegram, chat, people.speaker(self.telegram, chat, None), text, **extras)

    async def ask(self, text: str) -> Json:
        """The bot's first message after this was said."""
        before = len(self.said())
        self.say(text)
        await until(lambda: len(self.said()) > before)
        return self.said()[before]


@dataclass
class Bot:
    """One life of the bot, as `bot.app` puts it together."""

    application: app.AnyApplication
    database: Database
    rounds: Rounds
    courier: Courier
    hands: Hands
    delivering: asyncio.Task[None]

    @property
    def jobs(self) -> HandScheduler:
        return cast(HandScheduler, self.rounds._scheduler)

    async def run_due(self) -> None:
        """Marks twice: they come many times before a minute has closed, and once it is taken in."""
        jobs = self.jobs.due()
        first = [name for name in jobs if name in FIRST_JOBS]
        pairs = [name for name in jobs if name.startswith(PAIR)]
        others = [name for name in jobs if name not in {*first, *pairs, MARKS}]
        for name in (*first, MARKS, *pairs, MARKS, *others):
            await self.jobs.run(name)
            await self._judged()

    def is_told(self) -> bool:
        """The streams have told the present moment, where they tell anything."""
        venues = [cast(CcxtVenue, venue) for venue in self.rounds.desk.venues.values()]
        marks = [tape.mark for venue in venues for tape in venue._live.tapes.values()]
        now_ms = self.hands.wall_ms() - STREAM_STEP_MS
        return all(mark.timestamp_ms >= now_ms for mark in marks if mark is not None)

    async def _judged(self) -> None:
        """A pair that has something to say goes on by itself."""
        while under_way := tuple(self.rounds.sentinel._judging.values()):
            await asyncio.wait(under_way, timeout=PATIENCE_S)

    async def deliver(self) -> None:
        self.courier.wake()
        await until_async(self._nothing_is_due)

    async def _nothing_is_due(self) -> bool:
        async with self.database.read() as tx:
            counts, due_ms = await outbox_counts.counts(tx), await outbox_counts.next_due_ms(tx)
        is_done = not counts.sending and (due_ms is None or due_ms > self.hands.wall_ms())
        if not is_done:
            self.courier.wake()
        return is_done

    async def stop(self) -> None:
        await self.courier.stop()
        await self.delivering
        await self.rounds.stop()
        assert self.application.updater is not None
        await self.application.updater.stop()
        await self.application.stop()
        for watch in self.rounds.desk.watches.values():
            watch.end()
        await asyncio.gather(*(venue.close() for venue in self.rounds.desk.venues.values()))
        await self.application.shutdown()
        await self.database.close()


class HerePool:
    """Does a worker's work in this process."""

    async def run(self, task: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - any task
        return task(*args, **named)


@dataclass
class Story:
    hands: Hands
    source: SteeredSource
    telegram: Telegram
    settings: Settings
    edits: Counter[tuple[int, int]]  # by chat and message
    bot: Bot | None = None

    @property
    def now_ms(self) -> int:
        return round(self.hands.wall_ms())

    async def open_bot(self) -> None:
        self.bot = await _opened(self.settings, self.hands)
        await self.bot.run_due()

    async def restart(self) -> None:
        """A new process on the same database."""
        assert self.bot is not None
        await self.bot.stop()
        await self.open_bot()

    async def round(self, seconds: float = 60.0, *, deliver: bool = True) -> None:
        assert self.bot is not None
        self.hands.gone_s += seconds
        await until(self.bot.is_told)
        await self.bot.run_due()
        if deliver:
            await self.bot.deliver()

    async def minutes(self, count: int, *, deliver: bool = True) -> None:
        for _ in range(count):
            await self.round(deliver=deliver)


async def _opened(settings: Settings, hands: Hands) -> Bot:
    """As `app._live`, without processes of its own and without a clock."""
    database = Database.open(settings.database)
    market_clock = MarketClock(hands.seconds, hands.wall_ms, hands.sleep)
    venues = app._venues(settings, database, market_clock)
    application = app._application(settings)
    await app._initialize(application, settings.telegram_api_url)
    pool = cast(Any, HerePool())
    pictures = Pictures(pool, pool, f"@{application.bot.username}")
    desk = app._desk(venues, market_clock, database, pool, pictures)
    courier = app._courier(application, database, ())
    delivering = asyncio.create_task(courier.run())
    await desk.load_venues()
    await market_clock.synchronise(tuple(venues.values()))
    rounds = app._rounds(settings, desk, market_clock, database, courier)
    rounds._scheduler = cast(Any, HandScheduler(hands))
    await rounds.follow_wishes()
    rounds.start()
    await app._first_builds(desk)
    await app._listen(application, desk, database)
    return Bot(application, database, rounds, courier, hands, delivering)


@asynccontextmanager
async def story(
    database_url: str, folder: Path, hands: Hands, prices: dict[str, float]
) -> AsyncIterator[Story]:
    source = SteeredSource(prices, NOW)
    market = Market(source, SandboxClock(NOW + round(PHASE_S * 1000), 1.0, None, hands.seconds))
    served = build_app(market, hands.seconds)
    edits: Counter[tuple[int, int]] = Counter()
    served.middlewares.append(_counting(edits))
    runner, port = await start(served)
    root = f"http://127.0.0.1:{port}"
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        database_url=database_url,
        data_dir=folder,
        exchanges=VENUES,
        watch=(),
        telegram_api_url=root,
        exchange_urls=dict.fromkeys(VENUES, root),
    )
    told = Story(hands, source, served[TELEGRAM], settings, edits)
    try:
        await told.open_bot()
        yield told
    finally:
        if told.bot is not None:
            await told.bot.stop()
        await runner.cleanup()


def _counting(edits: Counter[tuple[int, int]]) -> Any:  # noqa: ANN401 - a middleware
    @web.middleware
    async def count(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if "/editMessage" in request.path:
            body = await request.post()
            edits[int(str(body["chat_id"])), int(str(body["message_id"]))] += 1
        return await handler(request)

    return count


async def until(condition: Callable[[], bool]) -> None:
    async def told() -> bool:
        return condition()

    await until_async(told)


async def until_async(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await condition():  # noqa: ASYNC110 - only the bot and the sandbox know
            await asyncio.sleep(0.01)
