"""What venues say around a contract: fetched when asked for, kept for a moment, waited for with patience."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import BTC, NOW, Clock, ToldVenue, failing

from bot.jobs.neighbourhood import GOOD_FOR_MS, Neighbourhood
from bot.jobs.resting import Resting
from bot.liquidation.surroundings import Accounts, Surroundings


class Around(ToldVenue):
    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__(name, clock)
        self.questions = 0
        self.trouble: Exception | None = None
        self.gate: asyncio.Event | None = None  # it answers when this is set

    async def surroundings(self, symbol: str) -> Surroundings:
        self.questions += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return Surroundings(self.name, accounts=Accounts(0.6, self._clock.now))


class Scene:
    def __init__(self) -> None:
        self.clock, self.wall = Clock(), [0.0]
        self.binance, self.okx = Around("binance", self.clock), Around("okx", self.clock)
        self.near = Neighbourhood(self.clock.now_ms, resting=Resting(lambda: self.wall[0]))

    async def names(self) -> list[str]:
        return [one.venue for one in await self.near.of([self.binance, self.okx], BTC)]


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_it_is_kept_for_half_a_minute_of_market_time(scene: Scene) -> None:
    assert await scene.names() == ["binance", "okx"]
    scene.clock.now += GOOD_FOR_MS - 1
    assert await scene.names() == ["binance", "okx"]
    assert scene.binance.questions == 1
    scene.clock.now += 1
    (first, _) = await scene.near.of([scene.binance, scene.okx], BTC)
    assert scene.binance.questions == 2
    assert first.accounts == Accounts(0.6, NOW + GOOD_FOR_MS)


async def test_a_venue_that_never_answers_keeps_nobody_waiting(scene: Scene) -> None:
    scene.okx.gate = asyncio.Event()

    async def until_the_quick_one_is_done(asking: set[asyncio.Task[Any]]) -> None:
        await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)

    scene.near.patience = until_the_quick_one_is_done
    assert await scene.names() == ["binance"]
    scene.okx.gate.set()
    assert await scene.names() == ["binance"]
    assert scene.okx.questions == 1
    scene.wall[0] += 60
    assert await scene.names() == ["binance", "okx"]


async def test_a_venue_that_fails_is_left_out_and_alone_for_a_while(scene: Scene) -> None:
    scene.okx.trouble = failing("okx")
    assert await scene.names() == ["binance"]
    assert await scene.names() == ["binance"]
    assert scene.okx.questions == 1
    scene.okx.trouble = None
    scene.wall[0] += 60
    assert await scene.names() == ["binance", "okx"]


async def test_of_several_pairs_each_has_its_own(scene: Scene) -> None:
    await scene.names()
    await scene.near.of([scene.binance], "ETH/USDT:USDT")
    assert scene.binance.questions == 2
