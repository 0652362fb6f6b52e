"""The real client library against the sandbox's Telegram over HTTP, on its good days and its bad ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image
from scripted_sender import eventually
from store_samples import letter
from telegram.ext import ExtBot

from bot.delivery.courier import Courier, DeliveryImpossibleError, Trouble, wall_ms
from bot.delivery.outcome import Verdict
from bot.delivery.pacing import Haste, Pacing
from bot.delivery.sender import Sender
from bot.delivery.settlement import UNSURE_PAUSE_MS
from bot.sandbox.server import FAULTS, build_app, start
from bot.store import chats, outbox, outbox_counts, pictures
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Button, Kind, Letter, LetterState, Queued

Json = dict[str, Any]


@dataclass
class Scene:
    """The sandbox, a courier that delivers into it, and the chats as their members see them."""

    root: str
    http: aiohttp.ClientSession
    database: Database
    bot: ExtBot[Haste]
    pacing: Pacing
    skipped_ms: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    async def api(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON of any shape
        async with self.http.request(method, f"{self.root}/api/{path}", json=body or None) as answer:
            return await answer.json()

    async def chat(self, kind: str) -> int:
        """A chat in which the bot may write."""
        if kind == "private":
            listed: list[Json] = await self.api("GET", "chats")
            person = next(int(one["id"]) for one in listed if one["type"] == "private")
            await self.api("POST", f"chats/{person}/messages", text="/start")
            return person
        made: Json = await self.api("POST", "chats", type=kind, title=f"A {kind}")
        return int(made["id"])

    async def fault(self, kind: str, seconds: float, **details: object) -> None:
        await self.api("POST", "faults", target="telegram", kind=kind, seconds=seconds, **details)

    async def said(self, chat_id: int) -> list[Json]:
        """What the bot said there."""
        messages: list[Json] = await self.api("GET", f"chats/{chat_id}/messages")
        return [one for one in messages if one.get("from", {"is_bot": True})["is_bot"]]

    async def put(self, *letters: Letter) -> list[int]:
        async with self.database.begin() as tx:
            ids = [await outbox.enqueue(tx, one, now_ms=self.now_ms()) for one in letters]
        return [one for one in ids if one is not None]

    async def look(self, letter_id: int) -> Queued:
        async with self.database.read() as tx:
            found = await outbox.find(tx, letter_id)
        assert found is not None
        return found

    def now_ms(self) -> int:
        return wall_ms() + self.skipped_ms

    def new_courier(self) -> Courier:
        return Courier(
            self.database,
            Sender(self.bot),
            self.pacing,
            late_note=lambda late_ms, _: f"{late_ms // 60_000} min late",
            clock_ms=self.now_ms,
            on_trouble=self._note,
            look_every_s=0.02,
        )

    @asynccontextmanager
    async def courier(self) -> AsyncIterator[Courier]:
        courier = self.new_courier()
        working = asyncio.create_task(courier.run())
        yield courier
        await courier.stop()
        await working

    async def deliver(self) -> None:
        """Until nothing is due, whatever has become of it."""
        async with self.courier():
            await eventually(self._nothing_is_due)

    async def deliver_all(self) -> None:
        """Until everything is settled; pauses of the outbox are skipped."""
        async with self.courier():
            await eventually(self._everything_is_settled)

    async def _nothing_is_due(self) -> bool:
        async with self.database.read() as tx:
            counts = await outbox_counts.counts(tx)
            due_ms = await outbox_counts.next_due_ms(tx)
        return not counts.sending and (due_ms is None or due_ms > self.now_ms())

    async def _everything_is_settled(self) -> bool:
        async with self.database.read() as tx:
            counts = await outbox_counts.counts(tx)
        if not counts.sending and await self._nothing_is_due():
            self.skipped_ms += 1000
        return counts.ready + counts.sending == 0

    async def _note(self, trouble: Trouble) -> None:
        self.troubles.append(trouble)


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    app = build_app()
    runner, port = await start(app)
    root, pacing, database = f"http://127.0.0.1:{port}", Pacing(), Database.open(sqlite_url)
    try:
        async with (
            aiohttp.ClientSession() as http,
            ExtBot("1:sandbox", base_url=f"{root}/bot", rate_limiter=pacing) as bot,
        ):
            yield Scene(root, http, database, bot, pacing)
            app[FAULTS].clear()
    finally:
        await runner.cleanup()
        await database.close()


def png() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (320, 200), "navy").save(drawn, "PNG")
    return drawn.getvalue()


@pytest.mark.parametrize("kind", ["private", "supergroup", "channel"])
async def test_a_letter_arrives_with_its_markup_and_buttons(scene: Scene, kind: str) -> None:
    at = Destination(await scene.chat(kind))
    buttons = ((Button("Map", "v1:map"), Button("Off", "v1:off")),)
    (one,) = await scene.put(letter("one", at, text="<b>BTC</b> &lt; 97k", buttons=buttons))
    await scene.deliver()
    (message,) = await scene.said(at.chat_id)
    assert message["text"] == "BTC < 97k"
    assert [entity["type"] for entity in message["entities"]] == ["bold"]
    assert [tap["callback_data"] for tap in message["reply_markup"]["inline_keyboard"][0]] == [
        "v1:map",
        "v1:off",
    ]
    assert (await scene.look(one)).message_id == message["message_id"]


async def test_a_picture_is_uploaded_once_for_all_chats(scene: Scene) -> None:
    group, channel = await scene.chat("supergroup"), await scene.chat("channel")
    async with scene.database.begin() as tx:
        key = await pictures.put(tx, png(), now_ms=1)
    await scene.put(letter("a", Destination(group), picture_key=key))
    await scene.deliver()
    await scene.put(letter("b", Destination(channel), picture_key=key))
    await scene.deliver()
    (first,), (second,) = await scene.said(group), await scene.said(channel)
    assert (first["caption"], second["caption"]) == ("a", "b")
    assert first["photo"][-1]["file_id"] == second["photo"][-1]["file_id"]


async def test_a_file_id_of_another_life_leads_to_a_new_upload(scene: Scene) -> None:
    group = await scene.chat("supergroup")
    async with scene.database.begin() as tx:
        key = await pictures.put(tx, png(), now_ms=1)
        await pictures.remember_file_id(tx, key, "sandbox-photo-of-another-life")
    await scene.put(letter("a", Destination(group), picture_key=key))
    await scene.deliver()
    assert [message["caption"] for message in await scene.said(group)] == ["a"]


@pytest.mark.parametrize(("kind", "fault"), [("private", "blocked"), ("supergroup", "kicked")])
async def test_who_shuts_the_bot_out_is_left_alone(scene: Scene, kind: str, fault: str) -> None:
    chat_id = await scene.chat(kind)
    before = len(await scene.said(chat_id))
    await scene.fault(fault, 60, chat_id=chat_id)
    ids = await scene.put(letter("a", Destination(chat_id)), letter("b", Destination(chat_id)))
    await scene.deliver()
    async with scene.database.read() as tx:
        chat = await chats.find(tx, chat_id)
    assert chat is not None
    assert not chat.active
    found = [await scene.look(one) for one in ids]
    assert [one.state for one in found] == [LetterState.DEAD] * 2
    assert sum(one.attempts for one in found) == 1
    assert len(await scene.said(chat_id)) == before


async def test_a_chat_the_bot_never_met_is_switched_off(scene: Scene) -> None:
    (one,) = await scene.put(letter("a", Destination(424242)))
    await scene.deliver()
    assert "Chat not found" in (await scene.look(one)).last_error
    assert [trouble.outcome.verdict for trouble in scene.troubles] == [Verdict.CHAT_OFF]


async def test_a_flooded_chat_waits_and_the_others_get_theirs(scene: Scene) -> None:
    slow, quick = await scene.chat("supergroup"), await scene.chat("channel")
    await scene.fault("flood", 60, chat_id=slow, retry_after=30)
    await scene.put(letter("a", Destination(slow)), letter("b", Destination(quick)))
    await scene.deliver()
    assert [message["text"] for message in await scene.said(quick)] == ["b"]
    assert await scene.said(slow) == []
    assert scene.pacing.resting()[slow] == pytest.approx(30, abs=5)


async def test_a_topic_that_is_gone_falls_back_to_the_chat(scene: Scene) -> None:
    group = await scene.chat("supergroup")
    await scene.put(letter("a", Destination(group, 77)))
    await scene.deliver()
    (message,) = await scene.said(group)
    assert message["text"] == "a"
    assert "message_thread_id" not in message


async def test_a_migrated_group_is_followed(scene: Scene) -> None:
    group = await scene.chat("group")
    await scene.api("POST", f"chats/{group}/migration")
    (one,) = await scene.put(letter("a", Destination(group)))
    await scene.deliver()
    new_id = (await scene.look(one)).destination.chat_id
    assert new_id != group
    assert (await scene.said(new_id))[-1]["text"] == "a"


@pytest.mark.parametrize("text", ["<b>BTC falls", "<marquee>BTC falls</marquee>"])
async def test_markup_that_telegram_refuses_arrives_as_plain_words(scene: Scene, text: str) -> None:
    group = await scene.chat("supergroup")
    await scene.put(letter("a", Destination(group), text=text))
    await scene.deliver()
    (message,) = await scene.said(group)
    assert message["text"] == "BTC falls"
    assert "entities" not in message


async def test_a_caption_that_is_too_long_arrives_as_text(scene: Scene) -> None:
    group = await scene.chat("supergroup")
    async with scene.database.begin() as tx:
        key = await pictures.put(tx, png(), now_ms=1)
    await scene.put(letter("a", Destination(group), text="long " * 300, picture_key=key))
    await scene.deliver()
    (message,) = await scene.said(group)
    assert message["text"].startswith("long long")


@pytest.mark.parametrize("kind", ["errors", "garbage", "dropped", "bad_gateway"])
async def test_an_outage_delays_alerts_and_loses_none(scene: Scene, kind: str) -> None:
    groups = [await scene.chat("supergroup") for _ in range(6)]
    await scene.fault(kind, 1.0)
    ids = await scene.put(*(letter(str(group), Destination(group)) for group in groups))
    await scene.deliver_all()
    assert {(await scene.look(one)).state for one in ids} == {LetterState.SENT}
    assert [len(await scene.said(group)) for group in groups] == [1] * 6


async def test_an_answer_that_was_lost_may_double_an_alert_once(scene: Scene) -> None:
    group = await scene.chat("supergroup")
    await scene.fault("lost_answer", 60)
    (one,) = await scene.put(letter("a", Destination(group)))
    await scene.deliver()
    assert ((await scene.look(one)).state, (await scene.look(one)).unsure) == (LetterState.READY, 1)
    await scene.fault("lost_answer", 0)
    scene.skipped_ms += UNSURE_PAUSE_MS
    await scene.deliver()
    assert (await scene.look(one)).state is LetterState.SENT
    assert len(await scene.said(group)) == 2


async def test_a_wrong_token_ends_the_work_loudly(scene: Scene) -> None:
    group = await scene.chat("supergroup")
    await scene.fault("unauthorized", 60)
    (one,) = await scene.put(letter("a", Destination(group)))
    with pytest.raises(DeliveryImpossibleError, match="Unauthorized"):
        await asyncio.wait_for(scene.new_courier().run(), 5)
    assert (await scene.look(one)).state is LetterState.READY


async def test_the_pace_stays_below_what_telegram_refuses(scene: Scene) -> None:
    home, group = await scene.chat("private"), await scene.chat("supergroup")
    ids = await scene.put(*(letter(f"h{n}", Destination(home)) for n in range(4)))
    ids += await scene.put(*(letter(f"g{n}", Destination(group)) for n in range(4)))
    await scene.deliver()
    found = [await scene.look(one) for one in ids]
    assert {(one.state, one.attempts) for one in found} == {(LetterState.SENT, 1)}


async def test_handlers_speak_through_the_same_limiter_and_chat_actions_are_free(scene: Scene) -> None:
    home = await scene.chat("private")
    message = await scene.bot.send_message(home, "hello")
    assert message.text == "hello"
    async with asyncio.timeout(2):
        for _ in range(10):
            await scene.bot.send_chat_action(home, "typing")


def graded(of: int, to: Destination, text: str, buttons: tuple[tuple[Button, ...], ...] = ()) -> Letter:
    return letter(f"edit {of} {text}", to, Kind.EDIT, text=text, buttons=buttons, edits_id=of)


@pytest.mark.parametrize("with_picture", [True, False])
async def test_an_edit_changes_the_words_and_keeps_picture_and_buttons(
    scene: Scene, with_picture: bool
) -> None:
    at = Destination(await scene.chat("supergroup"))
    async with scene.database.begin() as tx:
        key = await pictures.put(tx, png(), now_ms=1) if with_picture else None
    buttons = ((Button("Map", "v1:map"),),)
    (one,) = await scene.put(letter("a", at, text="<b>near</b>", picture_key=key, buttons=buttons))
    await scene.deliver()
    (before,) = await scene.said(at.chat_id)
    (change,) = await scene.put(graded(one, at, "<b>near</b>\nAfter 4 h: &lt;touched&gt;", buttons))
    await scene.deliver()
    (after,) = await scene.said(at.chat_id)
    words = "caption" if with_picture else "text"
    assert after[words] == "near\nAfter 4 h: <touched>"
    assert after["message_id"] == before["message_id"]
    assert after.get("photo") == before.get("photo")
    assert after["reply_markup"] == before["reply_markup"]
    assert "edit_date" in after
    assert (await scene.look(change)).state is LetterState.SENT
    assert scene.troubles == []


async def test_an_edit_that_changes_nothing_is_as_good_as_done(scene: Scene) -> None:
    at = Destination(await scene.chat("channel"))
    (one,) = await scene.put(letter("a", at, text="same"))
    await scene.deliver()
    (change,) = await scene.put(graded(one, at, "same"))
    await scene.deliver()
    assert (await scene.look(change)).state is LetterState.SENT


async def test_an_edit_of_a_message_that_was_deleted_ends_quietly(scene: Scene) -> None:
    at = Destination(await scene.chat("supergroup"))
    (one,) = await scene.put(letter("a", at))
    await scene.deliver()
    await scene.bot.delete_message(at.chat_id, (await scene.look(one)).message_id or 0)
    (change,) = await scene.put(graded(one, at, "news"))
    await scene.deliver()
    assert (await scene.look(change)).state is LetterState.DEAD
    assert await scene.said(at.chat_id) == []
    assert [trouble.outcome.verdict for trouble in scene.troubles] == [Verdict.MESSAGE_GONE]


async def test_a_picture_that_was_sent_as_words_is_edited_as_words(scene: Scene) -> None:
    at = Destination(await scene.chat("supergroup"))
    (one,) = await scene.put(letter("a", at, picture_key="pruned long ago"))
    await scene.deliver()
    await scene.put(graded(one, at, "news"))
    await scene.deliver()
    assert [message["text"] for message in await scene.said(at.chat_id)] == ["news"]
