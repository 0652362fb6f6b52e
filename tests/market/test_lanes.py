"""Mark prices and updates do not stand in the queue behind a backfill."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from market_stage import BTC, MINUTE, START, Stage

from bot.market.exchanges import VENUES
from bot.market.lanes import Lane, Turns, in_lane
from bot.market.pace import Pace
from bot.market.venue import Venue

pytest_plugins = ("market_fixtures",)

ALREADY_LET_THROUGH = 4  # requests that were past the queue when the urgent one came
BACKFILLS = 4


def throttled(name: str, root: str) -> Venue:
    """A venue that paces its requests as beside a live exchange, only faster."""

    class Throttled(VENUES[name]):  # type: ignore[misc, valid-type]
        def _common_options(self) -> dict[str, Any]:
            return {**super()._common_options(), "enableRateLimit": True, "rateLimit": 10}

    return Throttled(root)


@pytest.fixture(params=VENUES)
async def busy_venue(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Venue]:
    """A throttled venue with month-long histories queued."""
    venue = throttled(request.param, stage.root)
    await venue.load()
    backfills = [asyncio.create_task(_backfill(venue, stage)) for _ in range(BACKFILLS)]
    await asyncio.sleep(0.1)
    stage.asked.clear()
    yield venue
    assert not all(task.done() for task in backfills), "the queue was empty before the test was over"
    for task in backfills:
        task.cancel()
    await asyncio.gather(*backfills, return_exceptions=True)
    await venue.close()


async def _backfill(venue: Venue, stage: Stage) -> None:
    while True:
        await venue.history(BTC, START, stage.now_ms())


async def test_mark_prices_go_before_a_backfill(busy_venue: Venue, stage: Stage) -> None:
    assert BTC in await busy_venue.mark_prices([BTC])
    assert len(stage.asked) <= ALREADY_LET_THROUGH + 2 * (busy_venue.name == "gate")  # its clock is asked too


async def test_the_venues_clock_goes_before_a_backfill(busy_venue: Venue, stage: Stage) -> None:
    assert await busy_venue.server_time_ms() == stage.now_ms()
    assert len(stage.asked) <= ALREADY_LET_THROUGH


async def test_a_minute_of_a_warm_pair_goes_before_a_backfill(busy_venue: Venue, stage: Stage) -> None:
    now = stage.now_ms()
    assert await busy_venue.history(BTC, now - 3 * MINUTE, now)
    assert len(stage.asked) <= ALREADY_LET_THROUGH + 12  # it waits for one of the slots, and is two or three


async def inside(turns: Turns, lane: Lane, name: str, seen: list[str]) -> None:
    with in_lane(lane):
        async with turns.turn():
            seen.append(name)
            await asyncio.sleep(0)


async def test_the_most_urgent_is_next_and_equals_keep_their_order() -> None:
    turns, seen = Turns(1), list[str]()
    wanted = [
        ("a", Lane.BACKFILL),
        ("b", Lane.BACKFILL),
        ("c", Lane.UPDATE),
        ("d", Lane.NOW),
        ("e", Lane.UPDATE),
    ]
    await asyncio.gather(*(inside(turns, lane, name, seen) for name, lane in wanted))
    assert seen == ["a", "d", "c", "e", "b"]


async def test_who_gives_up_waiting_takes_no_turn() -> None:
    turns, seen = Turns(1), list[str]()
    async with turns.turn():
        tasks = [asyncio.create_task(inside(turns, Lane.UPDATE, name, seen)) for name in "abc"]
        await asyncio.sleep(0)
        tasks[1].cancel()
    tasks[0].cancel()  # its turn has come, but it has not noticed
    await asyncio.gather(*tasks, return_exceptions=True)
    await inside(turns, Lane.UPDATE, "d", seen)
    assert seen == ["c", "d"]


async def test_a_pace_lets_updates_before_backfills() -> None:
    pace, seen = Pace(50), list[str]()

    async def paced(lane: Lane, name: str) -> None:
        with in_lane(lane):
            await pace.turn()
        seen.append(name)

    began = time.monotonic()
    await asyncio.gather(*(paced(Lane.BACKFILL, f"old {n}") for n in range(4)), paced(Lane.UPDATE, "new"))
    assert seen.index("new") <= 1
    assert time.monotonic() - began >= 0.08
