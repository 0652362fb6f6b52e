"""Alerts that were raised. State, alert and message are written together or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.liquidation.side import Side
from bot.rules.proximity import Firing, ProximityState, episode
from bot.store import outbox
from bot.store.destination import Destination
from bot.store.letter import Button, Kind, Letter
from bot.store.statements import insert_into
from bot.store.subscriptions import Subscription, save_state
from bot.store.tables import alerts

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
CODE_LENGTH = 4


@dataclass(frozen=True)
class Alert:
    id: int
    code: str  # "K7Q2", printed in the message so that a double is recognised
    fingerprint: str
    subscription_id: int
    destination: Destination
    symbol: str
    zone_id: str
    side: Side
    low: float
    high: float
    price: float
    distance: float
    fired_ms: int  # market time


@dataclass(frozen=True)
class AlertMessage:
    """A firing in words."""

    firing: Firing
    text: str
    picture_key: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    expires_ms: int | None = None


@dataclass(frozen=True)
class Recorded:
    subscription: Subscription  # with the new state
    alerts: tuple[Alert, ...]  # those that had not been recorded before


def fingerprint_of(subscription_id: int, firing: Firing) -> str:
    """One subscription, one approach to one zone."""
    return f"{subscription_id}:{episode(firing)}"


def code_of(fingerprint: str) -> str:
    """Known before the alert is written, so that the text may carry it."""
    number = int.from_bytes(hashlib.sha256(fingerprint.encode()).digest()[:8], "big")
    base = len(CODE_LETTERS)
    return "".join(CODE_LETTERS[number // base**place % base] for place in range(CODE_LENGTH))


async def record_firings(
    tx: AsyncConnection,
    subscription: Subscription,
    state: ProximityState,
    messages: Sequence[AlertMessage],
    *,
    now_ms: int,
) -> Recorded | None:
    """Write the rule's new state and, for each firing, the alert and its outbox row. `now_ms` is wall time.

    None: the subscription was changed or removed since it was read, and nothing was written.
    """
    fresh = await save_state(tx, subscription, state)
    if fresh is None:
        return None
    raised = [await _raise(tx, subscription, message, now_ms) for message in messages]
    return Recorded(fresh, tuple(alert for alert in raised if alert is not None))


async def latest(tx: AsyncConnection, destination: Destination, limit: int = 10) -> tuple[Alert, ...]:
    """Newest first."""
    here = select(alerts).where(
        alerts.c.chat_id == destination.chat_id, alerts.c.thread_id == destination.thread_id
    )
    rows = await tx.execute(here.order_by(alerts.c.fired_ms.desc(), alerts.c.id.desc()).limit(limit))
    return tuple(_alert(row) for row in rows.mappings())


async def by_code(tx: AsyncConnection, destination: Destination, code: str) -> Alert | None:
    """The newest of this destination that has the code."""
    here = select(alerts).where(
        alerts.c.chat_id == destination.chat_id,
        alerts.c.thread_id == destination.thread_id,
        alerts.c.code == code.upper().removeprefix("#"),
    )
    row = (await tx.execute(here.order_by(alerts.c.id.desc()).limit(1))).mappings().one_or_none()
    return None if row is None else _alert(row)


async def count(tx: AsyncConnection, since_ms: int = 0) -> int:
    recent = select(func.count()).select_from(alerts).where(alerts.c.fired_ms >= since_ms)
    return int((await tx.execute(recent)).scalar_one())


async def prune(tx: AsyncConnection, before_ms: int) -> int:
    """Drop alerts of long ago; how many went."""
    return (await tx.execute(delete(alerts).where(alerts.c.fired_ms < before_ms))).rowcount


async def _raise(
    tx: AsyncConnection, subscription: Subscription, message: AlertMessage, now_ms: int
) -> Alert | None:
    fingerprint = fingerprint_of(subscription.id, message.firing)
    fresh = insert_into(tx, alerts).values(_columns(subscription, message.firing, fingerprint))
    stored = fresh.on_conflict_do_nothing(index_elements=["fingerprint"]).returning(alerts)
    row = (await tx.execute(stored)).mappings().one_or_none()
    if row is None:
        return None
    await outbox.enqueue(tx, _letter(subscription, message, fingerprint), now_ms=now_ms)
    return _alert(row)


def _letter(subscription: Subscription, message: AlertMessage, fingerprint: str) -> Letter:
    return Letter(
        dedup_key=f"alert:{fingerprint}",
        destination=subscription.destination,
        kind=Kind.ALERT,
        text=message.text,
        picture_key=message.picture_key,
        buttons=message.buttons,
        silent=message.silent,
        expires_ms=message.expires_ms,
    )


def _columns(subscription: Subscription, firing: Firing, fingerprint: str) -> dict[str, object]:
    return {
        "code": code_of(fingerprint),
        "fingerprint": fingerprint,
        "subscription_id": subscription.id,
        "chat_id": subscription.destination.chat_id,
        "thread_id": subscription.destination.thread_id,
        "symbol": subscription.symbol,
        "zone_id": firing.zone.id,
        "side": int(firing.zone.side),
        "low": firing.zone.low,
        "high": firing.zone.high,
        "price": firing.price,
        "distance": firing.distance,
        "fired_ms": firing.at_ms,
    }


def _alert(row: RowMapping) -> Alert:
    columns = dict(row)
    destination = Destination(columns.pop("chat_id"), columns.pop("thread_id"))
    return Alert(**{**columns, "destination": destination, "side": Side(columns["side"])})
