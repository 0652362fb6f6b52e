"""Refresh: venues come and go, the model stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, failing

from bot.jobs.pair_watch import PairWatch
from bot.jobs.refresh import NO_OPEN_INTEREST, Refresher
from bot.liquidation.history import History
from bot.liquidation.pair_model import PairModel
from bot.store.database import Database

LENGTH = 26 * 60


def past(seed: int, interest: float | None = 1000.0) -> History:
    """Minutes until well after NOW, so that time can move on."""
    random = np.random.default_rng(seed)
    count = LENGTH + 30
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
        self.watch = PairWatch(BTC, PairModel(BTC))

    async def refresh(self, minutes: int = 0) -> None:
        self.clock.now += minutes * MINUTE
        await self.refresher.refresh(self.watch)

    @property
    def venues(self) -> list[str]:
        assert self.watch.reference is not None
        return [share.venue for share in self.watch.reference.venues]

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


async def test_a_venue_that_falls_silent_keeps_its_share_until_it_is_late(scene: Scene) -> None:
    await scene.refresh()
    scene.okx.histories = failing("okx")
    await scene.refresh(2)
    assert scene.venues == ["binance", "okx"]
    await scene.refresh(3)
    assert (scene.venues, scene.missing) == (["binance"], ("okx",))


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
    reborn = PairWatch(BTC, PairModel(BTC))
    await scene.refresher.restore(reborn)
    assert {zone.id: (zone.low, zone.high) for zone in reborn.model.zones} == names
    assert reborn.model.inventories["binance"].as_of_ms == NOW
    assert np.allclose(reborn.model.map().mass, scene.watch.model.map().mass)


async def test_a_damaged_checkpoint_means_building_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PairModel, "to_bytes", lambda self: b"not a model")
    await scene.refresh()
    reborn = PairWatch(BTC, PairModel(BTC))
    await scene.refresher.restore(reborn)
    assert reborn.model.inventories == {}
