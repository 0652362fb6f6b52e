"""A dated contract ends: its job, its maps, its alerts and schedules, with one message to each chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from stage import BTC, NOW, Clock, HerePool, ToldVenue, found, watch, zone
from test_refresh import past

from bot.jobs.coin_share import share_of_coin
from bot.jobs.desk import Desk
from bot.jobs.pair_watch import PairWatch
from bot.jobs.refresh import Refresher
from bot.jobs.retirement import Retirement
from bot.jobs.sentinel import Sentinel
from bot.liquidation.expiry import Expiry
from bot.liquidation.zone import Band
from bot.market.venue import Listing
from bot.rules.rule_set import Reach, RuleSet
from bot.store import chats, outbox, schedules, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Letter
from bot.wording.buttons import line_of
from bot.wording.refusal import Refusal

HOUR_MS = 3_600_000
EXPIRY = NOW + 8 * HOUR_MS
DATED, NEXT = f"{BTC}-261005", f"{BTC}-261225"
HOME, GROUP = Destination(1001), Destination(-2002, 7)
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)


class DatedVenue(ToldVenue):
    """Lists the perpetual and two dated contracts, each as long as it lasts."""

    @property
    def listings(self) -> Sequence[Listing]:
        ends = {BTC: None, DATED: EXPIRY, NEXT: EXPIRY + 81 * 24 * HOUR_MS}
        return [
            Listing(self.name, symbol, symbol, "BTC", "USDT", "USDT", False, at_ms, True)
            for symbol, at_ms in ends.items()
            if at_ms is None or at_ms > self._clock.now
        ]


class Scene:
    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, Clock()
        self.binance = DatedVenue("binance", self.clock)
        self.venues: dict[str, ToldVenue] = {"binance": self.binance}
        self.binance.histories = [past(1)]
        pool, clock = cast(Any, HerePool()), cast(Any, self.clock)
        refresher = Refresher(self.venues, clock, pool, database)
        self.desk = Desk(self.venues, refresher, pool, cast(Any, None))
        self.woken: list[bool] = []
        self.retirement = Retirement(self.desk, database, lambda: self.woken.append(True))
        self.sentinel = Sentinel(
            self.venues,
            refresher,
            database,
            cast(Any, None),
            lambda symbol: {},
            lambda: self.woken.append(True),
        )

    async def subscribe(self, at: Destination, symbol: str = DATED, rules: RuleSet = RULES) -> None:
        async with self.database.begin() as tx:
            await subscriptions.subscribe(tx, at, symbol, rules, created_by=1, now_ms=1)

    async def schedule(self, at: Destination, symbol: str = DATED) -> None:
        async with self.database.begin() as tx:
            await schedules.put(
                tx, at, symbol, "7d", every_ms=HOUR_MS, next_due_ms=NOW + HOUR_MS, created_by=1, now_ms=1
            )

    async def left(self, at: Destination) -> list[str]:
        async with self.database.read() as tx:
            alerts = await subscriptions.of_destination(tx, at)
            maps = await schedules.of_destination(tx, at)
        return [*(one.symbol for one in alerts), *(one.symbol for one in maps)]

    async def letters(self) -> list[Letter]:
        async with self.database.begin() as tx:
            return [one.letter for one in await outbox.claim(tx, 2**52, 2**52, "test", 50)]

    async def expire(self) -> None:
        self.clock.now = EXPIRY
        await self.retirement.tick()


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_each_chat_is_told_once_of_all_that_ended(scene: Scene) -> None:
    await scene.subscribe(HOME)
    await scene.subscribe(HOME, BTC)
    await scene.schedule(HOME)
    await scene.schedule(GROUP)
    await scene.retirement.tick()
    assert await scene.letters() == []
    await scene.expire()
    await scene.retirement.tick()
    told = {letter.destination: letter for letter in await scene.letters()}
    assert set(told) == {HOME, GROUP}
    assert await scene.left(HOME) == [BTC]
    assert await scene.left(GROUP) == []
    assert "its alert (1.5%, High and up) and its scheduled map (7d, every hour)" in told[HOME].text
    assert "its scheduled map (7d, every hour)" in told[GROUP].text
    assert "admins only" in told[GROUP].text
    assert scene.woken


async def test_the_offer_rolls_to_the_next_contract_or_the_perpetual(scene: Scene) -> None:
    await scene.subscribe(HOME)
    await scene.schedule(HOME)
    await scene.expire()
    (letter,) = await scene.letters()
    assert [[line_of(button.data) for button in row] for row in letter.buttons] == [
        [f"subscribe {NEXT} 1.5% high", f"subscribe {BTC} 1.5% high"],
        [f"schedule {NEXT} 7d every 60m", f"schedule {BTC} 7d every 60m"],
    ]


async def test_who_subscribes_again_is_told_again_at_the_next_expiry(scene: Scene) -> None:
    await scene.subscribe(HOME)
    await scene.expire()
    await scene.subscribe(HOME, NEXT)
    await scene.retirement.tick()
    assert len(await scene.letters()) == 1
    assert await scene.left(HOME) == [NEXT]
    scene.clock.now = EXPIRY + 81 * 24 * HOUR_MS
    await scene.retirement.tick()
    assert await scene.left(HOME) == []


async def test_a_chat_that_is_off_keeps_it_until_it_is_on_again(scene: Scene) -> None:
    await scene.subscribe(HOME)
    async with scene.database.begin() as tx:
        await chats.switch_off(tx, HOME.chat_id, "blocked")
    await scene.expire()
    assert await scene.letters() == []
    async with scene.database.begin() as tx:
        await chats.switch_on(tx, HOME.chat_id)
    await scene.retirement.tick()
    assert len(await scene.letters()) == 1
    assert await scene.left(HOME) == []


async def test_nothing_is_taken_off_while_there_is_nothing_to_offer_yet(scene: Scene) -> None:
    """No market list is there, as after a start without the exchanges."""
    await scene.subscribe(HOME)
    scene.venues.clear()
    await scene.expire()
    assert await scene.left(HOME) == [DATED]
    scene.venues["binance"] = scene.binance
    await scene.retirement.tick()
    assert await scene.left(HOME) == []


async def test_the_pair_ends_and_its_map_is_refused_with_what_is_listed(scene: Scene) -> None:
    scene.desk.keep({BTC, DATED})
    shown = await scene.desk.view(DATED)
    assert shown.found.expiry == Expiry(EXPIRY)
    scene.clock.now = EXPIRY
    asked = scene.binance.asked
    await scene.desk.refresh(DATED)
    assert scene.binance.asked == asked
    scene.desk.keep({BTC, DATED})
    assert scene.desk.watched == (BTC,)
    with pytest.raises(Refusal) as refused:
        await scene.desk.view(DATED)
    assert refused.value.sentence == (
        "BTC/USDT 261005 expired on 2026-10-05; listed now: BTC/USDT, BTC/USDT 261225."
    )
    lines = [line_of(key.data) for row in refused.value.keyboard for key in row]
    assert lines == [f"map {BTC}", f"map {NEXT}"]


async def test_a_typed_symbol_that_has_expired_is_answered_alike(scene: Scene) -> None:
    scene.clock.now = EXPIRY
    with pytest.raises(Refusal, match=r"BTC-05OCT26 expired on 2026-10-05; listed now"):
        scene.desk.find("BTC-05OCT26", lambda symbol: f"zones {symbol}")


async def test_no_alert_comes_from_a_contract_that_has_expired(scene: Scene) -> None:
    await scene.subscribe(HOME)
    dated = replace(watch([zone()]), symbol=DATED, expires_ms=EXPIRY, reference=found(as_of_ms=EXPIRY - 1))
    for moment, judged in ((EXPIRY - 1, True), (EXPIRY, False)):
        scene.clock.now = moment
        async with scene.database.read() as tx:
            before = await subscriptions.of_symbol(tx, DATED)
        for price in (95.0, 101.5, 95.0):
            scene.binance.price = price
            await scene.sentinel.tick([dated])
        async with scene.database.read() as tx:
            assert (await subscriptions.of_symbol(tx, DATED) != before) is judged


def known(symbol: str, interest: float, as_of_ms: int = NOW, venue: str = "binance") -> PairWatch:
    share = replace(found(as_of_ms=as_of_ms).venues[0], venue=venue, open_interest_base=interest)
    return replace(watch(), symbol=symbol, reference=replace(found(), symbol=symbol, venues=(share,)))


def test_the_share_counts_every_watched_contract_of_the_coin() -> None:
    dated, perpetual, inverse = known(DATED, 30.0), known(BTC, 900.0), known("BTC/USD:BTC", 70.0)
    other = known("ETH/USDT:USDT", 5_000.0)
    everything = [dated, perpetual, inverse, other]
    assert share_of_coin(dated, everything, ["binance"]) == pytest.approx(0.03)


@pytest.mark.parametrize(
    "perpetual",
    [
        known(BTC, 900.0, venue="okx"),
        known(BTC, 900.0, as_of_ms=NOW - 2 * HOUR_MS),
        known("BTC/USDC:USDC", 900.0),
        PairWatch(BTC, watch().model),
    ],
)
def test_the_share_is_left_out_where_the_perpetual_beside_it_is_not_known(perpetual: PairWatch) -> None:
    dated = known(DATED, 30.0)
    assert share_of_coin(dated, [dated, perpetual], ["binance"]) is None
