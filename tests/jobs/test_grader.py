"""The grader on a stage: grades by market time, each once, and one edit of the message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, watch

from bot.jobs import grader as grading_job
from bot.jobs.desk import Desk
from bot.jobs.grader import LATEST_MS, PATIENCE_MS, Grader
from bot.jobs.pair_watch import PairWatch
from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.liquidation.zone import Band
from bot.rules.grading import HORIZONS_MS, TOLD_MS, Aftermath, Grade, Unknown
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.price_path import HOUR_MS, PricePath
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Hold, Reason, Telling
from bot.store import alerts, grades, liquidations, outbox, pairs, subscriptions
from bot.store.alerts import Alert, Raised, Said
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.gathering import Composed, gather
from bot.store.letter import Button, Queued
from bot.store.letter import Kind as LetterKind
from bot.store.liquidations import Liquidation, Stretch

HOME = Destination(1001)
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)
ETH = "ETH/USDT:USDT"
LONG_AGO = NOW - 40 * 24 * HOUR_MS


@dataclass
class ToldPath:
    """Workers that know where price went: 100, but for what is told minute by minute after NOW."""

    after: dict[int, float] = field(default_factory=dict)  # minute -> price
    asked: int = 0
    until_ms: int = NOW + 30 * HOUR_MS

    async def run(self, task: Any, model: Any, begin_ms: int) -> PricePath:  # noqa: ANN401 - as Workers
        self.asked += 1
        hours = np.arange(LONG_AGO // HOUR_MS, NOW // HOUR_MS) * HOUR_MS
        tooth = 100.0 + np.arange(len(hours)) % 6 * 0.4
        past = np.column_stack([hours, hours + HOUR_MS, tooth - 0.5, tooth + 0.5, tooth])
        minutes = np.arange(NOW, self.until_ms, MINUTE)
        price = np.array([self.after.get(int(at), 100.0) for at in (minutes - NOW) // MINUTE])
        recent = np.column_stack([minutes, minutes + MINUTE, price, price, price])
        rows = np.concatenate([past, recent])
        return PricePath.of(rows[rows[:, 0] >= begin_ms])


@dataclass
class Stage:
    database: Database
    clock: Clock = field(default_factory=Clock)
    workers: ToldPath = field(default_factory=ToldPath)
    watches: dict[str, PairWatch] = field(default_factory=lambda: {BTC: watch(binance=NOW)})
    woken: int = 0

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """As after a start of the process."""
        self.grader = Grader(cast(Desk, self), self.database, self._wake)

    def now_ms(self) -> int:
        return self.clock.now

    def _wake(self) -> None:
        self.woken += 1

    async def later(self, span_ms: int, *, known: bool = True) -> None:
        """Market time goes on, and prices with it."""
        self.clock.now = NOW + span_ms
        if known:
            self.watches = {name: watch(as_of_ms=self.clock.now) for name in self.watches}
        await self.grader.tick()

    async def raised(
        self,
        hold: Hold | None = None,
        symbol: str = BTC,
        **changed: Any,  # noqa: ANN401 - of a telling
    ) -> Alert:
        """A zone of longs at 98 to 99; price is 100, 1 ATR is 1 %."""
        told = Telling(Kind.NEAR, "near:Z1", Reason.FIRST, 100.0, NOW, 98.0, 99.0, 0.01, side=Side.LONG)
        told = replace(told, **changed)
        async with self.database.begin() as tx:
            known = (
                await subscriptions.subscribe(tx, HOME, symbol, RULES, created_by=1, now_ms=1)
            ).subscription
            recorded = await alerts.record(tx, known, Memory(), [Raised(told, Said("", "", 1.0), hold)])
            assert recorded is not None
            (alert,) = recorded.alerts
            if hold is None:
                await gather(tx, HOME, [alert], _composed, now_ms=NOW)
        return alert

    async def sent(self) -> None:
        """What waits goes out."""
        async with self.database.begin() as tx:
            for number, queued in enumerate(await outbox.claim(tx, 2**52, 0, "test", 10), 1):
                await outbox.mark_sent(tx, queued, number, now_ms=NOW)

    async def grades(self, horizon_ms: int = TOLD_MS) -> list[grades.Graded]:
        async with self.database.read() as tx:
            return list(await grades.scored(tx, horizon_ms, 0))

    async def edits(self) -> list[Queued]:
        async with self.database.read() as tx:
            letters = [await outbox.find(tx, number) for number in range(1, 20)]
        return [one for one in letters if one is not None and one.letter.kind is LetterKind.EDIT]

    async def heard(self, venue: str, *orders: Liquidation, until_ms: int = NOW + 30 * HOUR_MS) -> None:
        async with self.database.begin() as tx:
            await liquidations.listened(tx, [((venue, BTC), Stretch(LONG_AGO, until_ms))])
            await liquidations.add(tx, orders)


def _composed(told: object) -> Composed:
    return Composed("<b>near</b>", None, ((Button("Map", "1|map BTC"),),))


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    database = Database.open(sqlite_url)
    yield Stage(database)
    await database.close()


def minutes(begin: int, end: int, price: float) -> dict[int, float]:
    return dict.fromkeys(range(begin, end), price)


async def test_each_horizon_is_graded_when_it_has_passed(stage: Stage) -> None:
    await stage.raised()
    stage.workers.after = {**minutes(30, 90, 98.5), **minutes(90, 2000, 99.8)}
    hour, four, day = HORIZONS_MS
    await stage.later(hour - 1)
    assert await stage.grades(hour) == []
    await stage.later(hour)
    (first,) = await stage.grades(hour)
    assert isinstance(first.grade, Grade)
    assert (first.grade.touched_ms, first.grade.aftermath) == (31 * MINUTE, Aftermath.NEITHER)
    assert await stage.grades(four) == []
    await stage.later(day)
    (second,), (third,) = await stage.grades(four), await stage.grades(day)
    assert isinstance(second.grade, Grade)
    assert second.grade.aftermath is Aftermath.REVERSED
    assert isinstance(third.grade, Grade)


async def test_a_grade_waits_for_the_candles_of_its_horizon(stage: Stage) -> None:
    await stage.raised()
    await stage.later(HORIZONS_MS[0] + MINUTE, known=False)
    assert await stage.grades(HORIZONS_MS[0]) == []
    await stage.later(HORIZONS_MS[0] + 2 * MINUTE)
    assert len(await stage.grades(HORIZONS_MS[0])) == 1


async def test_where_they_do_not_come_the_grade_says_so_after_hours(stage: Stage) -> None:
    await stage.raised()
    hour = HORIZONS_MS[0]
    stage.workers.until_ms = NOW + 10 * MINUTE
    await stage.later(hour + PATIENCE_MS - 1, known=False)
    stage.begin()
    await stage.later(hour + PATIENCE_MS, known=False)  # begun a moment ago: candles may be on their way
    assert await stage.grades(hour) == []
    await stage.raised(at_ms=NOW + PATIENCE_MS + MINUTE)  # this one has not waited
    await stage.later(hour + 2 * PATIENCE_MS, known=False)
    (only,) = await stage.grades(hour)
    assert only.grade is Unknown.NO_PRICES
    assert only.alert.fired_ms == NOW


async def test_an_outage_of_hours_costs_no_grade(stage: Stage) -> None:
    await stage.raised()
    await stage.later(HORIZONS_MS[0] + 5 * HOUR_MS, known=False)
    await stage.later(HORIZONS_MS[0] + 5 * HOUR_MS + MINUTE)
    (only,) = await stage.grades(HORIZONS_MS[0])
    assert isinstance(only.grade, Grade)


async def test_what_was_not_graded_for_days_is_unknown_once(stage: Stage) -> None:
    await stage.raised()
    await stage.later(TOLD_MS + LATEST_MS + 1)
    (only,) = await stage.grades()
    assert only.grade is Unknown.NO_PRICES
    assert stage.workers.asked == 1  # for the horizon of a day, which is not that old


async def test_a_pair_that_is_not_watched_any_more_is_said_to_be_so(stage: Stage) -> None:
    await stage.raised()
    await stage.sent()
    stage.watches = {}
    await stage.later(TOLD_MS)
    assert await stage.grades() == []  # at a start pairs come one by one
    await stage.later(TOLD_MS + PATIENCE_MS)
    (only,) = await stage.grades()
    assert (only.grade, only.null) == (Unknown.NOT_WATCHED, None)
    (edit,) = await stage.edits()
    assert "not known: the pair was not watched any more" in edit.letter.text


async def test_alerts_that_come_one_after_the_other_are_all_graded(stage: Stage) -> None:
    for hour in range(6):
        await stage.raised(at_ms=NOW + hour * HOUR_MS)
        await stage.later((hour + 1) * HOUR_MS)
    await stage.later(40 * HOUR_MS)
    for horizon_ms in HORIZONS_MS:
        assert len(await stage.grades(horizon_ms)) == 6


async def test_held_alerts_are_graded_and_no_message_is_changed(stage: Stage) -> None:
    await stage.raised(Hold.QUIET_HOURS)
    await stage.later(TOLD_MS)
    assert len(await stage.grades()) == 1
    assert await stage.edits() == []
    assert stage.woken == 0


async def test_the_message_is_edited_once_with_a_line_and_its_own_buttons(stage: Stage) -> None:
    alert = await stage.raised()
    await stage.sent()
    stage.workers.after = {**minutes(38, 200, 98.6), **minutes(200, 2000, 99.9)}
    await stage.later(TOLD_MS)
    (edit,) = await stage.edits()
    assert edit.letter.text == (
        "<b>near</b>\n\n<b>After 4 h</b>: touched after 39 min; then reversed 0.9% (0.9 ATR)"
    )
    assert edit.letter.edits_id == (await _stored(stage, alert)).letter_id
    assert edit.letter.buttons == ((Button("Map", "1|map BTC"),),)
    assert edit.letter.silent
    assert stage.woken == 1
    await stage.later(25 * HOUR_MS)
    assert len(await stage.edits()) == 1


async def _stored(stage: Stage, alert: Alert) -> Alert:
    async with stage.database.read() as tx:
        (found,) = [one for one in await alerts.latest(tx, HOME) if one.id == alert.id]
    return found


async def test_a_message_about_several_alerts_is_edited_when_the_last_is_graded(stage: Stage) -> None:
    await stage.raised()
    await stage.raised(topic="near:Z2", at_ms=NOW + 30_000, low=96.0, high=97.0)
    await stage.sent()
    await stage.later(TOLD_MS)
    assert await stage.edits() == []
    await stage.later(TOLD_MS + MINUTE)
    (edit,) = await stage.edits()
    assert edit.letter.text.count("not touched") == 2


async def test_a_crash_before_the_commit_leaves_neither_grade_nor_edit(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.raised()
    await stage.sent()
    with monkeypatch.context() as patched:

        async def broken(*args: object, **named: object) -> None:
            raise OSError("disk full")

        patched.setattr(outbox, "enqueue", broken)
        await stage.later(TOLD_MS)
        assert (await stage.grades(), await stage.edits()) == ([], [])
    stage.begin()
    await stage.later(TOLD_MS)
    assert (len(await stage.grades()), len(await stage.edits())) == (1, 1)


async def test_a_restart_grades_and_edits_nothing_twice(stage: Stage) -> None:
    await stage.raised()
    await stage.sent()
    await stage.later(TOLD_MS)
    before = await stage.grades()
    stage.workers.after = minutes(0, 2000, 90.0)
    stage.begin()
    await stage.later(TOLD_MS + HOUR_MS)
    assert await stage.grades() == before
    assert len(await stage.edits()) == 1


async def test_a_message_that_never_arrived_is_not_edited(stage: Stage) -> None:
    await stage.raised()
    async with stage.database.begin() as tx:
        await outbox.bury_chat(tx, HOME.chat_id, "blocked", now_ms=NOW)
    await stage.later(TOLD_MS)
    assert len(await stage.grades()) == 1
    assert await stage.edits() == []


def order(
    stamp_ms: int, price: float, quantity: float, venue: str = "binance", side: Side = Side.LONG
) -> Liquidation:
    return Liquidation(venue, BTC, stamp_ms, side, price, price, quantity)


async def test_recorded_liquidations_in_the_zone_are_summed_as_a_lower_bound(stage: Stage) -> None:
    await stage.raised()
    await stage.sent()
    stage.workers.after = minutes(10, 2000, 98.5)
    await stage.heard(
        "binance",
        order(NOW - 1, 98.5, 100.0),
        order(NOW + MINUTE, 98.5, 2.0),
        order(NOW + MINUTE, 97.5, 100.0),
        order(NOW + MINUTE, 98.5, 100.0, side=Side.SHORT),
        order(NOW + TOLD_MS, 98.5, 100.0),
    )
    await stage.heard("okx", order(NOW + MINUTE, 98.2, 3.0, "okx"))
    await stage.later(TOLD_MS)
    (only,) = await stage.grades()
    assert isinstance(only.grade, Grade)
    assert (only.grade.liquidated_base, only.grade.at_least) == (5.0, True)
    (edit,) = await stage.edits()
    assert "≥ 5 BTC of longs force-closed there (recorded)" in edit.letter.text


async def test_complete_feeds_that_were_heard_all_the_time_make_no_lower_bound(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.raised()
    stage.watches = {BTC: watch(as_of_ms=NOW)}
    complete = {name: replace(one, feed=Feed.COMPLETE) for name, one in stage.watches[BTC].contracts.items()}
    monkeypatch.setattr(grading_job, "Aftertime", _with_contracts(complete))
    for venue in complete:
        await stage.heard(venue, order(NOW + MINUTE, 98.5, 2.0, venue))
    await stage.later(TOLD_MS)
    (only,) = await stage.grades()
    assert isinstance(only.grade, Grade)
    assert (only.grade.liquidated_base, only.grade.at_least) == (4.0, False)


def _with_contracts(contracts: dict[str, Any]) -> Any:  # noqa: ANN401 - stands in for a class
    from bot.jobs.after_alerts import Aftertime

    def made(tx: Any, watched: PairWatch, path: PricePath) -> Aftertime:  # noqa: ANN401
        return Aftertime(tx, replace(watched, contracts=contracts), path)

    return made


async def test_where_nobody_listened_long_enough_nothing_is_said_of_volume(stage: Stage) -> None:
    await stage.raised()
    await stage.heard("binance", order(NOW + MINUTE, 98.5, 2.0), until_ms=NOW + HOUR_MS)
    await stage.later(TOLD_MS)
    (only,) = await stage.grades()
    assert isinstance(only.grade, Grade)
    assert only.grade.liquidated_base is None


async def kept_maps(stage: Stage, hours: Iterable[int], low: float, high: float) -> None:
    zone = {
        "id": "Z9", "side": 0, "low": low, "high": high, "peak": low, "mass_base": 1.0, "percentile": 50.0,
        "contrast": 2.0, "leverage_mix": [1.0, 0.0, 0.0, 0.0], "born_ms": 0,
    }  # fmt: skip
    async with stage.database.begin() as tx:
        for hour in hours:
            await pairs.save_map(tx, BTC, NOW - hour * HOUR_MS, {"zones": [zone]})


async def test_an_alert_is_graded_beside_levels_that_lay_outside_every_zone(stage: Stage) -> None:
    await stage.raised()
    await kept_maps(stage, range(1, 20 * 24, 2), 50.0, 51.0)
    await stage.later(TOLD_MS)
    (only,) = await stage.grades()
    assert only.null is not None
    assert only.null.levels == 8
    assert 0.0 <= only.null.hit <= 1.0
    assert only.null.amount is None


async def test_without_known_zones_or_in_them_there_is_nothing_to_compare_with(stage: Stage) -> None:
    await stage.raised()
    await kept_maps(stage, range(1, 20 * 24, 4), 90.0, 110.0)
    await stage.later(TOLD_MS)
    (only,) = await stage.grades()
    assert only.null is None


async def test_the_same_alert_in_many_chats_is_graded_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    original = grading_job._result

    async def counted(*args: Any) -> Any:  # noqa: ANN401 - as the original
        asked.append(1)
        return await original(*args)

    monkeypatch.setattr(grading_job, "_result", counted)
    await stage.raised()
    await stage.raised(topic="near:Z1 again")
    await stage.later(TOLD_MS)
    async with stage.database.read() as tx:
        assert len(await grades.between(tx, HOME, NOW, NOW + 1, TOLD_MS)) == 2
    assert len(asked) == 2  # one for each horizon that has passed
    assert stage.workers.asked == 1


async def test_one_pair_s_trouble_keeps_no_other_from_its_grades(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading_job, "AT_ONCE", 1)
    await stage.raised()
    await stage.raised(symbol=ETH, at_ms=NOW + 1)
    stage.watches[ETH] = watch(binance=NOW)
    original = Grader._results

    async def broken(grader: Grader, watched: PairWatch | None, due: Any) -> Any:  # noqa: ANN401
        if due[0].alert.symbol == BTC:
            raise RuntimeError("a worker died")
        return await original(grader, watched, due)

    with monkeypatch.context() as patched:
        patched.setattr(Grader, "_results", broken)
        await stage.later(TOLD_MS + MINUTE)
        assert [one.alert.symbol for one in await stage.grades()] == [ETH]
    await stage.later(TOLD_MS + MINUTE)
    assert len(await stage.grades()) == 2
