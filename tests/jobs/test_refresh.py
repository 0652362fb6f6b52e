"""Refresh: venues come and go, the model stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, failing

from bot.jobs import fetching
from bot.jobs.fetching import NO_OPEN_INTEREST, STILL_LOADING
from bot.jobs.kept_model import KeptModel
from bot.jobs.pair_watch import PairWatch
from bot.jobs.refresh import Refresher
from bot.jobs.tasks import unpacked
from bot.liquidation.data_quality import Quality, Series, State
from bot.liquidation.history import History
from bot.liquidation.pair_model import PairModel
from bot.liquidation.windows import HOUR_MS as HOUR
from bot.market.venue import MarkPrice
from bot.store.database import Database

LENGTH = 26 * 60


def past(seed: int, interest: float | None = 1000.0, hours: int = 0) -> History:
    """Minutes until half an hour and more after NOW, so that time can move on."""
    random = np.random.default_rng(seed)
    count = LENGTH + 30 + 60 * hours
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.0006, count)))
    opened = np.r_[100.0, close[:-1]]
    start = NOW - LENGTH * MINUTE + MINUTE * np.arange(count, dtype=np.int64)
    known = np.full(count, np.nan if interest is None else interest)
    known[::7] *= 1.01
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return History(MINUTE, start, opened, high, low, close, np.ones(count), known)


class Scene:
    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.binance, self.okx = ToldVenue("binance", self.clock), ToldVenue("okx", self.clock)
        self.binance.histories, self.okx.histories = [past(1)], [past(2)]
        venues = {"binance": self.binance, "okx": self.okx}
        self.refresher = Refresher(venues, cast(Any, self.clock), cast(Any, HerePool()), database)
        self.watch = PairWatch(BTC, KeptModel(BTC))

    async def refresh(self, minutes: int = 0) -> None:
        self.clock.now += minutes * MINUTE
        await self.refresher.refresh(self.watch)

    @property
    def venues(self) -> list[str]:
        assert self.watch.reference is not None
        return [share.venue for share in self.watch.reference.venues]

    @property
    def late(self) -> set[str]:
        shown = self.watch.snapshot(self.clock.now)
        assert shown is not None
        return set(shown.found.late)

    @property
    def missing(self) -> tuple[str, ...]:
        assert self.watch.reference is not None
        return self.watch.reference.missing


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(database)
    await database.close()


async def test_the_map_is_the_sum_of_the_venues(scene: Scene) -> None:
    await scene.refresh()
    assert scene.venues == ["binance", "okx"]
    assert scene.missing == ()
    assert scene.watch.reference is not None
    assert scene.watch.reference.as_of_ms == NOW


async def test_a_venue_that_fails_from_the_start_is_missing_and_the_other_goes_on(scene: Scene) -> None:
    scene.okx.histories = failing("okx")
    await scene.refresh()
    assert (scene.venues, scene.missing) == (["binance"], ("okx",))
    assert scene.watch.troubles == {"okx": "answered with an error (HTTP 500)"}


async def test_a_venue_without_open_interest_is_named_and_not_asked_again_at_once(scene: Scene) -> None:
    scene.okx.histories = [past(2, interest=None)]
    await scene.refresh()
    await scene.refresh(1)
    assert scene.watch.troubles == {"okx": NO_OPEN_INTEREST}
    assert scene.okx.asked == 1


async def test_a_venue_that_falls_silent_is_late_and_after_hours_left_out(scene: Scene) -> None:
    await scene.refresh()
    scene.binance.histories = [past(1, hours=8)]
    scene.okx.histories = failing("okx")
    await scene.refresh(2)
    assert (scene.venues, scene.late) == (["binance", "okx"], set())
    await scene.refresh(2)
    assert (scene.venues, scene.late) == (["binance", "okx"], {"okx"})
    await scene.refresh(6 * 60)
    assert (scene.venues, scene.missing, scene.late) == (["binance"], ("okx",), set())


async def test_open_interest_that_stopped_makes_its_venue_late(scene: Scene) -> None:
    stopped = past(2, hours=8)
    stopped.open_interest_base[stopped.end_ms > NOW] = np.nan
    scene.binance.histories, scene.okx.histories = [past(1, hours=8)], [stopped]
    await scene.refresh()
    await scene.refresh(15)
    assert scene.late == set()
    await scene.refresh(2)
    assert scene.late == {"okx"}
    quality = scene.watch.quality("okx", scene.clock.now).series
    assert quality[Series.CANDLES] == Quality(State.FRESH, 0)
    assert quality[Series.OPEN_INTEREST] == Quality(State.LATE, 17 * MINUTE, is_old=True)
    await scene.refresh(6 * 60)
    assert (scene.venues, scene.missing) == (["binance"], ("okx",))


async def test_open_interest_that_only_one_venue_doubles_is_held(scene: Scene) -> None:
    doubled = past(2)
    doubled.open_interest_base[doubled.end_ms > NOW] *= 2
    scene.okx.histories = [doubled]
    await scene.refresh()
    await scene.refresh(2)
    assert scene.watch.reference is not None
    interest = {share.venue: share.open_interest_base for share in scene.watch.reference.venues}
    assert interest["okx"] == pytest.approx(1000, rel=0.02)
    quality = scene.watch.quality("okx", scene.clock.now).series[Series.OPEN_INTEREST]
    assert (quality.state, quality.age_ms) == (State.DISAGREEING, 2 * MINUTE)
    scene.okx.histories = [past(2)]
    await scene.refresh(1)
    quality = scene.watch.quality("okx", scene.clock.now).series[Series.OPEN_INTEREST]
    assert quality == Quality(State.FRESH, 0)


async def test_a_venue_whose_clock_is_off_is_asked_for_what_it_has_closed_and_is_not_late(
    scene: Scene,
) -> None:
    scene.clock.offsets_ms = {"okx": -150_000}
    await scene.refresh()
    assert scene.watch.model.inventories["okx"].as_of_ms == NOW - 3 * MINUTE
    scene.clock.now += MINUTE
    assert scene.watch.quality("okx", scene.clock.now).series[Series.CANDLES] == Quality(State.FRESH, 90_000)


async def test_the_price_of_a_venue_that_is_off_is_not_its_mark_in_the_map(scene: Scene) -> None:
    marks = {"binance": 100.0, "okx": 100.2, "bybit": 104.0}
    for venue, price in marks.items():
        scene.watch.take_mark(venue, MarkPrice(price, NOW), 0)
    bybit = ToldVenue("bybit", scene.clock)
    bybit.histories = [past(3)]
    scene.refresher.venues["bybit"] = bybit  # type: ignore[index]
    scene.watch.judge_prices(NOW)
    await scene.refresh()
    assert scene.watch.reference is not None
    prices = {share.venue: share.price for share in scene.watch.reference.venues}
    assert prices == {"binance": 100.0, "okx": 100.2, "bybit": pytest.approx(100.1)}
    shown = scene.watch.snapshot(NOW)
    assert shown is not None
    assert [share.venue for share in shown.found.venues] == ["binance", "okx"]
    assert shown.found.doubted == {"bybit": pytest.approx(0.039, abs=0.001)}


async def test_a_venue_that_comes_back_fills_its_gap(scene: Scene) -> None:
    await scene.refresh()
    scene.okx.histories = failing("okx")
    await scene.refresh(5)
    scene.okx.histories = [past(2)]
    scene.refresher.resting.recovered(("okx", BTC))
    await scene.refresh(1)
    assert scene.venues == ["binance", "okx"]
    assert scene.watch.model.inventories["okx"].as_of_ms == NOW + 6 * MINUTE
    assert scene.watch.troubles == {}


async def test_after_a_restart_only_the_gap_is_fetched_and_zones_keep_their_names(scene: Scene) -> None:
    await scene.refresh()
    names = {zone.id: (zone.low, zone.high) for zone in scene.watch.model.zones}
    assert names
    reborn = PairWatch(BTC, KeptModel(BTC))
    await scene.refresher.restore(reborn)
    assert {zone.id: (zone.low, zone.high) for zone in reborn.model.zones} == names
    assert reborn.model.inventories["binance"].as_of_ms == NOW
    assert np.allclose(unpacked(reborn.model).map().mass, unpacked(scene.watch.model).map().mass)


async def test_a_damaged_checkpoint_means_building_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PairModel, "to_bytes", lambda self: b"not a model")
    await scene.refresh()
    reborn = PairWatch(BTC, KeptModel(BTC))
    await scene.refresher.restore(reborn)
    assert reborn.model.inventories == {}


async def test_a_long_gap_goes_on_being_fetched_and_is_taken_in_by_a_later_refresh(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.refresh()
    okx = scene.watch.model.inventories["okx"]
    inventories = {**scene.watch.model.inventories, "okx": replace(okx, as_of_ms=NOW - 2 * HOUR)}
    scene.watch.model = replace(scene.watch.model, inventories=inventories)  # as after a long outage
    monkeypatch.setattr(fetching, "UPDATE_PATIENCE_SECONDS", 0.05)
    scene.okx.seconds = 0.15
    await scene.refresh(1)
    assert scene.watch.troubles == {"okx": STILL_LOADING}
    assert scene.watch.model.inventories["binance"].as_of_ms == NOW + MINUTE
    await scene.watch.backfills["okx"]
    await scene.refresh()
    assert scene.okx.asked == 2, "it started over"
    assert scene.watch.model.inventories["okx"].as_of_ms == NOW + MINUTE
    assert scene.venues == ["binance", "okx"]
    assert scene.watch.troubles == {}


async def test_a_venue_that_is_away_at_the_restart_goes_on_from_its_stored_inventory(scene: Scene) -> None:
    await scene.refresh()
    reborn = PairWatch(BTC, KeptModel(BTC))
    scene.okx.contract_trouble = failing("okx")
    await scene.refresher.restore(reborn)
    scene.clock.now += MINUTE
    await scene.refresher.refresh(reborn)  # saves a checkpoint without a contract of okx
    assert list(reborn.model.inventories) == ["binance"]
    assert reborn.troubles == {"okx": "answered with an error (HTTP 500)"}
    again = PairWatch(BTC, KeptModel(BTC))
    await scene.refresher.restore(again)
    scene.okx.contract_trouble = None
    scene.refresher.resting.recovered(("okx", BTC))
    scene.clock.now += MINUTE
    await scene.refresher.refresh(again)
    assert again.model.inventories["okx"].as_of_ms == NOW + 2 * MINUTE
    assert scene.okx.since[1:] == [NOW], "only the gap is fetched"


async def test_a_venue_that_hangs_does_not_hold_up_another_pair(scene: Scene) -> None:
    scene.okx.seconds = 60
    hanging = [asyncio.create_task(scene.refresher.refresh(PairWatch(BTC, KeptModel(BTC)))) for _ in range(9)]
    await asyncio.sleep(0.05)
    scene.okx.seconds = 0
    scene.refresher.resting.rest(("okx", BTC), 60)
    async with asyncio.timeout(5):
        await scene.refresh()
    assert scene.venues == ["binance"]
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


def marked(**ages_ms: int) -> PairWatch:
    """A pair whose venues' marks have these ages; each price is the age."""
    pair = PairWatch(BTC, KeptModel(BTC))
    pair.marks = {venue: MarkPrice(float(age), NOW - age) for venue, age in ages_ms.items()}
    return pair


