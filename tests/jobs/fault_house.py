"""A whole bot without Telegram, beside a sandbox whose time is moved by hand: for the matrix of faults.

Four real venues over HTTP and websockets, the rounds that the scheduler would start, one pair and a chat that
is subscribed to it. A second of the wall is a second of the market wherever the bot waits or rests; only the
watch over silent streams lives by its own clock, as a round has one mark price instead of a hundred.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web
from stage import HerePool

from bot.jobs import desk as desks
from bot.jobs import fetching, neighbourhood, recorder, sentinel, tasks
from bot.jobs.desk import Desk
from bot.jobs.margin_tables import MarginTables
from bot.jobs.outage_notices import OutageNotices
from bot.jobs.pair_watch import PairWatch
from bot.jobs.refresh import Refresher
from bot.jobs.resting import Resting
from bot.jobs.sentinel import Sentinel
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.look import Drawing
from bot.market import ccxt_venue, clock, gate, line, live_tape
from bot.market.clock import MarketClock
from bot.market.exchanges import open_venues
from bot.market.pause import Pause
from bot.market.venue import Venue
from bot.rules.rule_set import Reach, RuleSet
from bot.sandbox.exchange import add_exchange
from bot.sandbox.exchange.streams import hub
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock as SandboxClock
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.opening import INVENTED_START_MS
from bot.store import alerts, outbox, subscriptions, waiting
from bot.store.alerts import Alert
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind

VENUES = ("binance", "okx", "bybit", "gate")
BTC = "BTC/USDT:USDT"
NOW = INVENTED_START_MS
DAYS = 1.2
MINUTE = 60_000
PHASE_MS = 30_000  # into a minute: what closed with it has been told
ROUND_S = 120.0  # of market time
STREAM_ROUND_S = 2.5  # what such a round is to the watch over silent streams
TOLD_S = 0.06  # of the wall: a few steps of the sandbox's pump
PATIENCE_S = 30.0  # of the wall, for all that begins in a round
HURRIED_S = 1.5
HOME = Destination(1001)
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)


@dataclass
class Hands:
    """Clocks that only move when a round begins."""

    wall_s: float = 0.0
    streams_s: float = 0.0

    def wall(self) -> float:
        return self.wall_s

    def streams(self) -> float:
        return self.streams_s

    async def sleep(self, seconds: float) -> None:
        self.wall_s += seconds

    def move(self, seconds: float) -> None:
        self.wall_s += seconds
        self.streams_s += STREAM_ROUND_S


class DrawnPictures:
    async def draw(self, shown: Snapshot, drawing: Drawing) -> bytes:
        return b"\x89PNG"


@dataclass
class House:
    hands: Hands
    market: Market
    faults: FaultBoard
    venues: dict[str, Venue]
    undisturbed: dict[str, Venue]
    database: Database
    clock: MarketClock
    desk: Desk
    sentinel: Sentinel
    notices: OutageNotices
    margins: MarginTables
    running: dict[str, asyncio.Task[object]] = field(default_factory=dict)

    @property
    def watch(self) -> PairWatch:
        return self.desk.watches[BTC]

    def listing(self, venue: str) -> Listing:
        found = [one for one in self.market.source.listings if (one.venue, one.symbol) == (venue, BTC)]
        return found[0]

    def price(self, venue: str) -> float:
        return self.market.mark_price(self.listing(venue))

    async def round(self, seconds: float = ROUND_S) -> None:
        """What the scheduler starts in that time, side by side; what is slow goes on in the next round."""
        self.hands.move(seconds)
        await asyncio.sleep(TOLD_S)
        watches = (self.watch,)
        venues = tuple(self.venues.values())
        await self._begin(
            clock=partial(self.clock.synchronise, venues),
            record=partial(self.desk.refresher.recorder.tick, watches),
            marks=partial(self.sentinel.tick, watches),
        )
        await self._begin(
            pair=partial(self.desk.refresh, BTC),
            lists=self.desk.load_venues,
            margins=self.margins.tick,
        )
        await self._begin(
            marks=partial(self.sentinel.tick, watches), notices=partial(self.notices.tick, watches)
        )

    async def _begin(self, **jobs: Callable[[], Coroutine[Any, Any, object]]) -> None:
        for name, job in jobs.items():
            if name not in self.running:
                self.running[name] = asyncio.create_task(job())
        await asyncio.wait(self.running.values(), timeout=PATIENCE_S)
        for name, task in list(self.running.items()):
            if task.done():
                del self.running[name]
                task.result()

    async def look(self) -> Snapshot:
        """A person asks for the map, and for all that stands under it."""
        shown = await self.desk.view(BTC)
        await self.desk.crosschecks(shown)
        return shown

    async def letters(self) -> list[str]:
        """Notices that wait in the outbox."""
        taken: list[str] = []
        while True:
            async with self.database.begin() as tx:
                batch = await outbox.claim(tx, 2**52, 0, "test", 10)
                for queued in batch:
                    await outbox.mark_sent(tx, queued, 1, now_ms=1)
            if not batch:
                return taken
            taken += [queued.letter.text for queued in batch if queued.letter.kind is Kind.NOTICE]

    async def owes_all_clear(self) -> bool:
        async with self.database.read() as tx:
            return any(one.was_told for one in await waiting.of_symbols(tx, [BTC]))

    async def alerts(self) -> tuple[Alert, ...]:
        async with self.database.read() as tx:
            return await alerts.latest(tx, HOME, 1000)


def quicken(patch: pytest.MonkeyPatch, hands: Hands) -> None:
    """Waits on the wall become short; the clocks by which the bot rests are moved by hand."""
    patch.setattr(live_tape, "monotonic", hands.streams)
    patch.setattr(line, "monotonic", hands.streams)
    patch.setattr(desks, "time", SimpleNamespace(monotonic=hands.wall))
    patch.setattr(ccxt_venue, "Pause", lambda venue: Pause(venue, hands.wall))
    for module, name, value in (
        (clock, "TRIES_A_SAMPLE", 1),
        (recorder, "CATCH_UP_SECONDS", 0.02),
        (line, "LOOK_SECONDS", 0.05),
        (line, "FIRST_REST_SECONDS", 0.01),
        (line, "LONGEST_REST_SECONDS", 0.1),
        (line, "BETWEEN_FRAMES_SECONDS", 0.0),
        (hub, "PUMP_SECONDS", 0.02),
        (desks, "LISTINGS_SECONDS", ROUND_S / 2),
    ):
        patch.setattr(module, name, value)


def hurry(patch: pytest.MonkeyPatch, house: House) -> None:
    """For faults that are waited for on the wall: whoever does not answer is given up sooner."""
    for venue in house.venues.values():
        patch.setattr(venue._exchange, "timeout", round(HURRIED_S * 1000))  # type: ignore[attr-defined]
    for module, name in (
        (fetching, "UPDATE_PATIENCE_SECONDS"),
        (neighbourhood, "PATIENCE_SECONDS"),
        (recorder, "LISTEN_SECONDS"),
        (sentinel, "MARK_PATIENCE_SECONDS"),
        (clock, "ANSWER_WITHIN_S"),
        (live_tape, "CLOSING_SECONDS"),
    ):
        patch.setattr(module, name, HURRIED_S)
    patch.setattr(gate, "LIST_PATIENCE_S", HURRIED_S / 3)


@dataclass
class Truth:
    """The pair's model as it stood when a fault began, advanced by what an undisturbed exchange tells."""

    house: House
    model: PairModel

    @classmethod
    def of(cls, house: House) -> Truth:
        return cls(house, tasks.unpacked(house.watch.model))

    async def advance(self) -> LiquidationMap:
        """The map by now, read at the market's own mark prices."""
        until_ms = self.house.market.now_ms()
        standing = self.model.inventories
        found = await asyncio.gather(
            *(
                venue.history(BTC, standing[name].as_of_ms, until_ms)
                for name, venue in self.house.undisturbed.items()
            )
        )
        self.model.advance({}, dict(zip(self.house.undisturbed, found, strict=True)))
        return self.model.map(prices={name: self.house.price(name) for name in VENUES})


