"""One message per place and minute: alerts that fire together are told together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import alerts, outbox
from bot.store.alerts import Alert
from bot.store.chats import lock
from bot.store.destination import Destination
from bot.store.letter import Button, Kind, Letter, LetterState
from bot.store.tables import outbox as outbox_table
from bot.store.tables import subscriptions

MINUTE_MS = 60_000
# A crash takes many pairs within seconds; a place that follows one pair waits for nothing.
GROUP_WAIT_MS = 5_000
KEY = "alerts:"

_letters = outbox_table.c


@dataclass(frozen=True)
class Composed:
    """A message about one alert or several."""

    text: str
    picture_key: str | None
    buttons: tuple[tuple[Button, ...], ...]


Compose = Callable[[Sequence[Alert]], Composed]


async def gather(
    tx: AsyncConnection, destination: Destination, fresh: Sequence[Alert], compose: Compose, *, now_ms: int
) -> int:
    """Put alerts into the message that waits for this place, or into a new one; its letter's id.

    A new one goes out at the earliest a minute after the one before. `now_ms` is wall time.
    """
    await lock(tx, destination.chat_id, now_ms)
    waiting = await _waiting(tx, destination)
    if waiting is not None and await _join(tx, waiting, fresh, compose):
        letter_id = waiting
    else:
        letter_id = await _begin(tx, destination, fresh, compose, now_ms)
    await alerts.put_into_letter(tx, fresh, letter_id)
    return letter_id


async def is_waiting(tx: AsyncConnection, destination: Destination) -> bool:
    """Whether an alert raised now would join a message that is counted already."""
    return await _waiting(tx, destination) is not None


async def _waiting(tx: AsyncConnection, destination: Destination) -> int | None:
    """The message that nobody has begun to send."""
    open_ones = and_(
        _letters.chat_id == destination.chat_id,
        _letters.thread_id == destination.thread_id,
        _letters.dedup_key.startswith(KEY),
        _letters.state == LetterState.READY.value,
        _letters.attempts == 0,
    )
    newest = select(_letters.id).where(open_ones).order_by(_letters.id.desc()).limit(1)
    return (await tx.execute(newest)).scalar_one_or_none()


async def _join(tx: AsyncConnection, letter_id: int, fresh: Sequence[Alert], compose: Compose) -> bool:
    """False where somebody began to send it meanwhile."""
    members = (*await alerts.of_letter(tx, letter_id), *fresh)
    composed = compose(members)
    untouched = and_(
        _letters.id == letter_id, _letters.state == LetterState.READY.value, _letters.attempts == 0
    )
    change = {
        "text": composed.text,
        "picture_key": composed.picture_key,
        "buttons": [[[button.text, button.data] for button in row] for row in composed.buttons],
        "silent": all(one.telling.is_silent for one in members),
    }
    return (await tx.execute(update(outbox_table).where(untouched).values(change))).rowcount > 0


async def _begin(
    tx: AsyncConnection, destination: Destination, fresh: Sequence[Alert], compose: Compose, now_ms: int
) -> int:
    composed = compose(fresh)
    letter = Letter(
        dedup_key=f"{KEY}{destination.chat_id}:{destination.thread_id}:{fresh[0].id}",
        destination=destination,
        kind=Kind.ALERT,
        text=composed.text,
        picture_key=composed.picture_key,
        buttons=composed.buttons,
        silent=all(one.telling.is_silent for one in fresh),
        due_ms=await _due_ms(tx, destination, now_ms),
    )
    letter_id = await outbox.enqueue(tx, letter, now_ms=now_ms)
    assert letter_id is not None  # its key is the id of an alert that was just written
    return letter_id


async def _due_ms(tx: AsyncConnection, destination: Destination, now_ms: int) -> int:
    here = and_(_letters.chat_id == destination.chat_id, _letters.thread_id == destination.thread_id)
    last = select(func.max(_letters.due_ms)).where(here, _letters.dedup_key.startswith(KEY))
    last_ms = (await tx.execute(last)).scalar_one()
    follows = select(func.count()).where(
        subscriptions.c.chat_id == destination.chat_id, subscriptions.c.thread_id == destination.thread_id
    )
    several = int((await tx.execute(follows)).scalar_one()) > 1
    earliest = now_ms + (GROUP_WAIT_MS if several else 0)
    return earliest if last_ms is None else max(earliest, int(last_ms) + MINUTE_MS)
