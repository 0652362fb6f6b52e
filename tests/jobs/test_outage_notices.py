"""An outage is told once to each chat, and its end once, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from stage import BTC, MINUTE, NOW, Clock, watch, zone

from bot.jobs.outage_notices import OutageNotices, _over
from bot.jobs.pair_watch import PairWatch
from bot.liquidation.zone import Band
from bot.market.venue import MarkPrice
from bot.rules.rule_set import Reach, RuleSet
from bot.store import chats, outbox, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind
from bot.store.waiting import Waiting

HOME, GROUP = Destination(1001), Destination(-500, 7)
ETH, SOL = "ETH/USDT:USDT", "SOL/USDT:USDT"
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)
AGE = 10 * MINUTE


class Scene:
    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, Clock()
        self.late: dict[str, set[str]] = {}  # symbol -> venues
        self.hours_gone: set[str] = set()
        self.priceless: set[str] = set()
        self.clock.now, self.wall_s = NOW, 0.0
        self.restart()

    def restart(self) -> None:
        self.notices = OutageNotices(
            self.database, cast(Any, self.clock), lambda: None, wall=lambda: self.wall_s
        )

    async def subscribe(self, symbol: str, at: Destination = HOME) -> None:
        async with self.database.begin() as tx:
            await subscriptions.subscribe(tx, at, symbol, RULES, created_by=1, now_ms=1)

    async def after(self, minutes: float, seconds: float | None = None) -> list[str]:
        """What was told by then: looked at once a quarter of the time."""
        for _ in range(4):
            self.clock.now += round(minutes * MINUTE / 4)
            self.wall_s += (minutes * 60 if seconds is None else seconds) / 4
            await self.notices.tick([self.seen(symbol) for symbol in (BTC, ETH, SOL)])
        return await self.letters()

    def seen(self, symbol: str) -> PairWatch:
        now, late = self.clock.now, self.late.get(symbol, set())
        okx_ms = now - AGE if "okx" in late else now
        pair = watch([zone()], as_of_ms=now - AGE if "binance" in late else now, okx=okx_ms)
        pair.symbol = symbol
        assert pair.reference is not None
        gone = tuple(sorted(self.hours_gone))
        shares = pair.reference.only({"binance", "okx"} - self.hours_gone)
        pair.reference = replace(shares, symbol=symbol, missing=gone)
        if symbol not in self.priceless:
            pair.marks = {venue: MarkPrice(100.0, now) for venue in ("binance", "okx")}
        return pair

    async def letters(self) -> list[str]:
        taken: list[str] = []
        while True:
            async with self.database.begin() as tx:
                batch = await outbox.claim(tx, 2**52, 0, "test", 10)
                for queued in batch:
                    assert queued.letter.kind is Kind.NOTICE
                    await outbox.mark_sent(tx, queued, 1, now_ms=1)
            if not batch:
                return taken
            taken += [f"{queued.destination.chat_id}: {queued.letter.text}" for queued in batch]


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_one_notice_and_one_all_clear(scene: Scene) -> None:
    await scene.subscribe(BTC)
    assert await scene.after(5) == []
    scene.late = {BTC: {"okx"}}
    assert await scene.after(2) == []
    assert await scene.after(2.5) == [
        "1001: ⏸ <b>Alerts wait: BTC/USDT</b>\n"
        "OKX's data is 10 min old. What rests on that is not told before it can be trusted; "
        "I say when all is well again."
    ]
    assert await scene.after(60) == []
    scene.late = {}
    assert await scene.after(2) == []
    assert await scene.after(2.5) == [
        "1001: ▶ <b>Alerts go on: BTC/USDT</b>\nTheir data can be trusted again."
    ]
    assert await scene.after(60) == []


async def test_a_hiccup_says_nothing_either_way(scene: Scene) -> None:
    await scene.subscribe(BTC)
    for _ in range(5):
        scene.late = {BTC: {"okx"}}
        assert await scene.after(2.5) == []
        scene.late = {}
        assert await scene.after(1) == []
    scene.late = {BTC: {"okx"}}
    assert len(await scene.after(5)) == 1
    for _ in range(5):
        scene.late = {}
        assert await scene.after(2.5) == []
        scene.late = {BTC: {"okx"}}
        assert await scene.after(5) == []


async def test_beside_a_fast_sandbox_the_wall_clock_counts(scene: Scene) -> None:
    await scene.subscribe(BTC)
    scene.late = {BTC: {"okx"}}
    assert await scene.after(30, seconds=20) == []
    assert len(await scene.after(30, seconds=20)) == 1


async def test_an_outage_of_many_pairs_is_one_notice_for_each_chat_naming_its_pairs(scene: Scene) -> None:
    for symbol in (BTC, ETH, SOL):
        await scene.subscribe(symbol)
    await scene.subscribe(ETH, GROUP)
    scene.late = {BTC: {"okx"}}
    await scene.after(1)
    scene.late = {BTC: {"okx"}, ETH: {"okx"}, SOL: set()}
    told = await scene.after(3)
    assert [text.partition("\n")[0] for text in told] == ["1001: ⏸ <b>Alerts wait: BTC/USDT, ETH/USDT</b>"]
    told = await scene.after(3)
    assert [text.partition("\n")[0] for text in told] == ["-500: ⏸ <b>Alerts wait: ETH/USDT</b>"]
    scene.late = {ETH: {"okx"}}
    told = await scene.after(10)
    assert told == [], "not all is well for the first, nothing for the second"
    scene.late = {}
    told = await scene.after(5)
    assert sorted(text.partition("\n")[0] for text in told) == [
        "-500: ▶ <b>Alerts go on: ETH/USDT</b>",
        "1001: ▶ <b>Alerts go on: BTC/USDT, ETH/USDT</b>",
    ]


async def test_a_restart_in_between_neither_repeats_nor_forgets(scene: Scene) -> None:
    await scene.subscribe(BTC)
    scene.late = {BTC: {"okx"}}
    assert len(await scene.after(5)) == 1
    scene.restart()
    assert await scene.after(30) == []
    scene.late = {}
    scene.restart()
    assert [text[6:7] for text in await scene.after(5)] == ["▶"]
    scene.restart()
    assert await scene.after(30) == []


async def test_two_that_look_at_once_tell_once(scene: Scene) -> None:
    await scene.subscribe(BTC)
    scene.late = {BTC: {"okx"}}
    other = Scene(scene.database)
    other.late = scene.late
    assert len(await scene.after(5)) + len(await other.after(5)) == 1


async def test_who_unsubscribed_hears_no_all_clear_and_who_switched_off_nothing(scene: Scene) -> None:
    await scene.subscribe(BTC)
    await scene.subscribe(ETH)
    await scene.subscribe(ETH, GROUP)
    scene.late = {BTC: {"okx"}, ETH: {"okx"}}
    async with scene.database.begin() as tx:
        await chats.switch_off(tx, GROUP.chat_id, "left")
    assert len(await scene.after(5)) == 1
    async with scene.database.begin() as tx:
        await subscriptions.unsubscribe(tx, HOME, BTC)
    scene.late = {}
    assert [text.partition("\n")[0] for text in await scene.after(5)] == [
        "1001: ▶ <b>Alerts go on: ETH/USDT</b>"
    ]


async def test_a_venue_that_stays_away_is_named_when_alerts_go_on_without_it(scene: Scene) -> None:
    await scene.subscribe(BTC)
    scene.late = {BTC: {"okx"}}
    await scene.after(5)
    scene.hours_gone = {"okx"}
    (told,) = await scene.after(5)
    assert told.endswith("Their data can be trusted again. Still left out: OKX.")


async def test_without_a_price_everything_waits(scene: Scene) -> None:
    await scene.subscribe(BTC)
    scene.priceless = {BTC}
    (told,) = await scene.after(5)
    assert "No venue tells a price that can be trusted." in told


async def test_a_pair_without_alerts_is_nobodys_business(scene: Scene) -> None:
    await scene.subscribe(ETH)
    scene.late = {BTC: {"okx", "binance"}}
    assert await scene.after(60) == []


def test_an_all_clear_waits_an_hour_and_no_longer_for_a_pair_that_stays_dark() -> None:
    mine = tuple(Waiting(Destination(1001), symbol, True) for symbol in ("BTC", "GONE"))
    assert _over(mine, well={"BTC"}, long_over=set()) == []
    assert _over(mine, well={"BTC"}, long_over={"BTC"}) == ["BTC"]
    assert _over(mine, well={"BTC", "GONE"}, long_over=set()) == ["BTC", "GONE"]
