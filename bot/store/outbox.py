"""The outbox: messages wait here until they are sent. Leased, so that a killed sender's work comes back.

Send first, mark afterwards: a crash between the two sends twice, never not at all.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Subquery, and_, delete, func, or_, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.destination import Destination
from bot.store.letter import Button, Kind, Letter, LetterState, Queued
from bot.store.statements import insert_into
from bot.store.tables import outbox

__all__ = ["Button", "Kind", "Letter", "LetterState", "Queued"]

CLAIM_LOCK = 0x6F757462
_table = outbox.c


async def enqueue(tx: AsyncConnection, letter: Letter, *, now_ms: int) -> int | None:
    """The row's id, or None if a letter with this dedup key was queued before."""
    priority = letter.kind.priority if letter.priority is None else letter.priority
    fresh = insert_into(tx, outbox).values(
        dedup_key=letter.dedup_key,
        chat_id=letter.destination.chat_id,
        thread_id=letter.destination.thread_id,
        kind=letter.kind.value,
        priority=priority,
        text=letter.text,
        picture_key=letter.picture_key,
        buttons=[[[button.text, button.data] for button in row] for row in letter.buttons],
        silent=letter.silent,
        created_ms=now_ms,
        due_ms=now_ms if letter.due_ms is None else letter.due_ms,
        expires_ms=letter.expires_ms,
        state=LetterState.READY.value,
        lease_until_ms=0,
        lease_owner="",
        attempts=0,
        unsure=0,
        last_error="",
        edits_id=letter.edits_id,
    )
    stored = fresh.on_conflict_do_nothing(index_elements=["dedup_key"]).returning(_table.id)
    given = (await tx.execute(stored)).scalar_one_or_none()
    return None if given is None else int(given)


async def find(tx: AsyncConnection, letter_id: int) -> Queued | None:
    row = (await tx.execute(select(outbox).where(_table.id == letter_id))).mappings().one_or_none()
    return None if row is None else _queued(row)


async def has_later_edit(tx: AsyncConnection, queued: Queued) -> bool:
    """Whether another edit of the same message was queued after this one, and not given up."""
    later = and_(_table.edits_id == queued.letter.edits_id, _table.id > queued.id)
    alive = select(_table.id).where(later, _table.state != LetterState.DEAD.value).limit(1)
    return (await tx.execute(alive)).first() is not None


