"""One message per place and minute: alerts that fire together are told together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.telling import Hold
from bot.store import alerts, outbox
from bot.store.alerts import Alert
from bot.store.chats import lock
from bot.store.destination import Destination
from bot.store.letter import PLAIN, Button, Kind, Letter, LetterState
from bot.store.statements import in_parts
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
    waiting = (await waiting_at(tx, [destination])).get(destination)
    if waiting is not None and await _join(tx, waiting, fresh, compose):
        letter_id = waiting
    else:
        letter_id = await _begin(tx, destination, fresh, compose, now_ms)
    await alerts.put_into_letter(tx, fresh, letter_id)
    return letter_id


async def waiting_at(tx: AsyncConnection, places: Collection[Destination]) -> dict[Destination, int]:
    """By place, the message that nobody has begun to send: what is raised now would join it."""
    found: dict[Destination, int] = {}
    for chat_ids in in_parts({place.chat_id for place in places}):
        open_ones = and_(
            _letters.chat_id.in_(chat_ids),
            _letters.dedup_key.startswith(KEY),
            _letters.dedup_key.not_like(f"%{PLAIN}"),  # says all that it will say
            _letters.state == LetterState.READY.value,
            _letters.attempts == 0,
        )
        wanted = select(_letters.chat_id, _letters.thread_id, _letters.id).where(open_ones)
        for chat_id, thread_id, letter_id in await tx.execute(wanted.order_by(_letters.id)):
            found[Destination(chat_id, thread_id)] = letter_id
    return found


async def hold_waiting(
    tx: AsyncConnection, destination: Destination, subscription_ids: Collection[int] | None, *, now_ms: int
) -> bool:
    """A place that is snoozed is not sent what waits either; with ids only where all of it is theirs.

    `now_ms` is wall time. True where something was held.
    """
    await lock(tx, destination.chat_id, now_ms)
    letter_id = (await waiting_at(tx, [destination])).get(destination)
    if letter_id is None:
        return False
    members = await alerts.of_letter(tx, letter_id)
    if subscription_ids is not None and any(one.subscription_id not in subscription_ids for one in members):
        return False
    untouched = and_(_letters.id == letter_id, _letters.state == LetterState.READY.value)
    if (await tx.execute(delete(outbox_table).where(untouched))).rowcount == 0:
        return False
    await alerts.withdraw(tx, members, Hold.SNOOZE)
    return True


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
