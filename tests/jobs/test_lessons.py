"""The model learns from what was recorded, and from silence only where somebody listened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, contract

from bot.jobs.kept_model import KeptModel
from bot.jobs.lessons import with_recorded
from bot.jobs.pair_watch import PairWatch
from bot.jobs.refresh import Refresher
from bot.jobs.tasks import unpacked
from bot.liquidation.beliefs import Beliefs
from bot.liquidation.feed import Feed
from bot.liquidation.history import History
from bot.liquidation.side import Side
from bot.market.forced_orders import ForcedOrder, Heard
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import KEPT_MS, Liquidation, Stretch

BYBIT = replace(contract("bybit"), feed=Feed.COMPLETE)
BINANCE = replace(contract("binance"), feed=Feed.THROTTLED)


def minutes(first_ms: int, prices: Sequence[float]) -> History:
    """Candles from one price to the next, open interest constant."""
    opened, close = np.array(prices[:-1]), np.array(prices[1:])
    count = len(close)
    start = first_ms + MINUTE * np.arange(count, dtype=np.int64)
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return History(MINUTE, start, opened, high, low, close, np.ones(count), np.full(count, 1000.0))


def quiet(first_ms: int, count: int) -> History:
    return minutes(first_ms, [100.0] * (count + 1))


async def recorded(
    database: Database, stamps: Sequence[int], stretches: Sequence[tuple[int, int]], venue: str = "bybit"
) -> None:
    orders = [Liquidation(venue, BTC, stamp, Side.LONG, 96.0, 96.4, 2.0) for stamp in stamps]
    async with database.begin() as tx:
        await liquidations.add(tx, orders)
        await liquidations.listened(tx, [((venue, BTC), Stretch(*one)) for one in stretches])


async def test_orders_stand_at_the_price_that_set_them_off(database: Database) -> None:
    await recorded(database, [NOW, NOW + 90_000], [(NOW, NOW + 5 * MINUTE)])
    (found,) = await with_recorded(database, BYBIT, [quiet(NOW, 5)], NOW)
    told = found.liquidations
    assert told.stamp_ms.tolist() == [NOW, NOW + 90_000]
    assert told.price.tolist() == [96.4, 96.4]
    assert told.quantity_base.tolist() == [2.0, 2.0]
    assert told.covered_from_ms == NOW


async def test_a_throttled_feed_is_made_up_for(database: Database) -> None:
    stamps = [NOW + second * 1000 for second in range(30)]
    await recorded(database, stamps, [(NOW, NOW + MINUTE)], "binance")
    (found,) = await with_recorded(database, BINANCE, [quiet(NOW, 1)], NOW)
    # Orders in half of a minute's seconds: 60 ln 2 were sent.
    assert found.liquidations.quantity_base.sum() == pytest.approx(2.0 * 60 * np.log(2))


async def test_histories_in_parts_with_a_hole_in_the_middle(database: Database) -> None:
    """An hour, then minutes; listening broke off for two of these."""
    hour = replace(quiet(NOW - 60 * MINUTE, 1), span_ms=60 * MINUTE)
    stamps = [NOW - 7 * MINUTE, NOW + MINUTE, NOW + 5 * MINUTE]
    holed = [(NOW - 90 * MINUTE, NOW + 2 * MINUTE), (NOW + 3 * MINUTE + 1, NOW + 9 * MINUTE)]
    await recorded(database, stamps, holed)
    found = await with_recorded(database, BYBIT, [hour, quiet(NOW, 8)], NOW)
    begins = [part.liquidations.covered_from_ms for part in found]
    nobody = np.iinfo(np.int64).max
    assert [len(part) for part in found] == [1, 2, 2, 4]
    assert begins == [NOW - 60 * MINUTE, NOW - 60 * MINUTE, nobody, NOW + 3 * MINUTE + 1]
    assert [part.liquidations.stamp_ms.tolist() for part in found] == [
        [stamps[0]],
        [stamps[1]],
        [],
        [stamps[2]],
    ]


async def test_what_may_have_been_pruned_is_not_silence(database: Database) -> None:
    begin = NOW - KEPT_MS - 10 * MINUTE
    await recorded(database, [], [(begin, NOW)])
    found = await with_recorded(database, BYBIT, [quiet(begin, 30)], NOW)
    assert [(len(part), part.liquidations.covered_from_ms > NOW) for part in found] == [
        (10, True),
        (20, False),
    ]


async def test_a_feed_that_came_with_the_candles_stays(database: Database) -> None:
    histories = [quiet(NOW, 3)]
    assert await with_recorded(database, BYBIT, histories, NOW) is histories
    assert await with_recorded(database, BYBIT, [], NOW) == []


class Scene:
    """A market that stood at 100 for three hours and falls by 4 % in the minute that ends at NOW."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.venue = ToldVenue("bybit", self.clock)
        self.before = minutes(NOW - 180 * MINUTE, [100.0] * 180 + [96.0])
        self.venue.histories = [self.before]
        self.refresher = Refresher(
            {"bybit": self.venue}, cast(Any, self.clock), cast(Any, HerePool()), database
        )
        self.watch = PairWatch(BTC, KeptModel(BTC))

    def tell(self, since_ms: int | None, stamps: Sequence[int] = (), until_ms: int = NOW) -> None:
        orders = tuple(ForcedOrder(BTC, stamp, Side.LONG, 96.1, 96.5, 2.0) for stamp in stamps)
        self.venue.told = Heard(until_ms, orders, {} if since_ms is None else {BTC: since_ms})

    async def refresh(self, minutes_later: int = 0) -> Beliefs:
        self.clock.now += minutes_later * MINUTE
        await self.refresher.refresh(self.watch)
        return unpacked(self.watch.model).inventories["bybit"].beliefs()

    def expected(self) -> float:
        return float(unpacked(self.watch.model).inventories["bybit"].state.habits.crossed[1])


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(database)
    await database.close()


