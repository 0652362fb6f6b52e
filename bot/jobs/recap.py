"""One recap a day: what a chat was told and what was held back, and how each of it turned out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.jobs.desk import Desk
from bot.rules.grading import HORIZONS_MS, TOLD_MS, is_claim
from bot.rules.recap_time import last_recap_ms
from bot.store import alerts, chat_terms, grades, outbox
from bot.store.chat_terms import ChatTerms
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.grades import Graded
from bot.store.letter import Kind, Letter
from bot.wording.recap_text import Recapped, recap_text

DAY_MS = 24 * 3_600_000
LONGEST_MS = 7 * DAY_MS  # a recap that could not be made for so long tells no more than that
EARLY_MS = HORIZONS_MS[0]
COMMITTED_MS = 60_000  # an alert is written somewhat after the moment that it is about
OPEN_MS = 2 * DAY_MS  # before a recap: what may have got its grade after it

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Span:
    """What one recap is about: alerts that fired in [begin, end)."""

    terms: ChatTerms
    begin_ms: int
    end_ms: int

    @property
    def is_first(self) -> bool:
        return not self.terms.recapped_ms

    @property
    def place(self) -> Destination:
        return self.terms.destination


@dataclass(frozen=True)
class Told:
    span: Span
    graded: Sequence[Graded]
    late: Sequence[Graded]  # of the spans before, graded after they were told


@dataclass
class Recapper:
    desk: Desk
    database: Database
    wake_courier: Callable[[], None]

    async def tick(self) -> None:
        """That a span was told is written with its letter, so a restart neither repeats nor skips one."""
        sent = [await self._tell(one) for one in await self._due()]
        if any(sent):
            self.wake_courier()

    async def _due(self) -> list[Told]:
        """Places whose recap is due, as far as an alert of them is young enough to be in it."""
        now_ms = self.desk.now_ms()
        async with self.database.read() as tx:
            newest = await alerts.newest_by_place(tx, now_ms - LONGEST_MS - DAY_MS)
            terms = await chat_terms.of_all(tx, newest)
            spans = [_span(one, now_ms - COMMITTED_MS) for one in terms.values()]
            found = [
                Told(span, await _graded(tx, span), await _late(tx, span))
                for span in spans
                if span.begin_ms < span.end_ms and newest[span.place] >= span.begin_ms - OPEN_MS
            ]
        return [one for one in found if one.graded or not one.span.is_first]

    async def _tell(self, told: Told) -> bool:
        """Where there is nothing to tell, that is done too."""
        span, wall_ms = told.span, round(time.time() * 1000)
        async with self.database.begin() as tx:
            if await chat_terms.get(tx, span.place) != span.terms:
                return False  # changed meanwhile: the next round sees them as they are now
            await chat_terms.change(tx, span.place, now_ms=wall_ms, recapped_ms=span.end_ms)
            if not told.graded and not told.late:
                return False
            letter_id = await outbox.enqueue(tx, _letter(told), now_ms=wall_ms)
        log.info("recapped", chat=span.place.chat_id, alerts=len(told.graded), late=len(told.late))
        return letter_id is not None


def _span(terms: ChatTerms, now_ms: int) -> Span:
    end_ms = last_recap_ms(now_ms, terms.quiet, terms.zone)
    return Span(terms, max(terms.recapped_ms, end_ms - LONGEST_MS), end_ms)


async def _graded(tx: Transaction, span: Span) -> Sequence[Graded]:
    """What is too young for its grade has that of the first hour, or none."""
    graded = await grades.between(tx, span.place, span.begin_ms, span.end_ms, TOLD_MS)
    if all(one.grade is not None for one in graded):
        return graded
    early = await grades.between(tx, span.place, span.begin_ms, span.end_ms, EARLY_MS)
    return [
        replace(one, grade=first.grade) if one.grade is None else one
        for one, first in zip(graded, early, strict=True)
    ]


async def _late(tx: Transaction, span: Span) -> Sequence[Graded]:
    """What was too early to say when it was told over."""
    told_ms = span.terms.recapped_ms
    if span.is_first:
        return ()
    late = await grades.graded_since(tx, span.place, told_ms - OPEN_MS, told_ms, TOLD_MS, told_ms)
    return [one for one in late if is_claim(one.alert.telling)]


def _letter(told: Told) -> Letter:
    span, place = told.span, told.span.place
    begin_ms = told.graded[0].alert.fired_ms if span.is_first else span.begin_ms
    now, before = _recapped(told.graded), _recapped(told.late)
    return Letter(
        dedup_key=f"recap:{place.chat_id}:{place.thread_id}:{span.end_ms}",
        destination=place,
        kind=Kind.NOTICE,
        text=recap_text(now, begin_ms, span.end_ms, span.terms.time_zone, before),
        silent=True,
    )


def _recapped(graded: Sequence[Graded]) -> list[Recapped]:
    return [
        Recapped(one.alert.symbol, one.alert.telling, one.alert.hold, one.alert.said.line, one.grade)
        for one in graded
    ]
