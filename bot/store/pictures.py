"""Pictures that were drawn, and the names Telegram gave them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.statements import insert_into
from bot.store.tables import outbox, pictures


@dataclass(frozen=True)
class Picture:
    key: str
    png: bytes
    file_id: str | None  # None until Telegram has it
    created_ms: int


async def put(tx: AsyncConnection, png: bytes, *, now_ms: int) -> str:
    """The picture's key: the same bytes have the same key and are stored once."""
    key = hashlib.sha256(png).hexdigest()
    fresh = insert_into(tx, pictures).values(key=key, png=png, created_ms=now_ms)
    # Put again is used again: that keeps it from being pruned under a message that is being written.
    await tx.execute(fresh.on_conflict_do_update(index_elements=["key"], set_={"created_ms": now_ms}))
    return key


async def get(tx: AsyncConnection, key: str) -> Picture | None:
    row = (await tx.execute(select(pictures).where(pictures.c.key == key))).mappings().one_or_none()
    return None if row is None else Picture(**row)


async def file_id(tx: AsyncConnection, key: str) -> str | None:
    """Without the picture itself."""
    return (await tx.execute(select(pictures.c.file_id).where(pictures.c.key == key))).scalar_one_or_none()


async def remember_file_id(tx: AsyncConnection, key: str, file_id: str) -> None:
    await tx.execute(update(pictures).where(pictures.c.key == key).values(file_id=file_id))


async def forget_file_id(tx: AsyncConnection, key: str, file_id: str) -> None:
    """Telegram does not know it any more, e.g. under another token; a newer one is left alone."""
    stale = update(pictures).where(pictures.c.key == key, pictures.c.file_id == file_id)
    await tx.execute(stale.values(file_id=None))


async def prune(tx: AsyncConnection, before_ms: int) -> int:
    """Drop what is older and what no message waits for; how many went."""
    unsettled = outbox.c.state != "sent"
    waited_for = select(outbox.c.picture_key).where(unsettled, outbox.c.picture_key.is_not(None))
    old = delete(pictures).where(pictures.c.created_ms < before_ms, pictures.c.key.not_in(waited_for))
    return (await tx.execute(old)).rowcount
