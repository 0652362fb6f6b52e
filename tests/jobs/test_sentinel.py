"""The sentinel: a mark price becomes rule state, alert and letter together, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, failing, watch, watch_of, zone

from bot.jobs.pictures import Pictures
from bot.jobs.refresh import Refresher
from bot.jobs.sentinel import Sentinel
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.look import Drawing, Look, PaletteName
from bot.market.venue import MarkPrice
from bot.rules.memory import Memory
from bot.rules.quiet_hours import QuietHours
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Hold
from bot.store import alerts, chat_terms, outbox, pictures, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Queued

HOME = Destination(1001)


@dataclass
class DrawnPictures:
    fails: bool = False

    fails_in: PaletteName | None = None
    drawn: list[Look] = field(default_factory=list)

    async def draw(self, shown: Snapshot, drawing: Drawing) -> bytes:
        if self.fails or drawing.look.palette is self.fails_in:
            raise RuntimeError("no ink")
        self.drawn.append(drawing.look)
        return repr(drawing.look).encode()


@dataclass
class Scene:
    database: Database
    clock: Clock = field(default_factory=Clock)
    drawn: DrawnPictures = field(default_factory=DrawnPictures)
    woken: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.binance, self.okx = ToldVenue("binance", self.clock), ToldVenue("okx", self.clock)
        venues = {"binance": self.binance, "okx": self.okx}
        refresher = Refresher(venues, cast(Any, self.clock), cast(Any, HerePool()), self.database)
        self.sentinel = Sentinel(
            venues,
            refresher,
            self.database,
            cast(Pictures, self.drawn),
            lambda symbol: {},
            lambda: self.woken.append(True),
        )
        self.watch = watch([zone()])

    async def subscribe(self, rules: RuleSet) -> int:
        async with self.database.begin() as tx:
            outcome = await subscriptions.subscribe(tx, HOME, BTC, rules, created_by=1, now_ms=1)
        return outcome.subscription.id

    async def see(self, *prices: float) -> None:
        for price in prices:
            self.binance.price = self.okx.price = price
            await self.sentinel.tick([self.watch])
            # On a busy machine a pair may be judged for longer than a tick waits.
            await asyncio.gather(*self.sentinel._judging.values())

    async def letters(self) -> list[Queued]:
        """What waits in the outbox, taken one by one."""
        taken: list[Queued] = []
        while True:
            async with self.database.begin() as tx:
                batch = await outbox.claim(tx, 2**52, 0, "test", 10)
                for queued in batch:
                    await outbox.mark_sent(tx, queued, 1, now_ms=1)
            if not batch:
                return taken
            taken.extend(batch)


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)


async def test_an_approach_becomes_one_alert_with_its_letter_and_picture(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0, 100.2, 100.9, 101.0, 101.2)
    (letter,) = [queued.letter for queued in await scene.letters()]
    assert "shorts' zone Z7 begins 1.1% above" in letter.text
    assert letter.destination == HOME
    async with scene.database.read() as tx:
        (alert,) = await alerts.latest(tx, HOME)
        assert letter.picture_key is not None
        assert await pictures.get(tx, letter.picture_key) is not None
    assert (alert.zone_id, alert.telling.price) == ("Z7", 100.9)
    assert f"#{alert.code}" in letter.text
    assert scene.woken == [True]


async def test_an_alert_goes_without_its_picture_rather_than_not_at_all(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.drawn.fails = True
    await scene.see(100.0, 101.0)
    (letter,) = await scene.letters()
    assert letter.letter.picture_key is None


async def subscribed_in_looks(scene: Scene) -> dict[Destination, str | None]:
    """Three places, two looks, one approach: the picture of each place's letter."""
    looks = {1: PaletteName.SEED, 2: PaletteName.EXCHANGE, 3: PaletteName.EXCHANGE}
    async with scene.database.begin() as tx:
        for chat_id, palette in looks.items():
            place = Destination(chat_id)
            await subscriptions.subscribe(tx, place, BTC, RULES, created_by=1, now_ms=1)
            await chat_terms.change(tx, place, now_ms=1, palette=palette)
    await scene.see(100.0, 101.0)
    return {queued.destination: queued.letter.picture_key for queued in await scene.letters()}


