"""Scheduled maps: what is due becomes a letter in the outbox, once for each due time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.jobs.desk import Desk
from bot.jobs.letters import scheduled_letter_buttons
from bot.jobs.pictures import Pictures
from bot.language import Language
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing
from bot.store import chat_terms, outbox, pictures, schedules
from bot.store.chat_terms import ChatTerms
from bot.store.database import Database
from bot.store.letter import Kind, Letter
from bot.store.schedules import Schedule
from bot.wording.refusal import Refusal
from bot.wording.schedule_text import schedule_caption

DRAW_SECONDS = 20.0  # a pair that takes longer is tried again at the next round

Seen = dict[tuple[str, str], Snapshot]  # by symbol and window

log = structlog.get_logger(__name__)


@dataclass
class Broadcaster:
    desk: Desk
    database: Database
    pictures: Pictures
    wake_courier: Callable[[], None]
    _said: set[str] = field(default_factory=set)  # dedup keys of maps that wait, said once in the log

    async def tick(self) -> None:
        async with self.database.read() as tx:
            due = await schedules.due(tx, self.desk.now_ms())
            terms = await chat_terms.of_all(tx, {one.destination for one in due})
        seen: Seen = {}
        for schedule in due:
            await self._send_safely(schedule, terms[schedule.destination], seen)

    async def _send_safely(self, schedule: Schedule, terms: ChatTerms, seen: Seen) -> None:
        """A map that cannot be drawn stays due and goes out, late, when it can; the others go on."""
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                shown = await self._view(schedule, seen)
                png = await self.pictures.draw(shown, Drawing(terms.look))
            await self._queue(schedule, terms.language, shown, png)
        except Refusal as refusal:
            self._say_once(schedule, refusal.sentence)
        except Exception as error:
            self._say_once(schedule, repr(error))
        else:
            self._said.discard(_key(schedule))
            self.wake_courier()

    async def _view(self, schedule: Schedule, seen: Seen) -> Snapshot:
        """All that is due at once shows the same moment, so that each look is drawn and uploaded once."""
        asked = schedule.symbol, schedule.window
        if asked not in seen:
            seen[asked] = await self.desk.view(*asked, None)
        return seen[asked]

    def _say_once(self, schedule: Schedule, reason: str) -> None:
        if _key(schedule) not in self._said:
            self._said.add(_key(schedule))
            log.warning("scheduled map waits", symbol=schedule.symbol, reason=reason)

    async def _queue(self, schedule: Schedule, language: Language, shown: Snapshot, png: bytes) -> None:
        wall_ms = round(time.time() * 1000)
        async with self.database.begin() as tx:
            if await schedules.advance(tx, schedule, next_due(schedule, shown.now_ms)) is None:
                return
            key = await pictures.put(tx, png, now_ms=wall_ms)
            await outbox.enqueue(tx, _letter(schedule, language, shown, key), now_ms=wall_ms)


def next_due(schedule: Schedule, now_ms: int) -> int:
    """The first time on the schedule's own grid that is still ahead: missed ones are not made up for."""
    missed = max(0, now_ms - schedule.next_due_ms) // schedule.every_ms
    return schedule.next_due_ms + (missed + 1) * schedule.every_ms


def _key(schedule: Schedule) -> str:
    return f"schedule:{schedule.id}:{schedule.next_due_ms}"


def _letter(schedule: Schedule, language: Language, shown: Snapshot, picture_key: str) -> Letter:
    caption = schedule_caption(shown, every_ms=schedule.every_ms, language=language)
    return Letter(
        dedup_key=_key(schedule),
        destination=schedule.destination,
        kind=Kind.SCHEDULED,
        text=caption,
        picture_key=picture_key,
        buttons=scheduled_letter_buttons(schedule.symbol),
    )
