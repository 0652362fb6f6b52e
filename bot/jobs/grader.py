"""The grader: says of each alert how it turned out, by market time, and adds it to the message once."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

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

AT_ONCE = 200  # alerts of one horizon in one round
PATIENCE_SECONDS = 300.0  # for prices up to a horizon; what is known by then has to do
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
    def ends_ms(self) -> int:
        return self.alert.fired_ms + self.horizon_ms

    @property
    def key(self) -> tuple[int, int]:
        return self.alert.id, self.horizon_ms

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
    clock_s: Callable[[], float] = time.monotonic
    _waiting_since: dict[tuple[int, int], float] = field(default_factory=dict)  # alert and horizon

    async def tick(self) -> None:
        """What is written is done: a restart goes on with what has no grade yet."""
        due = await self._due()
        keys = {one.key for one in due}
        self._waiting_since = {one: at_s for one, at_s in self._waiting_since.items() if one in keys}
        by_symbol: dict[str, list[Due]] = defaultdict(list)
        for one in due:
            by_symbol[one.alert.symbol].append(one)
        for symbol, theirs in by_symbol.items():
            await self._grade_safely(symbol, theirs)

    async def _due(self) -> list[Due]:
        now_ms = self.desk.now_ms()
        async with self.database.read() as tx:
            return [
                Due(alert, horizon_ms)
                for horizon_ms in HORIZONS_MS
                for alert in await grades.due(tx, horizon_ms, now_ms, AT_ONCE)
            ]

    async def _grade_safely(self, symbol: str, due: Sequence[Due]) -> None:
        try:
            watch = self.desk.watches.get(symbol)
            ready = list(due) if watch is None else self._ready(watch, due)
            if ready:
                await self._keep(ready, await self._results(watch, ready))
        except Exception:
            # They stay due; the others go on.
            log.exception("alerts could not be graded", symbol=symbol)

    def _ready(self, watch: PairWatch, due: Sequence[Due]) -> list[Due]:
        """Those up to whose horizons prices are known, and those for which that takes too long."""
        known_ms, now_s = _known_until_ms(watch), self.clock_s()
        return [
            one for one in due if known_ms >= one.ends_ms or self._waited_s(one, now_s) > PATIENCE_SECONDS
        ]

    def _waited_s(self, due: Due, now_s: float) -> float:
        return now_s - self._waiting_since.setdefault(due.key, now_s)

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
