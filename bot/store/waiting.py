"""Which subscriptions were told that their alerts wait for data, until they are told that it is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.destination import Destination
from bot.store.tables import chats, subscriptions

_table = subscriptions.c


@dataclass(frozen=True)
class Waiting:
    destination: Destination
    symbol: str
    was_told: bool


async def of_symbols(tx: AsyncConnection, symbols: Collection[str]) -> tuple[Waiting, ...]:
    """Subscriptions to these, and all that were told, of chats that are on; in order of place and symbol."""
    here = or_(_table.symbol.in_(symbols), _table.told_waiting)
    wanted = select(_table.chat_id, _table.thread_id, _table.symbol, _table.told_waiting).join(chats)
    rows = await tx.execute(
        wanted.where(here, chats.c.active).order_by(_table.chat_id, _table.thread_id, _table.symbol)
    )
    return tuple(Waiting(Destination(row[0], row[1]), row[2], bool(row[3])) for row in rows)


async def mark(
    tx: AsyncConnection, destination: Destination, symbols: Collection[str], *, told: bool
) -> tuple[str, ...]:
    """The symbols for which this is new: what nobody else has told meanwhile."""
    changed = (
        update(subscriptions)
        .where(_is_at(destination), _table.symbol.in_(symbols), _table.told_waiting != told)
        .values(told_waiting=told)
        .returning(_table.symbol)
    )
    return tuple(sorted(str(row[0]) for row in await tx.execute(changed)))


def _is_at(destination: Destination) -> ColumnElement[bool]:
    return (_table.chat_id == destination.chat_id) & (_table.thread_id == destination.thread_id)
