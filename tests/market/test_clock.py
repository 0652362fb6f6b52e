from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.market.clock import MarketClock
from bot.market.venue import Listing, MarkPrice, VenueError


class World:
    """A local clock that only sleeping moves, and a wall that shows something else."""

    def __init__(self) -> None:
        self.local_s = 1000.0

    def local(self) -> float:
        return self.local_s

    def wall(self) -> float:
        return 5_000_000.0

    async def sleep(self, seconds: float) -> None:
        self.local_s += seconds

    def clock(self) -> MarketClock:
        return MarketClock(self.local, self.wall, self.sleep)


class ClockVenue:
    """A venue that only knows the time: an origin that runs at a speed."""

    listings: Sequence[Listing] = ()
    interest_reach_ms = 0

    def __init__(self, world: World, speed: float, origin_ms: int = 10**12, name: str = "okx") -> None:
        self.world, self.speed, self.origin_ms, self.name = world, speed, origin_ms, name
        self.answers, self.delay_s, self.jitter_ms = True, 0.0, 0.0
        self.delays_s: list[float] = []  # of the first answers

    @property
    def true_ms(self) -> float:
        return self.origin_ms + (self.world.local_s - 1000) * 1000 * self.speed

    async def server_time_ms(self) -> int:
        if not self.answers:
            raise VenueError(self.name, "did not answer in time")
        delay = self.delays_s.pop(0) if self.delays_s else self.delay_s
        self.world.local_s += delay * 0.8
        answer = int(self.true_ms + self.jitter_ms)
        self.world.local_s += delay * 0.2
        return answer

    async def load(self) -> None: ...
    async def close(self) -> None: ...
    async def contract(self, symbol: str) -> Contract:
        raise VenueError(self.name, f"does not list {symbol}")

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        return ()

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]:
        return {}


async def test_it_is_the_wall_clock_until_a_venue_has_answered() -> None:
    world = World()
    venue = ClockVenue(world, 60)
    venue.answers = False
    clock = world.clock()
    assert not await clock.synchronise([venue])
    assert (clock.synchronised, clock.now_ms(), clock.speed) == (False, 5_000_000, 1.0)


async def test_it_follows_real_time_and_takes_small_errors_for_noise() -> None:
    world = World()
    venue = ClockVenue(world, 1.015)
    clock = world.clock()
    assert await clock.synchronise([venue])
    assert clock.synchronised
    assert clock.speed == 1.0
    assert clock.now_ms() == pytest.approx(venue.true_ms, abs=2)


@pytest.mark.parametrize("speed", [2.0, 12.5, 60.0, 0.25, 600.0])
async def test_it_learns_the_speed_of_a_sandbox(speed: float) -> None:
    world = World()
    venue = ClockVenue(world, speed)
    clock = world.clock()
    await clock.synchronise([venue])
    world.local_s += 100
    assert clock.speed == pytest.approx(speed, rel=0.01)
    assert clock.now_ms() == pytest.approx(venue.true_ms, abs=0.01 * 100_000 * speed)


async def test_a_whole_speed_is_recognised_through_noise() -> None:
    world = World()
    venue = ClockVenue(world, 60)
    clock = world.clock()
    await clock.synchronise([venue])
    venue.jitter_ms = 150
    world.local_s += 30
    await clock.synchronise([venue])
    assert clock.speed == 60.0


async def test_a_slow_first_answer_does_not_spoil_the_speed() -> None:
    world = World()
    venue = ClockVenue(world, 60)
    venue.delays_s = [3.0, 0.01, 0.01]
    clock = world.clock()
    await clock.synchronise([venue])
    assert clock.speed == pytest.approx(60, rel=0.01)
    assert clock.now_ms() == pytest.approx(venue.true_ms, abs=60 * 20)


async def test_long_round_trips_to_real_venues_are_no_reason_to_doubt_real_time() -> None:
    world = World()
    venue = ClockVenue(world, 1)
    venue.delay_s, venue.jitter_ms = 0.2, 90
    clock = world.clock()
    started = world.local_s
    await clock.synchronise([venue])
    assert clock.speed == 1.0
    assert world.local_s - started < 3


async def test_a_longer_baseline_gives_a_better_speed() -> None:
    world = World()
    venue = ClockVenue(world, 7.3)
    clock = world.clock()
    venue.delay_s = 0.02
    await clock.synchronise([venue])
    first_error = abs(clock.speed - 7.3)
    venue.jitter_ms = 20
    world.local_s += 600
    await clock.synchronise([venue])
    assert abs(clock.speed - 7.3) <= max(first_error, 0.001)
    assert clock.speed == pytest.approx(7.3, rel=1e-3)


async def test_one_venue_with_a_wrong_clock_does_not_move_it() -> None:
    world = World()
    venues = [
        ClockVenue(world, 1, 10**12 + wrong, name) for name, wrong in (("a", 0), ("b", 5), ("c", 30_000))
    ]
    clock = world.clock()
    await clock.synchronise(venues)
    assert clock.now_ms() == pytest.approx(venues[0].true_ms, abs=10)


async def test_it_never_runs_backwards() -> None:
    world = World()
    venue = ClockVenue(world, 1)
    clock = world.clock()
    await clock.synchronise([venue])
    before = clock.now_ms()
    venue.origin_ms -= 60_000
    await clock.synchronise([venue])
    assert clock.now_ms() >= before
    world.local_s += 90
    assert clock.now_ms() == pytest.approx(venue.true_ms, abs=10)


async def test_a_jump_of_the_venues_does_not_spoil_the_speed() -> None:
    world = World()
    venue = ClockVenue(world, 60)
    clock = world.clock()
    await clock.synchronise([venue])
    world.local_s += 10
    venue.origin_ms += 3_600_000
    await clock.synchronise([venue])
    assert clock.speed == 60.0
    assert clock.now_ms() == pytest.approx(venue.true_ms, abs=10)


async def test_it_goes_on_when_all_venues_fall_silent() -> None:
    world = World()
    venue = ClockVenue(world, 60)
    clock = world.clock()
    await clock.synchronise([venue])
    venue.answers = False
    world.local_s += 10
    assert not await clock.synchronise([venue])
    assert clock.synchronised
    assert clock.now_ms() == pytest.approx(venue.true_ms, abs=10)


async def test_it_knows_whose_clock_is_off_and_by_how_much() -> None:
    world = World()
    venues = [
        ClockVenue(world, 1.0, 10**12 + ahead_ms, name)
        for name, ahead_ms in (("binance", 0), ("okx", 30_000), ("bybit", -20))
    ]
    clock = world.clock()
    assert clock.offset_ms("okx") == 0
    await clock.synchronise(venues)
    assert [clock.offset_ms(name) for name in ("binance", "okx", "bybit")] == [0, 30_000, -20]
    venues[1].answers = False
    await clock.synchronise(venues)
    assert clock.offset_ms("okx") == 30_000, "forgotten because it did not answer once"
    venues[1].answers, venues[1].origin_ms = True, 10**12
    await clock.synchronise(venues)
    assert abs(clock.offset_ms("okx")) <= 20