async def test_a_picture_is_drawn_once_for_each_look_in_use(scene: Scene) -> None:
    keys = await subscribed_in_looks(scene)
    assert keys[Destination(1)] != keys[Destination(2)] == keys[Destination(3)]
    assert sorted(scene.drawn.drawn, key=repr) == [Look(PaletteName.EXCHANGE), Look()]
    async with scene.database.read() as tx:
        for key, look in ((keys[Destination(1)], Look()), (keys[Destination(2)], Look(PaletteName.EXCHANGE))):
            stored = await pictures.get(tx, key or "")
            assert stored is not None
            assert stored.png == repr(look).encode()


async def test_a_look_that_cannot_be_drawn_takes_no_picture_from_the_others(scene: Scene) -> None:
    scene.drawn.fails_in = PaletteName.SEED
    keys = await subscribed_in_looks(scene)
    assert keys[Destination(1)] is None
    assert keys[Destination(2)] is not None


async def test_stale_data_withholds_the_alert_and_it_fires_when_data_is_back(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    scene.watch = watch([zone()], as_of_ms=NOW - 10 * MINUTE)
    await scene.see(101.0)
    assert await scene.letters() == []
    scene.watch = watch([zone()])
    await scene.see(101.0)
    assert len(await scene.letters()) == 1


async def test_a_write_that_fails_loses_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    with monkeypatch.context() as patched:

        async def broken(*args: object, **named: object) -> None:
            raise OSError("disk full")

        patched.setattr(outbox, "enqueue", broken)
        await scene.see(101.0)
        async with scene.database.read() as tx:
            assert await alerts.count(tx) == 0
    await scene.see(101.0)
    assert len(await scene.letters()) == 1


async def test_a_restart_between_two_prices_neither_loses_nor_repeats(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    reborn = Scene(scene.database)
    await reborn.see(101.0)
    again = Scene(scene.database)
    await again.see(101.1)
    assert len(await scene.letters()) == 1


async def test_who_unsubscribed_hears_nothing_more(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    async with scene.database.begin() as tx:
        await subscriptions.unsubscribe(tx, HOME, BTC)
    await scene.see(101.0)
    assert await scene.letters() == []


async def test_one_silent_venue_leaves_the_rules_to_the_other(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.okx.price = failing("okx")
    scene.binance.price = 100.0
    await scene.sentinel.tick([scene.watch])
    scene.binance.price = 101.0
    await scene.sentinel.tick([scene.watch])
    assert len(await scene.letters()) == 1
    assert scene.okx.asked == 1  # it rests after a failure


async def test_a_spike_on_one_of_three_venues_moves_nothing(scene: Scene) -> None:
    await scene.subscribe(RULES)
    bybit = ToldVenue("bybit", scene.clock)
    scene.sentinel.venues = {**scene.sentinel.venues, "bybit": bybit}
    scene.watch.contracts["bybit"] = scene.watch.contracts["okx"]
    await scene.see(100.0)
    bybit.price = 102.5
    await scene.see(100.0)
    assert await scene.letters() == []


async def test_without_any_mark_price_nothing_is_judged(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.binance.price, scene.okx.price = failing("binance"), failing("okx")
    await scene.sentinel.tick([scene.watch])
    async with scene.database.read() as tx:
        (kept,) = await subscriptions.of_destination(tx, HOME)
    assert kept.state.seen == frozenset()


LATE = NOW - 10 * MINUTE


async def state_of(scene: Scene) -> Memory:
    async with scene.database.read() as tx:
        (kept,) = await subscriptions.of_destination(tx, HOME)
    return kept.state


async def test_a_zone_that_rests_on_a_late_venue_waits_and_fires_once_when_it_is_back(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.watch = watch([zone()], okx=NOW)
    await scene.see(100.0)
    before = await state_of(scene)
    scene.watch = watch([zone()], okx=LATE)
    await scene.see(101.0, 101.1)
    assert await scene.letters() == []
    assert await state_of(scene) == before
    scene.watch = watch([zone()], okx=NOW)
    await scene.see(101.1, 101.2)
    assert len(await scene.letters()) == 1


async def test_what_left_while_it_waited_is_not_told_afterwards(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.watch = watch([zone()], okx=NOW)
    await scene.see(100.0)
    scene.watch = watch([zone()], okx=LATE)
    await scene.see(101.0, 99.0)
    scene.watch = watch([zone()], okx=NOW)
    await scene.see(99.0)
    assert await scene.letters() == []


async def test_a_zone_that_hardly_rests_on_the_late_venue_fires(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.watch = watch([zone()], okx=LATE, bybit=NOW, gate=NOW)
    await scene.see(100.0, 101.0)
    (letter,) = await scene.letters()
    assert "⚠ OKX is late, its share is grey: data 10 min old" in letter.letter.text


async def test_a_venue_whose_price_is_off_fires_nothing_and_has_no_share_in_the_alert(scene: Scene) -> None:
    await scene.subscribe(RULES)
    bybit, gate = ToldVenue("bybit", scene.clock), ToldVenue("gate", scene.clock)
    scene.sentinel.venues = {**scene.sentinel.venues, "bybit": bybit, "gate": gate}
    scene.watch = watch([zone()], okx=NOW, bybit=NOW, gate=NOW)
    await scene.see(100.0)
    bybit.price = 104.0
    await scene.see(100.0)
    assert await scene.letters() == []
    await scene.see(101.0)
    (letter,) = await scene.letters()
    assert "101.0: shorts' zone Z7" in letter.letter.text
    assert "⚠ Bybit left out: its price is 3.0% off the others." in letter.letter.text


async def test_while_two_venues_disagree_and_nobody_knows_who_is_wrong_alerts_wait(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    reborn = Scene(scene.database)
    reborn.binance.price, reborn.okx.price = 101.0, 120.0
    await reborn.sentinel.tick([reborn.watch])
    assert await scene.letters() == []
    await reborn.see(101.0)
    assert len(await scene.letters()) == 1


async def test_a_mark_that_froze_fires_nothing(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    scene.watch.take_mark("binance", MarkPrice(101.0, NOW), 0)
    scene.watch.take_mark("okx", MarkPrice(101.0, NOW), 0)
    scene.binance.price, scene.okx.price = failing("binance"), failing("okx")
    scene.clock.now += 31_000
    await scene.sentinel.tick([scene.watch])
    assert await scene.letters() == []


async def test_a_venue_whose_clock_is_off_neither_outvotes_nor_is_outvoted(scene: Scene) -> None:
    await scene.subscribe(RULES)
    scene.clock.offsets_ms = {"okx": 30_000}
    scene.okx.ahead_ms = 30_000
    scene.binance.price, scene.okx.price = 100.0, 100.4
    await scene.sentinel.tick([scene.watch])
    assert scene.watch.reference_mark(NOW) == MarkPrice(100.2, NOW)


async def put_terms(scene: Scene, **changed: object) -> None:
    async with scene.database.begin() as tx:
        await chat_terms.change(tx, HOME, now_ms=1, **changed)


async def held(scene: Scene) -> list[Hold | None]:
    async with scene.database.read() as tx:
        return [alert.hold for alert in await alerts.latest(tx, HOME)]


async def test_a_snoozed_chat_is_told_nothing_and_what_was_held_is_kept_for_its_digest(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await put_terms(scene, snoozed_until_ms=NOW + MINUTE)
    await scene.see(100.0, 101.0)
    assert await scene.letters() == []
    assert await held(scene) == [Hold.SNOOZE]


async def test_quiet_hours_hold_by_the_clock_of_the_chat(scene: Scene) -> None:
    await scene.subscribe(RULES)
    minute = NOW // MINUTE % 1440
    await put_terms(scene, quiet=QuietHours(minute, minute + 1))
    await scene.see(100.0, 101.0)
    assert (await scene.letters(), await held(scene)) == ([], [Hold.QUIET_HOURS])


async def test_a_budget_that_is_spent_holds_the_next_message(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await put_terms(scene, budget=1)
    scene.watch = watch([zone(), zone("Z8", 97.0, 98.0, Side.LONG)])
    await scene.see(100.0, 101.0)
    assert len(await scene.letters()) == 1
    await scene.see(100.0, 99.0)
    assert (await scene.letters(), await held(scene)) == ([], [Hold.BUDGET, None])


async def test_an_event_watches_from_farther_away(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await put_terms(scene, event_until_ms=NOW + MINUTE)
    await scene.see(98.0, 99.5)
    (letter,) = await scene.letters()
    assert "shorts' zone Z7 begins 2.5% above" in letter.letter.text


async def test_two_pairs_of_one_chat_that_fire_together_are_one_message(scene: Scene) -> None:
    await scene.subscribe(RULES)
    other = watch_of("ETH/USDT:USDT", [zone()], {"binance": NOW})
    async with scene.database.begin() as tx:
        await subscriptions.subscribe(tx, HOME, other.symbol, RULES, created_by=1, now_ms=1)
    for price in (100.0, 101.0):
        scene.binance.price = scene.okx.price = price
        await scene.sentinel.tick([scene.watch, other])
        await asyncio.gather(*scene.sentinel._judging.values())
    (letter,) = await scene.letters()
    assert letter.letter.text.startswith("<b>2 alerts on 2 pairs</b>")
    assert {button.text for row in letter.letter.buttons for button in row} >= {
        "Map BTC/USDT",
        "Map ETH/USDT",
    }


async def test_a_budget_of_a_subscription_is_not_spent_by_other_pairs(scene: Scene) -> None:
    await scene.subscribe(replace(RULES, budget=1))
    other = watch_of("ETH/USDT:USDT", [zone()], {"binance": NOW})
    async with scene.database.begin() as tx:
        await subscriptions.subscribe(
            tx, HOME, other.symbol, replace(RULES, budget=1), created_by=1, now_ms=1
        )
    await scene.see(100.0, 101.0)
    assert len(await scene.letters()) == 1
    for price in (100.0, 101.0):
        scene.binance.price = scene.okx.price = price
        await scene.sentinel.tick([other])
        await asyncio.gather(*scene.sentinel._judging.values())
    assert await held(scene) == [None, None]


async def test_pairs_that_fire_for_the_same_chats_at_once_do_not_wait_crosswise(scene: Scene) -> None:
    """The ids of their subscriptions stand in opposite order."""
    first, second = Destination(-1), Destination(-2)
    other = watch_of("ETH/USDT:USDT", [zone()], {"binance": NOW})
    for place, symbols in ((first, (BTC, other.symbol)), (second, (BTC, other.symbol))):
        ordered = symbols if place is first else symbols[::-1]
        for symbol in ordered:
            async with scene.database.begin() as tx:
                await subscriptions.subscribe(tx, place, symbol, RULES, created_by=1, now_ms=1)
    for price in (100.0, 101.0):
        scene.binance.price = scene.okx.price = price
        await scene.sentinel.tick([scene.watch, other])
        await asyncio.gather(*scene.sentinel._judging.values())
    async with scene.database.read() as tx:
        assert [len(await alerts.latest(tx, place)) for place in (first, second)] == [2, 2]


async def test_a_pair_that_is_watched_no_more_takes_no_memory(scene: Scene) -> None:
    await scene.subscribe(RULES)
    await scene.see(100.0)
    assert scene.sentinel._followers._known.keys() == scene.sentinel._sleepers._pairs.keys() == {BTC}
    await scene.sentinel.tick(())
    assert not scene.sentinel._followers._known
    assert not scene.sentinel._sleepers._pairs
