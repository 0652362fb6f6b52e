"""Grades: each alert and horizon once, also of what was held."""

from __future__ import annotations

from store_samples import BTC, ETH, GROUP, HOME, NOW, RULES, telling

from bot.rules.grading import HORIZONS_MS, Aftermath, Grade, Unknown
from bot.rules.memory import Memory
from bot.rules.outcomes import NullMean
from bot.rules.telling import Hold
from bot.store import alerts, grades, subscriptions
from bot.store.alerts import Alert, Raised, Said
from bot.store.database import Database
from bot.store.destination import Destination

HOUR, FOUR, DAY = HORIZONS_MS
GRADE = Grade(FOUR, 95.0, 99.0, 96.5, 60_000, None, Aftermath.REVERSED, 12.5, True)
NULL = NullMean(8, 0.625, 1_000.0)


async def raised(
    database: Database,
    at_ms: int = NOW,
    hold: Hold | None = None,
    to: Destination = HOME,
    symbol: str = BTC,
) -> Alert:
    async with database.begin() as tx:
        known = (await subscriptions.subscribe(tx, to, symbol, RULES, created_by=9, now_ms=NOW)).subscription
        recorded = await alerts.record(
            tx, known, Memory(), [Raised(telling(at_ms=at_ms), Said("", "", 1.0), hold)]
        )
    assert recorded is not None
    (alert,) = recorded.alerts
    return alert


async def due(
    database: Database,
    horizon_ms: int,
    until_ms: int,
    limit: int = 10,
    since_ms: int = NOW,
    symbol: str = BTC,
) -> list[int]:
    async with database.read() as tx:
        found = await grades.due(tx, symbol, horizon_ms, since_ms, until_ms, limit)
    return [alert.id for alert in found]


async def test_an_alert_is_due_until_it_is_graded(database: Database) -> None:
    one = await raised(database)
    held = await raised(database, NOW + 1, Hold.QUIET_HOURS)
    assert await due(database, HOUR, NOW - 1) == []
    assert await due(database, HOUR, NOW) == [one.id]
    assert await due(database, HOUR, NOW + 1) == [one.id, held.id]
    assert await due(database, HOUR, NOW + 1, limit=1) == [one.id]
    assert await due(database, HOUR, NOW + 1, since_ms=NOW + 1) == [held.id]
    assert await due(database, HOUR, NOW + 1, symbol=ETH) == []
    async with database.begin() as tx:
        assert await grades.add(tx, one.id, HOUR, GRADE, None, graded_ms=NOW + HOUR)
    assert await due(database, HOUR, NOW + 1) == [held.id]
    assert await due(database, FOUR, NOW) == [one.id]


async def test_symbols_are_due_as_their_alerts_are(database: Database) -> None:
    one = await raised(database)
    await raised(database, NOW + 2, symbol=ETH)
    await raised(database, NOW + 1, symbol=ETH)
    async with database.begin() as tx:
        assert await grades.symbols_due(tx, HOUR, NOW, NOW + 9) == {BTC: NOW, ETH: NOW + 1}
        assert await grades.symbols_due(tx, HOUR, NOW + 2, NOW + 9) == {ETH: NOW + 2}
        await grades.add(tx, one.id, HOUR, GRADE, None, graded_ms=NOW + HOUR)
        assert await grades.symbols_due(tx, HOUR, NOW, NOW) == {}


async def test_what_is_given_up_is_unknown_and_not_due_any_more(database: Database) -> None:
    one, old, young = [await raised(database, NOW + at_ms) for at_ms in range(3)]
    async with database.begin() as tx:
        await grades.add(tx, one.id, FOUR, GRADE, NULL, graded_ms=NOW)
        await grades.give_up(tx, FOUR, NOW, NOW + 2, graded_ms=NOW + DAY)
    async with database.read() as tx:
        found = await grades.between(tx, HOME, NOW, NOW + 3, FOUR)
    assert [(one.alert.id, one.grade, one.null) for one in found] == [
        (one.id, GRADE, NULL),
        (old.id, Unknown.NO_PRICES, None),
        (young.id, None, None),
    ]


async def test_the_first_grade_stands(database: Database) -> None:
    one = await raised(database)
    async with database.begin() as tx:
        await grades.add(tx, one.id, FOUR, GRADE, NULL, graded_ms=NOW)
        assert not await grades.add(tx, one.id, FOUR, Unknown.NO_PRICES, None, graded_ms=NOW)
    async with database.read() as tx:
        (kept,) = await grades.between(tx, HOME, NOW, NOW + 1, FOUR)
    assert (kept.alert, kept.grade, kept.null) == (one, GRADE, NULL)


async def test_why_there_is_no_grade_is_kept_too(database: Database) -> None:
    one = await raised(database)
    async with database.begin() as tx:
        await grades.add(tx, one.id, FOUR, Unknown.NOT_WATCHED, None, graded_ms=NOW)
    async with database.read() as tx:
        (kept,) = await grades.between(tx, HOME, NOW, NOW + 1, FOUR)
        assert await grades.between(tx, HOME, NOW - 5, NOW, FOUR) == ()
        assert await grades.between(tx, GROUP, NOW, NOW + 1, FOUR) == ()
    assert kept.grade is Unknown.NOT_WATCHED


async def test_a_message_knows_which_of_its_alerts_are_graded(database: Database) -> None:
    one, other = await raised(database), await raised(database, symbol=ETH)
    async with database.begin() as tx:
        await alerts.put_into_letter(tx, [one, other], 77)
        await grades.add(tx, one.id, HOUR, GRADE, None, graded_ms=NOW)
        await grades.add(tx, other.id, FOUR, GRADE, None, graded_ms=NOW)
    async with database.read() as tx:
        found = await grades.of_letter(tx, 77, FOUR)
    assert [(one.alert.symbol, one.grade) for one in found] == [(BTC, None), (ETH, GRADE)]


async def test_scores_are_read_by_place_and_symbol(database: Database) -> None:
    made = [
        await raised(database),
        await raised(database, NOW + 1, to=GROUP),
        await raised(database, NOW + 2, symbol=ETH),
        await raised(database, NOW + 2, symbol=ETH, to=GROUP),  # the same, told there too
    ]
    async with database.begin() as tx:
        for one in made:
            await grades.add(tx, one.id, FOUR, GRADE, NULL, graded_ms=NOW)
    await raised(database, NOW + 5)
    async with database.read() as tx:
        everything = await grades.scored(tx, FOUR, 0)
        here = await grades.scored(tx, FOUR, 0, destination=HOME)
        of_eth = await grades.scored(tx, FOUR, 0, symbol=ETH)
        later = await grades.scored(tx, FOUR, NOW + 3)
    assert [one.alert.id for one in everything] == [one.id for one in made[:3]]
    assert [one.alert.id for one in here] == [made[0].id, made[2].id]
    assert [one.alert.id for one in of_eth] == [made[2].id]
    assert later == ()


async def test_a_grade_goes_with_its_alert(database: Database) -> None:
    one = await raised(database)
    async with database.begin() as tx:
        await grades.add(tx, one.id, FOUR, GRADE, NULL, graded_ms=NOW)
        await alerts.prune(tx, NOW + 1)
    async with database.read() as tx:
        assert await grades.scored(tx, FOUR, 0) == ()
