"""Taps, chats that are shared, inline queries."""

import asyncio

import pytest
import telegram.error
from telegram import (
    Bot,
    ChatAdministratorRights,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram_hands import Answer, Sandbox

pytest_plugins = ("telegram_fixtures",)
POSTING = ChatAdministratorRights(
    is_anonymous=False,
    can_manage_chat=True,
    can_delete_messages=False,
    can_manage_video_chats=False,
    can_restrict_members=False,
    can_promote_members=False,
    can_change_info=False,
    can_invite_users=False,
    can_post_stories=False,
    can_edit_stories=False,
    can_delete_stories=False,
    can_post_messages=True,
)


async def _tap(
    sandbox: Sandbox, bot: Bot, chat_id: int, **tap: object
) -> tuple["asyncio.Task[Answer]", Answer]:
    """The tap that waits, and the callback query that the bot got."""
    task = asyncio.create_task(sandbox.status("POST", f"chats/{chat_id}/taps", **tap))
    (update,) = await bot.get_updates(timeout=3)
    return task, update.callback_query


async def test_a_tap_waits_for_the_answer(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("24h", callback_data="w24")]])
    sent = await bot.send_message(ada, "x", reply_markup=markup)
    task, query = await _tap(sandbox, bot, ada, message_id=sent.message_id, data="w24")
    assert isinstance(query.message, Message)
    assert (query.data, query.message.message_id, query.from_user.id) == ("w24", sent.message_id, ada)
    assert await query.answer("Updated", show_alert=True) is True
    assert await task == (200, {"text": "Updated", "show_alert": True})


