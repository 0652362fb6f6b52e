"""Scheduled maps: what is due becomes a letter in the outbox, once for each due time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.jobs.desk import Desk
from bot.jobs.letters import scheduled_letter_buttons
from bot.jobs.pictures import Pictures
from bot.liquidation.snapshot import Snapshot
from bot.store import outbox, pictures, schedules
from bot.store.database import Database
from bot.store.letter import Kind, Letter
from bot.store.schedules import Schedule
from bot.wording.alert_text import schedule_caption
from bot.wording.refusal import Refusal

log = structlog.get_logger(__name__)


@dataclass
class Broadcaster:
    desk: Desk
    database: Database
    pictures: Pictures
    wake_courier: Callable[[], None]

    async def tick(self) -> None:
        async with self.database.read() as tx:
            due = await schedules.due(tx, self.desk.now_ms())
        for schedule in due:
            await self._send(schedule)

    async def _send(self, schedule: Schedule) -> None:
        try:
            shown = await self.desk.view(schedule.symbol, schedule.window, None)
            png = await self.pictures.draw(shown)
        except Refusal as refusal:
            # It stays due: it goes out, late, when the venues answer again.
            log.warning("scheduled map waits", symbol=schedule.symbol, reason=refusal.sentence)
            return
        await self._queue(schedule, shown, png)
        self.wake_courier()

    async def _queue(self, schedule: Schedule, shown: Snapshot, png: bytes) -> None:
        wall_ms = round(time.time() * 1000)
        async with self.database.begin() as tx:
            if await schedules.advance(tx, schedule, next_due(schedule, shown.now_ms)) is None:
                return
            key = await pictures.put(tx, png, now_ms=wall_ms)
            await outbox.enqueue(tx, _letter(schedule, shown, key), now_ms=wall_ms)


def next_due(schedule: Schedule, now_ms: int) -> int:
    """The first time on the schedule's own grid that is still ahead: missed ones are not made up for."""
    missed = max(0, now_ms - schedule.next_due_ms) // schedule.every_ms
    return schedule.next_due_ms + (missed + 1) * schedule.every_ms


def _letter(schedule: Schedule, shown: Snapshot, picture_key: str) -> Letter:
    caption = schedule_caption(
        shown.found,
        shown.zones,
        every_ms=schedule.every_ms,
        now_ms=shown.now_ms,
        tick_size=shown.tick_size,
    )
    return Letter(
        dedup_key=f"schedule:{schedule.id}:{schedule.next_due_ms}",
        destination=schedule.destination,
        kind=Kind.SCHEDULED,
        text=caption,
        picture_key=picture_key,
        buttons=scheduled_letter_buttons(schedule.symbol),
    )