@asynccontextmanager
async def warm_house(database: Database, hands: Hands) -> AsyncIterator[House]:
    source = InventedSource(3, NOW, DAYS, also=("gate",))
    market = Market(source, SandboxClock(NOW + PHASE_MS, 1.0, None, hands.wall))
    faults = FaultBoard(hands.wall)
    runners = [await _served(market, board) for board in (faults, FaultBoard(hands.wall))]
    disturbed, clean = (f"http://127.0.0.1:{runner.addresses[0][1]}" for runner in runners)
    venues = open_venues(dict.fromkeys(VENUES, disturbed))
    undisturbed = open_venues(dict.fromkeys(VENUES, clean))
    market_clock = MarketClock(hands.wall, lambda: NOW + PHASE_MS + hands.wall_s * 1000, hands.sleep)
    pool, pictures = cast(Any, HerePool()), cast(Any, DrawnPictures())
    refresher = Refresher(venues, market_clock, pool, database, Resting(hands.wall))
    desk = Desk(venues, refresher, pool, pictures)
    house = House(
        hands,
        market,
        faults,
        venues,
        undisturbed,
        database,
        market_clock,
        desk,
        Sentinel(venues, refresher, database, pictures, lambda symbol: {}, lambda: None, Resting(hands.wall)),
        OutageNotices(database, market_clock, lambda: None, hands.wall),
        MarginTables(desk, Resting(hands.wall)),
    )
    desk.neighbourhood.resting = Resting(hands.wall)
    try:
        async with database.begin() as tx:
            await subscriptions.subscribe(tx, HOME, BTC, RULES, created_by=1, now_ms=1)
        desk.keep({BTC})
        yield house
    finally:
        desk.keep(set())
        house.watch.end()
        await house.sentinel.stop()
        await asyncio.gather(*(venue.close() for venue in (*venues.values(), *undisturbed.values())))
        for runner in runners:
            await runner.cleanup()


async def _served(market: Market, board: FaultBoard) -> web.AppRunner:
    app = web.Application()
    add_exchange(app, market, board)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner
