"""One message per place and minute, whatever fires."""

from collections.abc import Sequence

from store_samples import BTC, ETH, GROUP, HOME, LEASE, NOW, RULES, TOPIC, telling

from bot.delivery.outcome import Outcome, Verdict
from bot.delivery.settlement import settle
from bot.rules.memory import Memory
from bot.rules.telling import Hold
from bot.store import alerts, outbox, subscriptions
from bot.store.alerts import Alert, Raised, Said
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.gathering import GROUP_WAIT_MS, MINUTE_MS, Composed, gather, hold_waiting, waiting_at
from bot.store.letter import Queued

SOL = "SOL/USDT:USDT"


def composed(told: Sequence[Alert]) -> Composed:
    return Composed(", ".join(one.symbol.split("/")[0] for one in told), None, ())


async def fire(
    database: Database,
    symbol: str,
    at_ms: int,
    to: Destination = HOME,
    *,
    silent: bool = False,
) -> None:
    async with database.begin() as tx:
        known = await subscriptions.find(tx, to, symbol)
        if known is None:
            known = (
                await subscriptions.subscribe(tx, to, symbol, RULES, created_by=9, now_ms=NOW)
            ).subscription
        raised = [Raised(telling(at_ms=at_ms, silent=silent), Said(symbol, symbol, 1.0))]
        recorded = await alerts.record(tx, known, Memory(), raised)
        assert recorded is not None
        await gather(tx, to, recorded.alerts, composed, now_ms=at_ms)


async def follow(database: Database, *symbols: str) -> None:
    async with database.begin() as tx:
        for symbol in symbols:
            await subscriptions.subscribe(tx, HOME, symbol, RULES, created_by=9, now_ms=NOW)


async def sent(database: Database, now_ms: int) -> list[Queued]:
    """What goes out at that moment."""
    async with database.begin() as tx:
        claimed = await outbox.claim(tx, now_ms, LEASE, "me", 10)
        for queued in claimed:
            await outbox.mark_sent(tx, queued, 1, now_ms=now_ms)
    return list(claimed)


async def texts(database: Database, now_ms: int) -> list[str]:
    return [queued.letter.text for queued in await sent(database, now_ms)]


async def test_pairs_that_fire_within_seconds_are_one_message(database: Database) -> None:
    await follow(database, BTC, ETH, SOL)
    await fire(database, BTC, NOW)
    await fire(database, ETH, NOW + 1_500)
    assert await texts(database, NOW + 3_000) == []
    await fire(database, SOL, NOW + 3_000)
    assert await texts(database, NOW + GROUP_WAIT_MS) == ["BTC, ETH, SOL"]


async def test_a_place_that_follows_one_pair_waits_for_nothing(database: Database) -> None:
    await follow(database, BTC)
    await fire(database, BTC, NOW)
    assert await texts(database, NOW) == ["BTC"]


async def test_what_fires_after_the_message_waits_for_the_next_minute(database: Database) -> None:
    await follow(database, BTC, ETH)
    await fire(database, BTC, NOW)
    first_ms = NOW + GROUP_WAIT_MS
    assert await texts(database, first_ms) == ["BTC"]
    await fire(database, ETH, first_ms + 2_000)
    await fire(database, BTC, first_ms + 30_000)
    assert await texts(database, first_ms + MINUTE_MS - 1) == []
    assert await texts(database, first_ms + MINUTE_MS) == ["ETH, BTC"]


async def test_a_message_that_is_on_the_wire_is_not_changed_any_more(database: Database) -> None:
    await follow(database, BTC)
    await fire(database, BTC, NOW)
    async with database.begin() as tx:
        (under_way,) = await outbox.claim(tx, NOW, LEASE, "me", 10)
    await fire(database, ETH, NOW + 10)
    async with database.begin() as tx:
        await outbox.postpone(tx, under_way, NOW + 20, "line is down")
    await fire(database, BTC, NOW + 30)
    assert await texts(database, NOW + 20) == ["BTC"]
    assert await texts(database, NOW + MINUTE_MS) == ["ETH, BTC"]


async def test_places_do_not_share_a_message(database: Database) -> None:
    for place in (HOME, GROUP, TOPIC):
        await fire(database, BTC, NOW, place)
    places = [queued.destination for at in range(3) for queued in await sent(database, NOW + at)]
    assert sorted(places, key=str) == sorted((HOME, GROUP, TOPIC), key=str)


async def test_a_message_is_silent_only_where_all_of_it_is(database: Database) -> None:
    await follow(database, BTC, ETH)
    await fire(database, BTC, NOW, silent=True)
    await fire(database, ETH, NOW + 1)
    (first,) = await sent(database, NOW + GROUP_WAIT_MS)
    assert not first.letter.silent
    await fire(database, BTC, NOW + MINUTE_MS, silent=True)
    (second,) = await sent(database, NOW + 3 * MINUTE_MS)
    assert second.letter.silent


async def test_what_is_raised_joins_the_message_that_waits(database: Database) -> None:
    await follow(database, BTC, ETH)
    assert await waiting(database) is None
    await fire(database, BTC, NOW)
    letter_id = await waiting(database)
    assert letter_id is not None
    await fire(database, ETH, NOW + 1)
    async with database.read() as tx:
        told = await alerts.in_letters(tx, [HOME], NOW)
    assert {one.letter_id for one in told} == {letter_id}
    await sent(database, NOW + GROUP_WAIT_MS)
    assert await waiting(database) is None


async def test_what_waits_is_held_when_its_place_is_snoozed(database: Database) -> None:
    await follow(database, BTC, ETH)
    await fire(database, BTC, NOW)
    async with database.begin() as tx:
        assert await hold_waiting(tx, HOME, None, now_ms=NOW)
        (alert,) = await alerts.latest(tx, HOME)
    assert (alert.hold, alert.letter_id) == (Hold.SNOOZE, None)
    assert await texts(database, NOW + MINUTE_MS) == []


async def test_a_snoozed_pair_holds_only_a_message_that_is_all_its_own(database: Database) -> None:
    await follow(database, BTC, ETH)
    await fire(database, BTC, NOW)
    async with database.begin() as tx:
        ids = {one.symbol: one.id for one in await subscriptions.of_destination(tx, HOME)}
        assert not await hold_waiting(tx, HOME, {ids[ETH]}, now_ms=NOW)
    await fire(database, ETH, NOW + 1)
    async with database.begin() as tx:
        assert not await hold_waiting(tx, HOME, {ids[BTC]}, now_ms=NOW)
    assert await texts(database, NOW + GROUP_WAIT_MS) == ["BTC, ETH"]


async def test_what_was_refused_and_is_said_plainly_is_not_written_over(database: Database) -> None:
    """It carries its alerts: their outcome is told in it."""
    await follow(database, BTC)
    await fire(database, BTC, NOW)
    async with database.begin() as tx:
        (refused,) = await outbox.claim(tx, NOW, LEASE, "me", 10)
        await settle(tx, refused, Outcome(Verdict.BAD_MESSAGE, "can't parse"), now_ms=NOW)
    await fire(database, ETH, NOW + 1)
    plain, fresh = await texts(database, NOW + 1), await texts(database, NOW + 2 * MINUTE_MS)
    assert (plain, fresh) == (["BTC"], ["ETH"])
    async with database.read() as tx:
        letters = [one.letter_id for one in await alerts.latest(tx, HOME)]
    assert len(set(letters)) == 2
    assert refused.id not in letters


async def waiting(database: Database) -> int | None:
    async with database.read() as tx:
        return (await waiting_at(tx, [HOME])).get(HOME)
