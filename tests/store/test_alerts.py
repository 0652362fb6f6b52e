"""What was decided writes state, alert and message together, and only once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import BTC, HOME, NOW, RULES, told
from store_samples import telling as sample

from bot.rules.memory import Memory
from bot.rules.rule_set import Reach
from bot.rules.telling import Hold, Telling
from bot.store import alerts, outbox, outbox_counts, subscriptions
from bot.store.alerts import CODE_LETTERS, Alert, Raised, Recorded, Said, code_of, fingerprint_of
from bot.store.database import Database, Transaction
from bot.store.gathering import Composed, gather
from bot.store.letter import Kind
from bot.store.subscriptions import Subscription


async def made(tx: Transaction) -> Subscription:
    return (await subscriptions.subscribe(tx, HOME, BTC, RULES, created_by=9, now_ms=NOW)).subscription


def composed(told: Sequence[Alert]) -> Composed:
    return Composed(" + ".join(one.said.full for one in told), None, ())


async def record(
    tx: Transaction,
    subscription: Subscription,
    tellings: Sequence[Telling],
    state: Memory,
    hold: Hold | None = None,
) -> Recorded | None:
    """As the sentinel does."""
    raised = [Raised(one, Said(f"near {one.zone and one.zone.id}", "", 1.0), hold) for one in tellings]
    recorded = await alerts.record(tx, subscription, state, raised)
    if recorded is not None and recorded.alerts and hold is None:
        await gather(tx, subscription.destination, recorded.alerts, composed, now_ms=NOW)
    return recorded


async def test_an_alert_writes_state_alert_and_message(database: Database) -> None:
    async with database.begin() as tx:
        recorded = await record(tx, await made(tx), [sample(silent=True)], told())
        assert recorded is not None
        assert await subscriptions.by_id(tx, recorded.subscription.id) == recorded.subscription
        (alert,) = await alerts.latest(tx, HOME)
        (queued,) = await outbox.claim(tx, NOW, 1, "me", 5)
    assert recorded.subscription.state == told()
    assert alert == replace(recorded.alerts[0], letter_id=queued.id)
    assert (alert.zone_id, alert.telling) == ("Z42", sample(silent=True))
    assert (queued.letter.kind, queued.letter.text, queued.letter.silent) == (Kind.ALERT, "near Z42", True)


async def test_what_is_held_is_written_without_a_message(database: Database) -> None:
    async with database.begin() as tx:
        await record(tx, await made(tx), [sample()], told(), Hold.QUIET_HOURS)
        (alert,) = await alerts.latest(tx, HOME)
        assert (alert.hold, alert.letter_id) == (Hold.QUIET_HOURS, None)
        assert await alerts.count(tx) == 0
        assert (await outbox_counts.counts(tx)).ready == 0
        assert await alerts.in_letters(tx, [HOME], NOW) == ()


async def test_a_crash_before_the_commit_leaves_nothing(database: Database) -> None:
    async with database.begin() as tx:
        subscription = await made(tx)

    async def record_and_crash() -> None:
        async with database.begin() as tx:
            await record(tx, subscription, [sample()], told())
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        await record_and_crash()
    async with database.read() as tx:
        assert await subscriptions.by_id(tx, subscription.id) == subscription
        assert await alerts.count(tx) == 0
        assert (await outbox_counts.counts(tx)).ready == 0


async def test_the_same_approach_is_told_once(database: Database) -> None:
    async with database.begin() as tx:
        first = await record(tx, await made(tx), [sample()], told())
        assert first is not None
        again = await record(tx, first.subscription, [sample()], told())
        assert again is not None
        assert again.alerts == ()
        assert await alerts.count(tx) == 1
        assert (await outbox_counts.counts(tx)).ready == 1


async def test_the_next_approach_to_the_zone_is_another_alert(database: Database) -> None:
    async with database.begin() as tx:
        first = await record(tx, await made(tx), [sample()], told())
        assert first is not None
        await record(tx, first.subscription, [sample(at_ms=NOW + 1)], told())
        assert await alerts.count(tx) == 2
        assert await alerts.count(tx, since_ms=NOW + 1) == 1


async def test_several_zones_fire_in_one_go(database: Database) -> None:
    async with database.begin() as tx:
        recorded = await record(tx, await made(tx), [sample("Z1"), sample("Z2")], told())
        assert len({one.letter_id for one in await alerts.in_letters(tx, [HOME], NOW)}) == 1
    assert recorded is not None
    assert [alert.zone_id for alert in recorded.alerts] == ["Z1", "Z2"]


async def test_a_subscription_that_is_gone_or_changed_writes_nothing(database: Database) -> None:
    async with database.begin() as tx:
        changed = await made(tx)
        narrow = replace(RULES, reach=Reach(percent=0.002))
        await subscriptions.subscribe(tx, HOME, BTC, narrow, created_by=9, now_ms=NOW)
        assert await record(tx, changed, [sample()], told()) is None
        await subscriptions.unsubscribe(tx, HOME, BTC)
        assert await record(tx, changed, [sample()], told()) is None
        assert await alerts.count(tx) == 0
        assert (await outbox_counts.counts(tx)).ready == 0


async def test_old_alerts_are_pruned(database: Database) -> None:
    async with database.begin() as tx:
        await record(tx, await made(tx), [sample()], told())
        assert await alerts.prune(tx, NOW) == 0
        assert await alerts.prune(tx, NOW + 1) == 1


@given(subscription_id=st.integers(1, 10**9), at_ms=st.integers(1, 2 * 10**12))
def test_a_code_is_known_before_the_alert_and_easy_to_read(subscription_id: int, at_ms: int) -> None:
    fingerprint = fingerprint_of(subscription_id, sample(at_ms=at_ms))
    assert code_of(fingerprint) == code_of(fingerprint)
    assert len(code_of(fingerprint)) == 4
    assert set(code_of(fingerprint)) <= set(CODE_LETTERS)


def test_codes_hardly_ever_meet() -> None:
    codes = [code_of(fingerprint_of(1, sample(at_ms=minute * 60_000))) for minute in range(200)]
    assert len(set(codes)) >= 199
