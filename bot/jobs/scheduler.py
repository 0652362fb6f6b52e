"""What runs when: one job for each watched pair, and the house's own rounds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.broadcast import Broadcaster
from bot.jobs.chronicle import Chronicle
from bot.jobs.desk import Desk
from bot.jobs.grader import OWED_MS, Grader
from bot.jobs.margin_tables import MarginTables
from bot.jobs.outage_notices import OutageNotices
from bot.jobs.pruning import Pruner
from bot.jobs.recap import Recapper
from bot.jobs.recorder import Recorder
from bot.jobs.retirement import Retirement
from bot.jobs.sentinel import Sentinel
from bot.jobs.session_digests import SessionDigests
from bot.jobs.verdicts import Verdicts
from bot.market.clock import MarketClock
from bot.store import alerts, subscriptions
from bot.store.database import Database

REFRESH_SECONDS = 60.0  # of market time: once each closed minute
FASTEST_REFRESH = 0.5
MARK_SECONDS = 1.5  # rules see a mark price at least every 2 s
FAST_MARK_SECONDS = 0.5  # beside a fast sandbox
SAME_PACE = 0.05  # a speed that is known a little better changes no interval
ROUND_SECONDS = 2.0
RECORD_SECONDS = 1.5
RECAP_SECONDS = 5.0
VERDICT_SECONDS = 60.0  # of what scores are known; they are read anew less often
CLOCK_SECONDS = 20.0
MARGIN_SECONDS = 30.0
PRUNE_SECONDS = 3600.0
STOP_SECONDS = 2.0

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]


@dataclass
class Rounds:
    desk: Desk
    sentinel: Sentinel
    broadcaster: Broadcaster
    pruner: Pruner
    chronicle: Chronicle
    recorder: Recorder
    notices: OutageNotices
    margins: MarginTables
    retirement: Retirement
    digests: SessionDigests
    grader: Grader
    recapper: Recapper
    verdicts: Verdicts
    database: Database
    clock: MarketClock
    always_watched: tuple[str, ...]  # words of WATCH
    _scheduler: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone=UTC))
    missed: int = 0
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False
    _pace: float = 1.0  # the speed that the intervals are made for

    def start(self) -> None:
        self.keep_pace()
        self._scheduler.add_listener(self._count_missed, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self._add_marks()
        self._add("pairs", self.follow_wishes, ROUND_SECONDS)
        self._add("retirement", self.retirement.tick, ROUND_SECONDS)
        self._add("grades", self.grader.tick, ROUND_SECONDS)
        self._add("verdicts", self.verdicts.tick, VERDICT_SECONDS)
        self._add("recaps", self.recapper.tick, RECAP_SECONDS)
        self._add("schedules", self.broadcaster.tick, ROUND_SECONDS)
        self._add("session digests", self.digests.tick, ROUND_SECONDS)
        self._add("history", self._write_history, ROUND_SECONDS)
        self._add("outages", self._tell_outages, ROUND_SECONDS)
        self._add("liquidations", self._record, RECORD_SECONDS)
        self._add("books", self.desk.covers.tick, ROUND_SECONDS)
        self._add("venues", self.desk.load_venues, CLOCK_SECONDS)
        self._add("clock", self._set_clock, CLOCK_SECONDS)
        self._add("margin tables", self.margins.tick, MARGIN_SECONDS)
        self._add("pruning", self.pruner.tick, PRUNE_SECONDS)
        self._scheduler.start()

    async def stop(self) -> None:
        """Cancels what runs and waits until it has unwound; what was heard until then is written."""
        self._stopping = True
        self._scheduler.shutdown(wait=False)
        await self.sentinel.stop()
        if self._running:
            await asyncio.wait(tuple(self._running), timeout=STOP_SECONDS)
        await self.recorder.flush()

    def keep_pace(self) -> None:
        """Intervals are market time: they follow when the clock has learned another speed."""
        if abs(self.clock.speed / self._pace - 1) <= SAME_PACE:
            return
        log.info("market time has another speed", before=self._pace, now=self.clock.speed)
        self._pace = self.clock.speed
        self._add_marks()
        for job in self._scheduler.get_jobs():
            if job.id.startswith(PAIR):
                self._add_pair(job.id.removeprefix(PAIR))

    async def follow_wishes(self) -> None:
        """Jobs for exactly the pairs that somebody wants: settings, subscriptions, schedules, questions; and
        for those whose alerts wait for their grades, whoever switched them off."""
        self.keep_pace()
        async with self.database.read() as tx:
            wanted = await subscriptions.symbols(tx)
            owed = await alerts.symbols_since(tx, self.clock.now_ms() - OWED_MS)
        self.desk.keep({*self.desk.listed(self.always_watched), *wanted, *owed})
        jobs = {job.id for job in self._scheduler.get_jobs() if job.id.startswith(PAIR)}
        for symbol in self.desk.watched:
            if PAIR + symbol not in jobs:
                self._add_pair(symbol)
        for gone in jobs - {PAIR + symbol for symbol in self.desk.watched}:
            self._scheduler.remove_job(gone)

    def _add_marks(self) -> None:
        self._add("marks", self._judge, MARK_SECONDS if self._pace == 1 else FAST_MARK_SECONDS)

    def _add_pair(self, symbol: str) -> None:
        every = max(FASTEST_REFRESH, REFRESH_SECONDS / self._pace)

        async def refresh() -> None:
            if symbol in self.desk.watches:  # pruning forgets a pair before its job goes
                await self.desk.refresh(symbol)

        self._add(PAIR + symbol, refresh, every, first_in=stagger(symbol, every))

    def _add(self, name: str, job: Job, seconds: float, first_in: float = 0.0) -> None:
        self._scheduler.add_job(
            self._unwound(job),
            "interval",
            seconds=seconds,
            id=name,
            next_run_time=datetime.now(UTC) + timedelta(seconds=first_in),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            replace_existing=True,
        )

    def _unwound(self, job: Job) -> Job:
        """The job, known while it runs; being cancelled at the end is no error of its own."""

        async def run() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                await job()
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
            finally:
                self._running.discard(task)

        return run

    async def _judge(self) -> None:
        await self.sentinel.tick(tuple(self.desk.watches.values()))

    async def _tell_outages(self) -> None:
        await self.notices.tick(tuple(self.desk.watches.values()))

    async def _write_history(self) -> None:
        await self.chronicle.tick(tuple(self.desk.watches.values()), self.desk.now_ms())

    async def _record(self) -> None:
        await self.recorder.tick(tuple(self.desk.watches.values()))

    async def _set_clock(self) -> None:
        await self.clock.synchronise(tuple(self.desk.venues.values()))

    def _count_missed(self, event: JobExecutionEvent) -> None:
        self.missed += 1
        log.debug("a job was still running when it was due again", job=event.job_id, count=self.missed)


PAIR = "pair "


def stagger(symbol: str, every: float) -> float:
    """Seconds into the interval at which this pair runs: the same at every start, spread over pairs."""
    number = int.from_bytes(hashlib.sha256(symbol.encode()).digest()[:4], "big")
    return number % 1000 / 1000 * every
