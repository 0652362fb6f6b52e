"""The whole way of an alert: price comes near, the chat is told, the zone is reached, the message says how it
turned out, and so does the recap of the day. Everything but Telegram is real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, contract, watch, zone

from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacing
from bot.delivery.sender import Sender, Sent
from bot.jobs import tasks
from bot.jobs.desk import Desk
from bot.jobs.grader import Grader
from bot.jobs.pair_watch import PairWatch
from bot.jobs.pictures import Pictures
from bot.jobs.recap import Recapper
from bot.jobs.refresh import Refresher
from bot.jobs.sentinel import Sentinel
from bot.liquidation.history import History
from bot.liquidation.pair_model import PairModel
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.look import Drawing
from bot.rules.grading import TOLD_MS
from bot.rules.price_path import HOUR_MS
from bot.rules.rule_set import Reach, RuleSet
from bot.store import liquidations, outbox_counts, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Letter
from bot.store.liquidations import Liquidation, Stretch
from bot.store.pictures import Picture

HOME = Destination(1001)
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)
DAY_MS = 24 * HOUR_MS


@dataclass
class Chat(Sender):
    """Telegram as a chat sees it: messages by number, as they read now."""

    messages: list[str] = field(default_factory=list)
    edits: int = 0

    async def send(self, letter: Letter, text: str, picture: Picture | None) -> Sent:
        self.messages.append(text)
        return Sent(len(self.messages))

    async def edit(self, letter: Letter, text: str, message_id: int, *, has_caption: bool) -> None:
        self.edits += 1
        self.messages[message_id - 1] = text

    async def probe(self) -> None:
        return None


class Ink:
    async def draw(self, shown: Snapshot, drawing: Drawing) -> bytes:
        return b"\x89PNG"


@dataclass
class House:
    """What runs in one process; `begin` again is a restart."""

    database: Database
    chat: Chat = field(default_factory=Chat)
    clock: Clock = field(default_factory=Clock)
    workers: HerePool = field(default_factory=HerePool)
    watches: dict[str, PairWatch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        venues = {name: ToldVenue(name, self.clock) for name in ("binance", "okx")}
        self.venues = venues
        desk, drawn = cast(Desk, self), cast(Pictures, Ink())
        refresher = Refresher(
            cast(Any, venues), cast(Any, self.clock), cast(Any, self.workers), self.database
        )
        self.sentinel = Sentinel(
            cast(Any, venues), refresher, self.database, drawn, lambda _: {}, lambda: None
        )
        self.grader = Grader(desk, self.database, lambda: None)
        self.recapper = Recapper(desk, self.database, lambda: None)
        self.watches = {BTC: watch([zone()], as_of_ms=self.clock.now, okx=self.clock.now)}
        self.watches[BTC].model = kept_model(self.clock.now)

    def now_ms(self) -> int:
        return self.clock.now

    async def see(self, price: float) -> None:
        for venue in self.venues.values():
            venue.price = price
        await self.sentinel.tick(tuple(self.watches.values()))
        await asyncio.gather(*self.sentinel._judging.values())

    async def rounds(self, now_ms: int) -> None:
        """Grades and recaps as the clock has them, then what waits goes out."""
        self.clock.now = now_ms
        self.watches[BTC].model = kept_model(now_ms)
        await self.grader.tick()
        await self.recapper.tick()
        await self.deliver()

    async def deliver(self) -> None:
        courier = Courier(
            self.database, self.chat, Pacing(), late_note=lambda late_ms, _: f"{late_ms}", look_every_s=0.01
        )
        working = asyncio.create_task(courier.run())
        for _ in range(2000):
            if not await self._waits():
                break
            await asyncio.sleep(0.005)
        await courier.stop()
        await working

    async def _waits(self) -> bool:
        async with self.database.read() as tx:
            counts = await outbox_counts.counts(tx)
        return counts.ready + counts.sending > 0


def kept_model(now_ms: int) -> Any:  # noqa: ANN401 - a KeptModel
    """Of a price at 101 that is in the zone of 102 to 103 from the 38th minute to the third hour."""
    count = (min(now_ms, NOW + 6 * HOUR_MS) - NOW) // MINUTE + 60
    start = NOW - HOUR_MS + MINUTE * np.arange(count, dtype=np.int64)
    minute = (start - NOW) // MINUTE
    price = np.where((minute >= 38) & (minute < 180), 102.5, 101.0) + np.arange(count) % 2 * 0.01
    opened = np.append(price[0], price[:-1])
    low, high = np.minimum(opened, price), np.maximum(opened, price)
    ones = np.ones(count)
    history = History(MINUTE, start, opened, high, low, price, ones, 1_000 * ones)
    model = PairModel(BTC)
    contracts = {name: contract(name) for name in ("binance", "okx")}
    model.advance(contracts, {name: [history] for name in contracts})
    return tasks.packed(model, (zone(),))


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    database = Database.open(sqlite_url)
    yield House(database)
    await database.close()


async def test_from_the_approach_to_the_recap(house: House) -> None:
    async with house.database.begin() as tx:
        await subscriptions.subscribe(tx, HOME, BTC, RULES, created_by=1, now_ms=1)
        order = Liquidation("binance", BTC, NOW + 40 * MINUTE, Side.SHORT, 102.4, 102.4, 12.3)
        await liquidations.listened(tx, [(("binance", BTC), Stretch(NOW - DAY_MS, NOW + DAY_MS))])
        await liquidations.add(tx, [order])
    await house.see(100.0)
    await house.see(101.0)
    await house.deliver()
    (told,) = house.chat.messages
    assert "shorts' zone Z7 begins 1.0% above" in told

    await house.rounds(NOW + HOUR_MS)
    assert house.chat.messages == [told]
    house.begin()
    await house.rounds(NOW + TOLD_MS)
    line = (
        "<b>After 4 h</b>: touched after 39 min; ≥ 12 BTC of shorts force-closed there (recorded); "
        "then reversed 1.0% (1.0 ATR)"
    )
    assert house.chat.messages == [f"{told}\n\n{line}"]

    house.begin()
    next_nine = (NOW // DAY_MS + 1) * DAY_MS + 9 * HOUR_MS
    await house.rounds(next_nine + MINUTE)
    await house.rounds(next_nine + HOUR_MS)
    house.begin()
    await house.rounds(next_nine + 2 * HOUR_MS)
    edited, recap = house.chat.messages
    assert edited.endswith(line)
    assert house.chat.edits == 1
    assert recap.startswith("<b>Recap</b>")
    assert "<b>Told: 1</b> · 1 of 1 zones reached, then 1 reversed, 0 went on" in recap
    assert "shorts' zone Z7 begins 1.0% above" in recap
