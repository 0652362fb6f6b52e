"""Deliveries that failed for good are told to somebody who can do something about it, once a day."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.delivery.courier import Trouble
from bot.delivery.outcome import Verdict
from bot.store import chats, outbox, schedules, subscriptions
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter
from bot.wording.troubles import chat_off, undeliverable

DAY_MS = 86_400_000


@dataclass
class Troubles:
    database: Database
    admin_chats: tuple[int, ...]

    async def tell(self, trouble: Trouble) -> None:
        now_ms = round(time.time() * 1000)
        async with self.database.begin() as tx:
            if trouble.outcome.verdict is Verdict.CHAT_OFF:
                await self._tell_owners(tx, trouble, now_ms)
            elif trouble.outcome.verdict in (Verdict.BAD_MESSAGE, Verdict.REFUSED):
                await self._tell_operator(tx, trouble, now_ms)

    async def _tell_owners(self, tx: Transaction, trouble: Trouble, now_ms: int) -> None:
        """Of a group or channel; a person who blocked the bot wants to hear nothing."""
        chat_id = trouble.queued.destination.chat_id
        if chat_id > 0:
            return
        chat = await chats.find(tx, chat_id)
        name = chat.title or chat.username if chat else str(chat_id)
        for owner in await _owners(tx, trouble.queued.destination):
            await _notice(tx, owner, f"off:{chat_id}", chat_off(name), now_ms)

    async def _tell_operator(self, tx: Transaction, trouble: Trouble, now_ms: int) -> None:
        queued = trouble.queued
        text = undeliverable(queued.id, queued.destination.chat_id, trouble.outcome.reason)
        for admin in self.admin_chats:
            if admin != queued.destination.chat_id:
                await _notice(tx, admin, f"dead:{queued.destination.chat_id}", text, now_ms)


async def _owners(tx: Transaction, destination: Destination) -> set[int]:
    alerts = await subscriptions.of_destination(tx, destination)
    planned = await schedules.of_destination(tx, destination)
    creators = {*(one.created_by for one in alerts), *(one.created_by for one in planned)}
    return {user_id for user_id in creators if user_id > 0}


async def _notice(tx: Transaction, chat_id: int, what: str, text: str, now_ms: int) -> None:
    key = f"trouble:{what}:{chat_id}:{now_ms // DAY_MS}"
    await outbox.enqueue(tx, Letter(key, Destination(chat_id), Kind.NOTICE, text), now_ms=now_ms)
