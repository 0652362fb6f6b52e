"""One subscription per destination and symbol, and no stale writer overwrites it."""

from store_samples import BTC, ETH, GROUP, HOME, NOW, RULES, TOPIC, told

from bot.liquidation.zone import Band
from bot.rules.memory import Memory
from bot.rules.rule_set import Reach, RuleSet
from bot.store import chats, schedules, subscriptions
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.subscriptions import Outcome

WIDER = RuleSet("day", Reach(percent=0.05), Band.EXTREME)


async def subscribe(
    tx: Transaction, at: Destination = HOME, symbol: str = BTC, rules: RuleSet = RULES
) -> Outcome:
    return await subscriptions.subscribe(tx, at, symbol, rules, created_by=9, now_ms=NOW)


async def test_the_first_one_is_new(database: Database) -> None:
    async with database.begin() as tx:
        outcome = await subscribe(tx)
        assert (outcome.new, outcome.changed) == (True, False)
        assert await subscriptions.of_destination(tx, HOME) == (outcome.subscription,)


async def test_the_same_again_changes_nothing(database: Database) -> None:
    async with database.begin() as tx:
        first = await subscribe(tx)
        again = await subscribe(tx)
    assert (again.new, again.changed) == (False, False)
    assert again.subscription == first.subscription


async def test_another_rule_replaces_the_first_and_names_it(database: Database) -> None:
    async with database.begin() as tx:
        first = await subscribe(tx)
        changed = await subscribe(tx, rules=WIDER)
        stored = await subscriptions.of_destination(tx, HOME)
    assert changed.old_rules == RULES
    assert stored == (changed.subscription,)
    assert (stored[0].id, stored[0].rules) == (first.subscription.id, WIDER)


async def test_a_changed_rule_keeps_what_was_told_and_judges_the_rest_anew(database: Database) -> None:
    async with database.begin() as tx:
        first = await subscribe(tx)
        await subscriptions.save_state(tx, first.subscription, told("Z1"))
        changed = await subscribe(tx, rules=WIDER)
    assert changed.subscription.state == Memory(told=told("Z1").told, since_ms=NOW)


async def test_a_topic_and_its_chat_are_two_places(database: Database) -> None:
    async with database.begin() as tx:
        assert (await subscribe(tx, GROUP)).new
        assert (await subscribe(tx, TOPIC)).new
        assert len(await subscriptions.of_destination(tx, TOPIC)) == 1


async def test_state_comes_back_as_it_was_saved(database: Database) -> None:
    async with database.begin() as tx:
        made = await subscribe(tx)
        saved = await subscriptions.save_state(tx, made.subscription, told("Z3"))
        assert await subscriptions.by_id(tx, made.subscription.id) == saved
    assert saved is not None
    assert saved.state == told("Z3")


async def test_a_state_of_an_old_rules_is_not_written_over_the_new_one(database: Database) -> None:
    async with database.begin() as tx:
        old = (await subscribe(tx)).subscription
        await subscribe(tx, rules=WIDER)
        assert await subscriptions.save_state(tx, old, told()) is None
        now = await subscriptions.by_id(tx, old.id)
    assert now is not None
    assert (now.rules, now.state) == (WIDER, Memory())


async def test_the_second_of_two_writers_with_the_same_copy_is_turned_away(database: Database) -> None:
    async with database.begin() as tx:
        copy = (await subscribe(tx)).subscription
        assert await subscriptions.save_state(tx, copy, told("Z1")) is not None
        assert await subscriptions.save_state(tx, copy, told("Z2")) is None


async def test_a_state_does_not_bring_a_removed_subscription_back(database: Database) -> None:
    async with database.begin() as tx:
        gone = (await subscribe(tx)).subscription
        assert await subscriptions.unsubscribe(tx, HOME, BTC)
        assert await subscriptions.save_state(tx, gone, told()) is None
        assert await subscriptions.of_destination(tx, HOME) == ()


async def test_a_removed_id_is_never_given_to_another(database: Database) -> None:
    async with database.begin() as tx:
        gone = (await subscribe(tx)).subscription
        await subscriptions.unsubscribe(tx, HOME, BTC)
        assert (await subscribe(tx)).subscription.id > gone.id


async def test_unsubscribing_what_is_not_there_says_so(database: Database) -> None:
    async with database.begin() as tx:
        assert not await subscriptions.unsubscribe(tx, HOME, BTC)


async def test_a_button_removes_only_what_belongs_to_its_chat(database: Database) -> None:
    async with database.begin() as tx:
        made = (await subscribe(tx)).subscription
        assert await subscriptions.unsubscribe_by_id(tx, GROUP, made.id) is None
        assert await subscriptions.unsubscribe_by_id(tx, HOME, made.id) == made
        assert await subscriptions.unsubscribe_by_id(tx, HOME, made.id) is None


async def test_everything_of_a_place_goes_at_once(database: Database) -> None:
    async with database.begin() as tx:
        await subscribe(tx)
        await subscribe(tx, symbol=ETH)
        await subscribe(tx, GROUP)
        assert await subscriptions.unsubscribe_all(tx, HOME) == 2
        assert await subscriptions.count(tx) == 1


async def test_chats_that_are_off_are_left_out_and_come_back(database: Database) -> None:
    async with database.begin() as tx:
        mine = (await subscribe(tx)).subscription
        theirs = (await subscribe(tx, GROUP)).subscription
        await chats.switch_off(tx, GROUP.chat_id, "kicked")
        assert await subscriptions.of_symbol(tx, BTC) == (mine,)
        await chats.switch_on(tx, GROUP.chat_id)
        assert await subscriptions.of_symbol(tx, BTC) == (mine, theirs)


async def test_symbols_are_those_that_a_chat_that_is_on_waits_for(database: Database) -> None:
    async with database.begin() as tx:
        await subscribe(tx)
        await subscribe(tx, GROUP, ETH)
        await schedules.put(tx, HOME, "SOL", "all", every_ms=1, next_due_ms=1, created_by=9, now_ms=NOW)
        await chats.switch_off(tx, GROUP.chat_id, "kicked")
        assert await subscriptions.symbols(tx) == (BTC, "SOL")
