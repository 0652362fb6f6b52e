"""A chat gets another id, or a topic is gone: what belonged there moves, all in one transaction."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.memory import Memory
from bot.store import subscriptions
from bot.store.chats import find, remember, switch_on
from bot.store.destination import Destination
from bot.store.subscriptions import Subscription, save_state
from bot.store.tables import alerts, chat_terms, chats, outbox, schedules
from bot.store.tables import subscriptions as subscription_table

OWNED = (subscription_table, schedules, alerts, outbox, chat_terms)


async def migrate_chat(tx: AsyncConnection, old_id: int, new_id: int, *, now_ms: int) -> None:
    """A group became a supergroup. Where both ids ask for the same, the new one's wish stands."""
    if old_id == new_id:
        return
    old = await find(tx, old_id)
    if old is not None:
        await remember(tx, new_id, "supergroup", old.title, old.username, now_ms=old.added_ms)
    # Messages count anew in the new chat: what was sent in the old one cannot be edited any more.
    await tx.execute(update(outbox).where(outbox.c.chat_id == old_id).values(message_id=None))
    for thread_id in await _threads(tx, old_id):
        await _move(tx, Destination(old_id, thread_id), Destination(new_id, thread_id))
    await tx.execute(delete(chats).where(chats.c.chat_id == old_id))
    await switch_on(tx, new_id)


async def drop_thread(tx: AsyncConnection, gone: Destination) -> None:
    """A topic was deleted: what went there goes to the chat itself from now on."""
    await _move(tx, gone, Destination(gone.chat_id))


async def _threads(tx: AsyncConnection, chat_id: int) -> set[int]:
    threads: set[int] = set()
    for table in OWNED:
        rows = await tx.execute(select(table.c.thread_id).where(table.c.chat_id == chat_id).distinct())
        threads.update(int(row[0]) for row in rows)
    return threads


async def _move(tx: AsyncConnection, old: Destination, new: Destination) -> None:
    await _merge_subscriptions(tx, old, new)
    await _drop_doubles(tx, schedules, old, new)
    await _keep_standing_terms(tx, old, new)
    for table in OWNED:
        place: dict[str, object] = {"chat_id": new.chat_id, "thread_id": new.thread_id}
        if table is subscription_table:
            place["version"] = table.c.version + 1  # whoever holds it with the old place has to read it again
        await tx.execute(update(table).where(_is_at(table, old)).values(place))


async def _merge_subscriptions(tx: AsyncConnection, old: Destination, new: Destination) -> None:
    standing = {one.symbol: one for one in await subscriptions.of_destination(tx, new)}
    for leaving in await subscriptions.of_destination(tx, old):
        if leaving.symbol in standing:
            staying = standing[leaving.symbol]
            await save_state(tx, staying, _both_told(staying, leaving))
            await subscriptions.unsubscribe(tx, old, leaving.symbol)


def _both_told(staying: Subscription, leaving: Subscription) -> Memory:
    told = dict.fromkeys((*staying.state.told, *leaving.state.told))
    return replace(staying.state, told=tuple(told))


async def _drop_doubles(tx: AsyncConnection, table: Table, old: Destination, new: Destination) -> None:
    standing = select(table.c.symbol).where(_is_at(table, new)).scalar_subquery()
    await tx.execute(delete(table).where(_is_at(table, old), table.c.symbol.in_(standing)))


async def _keep_standing_terms(tx: AsyncConnection, old: Destination, new: Destination) -> None:
    stands = select(chat_terms.c.chat_id).where(_is_at(chat_terms, new)).exists()
    await tx.execute(delete(chat_terms).where(_is_at(chat_terms, old), stands))


def _is_at(table: Table, destination: Destination) -> ColumnElement[bool]:
    return and_(table.c.chat_id == destination.chat_id, table.c.thread_id == destination.thread_id)