async def test_a_tap_without_an_answer_ends_with_null(
    sandbox: Sandbox, bot: Bot, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.telegram.gestures.PATIENCE_SECONDS", 0.1)
    sent = await bot.send_message(ada, "x")
    tapped = await sandbox.status("POST", f"chats/{ada}/taps", message_id=sent.message_id, data="old:1")
    assert tapped == (200, None)


async def test_a_button_of_a_deleted_message_still_reaches_the_bot(
    sandbox: Sandbox, bot: Bot, ada: int
) -> None:
    sent = await bot.send_message(ada, "x")
    await bot.delete_message(ada, sent.message_id)
    task, query = await _tap(sandbox, bot, ada, message_id=sent.message_id, data="gone")
    assert (query.message.date.timestamp(), query.message.message_id) == (0, sent.message_id)
    assert query.message.text is None
    await query.answer()
    assert (await task)[1] == {"text": "", "show_alert": False}


async def test_a_tap_on_a_message_that_never_was_is_refused(sandbox: Sandbox, ada: int) -> None:
    status, body = await sandbox.status("POST", f"chats/{ada}/taps", message_id=99, data="x")
    assert (status, body["error"]) == (404, "There is no message 99 in this chat.")


async def test_in_a_group_the_tap_names_who_tapped(sandbox: Sandbox, bot: Bot, group: int) -> None:
    ben = list(sandbox.telegram.world.people)[1]
    sent = await bot.send_message(group, "x")
    task, query = await _tap(sandbox, bot, group, message_id=sent.message_id, data="x", user_id=ben)
    assert query.from_user.first_name == "Ben"
    await query.answer()
    await task


async def test_a_query_takes_one_answer_and_grows_old(sandbox: Sandbox, bot: Bot) -> None:
    question = sandbox.telegram.taps.ask()
    await bot.answer_callback_query(question.id)
    with pytest.raises(telegram.error.BadRequest, match="Query is too old"):
        await bot.answer_callback_query(question.id)
    question = sandbox.telegram.taps.ask()
    sandbox.clock.now += 61
    with pytest.raises(telegram.error.BadRequest, match="Query is too old"):
        await bot.answer_callback_query(question.id)


def _asking() -> ReplyKeyboardMarkup:
    request = KeyboardButtonRequestChat(
        7,
        True,
        request_title=True,
        bot_administrator_rights=POSTING,
        user_administrator_rights=POSTING,
    )
    return ReplyKeyboardMarkup(
        [[KeyboardButton("Link a channel", request_chat=request)]], one_time_keyboard=True
    )


async def test_a_shared_channel_makes_the_bot_an_administrator_there(
    sandbox: Sandbox, bot: Bot, ada: int
) -> None:
    news = await sandbox.api("POST", "chats", type="channel", title="News", bot=False)
    await bot.send_message(ada, "Which channel?", reply_markup=_asking())
    await sandbox.api("POST", f"chats/{ada}/shared", request_id=7, shared_chat_id=news["id"])
    promoted, shared = await bot.get_updates()
    assert promoted.my_chat_member is not None
    assert promoted.my_chat_member.chat.id == news["id"]
    assert shared.message is not None
    assert shared.message.chat_shared is not None
    assert (shared.message.chat_shared.chat_id, shared.message.chat_shared.title) == (news["id"], "News")
    assert (await bot.send_message(news["id"], "Test post")).text == "Test post"


async def test_a_channel_that_already_has_the_bot_is_just_shared(
    sandbox: Sandbox, bot: Bot, ada: int, channel: int
) -> None:
    await bot.send_message(ada, "Which channel?", reply_markup=_asking())
    await sandbox.api("POST", f"chats/{ada}/shared", request_id=7, shared_chat_id=channel)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.chat_shared is not None


async def test_only_what_the_button_asks_for_can_be_shared(
    sandbox: Sandbox, bot: Bot, ada: int, group: int
) -> None:
    nobodys, _ = await sandbox.status("POST", f"chats/{ada}/shared", request_id=7, shared_chat_id=group)
    await bot.send_message(ada, "Which channel?", reply_markup=_asking())
    a_group, _ = await sandbox.status("POST", f"chats/{ada}/shared", request_id=7, shared_chat_id=group)
    ben = list(sandbox.telegram.world.people)[1]
    foreign = await sandbox.api("POST", "chats", type="channel", title="Ben's", user_id=ben)
    someone_elses, _ = await sandbox.status(
        "POST", f"chats/{ada}/shared", request_id=7, shared_chat_id=foreign["id"]
    )
    assert (nobodys, a_group, someone_elses) == (404, 400, 403)
    assert await sandbox.heard() == []


async def test_the_reply_keyboard_is_shown_until_it_is_removed(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await bot.send_message(ada, "Choose", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]]))
    chat = await sandbox.chat("private")
    assert [button["text"] for button in chat["reply_keyboard"]["keyboard"][0]] == ["Yes", "No"]
    assert "reply_markup" not in (await sandbox.messages(ada))[-1]
    await bot.send_message(ada, "Thanks", reply_markup=ReplyKeyboardRemove())
    assert "reply_keyboard" not in await sandbox.chat("private")


async def test_a_deep_link_adds_the_bot_to_a_group(sandbox: Sandbox, group: int) -> None:
    await sandbox.api("POST", f"chats/{group}/bot", status="left")
    await sandbox.api("POST", f"chats/{group}/starts", payload="p_BTC")
    _, added, started = await sandbox.heard()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert started["message"]["text"] == "/start@liqmap_sandbox_bot p_BTC"


async def test_an_inline_query_waits_for_results(sandbox: Sandbox, bot: Bot) -> None:
    task = asyncio.create_task(sandbox.api("POST", "inline", query="btc 24h"))
    (update,) = await bot.get_updates(timeout=3)
    assert update.inline_query is not None
    article = InlineQueryResultArticle("1", "BTC", InputTextMessageContent("BTC"))
    await update.inline_query.answer([article])
    assert [one["title"] for one in (await task)["results"]] == ["BTC"]


async def test_an_inline_query_is_cut_at_256_characters(sandbox: Sandbox, bot: Bot) -> None:
    task = asyncio.create_task(sandbox.api("POST", "inline", query="x" * 300))
    (update,) = await bot.get_updates(timeout=3)
    assert update.inline_query is not None
    assert len(update.inline_query.query) == 256
    await update.inline_query.answer([])
    await task
