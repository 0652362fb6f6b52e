"""What Telegram says no to, in its own words, and what the client library makes of it."""

import pytest
import telegram.error
from telegram import Bot, InputMediaPhoto
from telegram_hands import Sandbox, png

pytest_plugins = ("telegram_fixtures",)


async def _move_bot(sandbox: Sandbox, chat_id: int, status: str, *rights: str) -> None:
    await sandbox.api("POST", f"chats/{chat_id}/bot", status=status, rights=list(rights))


async def test_an_unknown_chat_is_not_found(bot: Bot) -> None:
    for reference in (42, "@nobody_here", "words"):
        with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
            await bot.send_message(reference, "x")


async def test_a_channel_is_found_by_its_name(bot: Bot, channel: int) -> None:
    message = await bot.send_message("@Signals", "x")
    assert message.chat.id == channel


async def test_the_bot_cannot_begin_a_conversation(sandbox: Sandbox, ada: int) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x")
    assert refusal == "Forbidden: bot can't initiate conversation with a user"
    await sandbox.say(ada, "/start")
    assert (await sandbox.result("sendMessage", chat_id=ada, text="x"))["chat"]["id"] == ada


async def test_a_person_who_blocked_the_bot_gets_nothing_and_the_bot_hears_of_it(
    sandbox: Sandbox, bot: Bot, ada: int
) -> None:
    await _move_bot(sandbox, ada, "kicked")
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ada, "x")
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_writing_to_the_bot_unblocks_it(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _move_bot(sandbox, ada, "kicked")
    await sandbox.say(ada, "/start")
    kinds = [set(update) - {"update_id"} for update in await sandbox.heard()]
    assert kinds == [{"my_chat_member"}, {"my_chat_member"}, {"message"}]
    assert (await bot.send_message(ada, "welcome back")).text == "welcome back"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("left", "Forbidden: bot is not a member of the supergroup chat"),
        ("restricted", "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_group_can_shut_the_bot_out(sandbox: Sandbox, group: int, status: str, reason: str) -> None:
    await _move_bot(sandbox, group, status)
    assert await sandbox.refusal("sendMessage", chat_id=group, text="x") == reason


async def test_a_channel_takes_posts_of_administrators_only(sandbox: Sandbox, channel: int) -> None:
    await _move_bot(sandbox, channel, "administrator", "can_edit_messages")
    refusal = await sandbox.refusal("sendMessage", chat_id=channel, text="x")
    assert refusal == "Bad Request: need administrator rights in the channel chat"
    await _move_bot(sandbox, channel, "kicked")
    refusal = await sandbox.refusal("sendMessage", chat_id=channel, text="x")
    assert refusal == "Forbidden: bot was kicked from the channel chat"


async def test_there_are_no_topics_where_there_is_no_forum(bot: Bot, group: int) -> None:
    with pytest.raises(telegram.error.BadRequest, match="Message thread not found"):
        await bot.send_message(group, "x", message_thread_id=7)


async def test_a_forum_takes_messages_into_its_topics_and_not_into_the_general_one(
    sandbox: Sandbox, bot: Bot
) -> None:
    forum = await sandbox.api("POST", "chats", type="supergroup", title="Forum", topics=["Talk", "Alerts"])
    topic = max(sandbox.telegram.world.chats[forum["id"]].topics)
    message = await bot.send_message(forum["id"], "x", message_thread_id=topic)
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    with pytest.raises(telegram.error.BadRequest, match="Message thread not found"):
        await bot.send_message(forum["id"], "x", message_thread_id=1)


async def test_a_group_that_became_a_supergroup_names_its_new_id(
    sandbox: Sandbox, bot: Bot, group: int
) -> None:
    grown = await sandbox.api("POST", f"chats/{group}/migration")
    with pytest.raises(telegram.error.ChatMigrated) as migrated:
        await bot.send_message(group, "x")
    assert migrated.value.new_chat_id == grown["id"]
    assert (await bot.send_message(grown["id"], "x")).chat.id == grown["id"]
    moved = [one["message"] for one in await sandbox.heard()]
    assert [one.get("migrate_to_chat_id") for one in moved] == [grown["id"], None]


async def test_an_answer_needs_its_message(bot: Bot, ada: int) -> None:
    with pytest.raises(telegram.error.BadRequest, match="Message to be replied not found"):
        await bot.send_message(ada, "x", reply_to_message_id=99)
    message = await bot.send_message(ada, "x", reply_to_message_id=99, allow_sending_without_reply=True)
    assert message.reply_to_message is None


async def test_an_edit_needs_its_message(bot: Bot, ada: int) -> None:
    with pytest.raises(telegram.error.BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", ada, 99)


async def test_the_bot_edits_only_what_it_said(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    said = await sandbox.say(ada, "mine")
    with pytest.raises(telegram.error.BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", ada, said["message_id"])


async def test_an_edit_must_change_something(bot: Bot, ada: int) -> None:
    sent = await bot.send_message(ada, "<b>x</b>", parse_mode="HTML")
    with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<b>x</b>", ada, sent.message_id, parse_mode="HTML")
    edited = await bot.edit_message_text("x", ada, sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert edited.entities == ()
    assert edited.edit_date is not None


async def test_the_same_picture_again_is_not_modified(bot: Bot, ada: int) -> None:
    sent = await bot.send_photo(ada, png(10, 10), caption="x")
    same = InputMediaPhoto(sent.photo[-1].file_id, caption="x")
    with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
        await bot.edit_message_media(same, ada, sent.message_id)


async def test_a_picture_has_no_text_and_a_text_no_caption(bot: Bot, ada: int) -> None:
    picture = await bot.send_photo(ada, png(10, 10))
    words = await bot.send_message(ada, "x")
    with pytest.raises(telegram.error.BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("y", ada, picture.message_id)
    with pytest.raises(telegram.error.BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(ada, words.message_id, caption="y")


async def test_a_message_is_deleted_once(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    sent = await bot.send_message(ada, "x")
    assert await bot.delete_message(ada, sent.message_id) is True
    assert await sandbox.messages(ada) == []
    with pytest.raises(telegram.error.BadRequest, match="Message to delete not found"):
        await bot.delete_message(ada, sent.message_id)


async def test_in_a_group_a_plain_member_deletes_only_its_own(sandbox: Sandbox, bot: Bot, group: int) -> None:
    said = await sandbox.say(group, "/zones")
    with pytest.raises(telegram.error.BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group, said["message_id"])
    await _move_bot(sandbox, group, "administrator", "can_delete_messages")
    assert await bot.delete_message(group, said["message_id"]) is True


async def test_pinning_in_a_group_needs_the_right(sandbox: Sandbox, bot: Bot, group: int) -> None:
    sent = await bot.send_message(group, "x")
    with pytest.raises(telegram.error.BadRequest, match="Not enough rights to manage pinned messages"):
        await bot.pin_chat_message(group, sent.message_id)
    await _move_bot(sandbox, group, "administrator", "can_pin_messages")
    assert await bot.pin_chat_message(group, sent.message_id) is True
    pinned = (await bot.get_chat(group)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    assert await bot.unpin_chat_message(group, sent.message_id) is True
    assert (await bot.get_chat(group)).pinned_message is None


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "url": "no address"}, "BUTTON_URL_INVALID"),
        (
            {"text": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "x"}, 'can\'t parse inline keyboard button: Field "text" must be non-empty'),
        ({"text": "x", "callback_data": "x", "style": "loud"}, "BUTTON_STYLE_INVALID"),
    ],
)
async def test_a_button_needs_a_text_and_something_to_do(
    sandbox: Sandbox, bot: Bot, ada: int, button: dict[str, str], reason: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x", reply_markup=markup)
    assert refusal == f"Bad Request: {reason}"


async def test_a_channel_takes_inline_keyboards_only(sandbox: Sandbox, channel: int) -> None:
    markup = {"keyboard": [["x"]]}
    refusal = await sandbox.refusal("sendMessage", chat_id=channel, text="x", reply_markup=markup)
    assert refusal == "Bad Request: inline keyboard expected"


async def test_chats_are_asked_for_in_private_only(sandbox: Sandbox, group: int) -> None:
    button = {"text": "Link", "request_chat": {"request_id": 1, "chat_is_channel": True}}
    markup = {"keyboard": [[button]]}
    refusal = await sandbox.refusal("sendMessage", chat_id=group, text="x", reply_markup=markup)
    assert refusal.endswith("Chats can be requested in private chats only")


async def test_a_method_that_does_not_exist_is_not_found(sandbox: Sandbox) -> None:
    answer = await sandbox.call("sendTelepathy")
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")


async def test_malformed_json_is_refused(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x", reply_markup="{broken")
    assert refusal == "Bad Request: can't parse reply keyboard markup JSON object"


async def test_an_unknown_chat_action_is_refused(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    refusal = await sandbox.refusal("sendChatAction", chat_id=ada, action="dancing")
    assert refusal == "Bad Request: wrong parameter action in request"


async def test_who_is_in_a_chat_is_told_to_members_only(sandbox: Sandbox, bot: Bot, group: int) -> None:
    people = {person["first_name"]: person["id"] for person in sandbox.telegram.world.people.values()}
    assert (await bot.get_chat_member(group, people["Ada"])).status == "creator"
    assert (await bot.get_chat_member(group, people["Ben"])).status == "member"
    assert (await bot.get_chat_member("@signals", people["Ben"])).status == "left"
    with pytest.raises(telegram.error.BadRequest, match="User not found"):
        await bot.get_chat_member(group, 42)
    await _move_bot(sandbox, group, "kicked")
    with pytest.raises(telegram.error.Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.get_chat_member(group, people["Ada"])


async def test_the_administrators_of_a_chat_are_listed(bot: Bot, channel: int) -> None:
    admins = await bot.get_chat_administrators(channel)
    assert [(one.user.first_name, one.status) for one in admins] == [
        ("Ada", "creator"),
        ("Liquidation maps", "administrator"),
    ]
    assert isinstance(admins[1], telegram.ChatMemberAdministrator)
    assert admins[1].can_post_messages is True
    assert await bot.get_chat_member_count(channel) == 2
