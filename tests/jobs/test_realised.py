"""What was liquidated lately: fed by the recorder, known again after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from stage import BTC, MINUTE, NOW, Clock, ToldVenue, contract, watch, zone

from bot.jobs.kept_model import KeptModel
from bot.jobs.pair_watch import PairWatch
from bot.jobs.realised import Realised
from bot.jobs.recorder import Recorder
from bot.liquidation.feed import Feed
from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.market.forced_orders import ForcedOrder, Heard
from bot.store.database import Database

DAY = 1_440 * MINUTE


def order(
    stamp_ms: int = NOW, quantity: float = 2.0, side: Side = Side.SHORT, price: float = 102.5
) -> ForcedOrder:
    return ForcedOrder(BTC, stamp_ms, side, price, price, quantity)


def pair(volume_base: float = 1_440.0, feed: Feed = Feed.COMPLETE, **others_ms: int) -> PairWatch:
    found = watch([zone()], **others_ms)
    found.contracts = {name: replace(contract(name), feed=feed) for name in found.contracts}
    standings = {
        name: replace(one, daily_volume_base=volume_base) for name, one in found.model.inventories.items()
    }
    found.model = KeptModel(BTC, standings, found.model.zones)
    return found


class Scene:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.venues = {name: ToldVenue(name, Clock()) for name in ("binance", "okx")}
        self.recorder = Recorder(self.venues, database)

    @property
    def realised(self) -> Realised:
        return self.recorder.realised

    async def tell(
        self,
        orders: Sequence[ForcedOrder] = (),
        until_ms: int = NOW,
        since_ms: int = NOW - DAY,
        venue: str = "binance",
    ) -> None:
        self.venues[venue].told = Heard(until_ms, tuple(orders), {BTC: since_ms})
        await self.recorder.flush()

    def in_zones(
        self,
        price: float = 102.5,
        shown: Sequence[Zone] = (zone(),),
        entered: Sequence[Zone] = (),
    ) -> dict[str, float]:
        reading = Reading(BTC, NOW, 100.0, 0.01, tuple(shown))
        return dict(self.realised.in_zones(reading, entered, price, NOW))


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_nobody_listened(scene: Scene) -> None:
    assert scene.realised.burst(pair(), NOW) is None
    await scene.tell([order()], since_ms=NOW - 60 * MINUTE)
    assert scene.realised.burst(pair(), NOW) is None  # an hour says nothing of what is usual


async def test_a_burst(scene: Scene) -> None:
    """Usual volume is 1 a minute, so what counts is 2 % of 5 at least."""
    await scene.tell([order(), order(NOW - MINUTE, 1.0), order(NOW - 2 * MINUTE, 2.5, Side.LONG)])
    found = scene.realised.burst(pair(), NOW)
    assert found is not None
    assert (found.side, found.quantity_base, found.minutes) == (Side.SHORT, 5.5, 5)
    assert found.ratio == pytest.approx(55.0)
    assert not found.at_least


async def test_a_feed_that_leaves_orders_out_is_a_lower_bound(scene: Scene) -> None:
    await scene.tell([order()])
    found = scene.realised.burst(pair(feed=Feed.THROTTLED), NOW)
    assert found is not None
    assert found.at_least


async def test_a_venue_that_fell_silent_has_no_say(scene: Scene) -> None:
    await scene.tell([order()], venue="okx", until_ms=NOW - 2 * MINUTE)
    await scene.tell([order()])
    both = pair(okx=NOW)
    found = scene.realised.burst(both, NOW)
    assert found is not None
    assert found.quantity_base == 2.0
    await scene.tell(venue="okx")
    again = scene.realised.burst(both, NOW)
    assert again is not None
    assert again.quantity_base == 4.0
    assert scene.realised.burst(both, NOW + 2 * MINUTE) is None


async def test_a_message_that_comes_twice_counts_once(scene: Scene) -> None:
    await scene.tell([order()])
    await scene.tell([order(), order(NOW + 1)], until_ms=NOW + 2)
    found = scene.realised.burst(pair(), NOW + 2)
    assert found is not None
    assert found.quantity_base == 4.0


async def test_a_stamp_of_the_far_future_wipes_nothing(scene: Scene) -> None:
    await scene.tell([order(1000 * NOW), order()])
    found = scene.realised.burst(pair(), NOW)
    assert found is not None
    assert found.quantity_base == 2.0


async def test_after_a_restart_it_is_known_again(scene: Scene, database: Database) -> None:
    orders = [order(), order(NOW + 1), order(NOW - 3 * MINUTE), order(NOW - DAY // 2, 9.0)]
    await scene.tell(orders, until_ms=NOW + 2)
    before, inside = scene.realised.burst(pair(), NOW), scene.in_zones()
    assert before is not None
    scene.recorder = Recorder(scene.venues, database)
    await scene.realised.restore(database, BTC, NOW + 10)
    await scene.tell(since_ms=NOW - DAY, until_ms=NOW + 20)
    assert scene.realised.burst(pair(), NOW) == before
    assert scene.in_zones() == inside == {"Z7": 6.0}


async def test_what_is_heard_already_is_not_counted_again(scene: Scene, database: Database) -> None:
    await scene.tell([order(), order(NOW - MINUTE)], since_ms=NOW - DAY)
    await scene.realised.restore(database, BTC, NOW + 10)
    found = scene.realised.burst(pair(), NOW)
    assert found is not None
    assert found.quantity_base == 4.0
    assert scene.in_zones() == {"Z7": 4.0}


async def test_a_pair_that_is_long_without_a_map_is_restored_once(scene: Scene, database: Database) -> None:
    await scene.tell([order(), order(NOW - 2 * MINUTE, 5.0)], until_ms=NOW + 2)
    scene.recorder = Recorder(scene.venues, database)
    for later in range(3):
        await scene.realised.restore(database, BTC, NOW + 10 + later)
    await scene.tell(until_ms=NOW + 20)
    found = scene.realised.burst(pair(), NOW)
    assert found is not None
    assert found.quantity_base == 7.0
    assert scene.in_zones() == {"Z7": 7.0}


async def test_the_minute_in_which_listening_began_counts_once(scene: Scene, database: Database) -> None:
    await scene.tell([order(NOW + 1_000, 3.0)], until_ms=NOW + 2_000)
    scene.recorder = Recorder(scene.venues, database)
    began_ms = NOW + 10_000
    await scene.tell([order(NOW + 11_000, 4.0)], since_ms=began_ms, until_ms=NOW + 12_000)
    await scene.realised.restore(database, BTC, NOW + 20_000)
    found = scene.realised.burst(pair(), NOW + 12_000)
    assert found is not None
    assert found.quantity_base == 7.0


async def test_zones_count_what_fell_in_them(scene: Scene) -> None:
    assert scene.in_zones(price=101.0) == {}
    await scene.tell([order(), order(price=101.0), order(side=Side.LONG)])
    assert scene.in_zones() == {"Z7": 2.0}


@pytest.mark.parametrize("left", [(), (zone(low=102.8),)], ids=["none", "a part"])
async def test_a_zone_that_price_came_into_counts_whole_whatever_is_left_of_it(
    scene: Scene, database: Database, left: Sequence[Zone]
) -> None:
    await scene.tell([order()])
    scene.recorder = Recorder(scene.venues, database)
    await scene.realised.restore(database, BTC, NOW + 10)
    assert scene.in_zones(price=102.9, shown=left, entered=[zone()]) == {"Z7": 2.0}


async def test_pairs_that_nobody_watches_are_forgotten(scene: Scene) -> None:
    await scene.tell([order()])
    await scene.recorder.tick([pair()])
    assert scene.realised.burst(pair(), NOW) is not None
    scene.venues["binance"].told = Heard(NOW)
    await scene.recorder.tick([])
    assert scene.realised.burst(pair(), NOW) is None
