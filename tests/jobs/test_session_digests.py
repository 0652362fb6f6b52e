"""One digest for each chat and opening, also over a restart, about the pairs that the chat watches."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import func, select
from stage import BTC, found, zone

from bot.jobs.session_digests import LATEST_MS, SessionDigests
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.rules.presets import DAY
from bot.rules.quiet_hours import QuietHours
from bot.rules.sessions import Session
from bot.store import chat_terms, chats, outbox, subscriptions, zone_events
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Letter
from bot.store.tables import outbox as outbox_table
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal

ETH = "ETH/USDT:USDT"
HOME, TOPIC, CHANNEL = Destination(1001), Destination(-2002, 7), Destination(-1001234567890)
MINUTE, HOUR = 60_000, 3_600_000


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


LONDON_OPENS = utc("2026-11-24T08:00")  # a Tuesday
ASIA_OPENED = utc("2026-11-24T00:00")


@dataclass
class ToldDesk:
    """Maps of two pairs, one of which may be missing."""

    now: int = LONDON_OPENS
    missing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def now_ms(self) -> int:
        return self.now

    async def view(self, symbol: str) -> Snapshot:
        self.asked.append(symbol)
        if symbol in self.missing:
            raise Refusal("no data")
        zones = (zone("Z7", 102.0, 103.0, Side.SHORT), zone("Z8", 95.0, 96.0, Side.LONG))
        return Snapshot(replace(found(100.0, binance=self.now), symbol=symbol), zones, 0.1, self.now)


class Scene:
    def __init__(self, database: Database) -> None:
        self.database, self.desk, self.woken = database, ToldDesk(), 0
        self.begin()

    def begin(self) -> None:
        """As after a restart."""
        self.digests = SessionDigests(cast(Any, self.desk), self.database, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def wish(self, at: Destination, *symbols: str, **terms: object) -> None:
        async with self.database.begin() as tx:
            await chat_terms.change(tx, at, now_ms=1, **{"sessions": (Session.LONDON,), **terms})
            for symbol in symbols:
                await subscriptions.subscribe(tx, at, symbol, DAY, created_by=1, now_ms=1)

    async def tick(self, now: int) -> None:
        self.desk.now = now
        await self.digests.tick()

    async def letters(self) -> list[Letter]:
        async with self.database.begin() as tx:
            return [one.letter for one in await outbox.claim(tx, 10**15, 10**15, "test", 100)]


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_a_digest_goes_out_once_for_each_opening(scene: Scene) -> None:
    await scene.wish(HOME, BTC)
    for now in (LONDON_OPENS - 1, LONDON_OPENS + 2_000, LONDON_OPENS + 4_000, LONDON_OPENS + HOUR):
        await scene.tick(now)
    (letter,) = await scene.letters()
    assert letter.destination == HOME
    assert without_markup(letter.text).startswith("🗞 London opens · 08:00 UTC\n")
    assert (scene.woken, scene.desk.asked) == (1, [BTC])


async def test_an_opening_is_prepared_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = chat_terms.with_sessions

    async def counted(tx: Any) -> Any:  # noqa: ANN401 - a connection
        read.append(1)
        return await original(tx)

    monkeypatch.setattr(chat_terms, "with_sessions", counted)
    await scene.wish(HOME, BTC, ETH)
    await scene.wish(TOPIC, BTC)
    for seconds in range(0, 60, 2):
        await scene.tick(LONDON_OPENS + seconds * 1_000)
    assert len(await scene.letters()) == 2
    assert (len(read), sorted(scene.desk.asked)) == (1, [BTC, ETH])


async def test_a_restart_does_not_send_it_twice(scene: Scene) -> None:
    await scene.wish(HOME, BTC)
    await scene.tick(LONDON_OPENS)
    scene.begin()
    await scene.tick(LONDON_OPENS + 5 * MINUTE)
    assert len(await scene.letters()) == 1
    assert scene.woken == 1


async def test_the_next_day_has_a_digest_of_its_own(scene: Scene) -> None:
    await scene.wish(HOME, BTC)
    for day in range(5):  # Tuesday to Saturday
        await scene.tick(LONDON_OPENS + day * 24 * HOUR)
    async with scene.database.read() as tx:
        assert await count_of(tx) == 4


async def test_a_bot_that_was_down_tells_of_it_late_or_not_at_all(scene: Scene) -> None:
    await scene.wish(HOME, BTC)
    await scene.tick(LONDON_OPENS + 20 * MINUTE)
    (letter,) = await scene.letters()
    assert "08:00 UTC, 20 min ago" in letter.text
    await scene.wish(TOPIC, BTC)
    scene.begin()
    await scene.tick(LONDON_OPENS + LATEST_MS + 1)
    assert await scene.letters() == []


async def test_every_chat_is_told_on_its_own_clock_of_its_own_pairs(scene: Scene) -> None:
    await scene.wish(HOME, BTC, time_zone="Europe/Berlin")
    await scene.wish(TOPIC, ETH)
    await scene.wish(CHANNEL, BTC, ETH, sessions=(Session.ASIA,))
    await scene.tick(LONDON_OPENS)
    told = {letter.destination: without_markup(letter.text) for letter in await scene.letters()}
    assert set(told) == {HOME, TOPIC}
    assert "09:00 Berlin time" in told[HOME]
    assert ("BTC/USDT" in told[HOME], "ETH/USDT" in told[HOME]) == (True, False)
    assert ("BTC/USDT" in told[TOPIC], "ETH/USDT" in told[TOPIC]) == (False, True)


async def test_who_watches_nothing_or_is_snoozed_or_off_hears_nothing(scene: Scene) -> None:
    await scene.wish(HOME)
    await scene.wish(TOPIC, BTC, snoozed_until_ms=LONDON_OPENS + HOUR)
    await scene.wish(CHANNEL, BTC)
    async with scene.database.begin() as tx:
        await chats.switch_off(tx, CHANNEL.chat_id, "kicked")
    await scene.tick(LONDON_OPENS)
    assert await scene.letters() == []


async def test_in_quiet_hours_it_makes_no_sound(scene: Scene) -> None:
    await scene.wish(HOME, BTC, quiet=QuietHours(7 * 60, 9 * 60))
    await scene.wish(TOPIC, BTC)
    await scene.tick(LONDON_OPENS)
    assert {letter.destination: letter.silent for letter in await scene.letters()} == {
        HOME: True,
        TOPIC: False,
    }


async def test_a_digest_names_the_nearest_zones_and_what_happened(scene: Scene) -> None:
    await scene.wish(HOME, BTC, ETH)
    scene.desk.missing = {ETH}
    before, since = ASIA_OPENED - 1, ASIA_OPENED + HOUR
    async with scene.database.begin() as tx:
        await zone_events.add(
            tx, BTC, [told("Z3", ZoneEventKind.SWEPT, before), told("Z4", ZoneEventKind.SWEPT, since)]
        )
        await zone_events.add(
            tx, BTC, [told("Z5", ZoneEventKind.BORN, since), told("Z6", ZoneEventKind.MOVED, since)]
        )
    await scene.tick(LONDON_OPENS)
    (letter,) = await scene.letters()
    lines = without_markup(letter.text).splitlines()
    assert lines[1:7] == [
        "What happened to zones is since Asia opened (8 h earlier).",
        "",
        "BTC/USDT 100.0",
        "▲ Z7 102.0–103.0 (shorts, Extreme): 2.0% above",
        "▼ Z8 95.0–96.0 (longs, Extreme): 4.0% below",
        "Zones: Z4 swept, Z5 new",
    ]
    assert "ETH/USDT: there is no map at the moment." in lines
    texts = [[button.text for button in row] for row in letter.buttons]
    assert texts == [["Map BTC/USDT", "Map ETH/USDT"], ["Settings"]]


async def test_a_chat_whose_letter_fails_does_not_hold_up_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.wish(HOME, BTC)
    await scene.wish(TOPIC, ETH)
    view = scene.desk.view

    async def failing(symbol: str) -> Snapshot:
        if symbol == ETH:
            raise ValueError("broken")
        return await view(symbol)

    monkeypatch.setattr(scene.desk, "view", failing)
    await scene.tick(LONDON_OPENS)
    monkeypatch.undo()
    await scene.tick(LONDON_OPENS + 2_000)
    assert {letter.destination for letter in await scene.letters()} == {HOME, TOPIC}


def told(name: str, kind: ZoneEventKind, stamp_ms: int) -> ZoneEvent:
    return ZoneEvent(kind, name, Side.SHORT, 104.0, 105.0, 10.0, 80.0, 100.0, stamp_ms)


async def count_of(tx: Any) -> int:  # noqa: ANN401 - a connection
    return int((await tx.execute(select(func.count()).select_from(outbox_table))).scalar_one())