async def claim(
    tx: AsyncConnection,
    now_ms: int,
    lease_ms: int,
    owner: str,
    limit: int,
    *,
    resting: Collection[int] = (),
) -> tuple[Queued, ...]:
    """Lease the next letter of each chat that has none under way, the most urgent chats first.

    Leases that ran out count as ready. Chats in `resting` are passed over.
    """
    if tx.dialect.name == "postgresql":
        # Two claims at once could each see a chat as idle; one after the other they cannot.
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLAIM_LOCK})
    heads = _heads(now_ms, resting)
    chosen = (
        select(_table.id)
        .where(_table.id.in_(select(heads.c.id).where(heads.c.place == 1)), _open(now_ms))
        .order_by(_table.priority, _table.due_ms, _table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")  # PostgreSQL may run a subquery in IN once a row, each time with other rows unlocked
    )
    lease = (
        update(outbox)
        .where(_table.id.in_(select(chosen.c.id)))
        .values(
            state=LetterState.SENDING.value,
            lease_until_ms=now_ms + lease_ms,
            lease_owner=owner,
            attempts=_table.attempts + 1,
        )
    )
    rows = (await tx.execute(lease.returning(outbox))).mappings().all()
    return tuple(_queued(row) for row in sorted(rows, key=_urgency))


async def mark_sent(tx: AsyncConnection, queued: Queued, message_id: int, *, now_ms: int) -> bool:
    """It did go out, so this holds even if the lease has run out meanwhile."""
    sent = {"state": LetterState.SENT.value, "message_id": message_id, "settled_ms": now_ms}
    unsent = and_(_table.id == queued.id, _table.state != LetterState.SENT.value)
    return (await tx.execute(update(outbox).where(unsent).values(**sent, last_error=""))).rowcount > 0


async def postpone(
    tx: AsyncConnection, queued: Queued, due_ms: int, error: str, *, unsure: bool = False
) -> bool:
    """Try again later. False if the lease was lost to somebody else: then nothing is changed."""
    return await _put_back(tx, queued, due_ms=due_ms, last_error=error, unsure=queued.unsure + unsure)


async def release(tx: AsyncConnection, queued: Queued) -> bool:
    """Give a claimed letter back as if it had not been touched."""
    return await _put_back(tx, queued)


async def bury(tx: AsyncConnection, queued: Queued, error: str, *, now_ms: int, unsure: bool = False) -> bool:
    """Give up: the letter stays, with the reason."""
    dead = {**_dead(error, now_ms), "unsure": queued.unsure + unsure}
    return (await tx.execute(update(outbox).where(_ours(queued)).values(dead))).rowcount > 0


async def bury_chat(tx: AsyncConnection, chat_id: int, error: str, *, now_ms: int) -> int:
    """Give up all that waits for a chat; what is under way is left to its sender."""
    waiting = and_(_table.chat_id == chat_id, _table.state == LetterState.READY.value)
    return (await tx.execute(update(outbox).where(waiting).values(_dead(error, now_ms)))).rowcount


async def hold(tx: AsyncConnection, chat_id: int, until_ms: int) -> int:
    """Nothing that waits for a chat goes out before that moment; how many had to be moved."""
    early = and_(_table.chat_id == chat_id, _table.state == LetterState.READY.value, _table.due_ms < until_ms)
    return (await tx.execute(update(outbox).where(early).values(due_ms=until_ms))).rowcount


async def release_owned(tx: AsyncConnection, owner: str) -> int:
    """For a sender that starts: what its predecessor of the same name had under way is ready again."""
    theirs = and_(_table.lease_owner == owner, _table.state == LetterState.SENDING.value)
    back = {"state": LetterState.READY.value, "lease_until_ms": 0, "lease_owner": ""}
    return (await tx.execute(update(outbox).where(theirs).values(**back))).rowcount


async def prune(tx: AsyncConnection, *, sent_before_ms: int, dead_before_ms: int) -> int:
    """Drop letters that were settled long ago; how many went."""
    sent = and_(_table.state == LetterState.SENT.value, _table.settled_ms < sent_before_ms)
    dead = and_(_table.state == LetterState.DEAD.value, _table.settled_ms < dead_before_ms)
    return (await tx.execute(delete(outbox).where(or_(sent, dead)))).rowcount


def _open(now_ms: int) -> ColumnElement[bool]:
    ready = and_(_table.state == LetterState.READY.value, _table.due_ms <= now_ms)
    abandoned = and_(_table.state == LetterState.SENDING.value, _table.lease_until_ms <= now_ms)
    return or_(ready, abandoned)


def _heads(now_ms: int, resting: Collection[int]) -> Subquery:
    """The open letters of idle chats, numbered within each chat from 1 by what goes first."""
    under_way = and_(_table.state == LetterState.SENDING.value, _table.lease_until_ms > now_ms)
    busy = select(_table.chat_id).where(under_way)
    place = func.row_number().over(
        partition_by=_table.chat_id, order_by=(_table.priority, _table.due_ms, _table.id)
    )
    idle = and_(_open(now_ms), _table.chat_id.not_in(busy), _table.chat_id.not_in(list(resting)))
    return select(_table.id, place.label("place")).where(idle).subquery()


def _ours(queued: Queued) -> ColumnElement[bool]:
    same_claim = and_(_table.id == queued.id, _table.attempts == queued.attempts)
    return and_(same_claim, _table.state == LetterState.SENDING.value)


async def _put_back(tx: AsyncConnection, queued: Queued, **change: object) -> bool:
    back = {"state": LetterState.READY.value, "lease_until_ms": 0, "lease_owner": "", **change}
    return (await tx.execute(update(outbox).where(_ours(queued)).values(back))).rowcount > 0


def _dead(error: str, now_ms: int) -> dict[str, object]:
    return {"state": LetterState.DEAD.value, "last_error": error, "settled_ms": now_ms}


def _urgency(row: RowMapping) -> tuple[int, int, int]:
    return row["priority"], row["due_ms"], row["id"]


def _queued(row: RowMapping) -> Queued:
    return Queued(
        id=row["id"],
        letter=_letter(row),
        state=LetterState(row["state"]),
        created_ms=row["created_ms"],
        due_ms=row["due_ms"],
        lease_until_ms=row["lease_until_ms"],
        lease_owner=row["lease_owner"],
        attempts=row["attempts"],
        unsure=row["unsure"],
        last_error=row["last_error"],
        message_id=row["message_id"],
        settled_ms=row["settled_ms"],
    )


def _letter(row: RowMapping) -> Letter:
    return Letter(
        dedup_key=row["dedup_key"],
        destination=Destination(row["chat_id"], row["thread_id"]),
        kind=Kind(row["kind"]),
        text=row["text"],
        picture_key=row["picture_key"],
        buttons=tuple(tuple(Button(*button) for button in line) for line in row["buttons"]),
        silent=row["silent"],
        due_ms=row["due_ms"],
        expires_ms=row["expires_ms"],
        priority=row["priority"],
        edits_id=row["edits_id"],
    )
