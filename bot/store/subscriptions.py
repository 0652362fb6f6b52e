"""Who wants to be told of which symbol, by which rule, and what that rule remembers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, union, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.memory import Memory
from bot.rules.rule_set import RuleSet
from bot.store.chats import lock
from bot.store.destination import Destination
from bot.store.rule_sets import rules_from_json, rules_to_json
from bot.store.rule_state import memory_from_json, memory_to_json
from bot.store.statements import in_parts
from bot.store.tables import chats, schedules, subscriptions

_table = subscriptions.c


@dataclass(frozen=True)
class Subscription:
    id: int
    destination: Destination
    symbol: str
    rules: RuleSet
    state: Memory
    created_by: int
    created_ms: int
    snoozed_until_ms: int = 0  # market time
    version: int = 0  # grows with every change, so that a writer with an old copy notices


@dataclass(frozen=True)
class Outcome:
    """What subscribing did; `old_rules` is set if some were replaced."""

    subscription: Subscription
    new: bool
    old_rules: RuleSet | None = None

    @property
    def changed(self) -> bool:
        return self.old_rules is not None


async def subscribe(
    tx: AsyncConnection,
    destination: Destination,
    symbol: str,
    rules: RuleSet,
    *,
    created_by: int,
    now_ms: int,
) -> Outcome:
    """One subscription per destination and symbol: a second one replaces the rules of the first."""
    await lock(tx, destination.chat_id, now_ms)
    known = await find(tx, destination, symbol, for_change=True)
    if known is None:
        return Outcome(await _add(tx, destination, symbol, rules, created_by, now_ms), new=True)
    if known.rules == rules:
        return Outcome(known, new=False)
    # What was told stays told. What was seen away from price was so by the old distance: that is judged anew.
    same_watch = replace(known.rules, loudness=rules.loudness, budget=rules.budget) == rules
    state = known.state if same_watch else known.state.judged_anew()
    fresh = replace(known, rules=rules, state=state, version=known.version + 1)
    await tx.execute(update(subscriptions).where(_table.id == known.id).values(_changing(fresh)))
    return Outcome(fresh, new=False, old_rules=known.rules)


async def snooze(
    tx: AsyncConnection, destination: Destination, until_ms: int, symbol: str | None = None
) -> int:
    """One pair's alerts, or those of every pair, until a moment of market time (0: none); how many."""
    here = _is_at(destination) if symbol is None else and_(_is_at(destination), _table.symbol == symbol)
    done = update(subscriptions).where(here).values(snoozed_until_ms=until_ms, version=_table.version + 1)
    return (await tx.execute(done)).rowcount


async def unsubscribe(tx: AsyncConnection, destination: Destination, symbol: str) -> bool:
    gone = delete(subscriptions).where(_is_at(destination), _table.symbol == symbol)
    return (await tx.execute(gone)).rowcount > 0


async def unsubscribe_by_id(
    tx: AsyncConnection, destination: Destination, subscription_id: int
) -> Subscription | None:
    """What was removed; an id of another destination is left alone."""
    gone = delete(subscriptions).where(_is_at(destination), _table.id == subscription_id)
    row = (await tx.execute(gone.returning(subscriptions))).mappings().one_or_none()
    return None if row is None else _subscription(row)


async def unsubscribe_all(tx: AsyncConnection, destination: Destination) -> int:
    return (await tx.execute(delete(subscriptions).where(_is_at(destination)))).rowcount


async def find(
    tx: AsyncConnection, destination: Destination, symbol: str, *, for_change: bool = False
) -> Subscription | None:
    wanted = select(subscriptions).where(_is_at(destination), _table.symbol == symbol)
    found = await _read(tx, wanted.with_for_update() if for_change else wanted)
    return found[0] if found else None


async def by_id(tx: AsyncConnection, subscription_id: int) -> Subscription | None:
    found = await _read(tx, select(subscriptions).where(_table.id == subscription_id))
    return found[0] if found else None


