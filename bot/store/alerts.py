"""Alerts that were raised, and those that were held back. State, alert and message are written together or
not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.telling import Hold, Telling
from bot.store.destination import Destination
from bot.store.letter import Button
from bot.store.statements import in_parts, insert_into
from bot.store.subscriptions import Subscription, save_state
from bot.store.tables import alerts, chats
from bot.store.tellings import telling_from_json, telling_to_json

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
CODE_LENGTH = 4


@dataclass(frozen=True)
class Said:
    """An alert in words, as long as it may still be told together with others."""

    full: str  # where it is alone in its message; Telegram HTML
    line: str  # among others
    rank: float  # the highest speaks first
    picture_key: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True)
class Alert:
    id: int
    code: str  # "K7Q2", printed in the message so that a double is recognised
    fingerprint: str
    subscription_id: int
    destination: Destination
    symbol: str
    kind: Kind
    zone_id: str
    hold: Hold | None  # why it was not sent
    fired_ms: int  # market time
    telling: Telling
    said: Said
    letter_id: int | None


@dataclass(frozen=True)
class Recorded:
    subscription: Subscription  # with the new state
    alerts: tuple[Alert, ...]  # those that had not been recorded before


def fingerprint_of(subscription_id: int, telling: Telling) -> str:
    """One subscription, one episode of one topic."""
    return f"{subscription_id}:{telling.episode}"


def code_of(fingerprint: str) -> str:
    """Known before the alert is written, so that the text may carry it."""
    number = int.from_bytes(hashlib.sha256(fingerprint.encode()).digest()[:8], "big")
    base = len(CODE_LETTERS)
    return "".join(CODE_LETTERS[number // base**place % base] for place in range(CODE_LENGTH))


@dataclass(frozen=True)
class Raised:
    """What was decided, and how it is said."""

    telling: Telling
    said: Said
    hold: Hold | None = None


async def record(
    tx: AsyncConnection, subscription: Subscription, state: Memory, raised: Sequence[Raised]
) -> Recorded | None:
    """Write the rules' new state and the alerts; `gathering.gather` puts those that are told into a message.

    None: the subscription was changed or removed since it was read, and nothing was written.
    """
    fresh = await save_state(tx, subscription, state)
    if fresh is None:
        return None
    stored = [await _store(tx, subscription, one) for one in raised]
    return Recorded(fresh, tuple(alert for alert in stored if alert is not None))


async def latest(tx: AsyncConnection, destination: Destination, limit: int = 10) -> tuple[Alert, ...]:
    """Newest first."""
    here = select(alerts).where(
        alerts.c.chat_id == destination.chat_id, alerts.c.thread_id == destination.thread_id
    )
    rows = await tx.execute(here.order_by(alerts.c.fired_ms.desc(), alerts.c.id.desc()).limit(limit))
    return tuple(alert_of(row) for row in rows.mappings())


async def symbols_since(tx: AsyncConnection, since_ms: int) -> tuple[str, ...]:
    """Symbols that an alert was about, told or held."""
    rows = await tx.execute(select(alerts.c.symbol).where(alerts.c.fired_ms >= since_ms).distinct())
    return tuple(row[0] for row in rows)


async def of_letter(tx: AsyncConnection, letter_id: int) -> tuple[Alert, ...]:
    """In the order in which they were raised."""
    rows = await tx.execute(select(alerts).where(alerts.c.letter_id == letter_id).order_by(alerts.c.id))
    return tuple(alert_of(row) for row in rows.mappings())


async def put_into_letter(tx: AsyncConnection, told: Sequence[Alert], letter_id: int) -> None:
    ids = [alert.id for alert in told]
    await tx.execute(update(alerts).where(alerts.c.id.in_(ids)).values(letter_id=letter_id))


@dataclass(frozen=True)
class InLetter:
    """That an alert is part of a message."""

    destination: Destination
    subscription_id: int
    letter_id: int
    fired_ms: int


async def in_letters(
    tx: AsyncConnection, places: Collection[Destination], since_ms: int
) -> tuple[InLetter, ...]:
    """Alerts of these places that were put into a message since then, market time."""
    here = alerts.c.chat_id, alerts.c.thread_id
    columns = *here, alerts.c.subscription_id, alerts.c.letter_id, alerts.c.fired_ms
    found: list[InLetter] = []
    for chat_ids in in_parts({place.chat_id for place in places}):
        wanted = select(*columns).where(
            alerts.c.chat_id.in_(chat_ids), alerts.c.fired_ms >= since_ms, alerts.c.letter_id.is_not(None)
        )
        found += [InLetter(Destination(row[0], row[1]), *row[2:]) for row in await tx.execute(wanted)]
    return tuple(found)


async def withdraw(tx: AsyncConnection, told: Sequence[Alert], hold: Hold) -> None:
    """They are not sent after all, and come in the digest."""
    ids = [alert.id for alert in told]
    await tx.execute(update(alerts).where(alerts.c.id.in_(ids)).values(letter_id=None, hold=hold.value))


async def readdress(tx: AsyncConnection, old_letter_id: int, new_letter_id: int) -> None:
    """Another letter says what the old one could not."""
    same = alerts.c.letter_id == old_letter_id
    await tx.execute(update(alerts).where(same).values(letter_id=new_letter_id))


async def newest_by_place(tx: AsyncConnection, since_ms: int) -> dict[Destination, int]:
    """When the newest alert fired, told or held, of each place that had one since then and is on."""
    here = (alerts.c.chat_id, alerts.c.thread_id)
    recent = select(*here, func.max(alerts.c.fired_ms)).where(alerts.c.fired_ms >= since_ms)
    active = recent.join(chats, chats.c.chat_id == alerts.c.chat_id).where(chats.c.active)
    rows = await tx.execute(active.group_by(*here))
    return {Destination(chat_id, thread_id): int(fired_ms) for chat_id, thread_id, fired_ms in rows}


async def count(tx: AsyncConnection, since_ms: int = 0) -> int:
    """Of those that were told."""
    recent = (
        select(func.count()).select_from(alerts).where(alerts.c.fired_ms >= since_ms, alerts.c.hold == "")
    )
    return int((await tx.execute(recent)).scalar_one())


async def prune(tx: AsyncConnection, before_ms: int) -> int:
    """Drop alerts of long ago; how many went."""
    return (await tx.execute(delete(alerts).where(alerts.c.fired_ms < before_ms))).rowcount


async def _store(tx: AsyncConnection, subscription: Subscription, raised: Raised) -> Alert | None:
    columns = _columns(subscription, raised)
    fresh = insert_into(tx, alerts).values(columns)
    stored = fresh.on_conflict_do_nothing(index_elements=["fingerprint"]).returning(alerts)
    row = (await tx.execute(stored)).mappings().one_or_none()
    return None if row is None else alert_of(row)


def _columns(subscription: Subscription, raised: Raised) -> dict[str, object]:
    telling, said = raised.telling, raised.said
    fingerprint = fingerprint_of(subscription.id, telling)
    return {
        "code": code_of(fingerprint),
        "fingerprint": fingerprint,
        "subscription_id": subscription.id,
        "chat_id": subscription.destination.chat_id,
        "thread_id": subscription.destination.thread_id,
        "symbol": subscription.symbol,
        "kind": telling.kind.value,
        "zone_id": telling.zone.id if telling.zone else "",
        "hold": raised.hold.value if raised.hold else "",
        "fired_ms": telling.at_ms,
        "telling": telling_to_json(telling),
        "message": {
            "full": said.full,
            "line": said.line,
            "rank": said.rank,
            "picture_key": said.picture_key,
            "buttons": [[[button.text, button.data] for button in row] for row in said.buttons],
        },
    }


def alert_of(row: RowMapping | dict[str, Any]) -> Alert:
    """Of a row of the table, whole."""
    columns = dict(row)
    destination = Destination(columns.pop("chat_id"), columns.pop("thread_id"))
    kind, hold = Kind(columns.pop("kind")), columns.pop("hold")
    telling, said = telling_from_json(columns.pop("telling")), _said(columns.pop("message"))
    return Alert(
        **columns,
        destination=destination,
        kind=kind,
        hold=Hold(hold) if hold else None,
        telling=telling,
        said=said,
    )


def _said(stored: dict[str, object]) -> Said:
    """Nothing of an alert that was sent before messages were kept."""
    if not stored:
        return Said("", "", 0.0)
    buttons = stored.pop("buttons")
    assert isinstance(buttons, list)
    return Said(**stored, buttons=tuple(tuple(Button(*one) for one in row) for row in buttons))  # type: ignore[arg-type]  # written by _columns
