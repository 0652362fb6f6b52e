"""Whatever is queued: claims follow the order and never hand a letter out twice."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from store_samples import LEASE, NOW, letter

from bot.store import outbox
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.letter import Kind, Queued
from bot.store.tables import outbox as outbox_table

on_one_database = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Wish:
    chat_id: int
    kind: Kind
    due_ms: int


wishes = st.lists(
    st.builds(Wish, st.integers(1, 4), st.sampled_from(Kind), st.integers(NOW - 3, NOW + 2)), max_size=14
)


async def fill(tx: Transaction, wanted: list[Wish]) -> None:
    await tx.execute(delete(outbox_table))
    for number, wish in enumerate(wanted):
        one = letter(str(number), Destination(wish.chat_id), wish.kind, due_ms=wish.due_ms)
        await outbox.enqueue(tx, one, now_ms=NOW)


def expected_heads(wanted: list[Wish], gone: set[str]) -> list[str]:
    """What a claim has to give: each chat's first, the most urgent chats first."""
    heads: dict[int, str] = {}
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n].kind.priority, wanted[n].due_ms, n))
    for number in order:
        if wanted[number].due_ms <= NOW and str(number) not in gone:
            heads.setdefault(wanted[number].chat_id, str(number))
    return list(heads.values())


@on_one_database
@given(wanted=wishes, limit=st.integers(1, 5))
async def test_a_claim_gives_each_chats_first_the_most_urgent_ahead(
    database: Database, wanted: list[Wish], limit: int
) -> None:
    gone: set[str] = set()
    async with database.begin() as tx:
        await fill(tx, wanted)
        while claimed := await outbox.claim(tx, NOW, LEASE, "me", limit):
            names = [queued.letter.dedup_key for queued in claimed]
            assert names == expected_heads(wanted, gone)[:limit]
            for queued in claimed:
                await outbox.mark_sent(tx, queued, 1, now_ms=NOW)
            gone.update(names)
    assert gone == {str(number) for number, wish in enumerate(wanted) if wish.due_ms <= NOW}


@on_one_database
@given(wanted=wishes, steps=st.lists(st.sampled_from(["claim", "sent", "postpone", "crash"]), max_size=30))
async def test_no_letter_is_lost_and_none_is_held_twice(
    database: Database, wanted: list[Wish], steps: list[str]
) -> None:
    """Senders that claim, send, give back and crash in any order; then an honest one drains the rest."""
    now, held, sent = NOW + 5, list[Queued](), list[str]()
    async with database.begin() as tx:
        await fill(tx, wanted)
        for step in steps:
            now += 1
            if step == "claim":
                fresh = await outbox.claim(tx, now, LEASE, "me", 2)
                chats = [queued.destination.chat_id for queued in (*held, *fresh)]
                assert len(set(chats)) == len(chats)
                held += fresh
            elif step == "crash":
                now += LEASE
                held.clear()
            elif held and step == "sent":
                await outbox.mark_sent(tx, held[0], 1, now_ms=now)
                sent.append(held.pop(0).letter.dedup_key)
            elif held:
                assert await outbox.postpone(tx, held.pop(0), now + 1, "later")
        now += 2 * LEASE
        while rest := await outbox.claim(tx, now, LEASE, "honest", 3):
            for queued in rest:
                await outbox.mark_sent(tx, queued, 1, now_ms=now)
                sent.append(queued.letter.dedup_key)
    assert sorted(sent) == sorted(str(number) for number in range(len(wanted)))