async def of_destination(tx: AsyncConnection, destination: Destination) -> tuple[Subscription, ...]:
    return await _read(tx, select(subscriptions).where(_is_at(destination)).order_by(_table.symbol))


async def of_symbol(tx: AsyncConnection, symbol: str) -> tuple[Subscription, ...]:
    """Those of chats that are on."""
    wanted = select(subscriptions).join(chats).where(_table.symbol == symbol, chats.c.active)
    return await _read(tx, wanted.order_by(_table.id))


async def versions(tx: AsyncConnection, symbol: str) -> dict[int, int]:
    """Of those of chats that are on, by id: cheap to ask again and again."""
    wanted = select(_table.id, _table.version).join(chats).where(_table.symbol == symbol, chats.c.active)
    return {int(row[0]): int(row[1]) for row in await tx.execute(wanted)}


async def by_ids(tx: AsyncConnection, ids: Collection[int]) -> tuple[Subscription, ...]:
    """In the order of their ids."""
    found: list[Subscription] = []
    for part in in_parts(ids):
        found += await _read(tx, select(subscriptions).where(_table.id.in_(part)).order_by(_table.id))
    return tuple(found)


async def symbols(tx: AsyncConnection) -> tuple[str, ...]:
    """Everything that a chat which is on subscribed to or has on a schedule."""
    subscribed = select(_table.symbol).join(chats).where(chats.c.active)
    scheduled = select(schedules.c.symbol).join(chats).where(chats.c.active)
    found = await tx.execute(union(subscribed, scheduled))
    return tuple(sorted(str(row[0]) for row in found))


async def count(tx: AsyncConnection) -> int:
    return int((await tx.execute(select(func.count()).select_from(subscriptions))).scalar_one())


async def save_state(tx: AsyncConnection, subscription: Subscription, state: Memory) -> Subscription | None:
    """The subscription with its new state, or None if it was changed or removed since it was read.

    None means: nothing was written, read it again.
    """
    fresh = replace(subscription, state=state, version=subscription.version + 1)
    same = and_(_table.id == subscription.id, _table.version == subscription.version)
    done = await tx.execute(update(subscriptions).where(same).values(_changing(fresh)))
    return fresh if done.rowcount else None


async def _add(
    tx: AsyncConnection,
    destination: Destination,
    symbol: str,
    rules: RuleSet,
    created_by: int,
    now_ms: int,
) -> Subscription:
    fresh = Subscription(0, destination, symbol, rules, Memory(), created_by, now_ms)
    row = {
        "chat_id": destination.chat_id,
        "thread_id": destination.thread_id,
        "symbol": symbol,
        "created_by": created_by,
        "created_ms": now_ms,
        **_changing(fresh),
    }
    given = await tx.execute(insert(subscriptions).values(row).returning(_table.id))
    return replace(fresh, id=int(given.scalar_one()))


async def _read(
    tx: AsyncConnection,
    wanted: Select[*tuple[object, ...]],
) -> tuple[Subscription, ...]:
    return tuple(_subscription(row) for row in (await tx.execute(wanted)).mappings())


def _is_at(destination: Destination) -> ColumnElement[bool]:
    return and_(_table.chat_id == destination.chat_id, _table.thread_id == destination.thread_id)


def _changing(subscription: Subscription) -> dict[str, object]:
    return {
        "rules": rules_to_json(subscription.rules),
        "state": memory_to_json(subscription.state),
        "snoozed_until_ms": subscription.snoozed_until_ms,
        "version": subscription.version,
    }


def _subscription(row: RowMapping) -> Subscription:
    return Subscription(
        id=row["id"],
        destination=Destination(row["chat_id"], row["thread_id"]),
        symbol=row["symbol"],
        rules=rules_from_json(row["rules"]),
        state=memory_from_json(row["state"]),
        created_by=row["created_by"],
        created_ms=row["created_ms"],
        snoozed_until_ms=row["snoozed_until_ms"],
        version=row["version"],
    )
