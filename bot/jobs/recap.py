"""One recap a day: what a chat was told and what was held back, and how each of it turned out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.jobs.desk import Desk
from bot.rules.grading import HORIZONS_MS, TOLD_MS
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

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Span:
    """What one recap is about: alerts that fired in [begin, end)."""

    terms: ChatTerms
    begin_ms: int
    end_ms: int

    @property
    def place(self) -> Destination:
        return self.terms.destination


@dataclass
class Recapper:
    desk: Desk
    database: Database
    wake_courier: Callable[[], None]

    async def tick(self) -> None:
        """That a span was told is written with its letter, so a restart neither repeats nor skips one."""
        sent = [await self._tell(span, graded) for span, graded in await self._due()]
        if any(sent):
            self.wake_courier()

    async def _due(self) -> list[tuple[Span, Sequence[Graded]]]:
        """Places whose recap is due and has something to tell."""
        now_ms = self.desk.now_ms()
        async with self.database.read() as tx:
            newest = await alerts.newest_by_place(tx, now_ms - LONGEST_MS - DAY_MS)
            terms = await chat_terms.of_all(tx, newest)
            spans = [_span(one, now_ms) for one in terms.values()]
            spans = [one for one in spans if one.begin_ms < one.end_ms and newest[one.place] >= one.begin_ms]
            found = [(span, await _graded(tx, span)) for span in spans]
        return [(span, graded) for span, graded in found if graded]

    async def _tell(self, span: Span, graded: Sequence[Graded]) -> bool:
        wall_ms = round(time.time() * 1000)
        async with self.database.begin() as tx:
            if await chat_terms.get(tx, span.place) != span.terms:
                return False  # changed meanwhile: the next round sees them as they are now
            told = await outbox.enqueue(tx, _letter(span, graded), now_ms=wall_ms)
            await chat_terms.change(tx, span.place, now_ms=wall_ms, recapped_ms=span.end_ms)
        log.info("recapped", chat=span.place.chat_id, alerts=len(graded))
        return told is not None


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


def _letter(span: Span, graded: Sequence[Graded]) -> Letter:
    place = span.place
    told = [
        Recapped(one.alert.symbol, one.alert.telling, one.alert.hold, one.alert.said.line, one.grade)
        for one in graded
    ]
    begin_ms = span.begin_ms if span.terms.recapped_ms else graded[0].alert.fired_ms  # the first ever
    return Letter(
        dedup_key=f"recap:{place.chat_id}:{place.thread_id}:{span.end_ms}",
        destination=place,
        kind=Kind.NOTICE,
        text=recap_text(told, begin_ms, span.end_ms, span.terms.time_zone),
        silent=True,
    )
