"""/gradient, /quiet and /history from a chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import numpy as np
import pytest

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.store import zone_events
from bot.store.database import Database
from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.table import COMMANDS
from bot.telegram.gateway import _command_of
from bot.telegram.room import Room
from bot.wording.buttons import Keyboard, line_of
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
NOW_MS = 1_770_300_342_000
ZONE = Zone("Z42", Side.SHORT, 103, 104, 103.5, 9.0, 80.0, 2.0, (0.1, 0.2, 0.3, 0.4), NOW_MS - 60_000)


class ToldMarket:
    reading: Reading | None = Reading(BTC, NOW_MS, 100.0, 0.004, (ZONE,))
    suggestions = (BTC, ETH)

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        return (ETH if "ETH" in typed.upper() else BTC), None

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        share = VenueMap("okx", "X", 100.0, NOW_MS, 1000.0, 0.004, np.ones((2, 4, DISTANCE_BINS)))
        zones = (ZONE,) if symbol == BTC else ()
        return Snapshot(
            LiquidationMap(symbol, 100.0, "all", (share,)), zones, 0.1, NOW_MS, reading=self.reading
        )

    def pairs_with(self, zone_id: str) -> tuple[str, ...]:
        return (BTC,) if zone_id == "Z42" else ()

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        return Crosschecks()


class Scene:
    def __init__(self, database: Database) -> None:
        self.database, self.market = database, ToldMarket()

    async def say(self, line: str) -> Answer:
        asking = Asking(line, Destination(1), "private", user_id=7)
        room = Room(cast(Any, self.market), self.database, cast(Any, None), "somebot", 0)
        command = _command_of(asking)
        assert command is not None
        return await COMMANDS[command](room, asking)

    async def refused(self, line: str) -> Refusal:
        with pytest.raises(Refusal) as found:
            await self.say(line)
        return found.value

    async def happened(self, zone_id: str, *kinds: ZoneEventKind, symbol: str = BTC) -> None:
        facts = (Side.SHORT, 103.0, 104.0, 9.0, 80.0, 100.0)
        events = [
            ZoneEvent(kind, zone_id, *facts, NOW_MS - 3_600_000 + at * 60_000)
            for at, kind in enumerate(kinds)
        ]
        async with self.database.begin() as tx:
            await zone_events.add(tx, symbol, events)


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(database)
    await database.close()


def lines_of(keyboard: Keyboard) -> list[str | None]:
    return [line_of(one.data) for row in keyboard for one in row]


@pytest.mark.parametrize("line", ["/gradient btc", "градиент btc", "/gradient BTCUSDT", "gradient btc"])
async def test_how_steep_each_side_is(scene: Scene, line: str) -> None:
    answer = await scene.say(line)
    assert without_markup(answer.text).startswith("BTC/USDT · how steep each side is")
    assert lines_of(answer.keyboard) == [f"quiet {BTC}", f"zones {BTC}", f"map {BTC}"]


@pytest.mark.parametrize("line", ["/quiet btc", "quiet btc", "/gaps btc"])
async def test_where_it_is_quiet(scene: Scene, line: str) -> None:
    answer = await scene.say(line)
    assert without_markup(answer.text).startswith("BTC/USDT · quiet gaps")
    assert lines_of(answer.keyboard)[0] == f"gradient {BTC}"


async def test_a_venue_or_a_window_changes_no_reading_and_the_answer_says_so(scene: Scene) -> None:
    said = (await scene.say("/gradient btc okx 7d")).text
    assert said.startswith(
        "This is read off the map of all venues together; a venue changes only the map.\n\n"
    )
    assert "a window (7d) changes only the map" in said


async def test_a_pair_that_is_not_read_yet_is_refused_with_what_would_work(scene: Scene) -> None:
    scene.market.reading = None
    for line in ("/gradient btc", "/quiet btc"):
        assert "try again in a minute" in (await scene.refused(line)).sentence
    assert (await scene.refused("/quiet")).sentence.startswith("Which pair? For example /quiet BTC")


async def test_the_life_of_a_zone_with_or_without_its_pair(scene: Scene) -> None:
    await scene.happened("Z42", ZoneEventKind.BORN, ZoneEventKind.GREW)
    for line in ("/history btc z42", "/history btc 42", "/history Z42", "история btc зона 42"):
        answer = await scene.say(line)
        assert "the life of Z42" in answer.text
        assert "first seen: 103" in answer.text
    assert lines_of(answer.keyboard) == [f"why {BTC} Z42", f"zones {BTC}", f"map {BTC}"]


async def test_a_zone_that_is_gone_says_how_it_ended(scene: Scene) -> None:
    await scene.happened("Z7", ZoneEventKind.BORN, ZoneEventKind.ENTERED, ZoneEventKind.SWEPT, symbol=ETH)
    for line in ("/history eth z7", "/history z7"):
        answer = await scene.say(line)
        assert "It is gone: price went through all of it." in answer.text
        assert lines_of(answer.keyboard) == [f"zones {ETH}", f"map {ETH}"]


async def test_a_name_that_several_pairs_gave_is_asked_back(scene: Scene) -> None:
    for symbol in (BTC, ETH):
        await scene.happened("Z7", ZoneEventKind.BORN, symbol=symbol)
    refusal = await scene.refused("/history z7")
    assert lines_of(refusal.keyboard) == [f"history {BTC} Z7", f"history {ETH} Z7"]


async def test_a_zone_that_never_was_is_refused_with_those_that_are(scene: Scene) -> None:
    refusal = await scene.refused("/history btc z99")
    assert refusal.sentence == "BTC/USDT has no zone Z99. Its zones now: Z42."
    assert lines_of(refusal.keyboard) == [f"history {BTC} Z42"]
    assert "No pair that I watch has a zone Z99" in (await scene.refused("/history z99")).sentence
    missing = await scene.refused("/history btc")
    assert missing.sentence == "Which zone of BTC/USDT? For example /history BTC Z42, or tap one below."


async def test_a_zone_without_a_record_is_still_told_of(scene: Scene) -> None:
    assert "What happened to it before is not on record." in (await scene.say("/history btc z42")).text
