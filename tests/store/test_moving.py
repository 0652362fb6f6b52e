"""A group that became a supergroup, and a topic that was deleted, take everything along."""

from store_samples import BTC, ETH, GROUP, NOW, RULES, TOPIC, letter, telling, told

from bot.rules.memory import Memory
from bot.rules.rule_set import Reach, RuleSet
from bot.store import alerts, chats, moving, outbox, schedules, subscriptions
from bot.store.alerts import Raised, Said
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.subscriptions import Subscription

SUPER = Destination(-1_001_234_567_890)
WIDE = RuleSet("day", Reach(percent=0.04), RULES.band)


async def subscribe(tx: Transaction, at: Destination, symbol: str, rules: RuleSet = RULES) -> Subscription:
    return (await subscriptions.subscribe(tx, at, symbol, rules, created_by=9, now_ms=NOW)).subscription


async def schedule(tx: Transaction, at: Destination, symbol: str, every_ms: int) -> None:
    await schedules.put(tx, at, symbol, "all", every_ms=every_ms, next_due_ms=1, created_by=9, now_ms=NOW)


async def test_a_migration_moves_wishes_and_waiting_messages(database: Database) -> None:
    async with database.begin() as tx:
        await chats.remember(tx, GROUP.chat_id, "group", "Traders", now_ms=NOW)
        await subscribe(tx, GROUP, BTC)
        await subscribe(tx, TOPIC, ETH)
        await schedule(tx, GROUP, BTC, 60)
        await outbox.enqueue(tx, letter("one", GROUP), now_ms=NOW)
        await moving.migrate_chat(tx, GROUP.chat_id, SUPER.chat_id, now_ms=NOW + 1)
        chat = await chats.find(tx, SUPER.chat_id)
        assert await chats.find(tx, GROUP.chat_id) is None
        assert len(await subscriptions.of_destination(tx, SUPER)) == 1
        assert len(await subscriptions.of_destination(tx, Destination(SUPER.chat_id, TOPIC.thread_id))) == 1
        assert len(await schedules.of_destination(tx, SUPER)) == 1
        (claimed,) = await outbox.claim(tx, NOW, 1, "me", 5)
    assert claimed.destination == SUPER
    assert chat is not None
    assert (chat.title, chat.kind, chat.active, chat.added_ms) == ("Traders", "supergroup", True, NOW)


async def test_where_both_wish_the_same_the_new_wish_stands_and_both_pasts_count(database: Database) -> None:
    async with database.begin() as tx:
        old = await subscribe(tx, GROUP, BTC)
        await subscriptions.save_state(tx, old, told("Z1"))
        new = await subscribe(tx, SUPER, BTC, WIDE)
        await subscriptions.save_state(tx, new, told("Z2"))
        await schedule(tx, GROUP, BTC, 60)
        await schedule(tx, SUPER, BTC, 90)
        await moving.migrate_chat(tx, GROUP.chat_id, SUPER.chat_id, now_ms=NOW)
        (merged,) = await subscriptions.of_destination(tx, SUPER)
        (planned,) = await schedules.of_destination(tx, SUPER)
    assert merged.rules == WIDE
    assert {approach.topic for approach in merged.state.told} == {"near:Z1", "near:Z2"}
    assert planned.every_ms == 90


async def test_a_second_notice_of_the_same_migration_changes_nothing(database: Database) -> None:
    async with database.begin() as tx:
        await subscribe(tx, GROUP, BTC)
        await moving.migrate_chat(tx, GROUP.chat_id, SUPER.chat_id, now_ms=NOW)
        before = await subscriptions.of_destination(tx, SUPER)
        await moving.migrate_chat(tx, GROUP.chat_id, SUPER.chat_id, now_ms=NOW)
        await moving.migrate_chat(tx, SUPER.chat_id, SUPER.chat_id, now_ms=NOW)
        assert await subscriptions.of_destination(tx, SUPER) == before


async def test_who_still_holds_the_old_place_has_to_read_again(database: Database) -> None:
    async with database.begin() as tx:
        old = await subscribe(tx, GROUP, BTC)
        await moving.migrate_chat(tx, GROUP.chat_id, SUPER.chat_id, now_ms=NOW)
        raised = Raised(telling(), Said("near", "near", 1.0))
        assert await alerts.record(tx, old, Memory(), [raised]) is None


async def test_a_message_on_the_wire_during_the_migration_can_still_be_settled(database: Database) -> None:
    async with database.begin() as tx:
        await outbox.enqueue(tx, letter("one", GROUP), now_ms=NOW)
        (claimed,) = await outbox.claim(tx, NOW, 1000, "me", 5)
        await moving.migrate_chat(tx, GROUP.chat_id, SUPER.chat_id, now_ms=NOW)
        assert await outbox.release(tx, claimed)
        (again,) = await outbox.claim(tx, NOW, 1000, "me", 5)
    assert again.destination == SUPER


async def test_a_deleted_topic_falls_back_to_its_chat(database: Database) -> None:
    async with database.begin() as tx:
        await subscribe(tx, TOPIC, BTC)
        await subscribe(tx, TOPIC, ETH)
        kept = await subscribe(tx, GROUP, ETH, WIDE)
        await outbox.enqueue(tx, letter("one", TOPIC), now_ms=NOW)
        await moving.drop_thread(tx, TOPIC)
        assert await subscriptions.of_destination(tx, TOPIC) == ()
        here = await subscriptions.of_destination(tx, GROUP)
        (claimed,) = await outbox.claim(tx, NOW, 1, "me", 5)
    assert [(one.symbol, one.rules) for one in here] == [(BTC, RULES), (ETH, WIDE)]
    assert here[1].id == kept.id
    assert claimed.destination == GROUP
