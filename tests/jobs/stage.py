"""A pair with hand-made zones and venues that say what they are told, for the tests of this folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bot.jobs.kept_model import KeptModel, Standing
from bot.jobs.pair_watch import PairWatch
from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History, no_candles
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.surroundings import OrderBook, Surroundings
from bot.liquidation.windows import LONGEST_HISTORY_MS
from bot.liquidation.zone import Zone
from bot.market.candles import Stretch
from bot.market.forced_orders import Heard
from bot.market.venue import Listing, MarkPrice, VenueError

BTC = "BTC/USDT:USDT"
NOW = 1_791_158_400_000
MINUTE = 60_000


def contract(venue: str) -> Contract:
    return Contract(venue, "BTCUSDT", BTC, 0.1, (Tier(1e9, 100.0, 0.004),))


def zone(name: str = "Z7", low: float = 102.0, high: float = 103.0, side: Side = Side.SHORT) -> Zone:
    return Zone(name, side, low, high, (low + high) / 2, 50.0, 80.0, 2.0, (0.1, 0.2, 0.3, 0.4), NOW - MINUTE)


def found(price: float = 100.0, **as_of_ms: int) -> LiquidationMap:
    """By venue, up to when it is known; all have the same share."""
    mass = np.ones((2, 4, DISTANCE_BINS))
    shares = (VenueMap(name, "BTCUSDT", price, ms, 1000.0, 0.01, mass) for name, ms in as_of_ms.items())
    return LiquidationMap(BTC, price, "all", tuple(shares))


def watch(zones: Sequence[Zone] = (), as_of_ms: int = NOW, **others_ms: int) -> PairWatch:
    """A pair on Binance, and on other venues where they are named."""
    return watch_of(BTC, zones, {"binance": as_of_ms, **others_ms})


def watch_of(symbol: str, zones: Sequence[Zone], stamps: Mapping[str, int]) -> PairWatch:
    """`stamps`: by venue, up to when it is known."""
    names = {"binance", "okx", *stamps}
    standings = {name: Standing(ms, NOW - 1_440 * MINUTE, ms) for name, ms in stamps.items()}
    model = KeptModel(symbol, standings, tuple(zones))
    contracts = {name: contract(name) for name in names}
    return PairWatch(symbol, model, contracts, reference=replace(found(**stamps), symbol=symbol))


class Clock:
    speed = 1.0

    def __init__(self) -> None:
        self.now = NOW

        self.offsets_ms: dict[str, int] = {}

    def now_ms(self) -> int:
        return self.now

    def offset_ms(self, venue: str) -> int:
        return self.offsets_ms.get(venue, 0)


class ToldVenue:
    """Says the price it was told, or fails."""

    interest_reach_ms = LONGEST_HISTORY_MS

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.price: float | Exception = 100.0
        self.histories: Sequence[History] | Exception = ()
        self.contract_trouble: Exception | None = None
        self.ahead_ms = 0  # its clock
        self.seconds = 0.0  # that a history takes
        self.since: list[int] = []  # what histories were asked from
        self.past: Sequence[History] | Exception = ()
        self.pages: list[Stretch] = []
        self.asked = 0
        self.told = Heard(0)  # of liquidations
        self.listening_to: Sequence[str] | None = None
        self._clock = clock

    @property
    def listings(self) -> Sequence[Listing]:
        return (Listing(self.name, "BTCUSDT", BTC, "BTC", "USDT", "USDT", False, None, True),)

    async def load(self) -> None:
        return None

    async def contract(self, symbol: str) -> Contract:
        if self.contract_trouble is not None:
            raise self.contract_trouble
        return replace(contract(self.name), symbol=symbol)

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        self.asked += 1
        self.since.append(since_ms)
        await asyncio.sleep(self.seconds)
        if isinstance(self.histories, Exception):
            raise self.histories
        return [part.after(since_ms).until(until_ms) for part in self.histories]

    async def page(self, symbol: str, page: Stretch, now_ms: int) -> History:
        self.pages.append(page)
        await asyncio.sleep(self.seconds)
        if isinstance(self.past, Exception):
            raise self.past
        asked = [part.after(page.start_ms).until(page.end_ms) for part in self.past]
        return next((part for part in asked if len(part)), no_candles(MINUTE))

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]:
        self.asked += 1
        if isinstance(self.price, Exception):
            raise self.price
        return {symbol: MarkPrice(self.price, self._clock.now + self.ahead_ms) for symbol in symbols}

    async def listen(self, symbols: Sequence[str]) -> None:
        self.listening_to = tuple(symbols)

    def heard(self) -> Heard:
        """The orders once; the stretches as long as nothing else is told."""
        told, self.told = self.told, replace(self.told, orders=())
        return told

    async def surroundings(self, symbol: str) -> Surroundings:
        return Surroundings(self.name)

    async def order_book(self, symbol: str) -> OrderBook | None:
        return None

    async def server_time_ms(self) -> int:
        return self._clock.now

    async def close(self) -> None:
        return None


def failing(name: str) -> VenueError:
    return VenueError(name, "answered with an error (HTTP 500)")


class HerePool:
    """Does a worker's work in this process."""

    async def run(self, task: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - any task
        return task(*args, **named)
