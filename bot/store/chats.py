"""Chats the bot has met, and whether it may still write to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.statements import insert_into
from bot.store.tables import chats


@dataclass(frozen=True)
class Chat:
    chat_id: int
    kind: str  # private, group, supergroup or channel
    title: str
    username: str
    active: bool
    reason_off: str
    added_ms: int


async def remember(
    tx: AsyncConnection, chat_id: int, kind: str, title: str = "", username: str = "", *, now_ms: int
) -> Chat:
    """Note a chat that was heard of, or its new name; neither switches it on nor off."""
    names = {"kind": kind, "title": title, "username": username}
    fresh = insert_into(tx, chats).values(
        chat_id=chat_id, active=True, reason_off="", added_ms=now_ms, **names
    )
    stored = fresh.on_conflict_do_update(index_elements=["chat_id"], set_=names).returning(chats)
    return _chat((await tx.execute(stored)).mappings().one())


async def ensure(tx: AsyncConnection, chat_id: int, now_ms: int) -> None:
    """Make sure the chat has a row, without touching what is known of it."""
    kind = "private" if chat_id > 0 else "group"
    fresh = insert_into(tx, chats).values(
        chat_id=chat_id, kind=kind, title="", username="", active=True, reason_off="", added_ms=now_ms
    )
    await tx.execute(fresh.on_conflict_do_nothing(index_elements=["chat_id"]))


async def lock(tx: AsyncConnection, chat_id: int, now_ms: int) -> None:
    """Whoever else changes what this chat asked for has to wait for the end of the transaction."""
    await ensure(tx, chat_id, now_ms)
    await tx.execute(select(chats.c.chat_id).where(chats.c.chat_id == chat_id).with_for_update())


async def lock_all(tx: AsyncConnection, chat_ids: Collection[int], now_ms: int) -> None:
    """Each as `lock` does; in the order of their ids, so that nobody waits crosswise."""
    for chat_id in sorted(chat_ids):
        await lock(tx, chat_id, now_ms)


async def find(tx: AsyncConnection, chat_id: int) -> Chat | None:
    row = (await tx.execute(select(chats).where(chats.c.chat_id == chat_id))).mappings().one_or_none()
    return None if row is None else _chat(row)


async def switch_off(tx: AsyncConnection, chat_id: int, reason: str) -> bool:
    """Nothing is sent there any more; what was asked for stays. True if it was on."""
    change = update(chats).where(chats.c.chat_id == chat_id, chats.c.active)
    return (await tx.execute(change.values(active=False, reason_off=reason))).rowcount > 0


async def switch_on(tx: AsyncConnection, chat_id: int) -> bool:
    """True if it was off."""
    change = update(chats).where(chats.c.chat_id == chat_id, chats.c.active.is_(False))
    return (await tx.execute(change.values(active=True, reason_off=""))).rowcount > 0


async def counts(tx: AsyncConnection) -> tuple[int, int]:
    """Chats that are on, and chats that are off."""
    tally = dict.fromkeys((True, False), 0)
    for row in await tx.execute(select(chats.c.active, func.count()).group_by(chats.c.active)):
        tally[bool(row[0])] = int(row[1])
    return tally[True], tally[False]


def _chat(row: RowMapping) -> Chat:
    return Chat(**row)