async def test_what_was_heard_a_moment_ago_is_learned_from(scene: Scene) -> None:
    scene.tell(NOW - 60 * MINUTE, [NOW - 30_000, NOW - 20_000])
    found = await scene.refresh()
    assert found.learned_base == pytest.approx(4.0, rel=1e-3)
    assert scene.expected() > 0


async def test_a_stream_that_is_down_during_the_fall_teaches_nothing(scene: Scene) -> None:
    scene.tell(NOW - 60 * MINUTE, until_ms=NOW - 5 * MINUTE)
    await scene.refresher.recorder.flush()
    scene.tell(None)
    found = await scene.refresh()
    assert not found.has_learned
    assert scene.expected() == 0


async def test_silence_while_listening_is_learned_from(scene: Scene) -> None:
    scene.tell(NOW - 60 * MINUTE)
    found = await scene.refresh()
    assert found.learned_base == 0
    assert scene.expected() > 0


async def test_after_a_restart_the_gap_is_learned_as_far_as_somebody_listened(scene: Scene) -> None:
    """The bot was away during the fall and its return; of what it heard before, nothing is forgotten."""
    scene.tell(NOW - 60 * MINUTE, [NOW - 30_000])
    before = await scene.refresh()
    expected = scene.expected()
    later = minutes(NOW, [96.0, 96.0, 90.0, 96.0, 96.0, 96.0])
    scene.venue.histories = [scene.before, later]
    reborn = PairWatch(BTC, KeptModel(BTC))
    await scene.refresher.restore(reborn)
    scene.watch = reborn
    scene.tell(NOW + 3 * MINUTE, until_ms=NOW + 5 * MINUTE)
    found = await scene.refresh(5)
    assert found.learned_base == pytest.approx(before.learned_base, rel=1e-3)
    assert scene.expected() == pytest.approx(expected, rel=1e-3)
