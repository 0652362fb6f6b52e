"""One approach, three chats, two palettes, a file and an animation: seen in the sandbox over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

import aiohttp
import pytest
from PIL import Image
from stage import BTC, NOW, Clock, HerePool, ToldVenue, watch, zone
from telegram.ext import ExtBot

from bot.delivery.courier import Courier
from bot.delivery.pacing import Haste, Pacing
from bot.delivery.sender import Sender
from bot.jobs.pictures import Pictures
from bot.jobs.refresh import Refresher
from bot.jobs.sentinel import Sentinel
from bot.liquidation.zone import Band
from bot.look import Drawing, Look, PaletteName
from bot.rules.rule_set import Reach, RuleSet
from bot.sandbox.server import FAULTS, build_app, start
from bot.store import chat_terms, outbox_counts, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import Media, animation, document
from bot.telegram.replying import Reply

Json = dict[str, Any]
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)


@dataclass
class Scene:
    root: str
    http: aiohttp.ClientSession
    bot: ExtBot[Haste]
    pacing: Pacing
    database: Database

    async def api(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON of any shape
        async with self.http.request(method, f"{self.root}/api/{path}", json=body or None) as answer:
            return await answer.json()

    async def group(self, name: str, palette: PaletteName) -> int:
        """A group that has subscribed and chosen its palette."""
        chat_id = int((await self.api("POST", "chats", type="supergroup", title=name))["id"])
        async with self.database.begin() as tx:
            place = Destination(chat_id)
            await subscriptions.subscribe(tx, place, BTC, RULES, created_by=1, now_ms=1)
            await chat_terms.change(tx, place, now_ms=1, palette=palette)
        return chat_id

    async def newest(self, chat_id: int) -> Json:
        messages: list[Json] = await self.api("GET", f"chats/{chat_id}/messages")
        return messages[-1]

    async def file(self, held: Json) -> bytes:
        async with self.http.get(f"{self.root}/api/files/{held['file_id']}") as answer:
            return await answer.read()

    async def deliver(self) -> None:
        sender = Sender(self.bot)
        courier = Courier(
            self.database, sender, self.pacing, late_note=lambda late_ms, _: f"{late_ms}", look_every_s=0.02
        )
        working = asyncio.create_task(courier.run())
        for _ in range(2000):
            if not await self._waits():
                break
            await asyncio.sleep(0.01)
        await courier.stop()
        await working

    async def _waits(self) -> bool:
        async with self.database.read() as tx:
            counts = await outbox_counts.counts(tx)
        return counts.ready + counts.sending > 0

    async def answer(self, chat_id: int, media: Media) -> Json:
        reply = Reply(self.bot, self.database)
        await reply.send(Asking("map btc", Destination(chat_id), "supergroup", 1), Answer("", media=media))
        return await self.newest(chat_id)


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    app = build_app()
    runner, port = await start(app)
    root, pacing, database = f"http://127.0.0.1:{port}", Pacing(), Database.open(sqlite_url)
    async with (
        aiohttp.ClientSession() as http,
        ExtBot("1:sandbox", base_url=f"{root}/bot", rate_limiter=pacing) as bot,
    ):
        yield Scene(root, http, bot, pacing, database)
    app[FAULTS].clear()
    await runner.cleanup()
    await database.close()


def pictures() -> Pictures:
    pool = cast(Any, HerePool())
    return Pictures(pool, pool, "@somebot")


async def approach(database: Database) -> None:
    """Price comes near the zone, and everybody who subscribed is told."""
    clock = Clock()
    venues = {name: ToldVenue(name, clock) for name in ("binance", "okx")}
    refresher = Refresher(cast(Any, venues), cast(Any, clock), cast(Any, HerePool()), database)
    sentinel = Sentinel(cast(Any, venues), refresher, database, pictures(), lambda symbol: {}, lambda: None)
    pair = watch([zone()])
    for price in (100.0, 101.0):
        for venue in venues.values():
            venue.price = price
        await sentinel.tick([pair])
        await asyncio.gather(*sentinel._judging.values())


async def test_two_palettes_are_two_pictures_and_one_palette_is_one_upload(scene: Scene) -> None:
    usual = await scene.group("usual", PaletteName.SEED)
    others = [await scene.group(name, PaletteName.EXCHANGE) for name in ("first", "second")]
    await approach(scene.database)
    await scene.deliver()
    shown = {chat: (await scene.newest(chat))["photo"][-1] for chat in (usual, *others)}
    assert shown[others[0]]["file_id"] == shown[others[1]]["file_id"] != shown[usual]["file_id"]
    assert await scene.file(shown[usual]) != await scene.file(shown[others[0]])
    assert {(one["width"], one["height"]) for one in shown.values()} == {(1280, 1024)}


async def test_a_full_picture_arrives_as_a_file_and_a_gif_as_an_animation(scene: Scene) -> None:
    chat = await scene.group("usual", PaletteName.SEED)
    seen = watch([zone()]).snapshot(NOW)
    assert seen is not None
    png = await pictures().draw(seen, Drawing(Look(), full=True))
    file = (await scene.answer(chat, document(png, "BTC-USDT map.png")))["document"]
    assert (file["file_name"], file["file_size"]) == ("BTC-USDT map.png", len(png))
    assert Image.open(BytesIO(await scene.file(file))).size == (2560, 2048)
    gif = BytesIO()
    frames = [Image.new("P", (64, 48), colour) for colour in (1, 2)]
    frames[0].save(gif, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    moving = (await scene.answer(chat, animation(gif.getvalue())))["animation"]
    assert (moving["width"], moving["height"], await scene.file(moving)) == (64, 48, gif.getvalue())
