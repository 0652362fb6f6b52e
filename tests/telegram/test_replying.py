"""Answers go out as Telegram's own kinds of messages: read back from the sandbox over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image
from telegram import Bot

from bot.sandbox.server import FAULTS, TELEGRAM, build_app, start
from bot.store import pictures
from bot.store.database import Database
from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import Media, MediaKind, animation, document, photo
from bot.telegram.replying import Reply

Json = dict[str, Any]


@dataclass
class Scene:
    root: str
    http: aiohttp.ClientSession
    reply: Reply
    database: Database
    asking: Asking

    async def say(self, answer: Answer) -> Json:
        """The newest message of the chat after the answer."""
        await self.reply.send(self.asking, answer)
        return (await self.messages())[-1]

    async def messages(self) -> list[Json]:
        path = f"{self.root}/api/chats/{self.asking.destination.chat_id}/messages"
        async with self.http.get(path) as answer:
            found: list[Json] = await answer.json()
        return found

    async def file(self, file_id: str) -> bytes:
        async with self.http.get(f"{self.root}/api/files/{file_id}") as answer:
            return await answer.read()

    def tapped(self, message: Json) -> None:
        self.asking = replace(self.asking, tapped=message["message_id"])


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    app = build_app()
    runner, port = await start(app)
    root, database = f"http://127.0.0.1:{port}", Database.open(sqlite_url)
    world = app[TELEGRAM].world
    ada = int(world.first_person["id"])
    world.chats[ada].started = True
    asking = Asking("map btc", Destination(ada), "private", ada)
    async with aiohttp.ClientSession() as http, Bot("1:sandbox", base_url=f"{root}/bot") as bot:
        yield Scene(root, http, Reply(bot, database), database, asking)
    app[FAULTS].clear()
    await runner.cleanup()
    await database.close()


def drawn(kind: str, colour: str = "navy", width: int = 320) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, 200), colour).save(out, kind)
    return out.getvalue()


def file_id_of(message: Json, kind: MediaKind) -> str:
    held = message[kind.value]
    return str((held[-1] if kind is MediaKind.PHOTO else held)["file_id"])


MEDIA = {
    MediaKind.PHOTO: photo(drawn("PNG")),
    MediaKind.DOCUMENT: document(drawn("PNG", width=2560), "BTC map.png"),
    MediaKind.ANIMATION: animation(drawn("GIF")),
}


@pytest.mark.parametrize("kind", MEDIA)
async def test_each_kind_arrives_with_its_caption_byte_for_byte(scene: Scene, kind: MediaKind) -> None:
    message = await scene.say(Answer("<b>BTC</b>", media=MEDIA[kind]))
    assert (message["caption"], message["caption_entities"][0]["type"]) == ("BTC", "bold")
    assert await scene.file(file_id_of(message, kind)) == MEDIA[kind].content


async def test_a_document_keeps_its_name_and_is_no_photo(scene: Scene) -> None:
    message = await scene.say(Answer("", media=MEDIA[MediaKind.DOCUMENT]))
    assert message["document"]["file_name"] == "BTC map.png"
    assert "photo" not in message


@pytest.mark.parametrize("kind", MEDIA)
async def test_the_same_bytes_go_up_once(scene: Scene, kind: MediaKind) -> None:
    first = await scene.say(Answer("a", media=MEDIA[kind]))
    again = await scene.say(Answer("b", media=MEDIA[kind]))
    assert again["message_id"] != first["message_id"]
    assert file_id_of(again, kind) == file_id_of(first, kind)


async def test_a_photo_that_is_also_wanted_as_a_file_goes_up_as_one(scene: Scene) -> None:
    png = drawn("PNG")
    shown = await scene.say(Answer("a", media=photo(png)))
    file = await scene.say(Answer("b", media=document(png, "map.png")))
    assert file["document"]["file_id"] != shown["photo"][-1]["file_id"]


async def test_what_the_outbox_sent_is_not_uploaded_by_an_answer(scene: Scene) -> None:
    sent = await scene.say(Answer("a", media=MEDIA[MediaKind.PHOTO]))
    fresh = Reply(scene.reply._bot, scene.database)  # knows nothing by itself
    async with scene.database.begin() as tx:
        key = await pictures.put(tx, MEDIA[MediaKind.PHOTO].content, now_ms=1)
        await pictures.remember_file_id(tx, key, sent["photo"][-1]["file_id"])
    scene.reply = fresh
    answered = await scene.say(Answer("b", media=MEDIA[MediaKind.PHOTO]))
    assert answered["photo"][-1]["file_id"] == sent["photo"][-1]["file_id"]


async def test_a_file_that_telegram_forgot_goes_up_again(scene: Scene) -> None:
    async with scene.database.begin() as tx:
        key = await pictures.put(tx, MEDIA[MediaKind.PHOTO].content, now_ms=1)
        await pictures.remember_file_id(tx, key, "of-another-token")
    message = await scene.say(Answer("a", media=MEDIA[MediaKind.PHOTO]))
    assert message["caption"] == "a"


@pytest.mark.parametrize("old", [MediaKind.PHOTO, MediaKind.ANIMATION])
@pytest.mark.parametrize(
    "fresh", [photo(drawn("PNG", "red")), animation(drawn("GIF", "red")), document(b"numbers", "map.json")]
)
async def test_a_picture_is_drawn_anew_in_its_place(scene: Scene, old: MediaKind, fresh: Media) -> None:
    scene.tapped(await scene.say(Answer("old", media=MEDIA[old])))
    before = len(await scene.messages())
    message = await scene.say(Answer("new", media=fresh, in_place=True))
    assert len(await scene.messages()) == before
    assert (message["message_id"], message["caption"]) == (scene.asking.tapped, "new")
    assert await scene.file(file_id_of(message, fresh.kind)) == fresh.content
    assert ("animation" in message) is (fresh.kind is MediaKind.ANIMATION)


async def test_what_looks_the_same_is_left_as_it_is(scene: Scene) -> None:
    shown = await scene.say(Answer("same", media=MEDIA[MediaKind.PHOTO]))
    scene.tapped(shown)
    message = await scene.say(Answer("same", media=MEDIA[MediaKind.PHOTO], in_place=True))
    assert "edit_date" not in message