def test_a_frozen_venue_does_not_outvote_a_live_one() -> None:
    assert marked(binance=1_000, okx=60_000, bybit=170_000).reference_mark(NOW) == MarkPrice(
        1_000, NOW - 1_000
    )


def test_live_venues_vote_by_median() -> None:
    assert marked(binance=1_000, okx=2_000, bybit=9_000).reference_mark(NOW) == MarkPrice(2_000, NOW - 1_000)


def test_while_no_venue_is_live_those_that_froze_last_stand_in() -> None:
    assert marked(binance=30_000, okx=34_000, bybit=90_000).reference_mark(NOW) == MarkPrice(
        32_000, NOW - 30_000
    )
    assert marked(binance=200_000).reference_mark(NOW) is None


def test_marks_are_kept_in_market_time_whatever_the_clock_of_their_venue() -> None:
    pair = PairWatch(BTC, KeptModel(BTC))
    for venue, price, skew_ms in (("binance", 1.0, 0), ("okx", 2.0, 30_000), ("bybit", 3.0, -30_000)):
        pair.take_mark(venue, MarkPrice(price, NOW + skew_ms - 500), skew_ms)
    assert pair.reference_mark(NOW) == MarkPrice(2.0, NOW - 500)
    assert {mark.timestamp_ms for mark in pair.marks.values()} == {NOW - 500}


