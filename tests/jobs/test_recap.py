"""One recap a day for each place: by its clock, exactly once, and none where there is nothing to tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.jobs.desk import Desk
from bot.jobs.recap import Recapper
from bot.liquidation.side import Side
from bot.liquidation.zone import Band
from bot.rules.grading import HORIZONS_MS, TOLD_MS, Grade
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.quiet_hours import QuietHours
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Hold, Reason, Telling
from bot.store import alerts, chat_terms, chats, grades, outbox, subscriptions
from bot.store.alerts import Raised, Said
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Letter

HOME, TOPIC = Destination(1001), Destination(-2002, 7)
BTC = "BTC/USDT:USDT"
HOUR = 3_600_000
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)


def at(day: int, hour: int, minute: int = 0) -> int:
    return round(datetime(2026, 1, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@dataclass
class Stage:
    database: Database
    now: int = 0
    woken: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """As after a start of the process."""
        self.recapper = Recapper(cast(Desk, self), self.database, self._wake)

    def now_ms(self) -> int:
        return self.now

    def _wake(self) -> None:
        self.woken += 1

    async def see(self, now_ms: int) -> None:
        self.now = now_ms
        await self.recapper.tick()

    async def fire(
        self, at_ms: int, hold: Hold | None = None, to: Destination = HOME, grade: int | None = HORIZONS_MS[1]
    ) -> int:
        self.fired += 1
        told = Telling(
            Kind.NEAR, f"near:Z{self.fired}", Reason.FIRST, 100.0, at_ms, 98.0, 99.0, 0.01, side=Side.LONG
        )
        async with self.database.begin() as tx:
            known = (await subscriptions.subscribe(tx, to, BTC, RULES, created_by=1, now_ms=1)).subscription
            recorded = await alerts.record(
                tx, known, Memory(), [Raised(told, Said("", f"▼ Z{self.fired}", 1.0), hold)]
            )
            assert recorded is not None
            if grade is not None:
                found = Grade(grade, 99.4, 100.2, 100.0)
                await grades.add(tx, recorded.alerts[0].id, grade, found, None, graded_ms=1)
        return recorded.alerts[0].id

    async def grade(self, alert_id: int, at_ms: int) -> None:
        found = Grade(TOLD_MS, 99.4, 100.2, 100.0)
        async with self.database.begin() as tx:
            await grades.add(tx, alert_id, TOLD_MS, found, None, graded_ms=at_ms)

    async def terms(self, to: Destination = HOME, **changed: Any) -> None:  # noqa: ANN401 - any field
        async with self.database.begin() as tx:
            await chat_terms.change(tx, to, now_ms=1, **changed)

    async def letters(self) -> list[Letter]:
        async with self.database.read() as tx:
            found = [await outbox.find(tx, number) for number in range(1, 20)]
        return [one.letter for one in found if one is not None]


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    database = Database.open(sqlite_url)
    yield Stage(database)
    await database.close()


async def test_a_day_is_told_at_nine_once(stage: Stage) -> None:
    await stage.fire(at(10, 8, 30))  # of the day before
    await stage.fire(at(10, 12))
    await stage.fire(at(11, 2), Hold.BUDGET)
    await stage.see(at(11, 8, 59))
    assert len(await stage.letters()) == 1  # the day before, late
    await stage.see(at(11, 9))
    assert len(await stage.letters()) == 1  # what is being written now may belong to it
    await stage.see(at(11, 9, 1))
    _, letter = await stage.letters()
    assert letter.destination == HOME
    assert ("▼ Z2" in letter.text, "▼ Z3 (the day's budget was spent)" in letter.text) == (True, True)
    assert "▼ Z1" not in letter.text
    assert letter.silent
    await stage.see(at(11, 9, 2))
    await stage.see(at(12, 8))
    assert len(await stage.letters()) == 2
    assert stage.woken == 2


async def test_nothing_is_told_of_nothing(stage: Stage) -> None:
    await stage.fire(at(10, 12))
    await stage.see(at(11, 10))
    await stage.see(at(12, 10))
    await stage.see(at(13, 10))
    assert len(await stage.letters()) == 1


async def test_it_comes_when_quiet_hours_end_by_the_chat_s_clock(stage: Stage) -> None:
    await stage.terms(time_zone="Europe/Berlin", quiet=QuietHours(22 * 60, 6 * 60), recapped_ms=at(10, 5))
    await stage.fire(at(11, 1), Hold.QUIET_HOURS)
    await stage.see(at(11, 4, 59))
    assert await stage.letters() == []
    await stage.see(at(11, 5, 1))
    (letter,) = await stage.letters()
    assert "Held back: 1</b> (quiet hours)" in letter.text
    assert "02:00 ▼ Z1" in letter.text


async def test_a_restart_neither_repeats_nor_skips(stage: Stage) -> None:
    await stage.fire(at(10, 12))
    await stage.see(at(11, 9, 1))
    stage.begin()
    await stage.see(at(11, 9, 5))
    await stage.fire(at(11, 12))
    stage.begin()
    await stage.see(at(13, 15))  # the bot was down for two nines
    await stage.see(at(13, 16))
    first, second = await stage.letters()
    assert ("▼ Z1" in first.text, "▼ Z2" in first.text) == (True, False)
    assert ("▼ Z1" in second.text, "▼ Z2" in second.text) == (False, True)


async def test_a_bot_that_was_down_since_the_first_alert_tells_of_it_when_it_is_back(stage: Stage) -> None:
    await stage.fire(at(10, 12))
    await stage.see(at(14, 15))
    (letter,) = await stage.letters()
    assert "▼ Z1" in letter.text


async def test_a_crash_between_letter_and_mark_leaves_neither(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.fire(at(10, 12))
    with monkeypatch.context() as patched:

        async def broken(*args: object, **named: object) -> None:
            raise OSError("disk full")

        patched.setattr(chat_terms, "change", broken)
        with pytest.raises(OSError, match="disk full"):
            await stage.see(at(11, 9, 1))
    assert await stage.letters() == []
    stage.begin()
    await stage.see(at(11, 9, 1))
    assert len(await stage.letters()) == 1


async def test_what_has_no_grade_yet_has_that_of_its_first_hour(stage: Stage) -> None:
    await stage.fire(at(11, 7), grade=HORIZONS_MS[0])
    await stage.fire(at(11, 8, 50), grade=None)
    await stage.see(at(11, 9, 1))
    (letter,) = await stage.letters()
    assert "→ after 1 h: not touched" in letter.text
    assert "→ too early to say" in letter.text


async def test_what_was_too_early_is_told_with_its_ending_the_next_time(stage: Stage) -> None:
    await stage.fire(at(11, 3), grade=None)
    early = await stage.fire(at(11, 8, 50), grade=None)
    await stage.grade(1, at(11, 7))
    await stage.see(at(11, 9, 1))
    await stage.grade(early, at(11, 12, 50))
    await stage.see(at(12, 9, 1))
    await stage.see(at(13, 9, 1))
    first, second = await stage.letters()
    assert first.text.count("→ too early to say") == 1
    assert "Too early to say last time: 1</b> · 0 of 1 zones reached\n" in second.text
    assert "▼ Z2\n→ not touched" in second.text
    assert "▼ Z1" not in second.text


async def test_an_alert_that_is_written_a_moment_late_is_in_the_recap(stage: Stage) -> None:
    await stage.fire(at(10, 12))
    await stage.see(at(11, 9))
    await stage.fire(at(11, 9) - 500, grade=None)
    await stage.see(at(11, 9, 1))
    (letter,) = await stage.letters()
    assert "▼ Z2" in letter.text


async def test_every_place_has_its_own(stage: Stage) -> None:
    await stage.fire(at(10, 12))
    await stage.fire(at(10, 13), to=TOPIC)
    await stage.see(at(11, 9, 1))
    assert {letter.destination for letter in await stage.letters()} == {HOME, TOPIC}


async def test_a_chat_that_is_off_is_left_alone(stage: Stage) -> None:
    await stage.fire(at(10, 12))
    async with stage.database.begin() as tx:
        await chats.switch_off(tx, HOME.chat_id, "blocked")
    await stage.see(at(11, 9, 1))
    assert await stage.letters() == []


async def test_terms_that_change_meanwhile_are_heeded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.fire(at(10, 12))
    original = stage.recapper._due

    async def and_then_the_clock_is_set() -> Any:  # noqa: ANN401 - as the original
        due = await original()
        await stage.terms(time_zone="America/New_York")
        return due

    monkeypatch.setattr(stage.recapper, "_due", and_then_the_clock_is_set)
    await stage.see(at(11, 9, 1))
    assert await stage.letters() == []
