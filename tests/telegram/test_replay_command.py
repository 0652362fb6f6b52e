"""/replay: an animation of the last day, with what price went through meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest
from told_room import BTC, GROUP, Scene, ToldMarket, ToldMembers

from bot.liquidation.absence import ShortHistory
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.past_map import PastProfile
from bot.liquidation.replay import Replay
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.look import Look, PaletteName, Theme
from bot.store import zone_events
from bot.store.database import Database
from bot.telegram.gateway import _picture_line
from bot.telegram.media import MediaKind
from bot.telegram.room import Room
from bot.wording.buttons import line_of, window_keyboard
from bot.wording.refusal import Refusal

NOW_MS = 1_791_158_400_000
DAY_MS = 86_400_000


class ReplayMarket(ToldMarket):
    def __init__(self) -> None:
        self.drawn: list[tuple[Replay, Look]] = []
        self.is_short = False
        self.asked: list[tuple[str, str | None]] = []

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        self.asked.append((window, venue))
        mass = np.ones((2, 4, DISTANCE_BINS))
        names = ("binance", "gate") if venue is None else (venue,)
        shares = tuple(VenueMap(name, "X", 100.0, NOW_MS, 1000.0, 0.004, mass) for name in names)
        return Snapshot(LiquidationMap(symbol, 100.0, window, shares), (), 0.1, NOW_MS)

    async def last_day(self, shown: Snapshot) -> Replay:
        if self.is_short:
            raise Refusal("24h cannot be drawn", window_keyboard(BTC, ["12h"], None))
        profile = np.ones((2, DISTANCE_BINS))
        past = (PastProfile(NOW_MS - ago, price, profile) for ago, price in ((DAY_MS, 80.0), (0, 100.0)))
        found = shown.found.without({"gate": ShortHistory(DAY_MS // 2)})
        return Replay(replace(shown, found=found), tuple(past))

    async def replay(self, day: Replay, look: Look) -> bytes:
        self.drawn.append((day, look))
        return b"GIF89a"


@pytest.fixture
def market() -> ReplayMarket:
    return ReplayMarket()


@pytest.fixture
async def scene(sqlite_url: str, market: ReplayMarket) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(Room(market, database, ToldMembers(), "somebot", 0))
    await database.close()


def event(kind: ZoneEventKind, zone_id: str, side: Side, ago_ms: int) -> ZoneEvent:
    return ZoneEvent(kind, zone_id, side, 85.0, 86.0, 40.0, 70.0, 90.0, NOW_MS - ago_ms)


async def test_it_is_an_animation_with_what_happened_in_its_first_line(
    scene: Scene, market: ReplayMarket
) -> None:
    told = (
        event(ZoneEventKind.SWEPT, "Z1", Side.SHORT, 2 * DAY_MS),
        event(ZoneEventKind.SWEPT, "Z2", Side.SHORT, DAY_MS // 2),
        event(ZoneEventKind.FADED, "Z3", Side.SHORT, DAY_MS // 3),
        event(ZoneEventKind.SWEPT, "Z4", Side.LONG, DAY_MS // 4),
    )
    async with scene.room.database.begin() as tx:
        await zone_events.add(tx, BTC, told)
    answer = await scene.say("/replay btc")
    assert answer.media is not None
    assert (answer.media.kind, answer.media.content, answer.media.name) == (
        MediaKind.ANIMATION, b"GIF89a", "BTC-USDT-replay.gif",
    )  # fmt: skip
    first = answer.text.splitlines()[0]
    assert "+25.0%" in first
    assert "Z2 (shorts), Z4 (longs)" in first
    assert market.asked == [("all", None)]
    shorts = await scene.say("/replay btc shorts")
    assert "swept Z2 (shorts)</b>" in shorts.text.splitlines()[0]
    assert "BTC/USDT · only shorts, last" in shorts.text.splitlines()[0]
    extreme = await scene.say("/replay btc extreme")
    assert "no zone swept" in extreme.text.splitlines()[0]


@pytest.mark.parametrize("part", ["okx", "25x"])
async def test_zones_of_all_venues_and_leverages_are_not_told_of_a_part(scene: Scene, part: str) -> None:
    async with scene.room.database.begin() as tx:
        await zone_events.add(tx, BTC, [event(ZoneEventKind.SWEPT, "Z2", Side.SHORT, DAY_MS // 2)])
    first = (await scene.say(f"/replay btc {part}")).text.splitlines()[0]
    assert "+25.0%" in first
    assert "swept" not in first


async def test_filters_and_the_look_of_the_place_reach_the_drawing(
    scene: Scene, market: ReplayMarket
) -> None:
    await scene.say("/palette colour-blind", GROUP, "supergroup")
    await scene.say("/replay btc 25x longs light", GROUP, "supergroup")
    day, look = market.drawn[-1]
    assert day.shown.selection == Selection(frozenset({1}), Side.LONG)
    assert look == Look(PaletteName.COLOUR_BLIND, Theme.LIGHT)


@pytest.mark.parametrize(("line", "noted"), [("", False), (" 24h", False), (" 7d", True), (" 6h ago", True)])
async def test_another_window_or_moment_is_answered_with_the_last_day(
    scene: Scene, market: ReplayMarket, line: str, noted: bool
) -> None:
    answer = await scene.say(f"/replay btc{line}")
    assert ("\nA replay is of the last day" in answer.text) is noted
    assert market.asked == [("all", None)]


async def test_its_buttons_draw_it_anew_in_its_place(scene: Scene) -> None:
    answer = await scene.say("/replay btc 7d")
    asked = [line_of(one.data) or "" for row in answer.keyboard for one in row]
    assert f"again replay {BTC}" in asked
    assert f"redraw {BTC}" in asked
    assert _picture_line(f"replay {BTC} long") == f"replay {BTC} long"


async def test_its_caption_is_of_the_venues_that_are_played(scene: Scene, market: ReplayMarket) -> None:
    answer = await scene.say("/replay btc")
    assert [one.venue for one in market.drawn[-1][0].shown.found.venues] == ["binance"]
    assert "Binance 100%" in answer.text
    assert "Gate" in next(line for line in answer.text.splitlines() if "issing" in line)
    asked = [line_of(one.data) or "" for row in answer.keyboard for one in row]
    assert any("gate" in line for line in asked)  # its map may be asked for all the same


async def test_what_is_refused_may_be_asked_for_again(scene: Scene, market: ReplayMarket) -> None:
    market.is_short = True
    with pytest.raises(Refusal, match="24h cannot be drawn") as refused:
        await scene.say("/replay btc longs")
    asked = [line_of(one.data) or "" for row in refused.value.keyboard for one in row]
    assert asked == [f"replay {BTC} long"]


async def test_words_that_it_cannot_follow_are_told(scene: Scene) -> None:
    told = (await scene.say("/replay btc by venue volume c4 full")).text.splitlines()
    assert told[1] == "Not for this picture, so left aside: by venue, volume, contrast 4, full."
    assert "left aside" not in (await scene.say("/replay btc light")).text
