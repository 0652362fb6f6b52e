"""Scheduled maps: what is due goes out once, in the look of the place it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from stage import BTC, NOW, watch

from bot.jobs.broadcast import Broadcaster
from bot.jobs.desk import Desk
from bot.jobs.pictures import Pictures
from bot.language import Language
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look, PaletteName, Theme
from bot.store import chat_terms, outbox, schedules
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Letter
from bot.wording.refusal import Refusal
from bot.wording.schedule_text import schedule_caption

HOUR = 3_600_000
ADA, BEN, CHANNEL = Destination(1), Destination(2), Destination(-1003)
ETH = "ETH/USDT:USDT"


@dataclass
class ToldDesk:
    """Marks move between two questions, as they do while a hundred chats are served."""

    trouble: str = ""
    asked: int = 0

    def now_ms(self) -> int:
        return NOW + HOUR

    async def view(self, symbol: str, window: str, venue: str | None) -> Snapshot:
        if symbol == self.trouble:
            raise Refusal("no data")
        self.asked += 1
        shown = watch().snapshot(NOW)
        assert shown is not None
        return shown


@dataclass
class DrawnPictures:
    drawn: list[tuple[int, Look]] = field(default_factory=list)

    async def draw(self, shown: Snapshot, drawing: Drawing) -> bytes:
        self.drawn.append((id(shown), drawing.look))
        return repr((id(shown), drawing.look)).encode()


@dataclass
class Scene:
    database: Database
    desk: ToldDesk = field(default_factory=ToldDesk)
    pictures: DrawnPictures = field(default_factory=DrawnPictures)
    woken: int = 0

    def __post_init__(self) -> None:
        desk, pictures = cast(Desk, self.desk), cast(Pictures, self.pictures)
        self.broadcaster = Broadcaster(desk, self.database, pictures, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def schedule(self, where: Destination, symbol: str = BTC, **terms: Any) -> None:  # noqa: ANN401
        async with self.database.begin() as tx:
            due = {"every_ms": HOUR, "next_due_ms": NOW + HOUR, "created_by": 1, "now_ms": 1}
            await schedules.put(tx, where, symbol, "all", **due)
            await chat_terms.change(tx, where, now_ms=1, **terms)

    async def letters(self) -> dict[Destination, Letter]:
        async with self.database.begin() as tx:
            claimed = await outbox.claim(tx, 2**52, 1, "test", 10)
        return {one.destination: one.letter for one in claimed}


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_each_place_has_the_map_in_its_own_look(scene: Scene) -> None:
    await scene.schedule(ADA)
    await scene.schedule(BEN, palette=PaletteName.EXCHANGE, theme=Theme.LIGHT)
    await scene.schedule(CHANNEL, theme=Theme.DARK)
    await scene.broadcaster.tick()
    keys = {place: letter.picture_key for place, letter in (await scene.letters()).items()}
    assert keys[ADA] == keys[CHANNEL] != keys[BEN]
    assert scene.desk.asked == 1
    assert {look for _, look in scene.pictures.drawn} == {Look(), Look(PaletteName.EXCHANGE, Theme.LIGHT)}
    assert scene.woken == 3


async def test_each_place_reads_it_in_its_own_language(scene: Scene) -> None:
    await scene.schedule(ADA)
    await scene.schedule(BEN, language=Language.SPANISH)
    await scene.schedule(CHANNEL, language=Language.RUSSIAN)
    await scene.broadcaster.tick()
    letters = await scene.letters()
    shown = await scene.desk.view(BTC, "all", None)
    for place, language in (
        (ADA, Language.ENGLISH),
        (BEN, Language.SPANISH),
        (CHANNEL, Language.RUSSIAN),
    ):
        assert letters[place].text == schedule_caption(shown, every_ms=HOUR, language=language)
    assert len({letter.text for letter in letters.values()}) == 3
    assert len({letter.picture_key for letter in letters.values()}) == 1


async def test_what_is_due_goes_out_once(scene: Scene) -> None:
    await scene.schedule(ADA)
    await scene.broadcaster.tick()
    await scene.broadcaster.tick()
    assert len(await scene.letters()) == 1
    assert scene.woken == 1


async def test_a_map_that_cannot_be_drawn_waits_and_the_others_go(scene: Scene) -> None:
    await scene.schedule(ADA, ETH)
    await scene.schedule(BEN)
    scene.desk.trouble = ETH
    await scene.broadcaster.tick()
    assert (await scene.letters()).keys() == {BEN}
    scene.desk.trouble = ""
    await scene.broadcaster.tick()
    assert (await scene.letters()).keys() == {ADA}
