"""End to end beside the sandbox: subscribe, approach, alert, enter, sweep, grade, recap; in a private chat, a
group's topic and a channel, in one run of one market."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hand_time import Hands, hold_time
from story_house import Json, Place, Story, story

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.telling import Hold
from bot.sandbox.telegram.world_builder import build_chat
from bot.store import alerts, outbox
from bot.store.alerts import Alert
from bot.store.destination import Destination
from bot.store.letter import LetterState
from bot.wording.numbers import rough_text

pytestmark = pytest.mark.timeout(300)  # half a minute of work, on a machine that may be busy

REACH = 0.004
WISH = "0.4% low"
STEP = 0.0015  # of price in a minute
MOST_MINUTES = 30


@dataclass
class Scene:
    story: Story
    private: Place
    topic: Place
    channel: Place
    read: dict[int, int] = field(default_factory=dict)  # by chat, how much of what the bot said was read

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.private, self.topic, self.channel)

    def fresh(self, place: Place) -> list[Json]:
        """What the bot said there since this was asked last."""
        said = place.said()
        found = said[self.read.get(place.chat_id, 0) :]
        self.read[place.chat_id] = len(said)
        return found

    def nothing_new(self) -> None:
        assert [words_of(one) for place in self.places for one in self.fresh(place)] == []

    def one_each(self, *places: Place) -> list[str]:
        """The words of the one message that came to each of these places, and to no other."""
        found = {place.chat_id: self.fresh(place) for place in self.places}
        expected = {place.chat_id for place in places or self.places}
        counts = {chat_id: len(said) for chat_id, said in found.items()}
        assert counts == {chat_id: int(chat_id in expected) for chat_id in found}, found
        return [words_of(found[place.chat_id][0]) for place in places or self.places]

    def zones(self, base: str) -> dict[str, Zone]:
        """By name."""
        assert self.story.bot is not None
        watch = self.story.bot.rounds.desk.watches[f"{base}/USDT:USDT"]
        return {zone.id: zone for zone in watch.model.zones}

    def nearest(self, base: str, side: Side) -> Zone:
        price = self.story.source.courses[base].price
        found = [zone for zone in self.zones(base).values() if zone.side is side]
        return min(found, key=lambda zone: abs(zone.distance(price)))

    async def draw_near(self, base: str, zone_id: str, share: float, *, deliver: bool = True) -> None:
        """Price goes to so far above the zone's upper edge, wherever that moves meanwhile."""
        course = self.story.source.courses[base]
        edge = self.zones(base)[zone_id].high
        for _ in range(MOST_MINUTES):
            goal = edge * (1 + share)
            if course.price <= goal * 1.0001:
                break
            self.story.source.walk(base, max(goal, course.price * (1 - STEP)), 1)
            await self.story.round(deliver=deliver)
            edge = self.zones(base)[zone_id].high if zone_id in self.zones(base) else edge
        await self.story.round(deliver=deliver)

    async def walk(self, base: str, to: float, minutes: int) -> None:
        self.story.source.walk(base, to, minutes)
        await self.story.minutes(minutes + 1)

    async def alerts_at(self, place: Place) -> tuple[Alert, ...]:
        """As the database has them, oldest first."""
        assert self.story.bot is not None
        async with self.story.bot.database.read() as tx:
            return alerts_of(await alerts.latest(tx, Destination(place.chat_id, place.thread_id), 100))


def alerts_of(newest_first: tuple[Alert, ...]) -> tuple[Alert, ...]:
    return tuple(reversed(newest_first))


def words_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


