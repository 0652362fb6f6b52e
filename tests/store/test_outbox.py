"""The outbox: queued once, leased to one sender, settled with a reason."""

from store_samples import GROUP, HOME, LEASE, NOW, TOPIC, letter

from bot.store import outbox, outbox_counts
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.letter import Button, Kind, LetterState, Queued
from bot.store.outbox_counts import OutboxCounts


async def claim(tx: Transaction, now_ms: int = NOW, owner: str = "me", limit: int = 10) -> tuple[Queued, ...]:
    return await outbox.claim(tx, now_ms, LEASE, owner, limit)


async def claim_names(tx: Transaction, now_ms: int = NOW) -> list[str]:
    return [queued.letter.dedup_key for queued in await claim(tx, now_ms)]


async def enqueue_and_claim(tx: Transaction, name: str = "one") -> Queued:
    await outbox.enqueue(tx, letter(name), now_ms=NOW)
    (queued,) = await claim(tx)
    return queued


async def test_a_letter_comes_back_as_it_was_queued(database: Database) -> None:
    whole = letter(
        "one",
        TOPIC,
        Kind.SCHEDULED,
        picture_key="k",
        buttons=((Button("Map", "v1:m"), Button("Off", "v1:o")), (Button("‹ Back", "v1:b"),)),
        silent=True,
        due_ms=NOW - 5,
        expires_ms=NOW + 5,
        priority=7,
    )
    async with database.begin() as tx:
        await outbox.enqueue(tx, whole, now_ms=NOW)
        (queued,) = await claim(tx)
    assert queued.letter == whole
    assert (queued.created_ms, queued.attempts, queued.state) == (NOW, 1, LetterState.SENDING)


async def test_the_same_key_is_queued_once_ever(database: Database) -> None:
    async with database.begin() as tx:
        assert await outbox.enqueue(tx, letter("one"), now_ms=NOW) is not None
        assert await outbox.enqueue(tx, letter("one"), now_ms=NOW) is None
        (queued,) = await claim(tx)
        await outbox.mark_sent(tx, queued, 1, now_ms=NOW)
        assert await outbox.enqueue(tx, letter("one"), now_ms=NOW) is None


async def test_a_chat_has_one_letter_under_way(database: Database) -> None:
    async with database.begin() as tx:
        await outbox.enqueue(tx, letter("first", GROUP), now_ms=NOW)
        await outbox.enqueue(tx, letter("second", TOPIC), now_ms=NOW)
        (first,) = await claim(tx)
        assert await claim(tx) == ()
        await outbox.mark_sent(tx, first, 1, now_ms=NOW)
        assert await claim_names(tx) == ["second"]


async def test_the_urgent_goes_before_the_early(database: Database) -> None:
    async with database.begin() as tx:
        await outbox.enqueue(tx, letter("map", kind=Kind.SCHEDULED), now_ms=NOW - 9)
        await outbox.enqueue(tx, letter("late alert"), now_ms=NOW)
        await outbox.enqueue(tx, letter("early alert"), now_ms=NOW - 1)
        await outbox.enqueue(tx, letter("note", GROUP, Kind.NOTICE), now_ms=NOW - 9)
        assert await claim_names(tx) == ["early alert", "note"]


async def test_what_is_not_due_yet_waits(database: Database) -> None:
    async with database.begin() as tx:
        await outbox.enqueue(tx, letter("tomorrow", due_ms=NOW + 10), now_ms=NOW)
        assert await claim_names(tx, NOW + 9) == []
        assert await claim_names(tx, NOW + 10) == ["tomorrow"]


async def test_resting_chats_are_passed_over_without_costing_the_others_a_place(database: Database) -> None:
    async with database.begin() as tx:
        await outbox.enqueue(tx, letter("resting"), now_ms=NOW - 1)
        await outbox.enqueue(tx, letter("free", GROUP), now_ms=NOW)
        (queued,) = await outbox.claim(tx, NOW, LEASE, "me", 1, resting={HOME.chat_id})
    assert queued.letter.dedup_key == "free"


async def test_a_lease_that_ran_out_comes_back(database: Database) -> None:
    async with database.begin() as tx:
        first = await enqueue_and_claim(tx)
        assert await claim(tx, NOW + LEASE - 1, "other") == ()
        (second,) = await claim(tx, NOW + LEASE, "other")
    assert (second.id, second.attempts, second.lease_owner) == (first.id, 2, "other")


async def test_a_sender_that_starts_takes_its_own_leases_back_at_once(database: Database) -> None:
    async with database.begin() as tx:
        await enqueue_and_claim(tx)
        await outbox.enqueue(tx, letter("two", GROUP), now_ms=NOW)
        await claim(tx, owner="other")
        assert await outbox.release_owned(tx, "me") == 1
        assert await claim_names(tx) == ["one"]


