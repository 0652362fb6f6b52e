"""How fast the bot may talk: 429 and when to try again. The clock stands until a test winds it."""

import pytest
import telegram.error
from telegram import Bot
from telegram_hands import Sandbox, png

from bot.delivery.outcome import seconds_of

pytest_plugins = ("telegram_fixtures",)


async def _send_until_refused(bot: Bot, chat_id: int) -> tuple[int, int]:
    for sent in range(100):
        try:
            await bot.send_message(chat_id, f"message {sent}")
        except telegram.error.RetryAfter as refused:
            return sent, round(seconds_of(refused))
    raise AssertionError("a hundred messages went out at once")


async def test_a_private_chat_forgives_a_short_burst_and_then_a_message_a_second(
    sandbox: Sandbox, bot: Bot, ada: int
) -> None:
    assert await _send_until_refused(bot, ada) == (5, 5)
    sandbox.clock.now += 5
    assert (await bot.send_message(ada, "later")).text == "later"


@pytest.mark.parametrize("kind", ["supergroup", "channel"])
async def test_a_group_or_channel_takes_twenty_a_minute(sandbox: Sandbox, bot: Bot, kind: str) -> None:
    chat = await sandbox.chat(kind)
    assert await _send_until_refused(bot, chat["id"]) == (20, 60)
    sandbox.clock.now += 59.5
    refused = await sandbox.call("sendMessage", chat_id=chat["id"], text="x")
    assert refused["parameters"] == {"retry_after": 1}
    sandbox.clock.now += 0.5
    assert (await sandbox.call("sendMessage", chat_id=chat["id"], text="x"))["ok"] is True


async def test_all_chats_together_take_thirty_a_second(sandbox: Sandbox, bot: Bot) -> None:
    people = [await sandbox.api("POST", "people", first_name=f"P{index}") for index in range(7)]
    for person in people:
        await sandbox.say(person["id"], "/start")
    answers = [
        await sandbox.call("sendMessage", chat_id=person["id"], text=str(index))
        for index in range(5)
        for person in people
    ]
    assert [one["ok"] for one in answers] == [True] * 30 + [False] * 5
    assert answers[-1]["description"] == "Too Many Requests: retry after 1"


async def test_one_flooded_chat_does_not_slow_another(
    sandbox: Sandbox, bot: Bot, ada: int, group: int
) -> None:
    for index in range(6):
        await sandbox.call("sendMessage", chat_id=ada, text=str(index))
    assert (await bot.send_message(group, "x")).text == "x"


async def test_edits_count_like_messages(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    sent = await bot.send_message(ada, "0")
    where = {"chat_id": ada, "message_id": sent.message_id}
    answers = [await sandbox.call("editMessageText", **where, text=str(index)) for index in range(1, 6)]
    assert [one["ok"] for one in answers] == [True] * 4 + [False]
    assert (await sandbox.messages(ada))[0]["text"] == "4"


async def test_an_album_counts_as_many_messages(sandbox: Sandbox, bot: Bot, group: int) -> None:
    album = [telegram.InputMediaPhoto(png(10, 10 + index)) for index in range(10)]
    await bot.send_media_group(group, album)
    await bot.send_media_group(group, album)
    assert (await sandbox.call("sendMessage", chat_id=group, text="x"))["error_code"] == 429


async def test_a_refused_message_does_not_count(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    for _ in range(10):
        await sandbox.refusal("sendMessage", chat_id=ada, text="")
    assert (await sandbox.call("sendMessage", chat_id=ada, text="x"))["ok"] is True


async def test_answers_to_taps_are_never_paced(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    for _ in range(6):
        await sandbox.call("sendMessage", chat_id=ada, text="x")
    for _ in range(40):
        question = sandbox.telegram.taps.ask()
        assert await bot.answer_callback_query(question.id) is True
