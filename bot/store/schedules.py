"""Maps that go out by the clock. Times are market time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.chats import ensure
from bot.store.destination import Destination
from bot.store.statements import insert_into
from bot.store.tables import chats, schedules

_table = schedules.c


@dataclass(frozen=True)
class Schedule:
    id: int
    destination: Destination
    symbol: str
    window: str
    every_ms: int
    next_due_ms: int
    created_by: int


async def put(
    tx: AsyncConnection,
    destination: Destination,
    symbol: str,
    window: str,
    *,
    every_ms: int,
    next_due_ms: int,
    created_by: int,
    now_ms: int,
) -> Schedule:
    """One schedule per destination and symbol: a second one replaces the first."""
    await ensure(tx, destination.chat_id, now_ms)
    told: dict[str, object] = {
        "map_window": window,
        "every_ms": every_ms,
        "next_due_ms": next_due_ms,
        "created_by": created_by,
    }
    place = {"chat_id": destination.chat_id, "thread_id": destination.thread_id, "symbol": symbol}
    fresh = insert_into(tx, schedules).values({**place, **told})
    stored = fresh.on_conflict_do_update(index_elements=list(place), set_=told).returning(schedules)
    return _schedule((await tx.execute(stored)).mappings().one())


async def remove(tx: AsyncConnection, destination: Destination, symbol: str) -> bool:
    gone = delete(schedules).where(_is_at(destination), _table.symbol == symbol)
    return (await tx.execute(gone)).rowcount > 0


async def remove_by_id(tx: AsyncConnection, destination: Destination, schedule_id: int) -> Schedule | None:
    """What was removed; an id of another destination is left alone."""
    gone = delete(schedules).where(_is_at(destination), _table.id == schedule_id).returning(schedules)
    row = (await tx.execute(gone)).mappings().one_or_none()
    return None if row is None else _schedule(row)


async def of_destination(tx: AsyncConnection, destination: Destination) -> tuple[Schedule, ...]:
    wanted = select(schedules).where(_is_at(destination)).order_by(_table.symbol)
    return tuple(_schedule(row) for row in (await tx.execute(wanted)).mappings())


async def of_symbol(tx: AsyncConnection, symbol: str) -> tuple[Schedule, ...]:
    """Those of chats that are on."""
    wanted = select(schedules).join(chats).where(_table.symbol == symbol, chats.c.active)
    return tuple(_schedule(row) for row in (await tx.execute(wanted.order_by(_table.id))).mappings())


async def due(tx: AsyncConnection, now_ms: int) -> tuple[Schedule, ...]:
    """Those of chats that are on, the longest overdue first."""
    wanted = select(schedules).join(chats).where(_table.next_due_ms <= now_ms, chats.c.active)
    rows = await tx.execute(wanted.order_by(_table.next_due_ms, _table.id))
    return tuple(_schedule(row) for row in rows.mappings())


async def advance(tx: AsyncConnection, schedule: Schedule, next_due_ms: int) -> Schedule | None:
    """The schedule with its next time, or None if it was changed, removed or advanced since it was read."""
    same = and_(_table.id == schedule.id, _table.next_due_ms == schedule.next_due_ms)
    done = await tx.execute(update(schedules).where(same).values(next_due_ms=next_due_ms))
    return replace(schedule, next_due_ms=next_due_ms) if done.rowcount else None


def _is_at(destination: Destination) -> ColumnElement[bool]:
    return and_(_table.chat_id == destination.chat_id, _table.thread_id == destination.thread_id)


def _schedule(row: RowMapping) -> Schedule:
    return Schedule(
        id=row["id"],
        destination=Destination(row["chat_id"], row["thread_id"]),
        symbol=row["symbol"],
        window=row["map_window"],
        every_ms=row["every_ms"],
        next_due_ms=row["next_due_ms"],
        created_by=row["created_by"],
    )
