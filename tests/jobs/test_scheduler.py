"""Rounds: intervals follow market time, and a forgotten pair is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from stage import BTC, NOW, Clock

from bot.jobs.grader import OWED_MS
from bot.jobs.scheduler import FAST_MARK_SECONDS, MARK_SECONDS, PAIR, Rounds
from bot.liquidation.side import Side
from bot.rules.grading import HORIZONS_MS
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.presets import DAY
from bot.rules.telling import Reason, Telling
from bot.store import alerts, subscriptions
from bot.store.alerts import Raised, Said
from bot.store.database import Database
from bot.store.destination import Destination


class ToldDesk:
    """Keeps what it is told to keep, and knows of every refresh."""

    def __init__(self) -> None:
        self.watches: dict[str, object] = {}
        self.refreshed: list[str] = []
        self.venues: dict[str, object] = {}
        self.covers = SimpleNamespace(tick=self.load_venues)

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(self.watches)

    def listed(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return words

    def keep(self, symbols: set[str]) -> None:
        self.watches = dict.fromkeys(symbols)

    async def refresh(self, symbol: str) -> None:
        self.refreshed.append(self.watched[self.watched.index(symbol)])

    async def load_venues(self) -> None:
        return None


class ToldRecorder:
    """Knows what it was to do."""

    def __init__(self) -> None:
        self.done: list[object] = []

    async def tick(self, watches: tuple[object, ...]) -> None:
        self.done.append(watches)

    async def flush(self) -> None:
        self.done.append("flush")


class Scene:
    def __init__(self, database: Database) -> None:
        self.desk, self.clock = ToldDesk(), Clock()
        idle = cast(Any, SimpleNamespace(tick=lambda: None))
        desk, clock = cast(Any, self.desk), cast(Any, self.clock)
        self.recorder = ToldRecorder()
        recorder = cast(Any, self.recorder)
        facts: Any = [desk, *[idle] * 4, recorder, *[idle] * 7, database, clock, (BTC,)]
        self.rounds = Rounds(*facts)

    def seconds(self, name: str) -> float:
        return float(self.rounds._scheduler.get_job(name).trigger.interval.total_seconds())

    async def run_job(self, name: str) -> None:
        await self.rounds._scheduler.get_job(name).func()


@pytest.fixture
async def started(database: Database) -> AsyncIterator[Scene]:
    """Its jobs are there, and wait: the tests run them."""
    scene = Scene(database)
    scheduler = scene.rounds._scheduler
    scheduler.start(paused=True)
    scheduler.start = lambda: None
    scene.rounds.start()
    yield scene
    if scheduler.running:
        scheduler.shutdown(wait=False)


async def test_a_speed_that_is_learned_late_changes_the_pace(started: Scene) -> None:
    await started.rounds.follow_wishes()
    assert (started.seconds(PAIR + BTC), started.seconds("marks")) == (60, MARK_SECONDS)
    started.clock.speed = 60.0
    await started.rounds.follow_wishes()
    assert (started.seconds(PAIR + BTC), started.seconds("marks")) == (1, FAST_MARK_SECONDS)
    started.clock.speed = 1.0
    await started.rounds.follow_wishes()
    assert (started.seconds(PAIR + BTC), started.seconds("marks")) == (60, MARK_SECONDS)


async def test_a_speed_that_is_known_a_little_better_changes_nothing(started: Scene) -> None:
    started.clock.speed = 20.0
    await started.rounds.follow_wishes()
    before = started.rounds._scheduler.get_job(PAIR + BTC).next_run_time
    started.clock.speed = 20.1
    await started.rounds.follow_wishes()
    assert started.seconds(PAIR + BTC) == 3
    assert started.rounds._scheduler.get_job(PAIR + BTC).next_run_time == before


async def test_the_job_of_a_pair_that_was_forgotten_does_nothing(started: Scene) -> None:
    await started.rounds.follow_wishes()
    await started.run_job(PAIR + BTC)
    started.desk.watches.clear()
    await started.run_job(PAIR + BTC)
    assert started.desk.refreshed == [BTC]


async def test_a_pair_nobody_wants_any_more_has_no_job(started: Scene) -> None:
    await started.rounds.follow_wishes()
    started.rounds.always_watched = ()
    await started.rounds.follow_wishes()
    assert started.rounds._scheduler.get_job(PAIR + BTC) is None


async def test_a_pair_is_watched_until_its_alerts_have_their_grades(started: Scene) -> None:
    rounds, home = started.rounds, Destination(1001)
    rounds.always_watched = ()
    told = Telling(Kind.NEAR, "near:Z1", Reason.FIRST, 100.0, NOW, 98.0, 99.0, 0.01, side=Side.LONG)
    async with rounds.database.begin() as tx:
        known = (await subscriptions.subscribe(tx, home, BTC, DAY, created_by=1, now_ms=1)).subscription
        await alerts.record(tx, known, Memory(), [Raised(told, Said("", "", 1.0))])
        await subscriptions.unsubscribe(tx, home, BTC)
    started.clock.now = NOW + HORIZONS_MS[-1]
    await rounds.follow_wishes()
    assert rounds._scheduler.get_job(PAIR + BTC) is not None
    started.clock.now = NOW + OWED_MS + 1
    await rounds.follow_wishes()
    assert rounds._scheduler.get_job(PAIR + BTC) is None


async def test_liquidations_of_the_watched_pairs_are_recorded_and_once_more_at_the_end(
    started: Scene,
) -> None:
    started.desk.watches[BTC] = "the pair"
    await started.run_job("liquidations")
    started.rounds.sentinel = cast(Any, Sleeper())
    await started.rounds.stop()
    assert started.recorder.done == [("the pair",), "flush"]


class Sleeper:
    async def stop(self) -> None:
        return None
