"""Books are asked for where somebody wants to know, and no more often than that."""

from __future__ import annotations

import pytest
from stage import BTC, MINUTE, Clock, ToldVenue, failing, watch, zone

from bot.jobs.covers import EVERY_MS, MOST_AT_ONCE, WANTED_SECONDS, Covers
from bot.jobs.pair_watch import PairWatch
from bot.jobs.resting import Resting
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.zone import Zone
from bot.market.venue import MarkPrice


class BookVenue(ToldVenue):
    """Two coins rest at every tenth above 100."""

    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__(name, clock)
        self.questions: list[str] = []
        self.trouble: Exception | None = None

    async def order_book(self, symbol: str) -> OrderBook | None:
        self.questions.append(symbol)
        if self.trouble is not None:
            raise self.trouble
        return OrderBook((), tuple((100.0 + at / 10, 2.0) for at in range(1, 30)), self._clock.now)


class Scene:
    def __init__(self) -> None:
        self.clock, self.wall = Clock(), [1000.0]
        self.venue = BookVenue("binance", self.clock)
        self.watches: dict[str, PairWatch] = {}
        self.covers = Covers(
            {"binance": self.venue},
            self.watches,
            self.clock.now_ms,
            lambda: self.wall[0],
            Resting(lambda: self.wall[0]),
        )

    def watch(self, *zones: Zone, symbol: str = BTC, price: float = 100.0) -> None:
        found = watch(zones)
        found.symbol = symbol
        found.marks["binance"] = MarkPrice(price, self.clock.now)
        self.watches[symbol] = found

    def later(self, market_ms: int) -> None:
        self.clock.now += market_ms
        for found in self.watches.values():
            found.marks = {name: MarkPrice(one.price, self.clock.now) for name, one in found.marks.items()}


@pytest.fixture
def scene() -> Scene:
    found = Scene()
    found.watch(zone("Z7", 100.75, 101.5))
    return found


async def test_nothing_is_asked_where_nobody_wants_to_know(scene: Scene) -> None:
    await scene.covers.tick()
    assert scene.venue.questions == []


async def test_the_mass_over_the_book_before_it(scene: Scene) -> None:
    assert scene.covers.cover_of(BTC) == {}
    await scene.covers.tick()
    assert scene.covers.cover_of(BTC) == {"Z7": pytest.approx(50.0 / 14.0)}


async def test_once_a_minute(scene: Scene) -> None:
    for _ in range(3):
        scene.covers.cover_of(BTC)
        await scene.covers.tick()
    assert scene.venue.questions == [BTC]
    scene.later(EVERY_MS)
    await scene.covers.tick()
    assert scene.venue.questions == [BTC, BTC]


async def test_only_as_long_as_somebody_asks(scene: Scene) -> None:
    scene.covers.cover_of(BTC)
    await scene.covers.tick()
    scene.wall[0] += WANTED_SECONDS
    scene.later(EVERY_MS)
    await scene.covers.tick()
    assert scene.venue.questions == [BTC]


async def test_zones_farther_than_an_hourly_range_need_no_book(scene: Scene) -> None:
    scene.watch(zone("Z7", 101.2, 102.0))
    scene.covers.cover_of(BTC)
    await scene.covers.tick()
    assert scene.venue.questions == []


async def test_what_is_old_is_not_told(scene: Scene) -> None:
    scene.covers.cover_of(BTC)
    await scene.covers.tick()
    scene.later(3 * MINUTE + 1)
    assert scene.covers.cover_of(BTC) == {}


async def test_a_venue_that_fails_is_left_alone(scene: Scene) -> None:
    scene.venue.trouble = failing("binance")
    scene.covers.cover_of(BTC)
    await scene.covers.tick()
    assert scene.covers.cover_of(BTC) == {}
    scene.later(EVERY_MS)
    await scene.covers.tick()
    assert scene.venue.questions == [BTC]


async def test_the_nearest_go_first_when_many_are_wanted(scene: Scene) -> None:
    names = [f"C{at}/USDT:USDT" for at in range(MOST_AT_ONCE + 5)]
    for at, name in enumerate(names):
        scene.watch(zone("Z7", 100.9 - at / 100, 101.5), symbol=name)
        scene.covers.cover_of(name)
    await scene.covers.tick()
    assert sorted(scene.venue.questions) == sorted(names[5:])
    await scene.covers.tick()
    assert sorted(scene.venue.questions) == sorted(names)


async def test_a_pair_that_is_gone_is_not_asked_for(scene: Scene) -> None:
    scene.covers.cover_of(BTC)
    scene.watches.clear()
    await scene.covers.tick()
    assert scene.venue.questions == []
    assert scene.covers.cover_of(BTC) == {}


async def test_a_pair_without_a_price_waits(scene: Scene) -> None:
    scene.watches[BTC].marks.clear()
    scene.covers.cover_of(BTC)
    await scene.covers.tick()
    assert scene.venue.questions == []
    scene.watch(zone("Z7", 100.75, 101.5))
    await scene.covers.tick()
    assert scene.venue.questions == [BTC]