def test_a_venue_whose_clock_is_ahead_does_not_silence_the_others() -> None:
    assert marked(binance=-15_000, okx=1_000, bybit=2_000).reference_mark(NOW) == MarkPrice(
        1_000, NOW + 15_000
    )


async def test_beside_a_fast_sandbox_marks_stay_live_for_as_long_on_the_wall(scene: Scene) -> None:
    scene.clock.speed = 60.0
    await scene.refresh()
    scene.watch.marks = {"binance": MarkPrice(1.0, NOW), "okx": MarkPrice(2.0, NOW - 9 * 60_000)}
    assert scene.watch.reference_mark(NOW) == MarkPrice(1.5, NOW)


async def test_a_spike_in_the_candles_of_one_venue_sweeps_nothing_of_it(scene: Scene) -> None:
    await scene.refresh()
    calm = past(2)
    spiked = replace(calm, high=np.where(calm.start_ms >= NOW, calm.high * 1.3, calm.high))
    scene.okx.histories = [spiked]
    await scene.refresh(2)
    kept = unpacked(scene.watch.model).inventories["okx"].read_out(price=100.0)
    scene.okx.histories = [calm]
    other = Scene(scene.refresher.database)
    await other.refresh()
    await other.refresh(2)
    undisturbed = unpacked(other.watch.model).inventories["okx"].read_out(price=100.0)
    assert np.abs(kept.mass - undisturbed.mass).sum() <= 0.02 * undisturbed.mass.sum()
