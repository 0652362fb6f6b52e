"""The grader: says of each alert how it turned out, by market time, and adds it to the message once."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.jobs import tasks
from bot.jobs.after_alerts import Aftertime
from bot.jobs.desk import Desk
from bot.jobs.pair_watch import PairWatch
from bot.rules.grading import HORIZONS_MS, TOLD_MS, Grade, Unknown
from bot.rules.null_levels import BACK_MS
from bot.rules.outcomes import NullMean
from bot.rules.telling import Reason, Telling
from bot.store import grades, outbox
from bot.store.alerts import Alert
from bot.store.database import Database, Transaction
from bot.store.letter import Kind as LetterKind
from bot.store.letter import Letter, LetterState, Queued
from bot.wording.grade_text import with_grades

AT_ONCE = 200  # alerts of one pair and horizon in one round
PATIENCE_MS = 6 * 3_600_000  # for prices up to a horizon: venues may be down; what is known by then has to do
OWED_MS = HORIZONS_MS[-1] + PATIENCE_MS  # so long after an alert its pair's prices are needed
LATEST_MS = 48 * 3_600_000  # what has no grade so long after its horizon never gets one
GIVE_UP_EVERY_MS = 3_600_000
EDIT_WITHIN_MS = 24 * 3_600_000  # wall time

Result = tuple[Grade | Unknown, NullMean | None]
NOT_WATCHED: Result = (Unknown.NOT_WATCHED, None)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Due:
    """An alert one of whose horizons has passed."""

    alert: Alert
    horizon_ms: int

    @property
    def likeness(self) -> tuple[Telling, int]:
        """The same for every chat that was told the same."""
        told = replace(self.alert.telling, topic="", reason=Reason.FIRST, is_silent=False)
        return told, self.horizon_ms


@dataclass
class Grader:
    desk: Desk
    database: Database
    wake_courier: Callable[[], None]
    _begun_ms: int | None = None  # the first round: a pair may need some time before its candles come
    _gave_up_ms: int = 0  # at first all that was ever raised is looked through

    async def tick(self) -> None:
        """What is written is done: a restart goes on with what has no grade yet."""
        now_ms = self.desk.now_ms()
        self._begun_ms = now_ms if self._begun_ms is None else self._begun_ms
        await self._give_up(now_ms)
        for symbol, horizons in (await self._waiting(now_ms)).items():
            await self._grade_safely(symbol, horizons, now_ms)

    async def _give_up(self, now_ms: int) -> None:
        if now_ms - self._gave_up_ms < GIVE_UP_EVERY_MS:
            return
        async with self.database.begin() as tx:
            for horizon_ms in HORIZONS_MS:
                begin_ms, end_ms = (at - horizon_ms - LATEST_MS for at in (self._gave_up_ms, now_ms))
                await grades.give_up(tx, horizon_ms, begin_ms, end_ms, graded_ms=now_ms)
        self._gave_up_ms = now_ms

    async def _waiting(self, now_ms: int) -> dict[str, list[int]]:
        """By symbol, the horizons that have passed for alerts which can be graded now."""
        found: dict[str, list[int]] = defaultdict(list)
        async with self.database.read() as tx:
            for horizon_ms in HORIZONS_MS:
                since_ms, until_ms = now_ms - horizon_ms - LATEST_MS, now_ms - horizon_ms
                symbols = await grades.symbols_due(tx, horizon_ms, since_ms, until_ms)
                for symbol, oldest_ms in symbols.items():
                    if oldest_ms + horizon_ms <= self._ready_ms(symbol, now_ms):
                        found[symbol].append(horizon_ms)
        return found

    def _ready_ms(self, symbol: str, now_ms: int) -> int:
        """Horizons that ended by then are graded: prices are known, or did not come for too long."""
        assert self._begun_ms is not None
        watch = self.desk.watches.get(symbol)
        known_ms = 0 if watch is None else min(_known_until_ms(watch), now_ms)
        given_up_ms = now_ms - PATIENCE_MS
        return max(known_ms, given_up_ms if given_up_ms >= self._begun_ms else 0)

    async def _grade_safely(self, symbol: str, horizons: Sequence[int], now_ms: int) -> None:
        try:
            due = await self._due(symbol, horizons, now_ms)
            await self._keep(due, await self._results(self.desk.watches.get(symbol), due))
        except Exception:
            # They stay due; the others go on.
            log.exception("alerts could not be graded", symbol=symbol)

    async def _due(self, symbol: str, horizons: Sequence[int], now_ms: int) -> list[Due]:
        ready_ms = self._ready_ms(symbol, now_ms)
        async with self.database.read() as tx:
            return [
                Due(alert, horizon_ms)
                for horizon_ms in horizons
                for alert in await grades.due(
                    tx, symbol, horizon_ms, now_ms - horizon_ms - LATEST_MS, ready_ms - horizon_ms, AT_ONCE
                )
            ]

    async def _results(
        self, watch: PairWatch | None, due: Sequence[Due]
    ) -> dict[tuple[Telling, int], Result]:
        if watch is None:
            return {one.likeness: NOT_WATCHED for one in due}
        begin_ms = min(one.alert.fired_ms for one in due) - BACK_MS
        path = await self.desk.workers.run(tasks.price_path, watch.model, begin_ms)
        found: dict[tuple[Telling, int], Result] = {}
        async with self.database.read() as tx:
            after = Aftertime(tx, watch, path)
            for one in due:
                if one.likeness not in found:
                    found[one.likeness] = await _result(after, one)
        return found

    async def _keep(self, due: Sequence[Due], found: dict[tuple[Telling, int], Result]) -> None:
        """Grades and the edits that they complete are one transaction."""
        now_ms, wall_ms = self.desk.now_ms(), round(time.time() * 1000)
        async with self.database.begin() as tx:
            for one in due:
                grade, null = found[one.likeness]
                await grades.add(tx, one.alert.id, one.horizon_ms, grade, null, graded_ms=now_ms)
            edited = [await _edit(tx, letter_id, wall_ms) for letter_id in _letters(due)]
        if any(edited):
            self.wake_courier()


async def _result(after: Aftertime, due: Due) -> Result:
    """Scores count one horizon, so only that one needs something to be compared with."""
    telling = due.alert.telling
    grade = await after.grade(telling, due.horizon_ms)
    if isinstance(grade, Unknown) or due.horizon_ms != TOLD_MS:
        return grade, None
    return grade, await after.null(telling, due.horizon_ms)


async def _edit(tx: Transaction, letter_id: int, wall_ms: int) -> bool:
    """Once all alerts of a message are graded, and once only."""
    graded = await grades.of_letter(tx, letter_id, TOLD_MS)
    original = await outbox.find(tx, letter_id)
    # One that still waits may be joined by more alerts, which an edit would take out again.
    if original is None or original.state is not LetterState.SENT or any(one.grade is None for one in graded):
        return False
    text = _graded_text(original, graded)
    if text is None:
        return False
    edit = Letter(
        dedup_key=f"graded:{letter_id}",
        destination=original.destination,
        kind=LetterKind.EDIT,
        text=text,
        buttons=original.letter.buttons,
        silent=True,
        expires_ms=wall_ms + EDIT_WITHIN_MS,
        edits_id=letter_id,
    )
    return await outbox.enqueue(tx, edit, now_ms=wall_ms) is not None


def _graded_text(original: Queued, graded: Iterable[grades.Graded]) -> str | None:
    told = [(one.alert.symbol, one.alert.code, one.alert.telling, one.grade) for one in graded]
    known = [(symbol, code, telling, grade) for symbol, code, telling, grade in told if grade is not None]
    return with_grades(original.letter.text, known, has_picture=original.letter.picture_key is not None)


def _letters(due: Iterable[Due]) -> list[int]:
    """Messages one of whose alerts may have been the last to be graded."""
    ids = [one.alert.letter_id for one in due if one.horizon_ms == TOLD_MS]
    return list(dict.fromkeys(one for one in ids if one is not None))


def _known_until_ms(watch: PairWatch) -> int:
    """Up to when most venues' candles are known."""
    ends = sorted(standing.as_of_ms for standing in watch.model.inventories.values())
    return ends[len(ends) // 2] if ends else 0