async def test_who_lost_the_lease_can_neither_postpone_nor_bury(database: Database) -> None:
    async with database.begin() as tx:
        mine = await enqueue_and_claim(tx)
        await claim(tx, NOW + LEASE, "other")
        assert not await outbox.postpone(tx, mine, NOW, "late")
        assert not await outbox.bury(tx, mine, "late", now_ms=NOW)
        assert not await outbox.release(tx, mine)
        found = await outbox.find(tx, mine.id)
    assert found is not None
    assert (found.lease_owner, found.state) == ("other", LetterState.SENDING)


async def test_who_lost_the_lease_but_did_send_may_say_so(database: Database) -> None:
    async with database.begin() as tx:
        mine = await enqueue_and_claim(tx)
        (theirs,) = await claim(tx, NOW + LEASE, "other")
        assert await outbox.mark_sent(tx, mine, 77, now_ms=NOW)
        assert not await outbox.mark_sent(tx, theirs, 78, now_ms=NOW)
        found = await outbox.find(tx, mine.id)
    assert found is not None
    assert (found.state, found.message_id) == (LetterState.SENT, 77)


async def test_a_postponed_letter_remembers_why_and_whether_it_may_have_arrived(database: Database) -> None:
    async with database.begin() as tx:
        queued = await enqueue_and_claim(tx)
        assert await outbox.postpone(tx, queued, NOW + 5, "no answer", unsure=True)
        assert await claim(tx, NOW + 4) == ()
        (again,) = await claim(tx, NOW + 5)
    assert (again.last_error, again.unsure, again.attempts) == ("no answer", 1, 2)


async def test_a_dead_letter_keeps_its_payload_and_the_reason(database: Database) -> None:
    async with database.begin() as tx:
        queued = await enqueue_and_claim(tx)
        assert await outbox.bury(tx, queued, "chat not found", now_ms=NOW + 1)
        assert await claim(tx, NOW + LEASE) == ()
        found = await outbox.find(tx, queued.id)
    assert found is not None
    assert (found.letter.text, found.last_error) == ("<b>one</b>", "chat not found")
    assert (found.state, found.settled_ms) == (LetterState.DEAD, NOW + 1)


async def test_burying_a_chat_leaves_other_chats_and_what_was_sent(database: Database) -> None:
    async with database.begin() as tx:
        sent = await enqueue_and_claim(tx)
        await outbox.mark_sent(tx, sent, 1, now_ms=NOW)
        await outbox.enqueue(tx, letter("two"), now_ms=NOW)
        await outbox.enqueue(tx, letter("other", GROUP), now_ms=NOW)
        assert await outbox.bury_chat(tx, HOME.chat_id, "blocked", now_ms=NOW) == 1
        assert await claim_names(tx) == ["other"]


async def test_a_held_chat_waits_as_a_whole_and_the_others_do_not(database: Database) -> None:
    async with database.begin() as tx:
        for name, to in (("one", HOME), ("two", HOME), ("other", GROUP)):
            await outbox.enqueue(tx, letter(name, to), now_ms=NOW)
        await outbox.enqueue(tx, letter("far", HOME, due_ms=NOW + 900), now_ms=NOW)
        assert await outbox.hold(tx, HOME.chat_id, NOW + 500) == 2
        assert await claim_names(tx, NOW + 499) == ["other"]
        assert await claim_names(tx, NOW + 500) == ["one"]


async def test_the_counts_add_up(database: Database) -> None:
    async with database.begin() as tx:
        for place, name in enumerate(("sent", "dead", "sending", "ready")):
            await outbox.enqueue(tx, letter(name, Destination(place + 1)), now_ms=NOW + place)
        sent, dead, *_ = await claim(tx, NOW + 9, limit=3)
        await outbox.mark_sent(tx, sent, 1, now_ms=NOW)
        await outbox.bury(tx, dead, "no", now_ms=NOW, unsure=True)
        counted = await outbox_counts.counts(tx)
        assert await outbox_counts.next_due_ms(tx) == NOW + 3
    assert counted == OutboxCounts(ready=1, sending=1, sent=1, dead=1, unsure=1, oldest_waiting_ms=NOW + 2)


async def test_an_empty_outbox_has_nothing_next(database: Database) -> None:
    async with database.read() as tx:
        assert await outbox_counts.next_due_ms(tx) is None
        assert await outbox_counts.counts(tx) == OutboxCounts(0, 0, 0, 0, 0, None)


async def test_only_what_was_settled_long_ago_is_pruned(database: Database) -> None:
    async with database.begin() as tx:
        for name, to in (("sent", HOME), ("dead", GROUP), ("waiting", Destination(3))):
            await outbox.enqueue(tx, letter(name, to), now_ms=NOW)
        sent, dead = await claim(tx, limit=2)
        await outbox.mark_sent(tx, sent, 1, now_ms=NOW)
        await outbox.bury(tx, dead, "no", now_ms=NOW)
        assert await outbox.prune(tx, sent_before_ms=NOW, dead_before_ms=NOW) == 0
        assert await outbox.prune(tx, sent_before_ms=NOW + 1, dead_before_ms=NOW) == 1
        assert await outbox.prune(tx, sent_before_ms=NOW + 1, dead_before_ms=NOW + 1) == 1
        assert await claim_names(tx) == ["waiting"]
