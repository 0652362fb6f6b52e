"""What /score reads: live grades of the chat and of all, and a replay of what is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, failing, watch

from bot.jobs import score_tasks
from bot.jobs.pair_watch import PairWatch
from bot.jobs.scores import GOOD_FOR_SECONDS, Scores
from bot.jobs.verdicts import Verdicts
from bot.liquidation.history import History
from bot.liquidation.reading import Reading
from bot.liquidation.scoring.recorded_gain import RecordedGain
from bot.liquidation.side import Side
from bot.liquidation.stored_reading import payload_of
from bot.liquidation.zone import Band, Zone
from bot.rules.grading import TOLD_MS, Aftermath, Grade
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.outcomes import NullMean
from bot.rules.presets import DAY
from bot.rules.price_path import HOUR_MS, PricePath
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Reason, Telling
from bot.store import alerts, grades, liquidations, pairs, subscriptions
from bot.store.alerts import Raised, Said
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.liquidations import Liquidation, Stretch

HOME, OTHER = Destination(1001), Destination(1002)
RULES = RuleSet("day", Reach(percent=0.01), Band.LOW)
HOURS = 240
EDGES = np.exp(np.arange(-200, 201) * 5e-4)


def prices() -> PricePath:
    """Ten days between 100 and 103 with a dip to 97.5 once a day."""
    closes = np.array([97.5 if at % 24 == 0 else 100.0 + 3 * abs(np.sin(at / 7)) for at in range(HOURS)])
    start = NOW - (HOURS - np.arange(HOURS)) * HOUR_MS
    return PricePath(start, start + HOUR_MS, closes * 0.995, closes * 1.005, closes)


@dataclass
class Stage:
    database: Database
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.binance = ToldVenue("binance", Clock())
        venues = cast(Any, {"binance": self.binance})
        self.scores = Scores(self.database, cast(Any, HerePool()), venues, clock_s=lambda: self.seconds)

    @property
    def watch(self) -> PairWatch:
        return watch(binance=NOW)

    async def fire(self, to: Destination, at_ms: int, null: NullMean | None = None) -> None:
        told = Telling(Kind.NEAR, "near:Z1", Reason.FIRST, 100.0, at_ms, 98.0, 99.0, 0.01, side=Side.LONG)
        async with self.database.begin() as tx:
            known = (await subscriptions.subscribe(tx, to, BTC, RULES, created_by=1, now_ms=1)).subscription
            recorded = await alerts.record(tx, known, Memory(), [Raised(told, Said("", "", 1.0))])
            assert recorded is not None
            found = Grade(TOLD_MS, 98.5, 100.0, 99.0, 60_000, None, Aftermath.NEITHER)
            await grades.add(tx, recorded.alerts[0].id, TOLD_MS, found, null, graded_ms=1)

    async def keep_maps(self) -> None:
        """Each hour one, with a zone of longs at 97 to 98."""
        zone = Zone("Z1", Side.LONG, 97.0, 98.0, 97.5, 5.0, 80.0, 2.0, (0.1, 0.2, 0.3, 0.4), 0)
        path = prices()
        async with self.database.begin() as tx:
            for stamp, close in zip(path.end_ms.tolist(), path.close.tolist(), strict=True):
                reading = Reading(BTC, stamp, close, 0.01, (zone,))
                longs, shorts = (EDGES[:-1] < 1 - 1e-9) * 1.0, (EDGES[:-1] >= 1 - 1e-9) * 1.0
                line = {
                    "price": close,
                    "edges": (close * EDGES).tolist(),
                    "long_base": longs.tolist(),
                    "short_base": shorts.tolist(),
                }
                await pairs.save_map(tx, BTC, stamp, {**line, **payload_of(reading)})

    async def hear(self) -> None:
        """Three longs each hour, for six days."""
        path = prices()
        begin = NOW - 6 * 24 * HOUR_MS
        orders = [
            Liquidation("binance", BTC, int(stamp) + 60_000, Side.LONG, low, low, 1.0, nth)
            for stamp, low in zip(path.start_ms, (path.low * 1.0001).tolist(), strict=True)
            for nth in range(3)
            if stamp >= begin
        ]
        async with self.database.begin() as tx:
            await liquidations.listened(tx, [(("binance", BTC), Stretch(begin, NOW))])
            await liquidations.add(tx, orders)


@pytest.fixture
async def stage(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(score_tasks, "price_path", lambda kept, begin_ms: prices().within(begin_ms, NOW))
    database = Database.open(sqlite_url)
    yield Stage(database)
    await database.close()


async def test_live_alerts_of_the_chat_stand_beside_those_of_all(stage: Stage) -> None:
    await stage.fire(HOME, NOW - 10 * HOUR_MS)
    await stage.fire(OTHER, NOW - 10 * HOUR_MS)  # the same, told there too
    await stage.fire(OTHER, NOW - 9 * HOUR_MS)
    report = await stage.scores.of_place(HOME, NOW)
    assert ([one.graded for one in report.here], [one.graded for one in report.everywhere]) == ([1], [2])
    of_pair = await stage.scores.of_pair(stage.watch, OTHER, NOW)
    assert [one.graded for one in of_pair.here] == [2]
    assert (of_pair.replayed, of_pair.rules) == ((), RULES)
    assert of_pair.gain is not None
    assert of_pair.gain.own is None


async def test_an_alert_s_kind_says_of_itself_that_it_is_no_better_once_enough_were_graded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = Verdicts(stage.scores, lambda: NOW)
    monkeypatch.setattr("bot.rules.score.LEAST_ALERTS", 4)
    monkeypatch.setattr("bot.rules.score.LEAST_DAYS", 3)
    for day in range(1, 5):
        await stage.fire(HOME, NOW - day * 24 * HOUR_MS, NullMean(8, 0.5 + day % 2))
    assert verdicts.note_of(Kind.NEAR) == ""
    await verdicts.tick()
    assert verdicts.note_of(Kind.NEAR).startswith("So far alerts of this kind do no better than chance: ")
    assert verdicts.note_of(Kind.BURST) == ""


async def test_scores_of_all_places_are_read_once_for_verdicts_and_answers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Destination | None] = []
    original = grades.scored

    async def counted(*args: Any, destination: Destination | None = None) -> Any:  # noqa: ANN401
        asked.append(destination)
        return await original(*args, destination=destination)

    monkeypatch.setattr(grades, "scored", counted)
    await stage.fire(OTHER, NOW - 10 * HOUR_MS)
    await Verdicts(stage.scores, lambda: NOW).tick()
    for _ in range(2):
        assert [one.graded for one in (await stage.scores.of_place(HOME, NOW)).everywhere] == [1]
    assert asked == [None, HOME, HOME]
    stage.seconds = GOOD_FOR_SECONDS
    await Verdicts(stage.scores, lambda: NOW).tick()
    assert asked[3:] == [None]


async def test_a_pair_nobody_asked_for_here_is_replayed_with_the_day_preset(stage: Stage) -> None:
    assert (await stage.scores.of_pair(stage.watch, HOME, NOW)).rules == DAY


async def test_what_is_stored_is_replayed_by_the_chat_s_own_rules(stage: Stage) -> None:
    await stage.fire(HOME, NOW - 10 * HOUR_MS)
    await stage.keep_maps()
    await stage.hear()
    report = await stage.scores.of_pair(stage.watch, HOME, NOW)
    by_kind = {record.kind: record for record in report.replayed}
    assert by_kind[Kind.NEAR].graded >= 7
    assert by_kind[Kind.NEAR].score is not None
    assert report.replayed_days == pytest.approx(10.0, abs=0.1)
    assert report.gain is not None
    assert report.gain.hours >= 6 * 24 - 3
    assert report.gain.own is not None
    assert report.gain.own < 0.2  # a flat map knows nothing
    assert set(report.gain.peers) == {"distance"}  # the venue told no candles


async def test_the_public_recipes_stand_beside_the_map_where_a_venue_tells_candles(stage: Stage) -> None:
    await stage.keep_maps()
    await stage.hear()
    stage.binance.histories = failing("binance")
    assert set((await gain_of(stage)).peers) == {"distance"}
    stage.seconds = GOOD_FOR_SECONDS + 1
    stage.binance.histories = [candles()]
    assert set((await gain_of(stage)).peers) == {"distance", "volume", "interest"}


async def gain_of(stage: Stage) -> RecordedGain:
    gain = (await stage.scores.of_pair(stage.watch, HOME, NOW)).gain
    assert gain is not None
    return gain


def candles() -> History:
    """Five minutes each, for nine days."""
    count = 9 * 24 * 12
    start = NOW - 5 * MINUTE * (count - np.arange(count, dtype=np.int64))
    close = np.asarray(100.0 + 3 * np.abs(np.sin(np.arange(count) / 84)), dtype=np.float64)
    volume = np.ones(count)
    interest = np.asarray(1_000.0 + np.arange(count) % 50, dtype=np.float64)
    return History(5 * MINUTE, start, close, close + 0.3, close - 0.3, close, volume, interest)


async def test_a_replay_is_good_for_a_while(stage: Stage) -> None:
    first = await stage.scores.of_pair(stage.watch, HOME, NOW)
    await stage.keep_maps()
    assert (await stage.scores.of_pair(stage.watch, HOME, NOW)).replayed == first.replayed
    stage.seconds = GOOD_FOR_SECONDS + 1
    assert (await stage.scores.of_pair(stage.watch, HOME, NOW)).replayed != first.replayed