@pytest.fixture
async def scene(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    hands = Hands()
    hold_time(monkeypatch, hands)
    async with story(sqlite_url, tmp_path, hands, {"BTC": 60_000.0, "ETH": 3_000.0}) as told:
        world = told.telegram.world
        forum = build_chat(world, {"type": "supergroup", "title": "Desk", "topics": ["Talk", "Alerts"]})
        private = Place(told.telegram, world.first_person["id"])
        topic = Place(told.telegram, forum.id, max(forum.topics))
        yield Scene(told, private, topic, Place(told.telegram, world.chat("@signals").id))


async def test_from_subscribing_to_the_recap_in_three_places(scene: Scene) -> None:
    await subscribe(scene)
    zone = scene.nearest("BTC", Side.LONG)
    await approach(scene, zone.id)
    await tremble(scene, zone.id)
    await enter_while_telegram_is_down_and_the_bot_restarts(scene, zone.id)
    await snooze_the_topic(scene)
    await sweep(scene, zone.id)
    await come_back(scene)
    await grades_after_four_hours(scene)
    await one_recap_for_each_place(scene)
    await two_pairs_in_one_minute(scene)
    await nothing_is_lost_and_nothing_came_twice(scene)


async def subscribe(scene: Scene) -> None:
    await scene.private.ask("/start")
    for place, line in (
        (scene.private, f"/subscribe BTC {WISH}"),
        (scene.topic, f"/subscribe BTC {WISH}"),
        (scene.private, f"/subscribe BTC {WISH} @signals"),
    ):
        assert words_of(await place.ask(line)).startswith("🔔 BTC/USDT")
    for place in scene.places:
        scene.fresh(place)
    await scene.story.minutes(2)
    scene.nothing_new()


async def approach(scene: Scene, zone_id: str) -> None:
    await scene.draw_near("BTC", zone_id, 0.75 * REACH)
    told = [scene.private.said()[-1], scene.topic.said()[-1], scene.channel.said()[-1]]
    for text in scene.one_each():
        assert re.match(rf"BTC/USDT [\d,]+: longs' zone {zone_id} begins 0\.[34]% below", text), text
        assert "If price falls to it, longs are force-closed by selling" in text
    for message in told:
        assert scene.story.telegram.shelf.find(message["photo"][-1]["file_id"]).data.startswith(b"\x89PNG")
    assert told[1]["message_thread_id"] == scene.topic.thread_id


async def tremble(scene: Scene, zone_id: str) -> None:
    """Over the edge and back, never as far away as it would have to be."""
    edge = scene.zones("BTC")[zone_id].high
    for share in (1.2, 0.9, 1.3, 0.8, 1.2, 0.75):
        scene.story.source.walk("BTC", edge * (1 + share * REACH), 1)
    await scene.story.minutes(7)
    scene.nothing_new()


async def enter_while_telegram_is_down_and_the_bot_restarts(scene: Scene, zone_id: str) -> None:
    faults = scene.story.telegram.faults
    faults.switch("telegram", "errors", 600)
    await scene.draw_near("BTC", zone_id, -0.5 * REACH, deliver=False)
    scene.nothing_new()
    faults.clear()
    await scene.story.restart()
    await scene.story.minutes(2)
    for text in scene.one_each():
        assert re.match(rf"BTC/USDT [\d,]+: entered longs' zone {zone_id} ", text), text


async def snooze_the_topic(scene: Scene) -> None:
    await scene.topic.ask("/snooze 2h")
    assert len(scene.fresh(scene.topic)) == 1


async def sweep(scene: Scene, zone_id: str) -> None:
    """Price goes through, and both venues tell whom it took with it."""
    (entered,) = [one for one in await scene.alerts_at(scene.private) if one.kind is Kind.ENTERED]
    low, high = entered.telling.low, entered.telling.high
    await scene.walk("BTC", low * 0.998, 4)
    swept = (await scene.alerts_at(scene.private))[-1]
    taken = scene.story.source.published("BTC", low, high, swept.fired_ms)
    assert taken > 10
    for text in scene.one_each(scene.private, scene.channel):
        assert re.match(rf"BTC/USDT [\d,]+: swept longs' zone {zone_id} ", text), text
        assert f"Confirmed: venues reported {rough_text(taken)} BTC of longs force-closed in it." in text


async def come_back(scene: Scene) -> None:
    await scene.walk("BTC", 60_000.0, 5)
    scene.nothing_new()


async def grades_after_four_hours(scene: Scene) -> None:
    """Each message is edited once and keeps what it said; nobody hears of it."""
    before = {place.chat_id: alert_messages(place) for place in scene.places}
    assert scene.story.edits == {}
    for _ in range(5):
        await scene.story.round(3_600)
    scene.nothing_new()
    for place in scene.places:
        after = alert_messages(place)
        assert [one["message_id"] for one in after] == [one["message_id"] for one in before[place.chat_id]]
        for was, is_now in zip(before[place.chat_id], after, strict=True):
            assert words_of(is_now).startswith(words_of(was))
            assert re.search(r"\nAfter 4 h: .*then reversed 1\.\d%", words_of(is_now)), words_of(is_now)
            assert is_now["photo"] == was["photo"]
            assert is_now["reply_markup"] == was["reply_markup"]
    near, entered, swept = (words_of(one) for one in alert_messages(scene.private))
    assert "touched after" in near
    for text in (near, entered):
        assert re.search(r"≥ \d+ BTC of longs force-closed there \(recorded\)", text), text
    assert "price was through it already" in swept
    await scene.story.round(3_600)
    assert set(scene.story.edits.values()) == {1}
    assert len(scene.story.edits) == 3 + 2 + 3


async def one_recap_for_each_place(scene: Scene) -> None:
    for _ in range(3):
        await scene.story.round(3_600)
    private, topic, channel = scene.one_each()
    for text in (private, channel):
        assert re.search(r"^Told: 3 · 3 of 3 zones reached, then 3 reversed", text, re.MULTILINE), text
        assert "Held back" not in text
    assert re.search(r"^Told: 2 ", topic, re.MULTILINE), topic
    assert re.search(r"^Held back: 1 \(snoozed\)", topic, re.MULTILINE), topic
    assert len(re.findall("swept longs' zone", topic)) == 1
    await scene.story.round(3_600)
    scene.nothing_new()


async def two_pairs_in_one_minute(scene: Scene) -> None:
    """The channel follows both and gets one message."""
    await scene.private.ask(f"/subscribe ETH {WISH} @signals")
    await scene.story.minutes(2)
    scene.fresh(scene.private)
    for base in ("BTC", "ETH"):
        scene.story.source.walk(base, scene.nearest(base, Side.SHORT).low * (1 - 2 * REACH), 4)
    await scene.story.minutes(5)
    scene.nothing_new()
    for base in ("BTC", "ETH"):
        scene.story.source.walk(base, scene.nearest(base, Side.SHORT).low * (1 - 0.5 * REACH), 1)
    await scene.story.minutes(3)
    private, topic, channel = scene.one_each()
    assert private.startswith("BTC/USDT ")
    assert topic.startswith("BTC/USDT ")
    assert channel.startswith("2 alerts on 2 pairs")
    assert len(re.findall(r"shorts' zone Z\d+ begins", channel)) == 2


async def nothing_is_lost_and_nothing_came_twice(scene: Scene) -> None:
    """The database's alerts are those that stand in the chats."""
    kinds = [Kind.NEAR, Kind.ENTERED, Kind.SWEPT, Kind.NEAR]
    for place, held in ((scene.private, set()), (scene.topic, {Kind.SWEPT}), (scene.channel, set())):
        found = await scene.alerts_at(place)
        of_btc = [one for one in found if one.symbol.startswith("BTC")]
        assert [one.kind for one in of_btc] == kinds
        assert {one.kind for one in found if one.hold is not None} == held
        assert {one.hold for one in found} <= {None, Hold.SNOOZE}
        told = [one for one in found if one.hold is None]
        shown = [code for one in alert_messages(place) for code in re.findall(r"#(\w{4})\b", words_of(one))]
        assert sorted(shown) == sorted(one.code for one in told)
        assert {await message_of(scene, one) for one in told} == {
            one["message_id"] for one in alert_messages(place)
        }


async def message_of(scene: Scene, alert: Alert) -> int | None:
    assert scene.story.bot is not None
    assert alert.letter_id is not None
    async with scene.story.bot.database.read() as tx:
        queued = await outbox.find(tx, alert.letter_id)
    assert queued is not None
    assert queued.state is LetterState.SENT
    return queued.message_id


def alert_messages(place: Place) -> list[Json]:
    """Those with a picture."""
    return [one for one in place.said() if one.get("photo")]
