"""How the outbox stands, for /status."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.letter import LetterState
from bot.store.tables import outbox


@dataclass(frozen=True)
class OutboxCounts:
    ready: int
    sending: int
    sent: int
    dead: int
    unsure: int  # sends of which nobody knows whether they arrived
    oldest_waiting_ms: int | None  # when the oldest letter that is not settled was queued


async def counts(tx: AsyncConnection) -> OutboxCounts:
    by_state = select(outbox.c.state, func.count(), func.sum(outbox.c.unsure)).group_by(outbox.c.state)
    rows = {LetterState(row[0]): (int(row[1]), int(row[2])) for row in await tx.execute(by_state)}
    number = {state: rows.get(state, (0, 0))[0] for state in LetterState}
    unsettled = outbox.c.state.in_([LetterState.READY.value, LetterState.SENDING.value])
    oldest = (await tx.execute(select(func.min(outbox.c.created_ms)).where(unsettled))).scalar_one()
    return OutboxCounts(
        ready=number[LetterState.READY],
        sending=number[LetterState.SENDING],
        sent=number[LetterState.SENT],
        dead=number[LetterState.DEAD],
        unsure=sum(unsure for _, unsure in rows.values()),
        oldest_waiting_ms=None if oldest is None else int(oldest),
    )


async def next_due_ms(tx: AsyncConnection) -> int | None:
    """When the outbox has something to do next: a letter becomes due or a lease runs out."""
    at = case((outbox.c.state == LetterState.READY.value, outbox.c.due_ms), else_=outbox.c.lease_until_ms)
    unsettled = outbox.c.state.in_([LetterState.READY.value, LetterState.SENDING.value])
    found = (await tx.execute(select(func.min(at)).where(unsettled))).scalar_one()
    return None if found is None else int(found)
