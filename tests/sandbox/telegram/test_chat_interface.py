"""The JSON interface that tests, tools and the page use."""

import asyncio

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllChatAdministrators, BotCommandScopeAllGroupChats, Chat
from telegram_hands import Sandbox

pytest_plugins = ("telegram_fixtures",)


async def test_the_world_has_two_people_a_group_and_a_channel(sandbox: Sandbox) -> None:
    chats = await sandbox.api("GET", "chats")
    assert [(one["type"], one.get("title") or one["first_name"]) for one in chats] == [
        ("private", "Ada"),
        ("private", "Ben"),
        ("supergroup", "Traders"),
        ("channel", "Signals"),
    ]
    assert all(Chat.de_json(one, None).id == one["id"] for one in chats)


async def test_each_chat_lists_its_members(sandbox: Sandbox) -> None:
    members = {one["type"]: one["members"] for one in await sandbox.api("GET", "chats")}
    assert [(one["user"]["first_name"], one["status"]) for one in members["supergroup"]] == [
        ("Ada", "creator"),
        ("Ben", "member"),
        ("Liquidation maps", "member"),
    ]
    assert [one["status"] for one in members["channel"]] == ["creator", "administrator"]


async def test_messages_come_in_order_after_the_one_named(sandbox: Sandbox, ada: int) -> None:
    said = [await sandbox.say(ada, text) for text in ("one", "two", "three")]
    assert await sandbox.messages(ada) == said
    assert await sandbox.messages(ada, after=said[0]["message_id"]) == said[1:]


async def test_without_a_user_id_the_first_person_speaks(sandbox: Sandbox, ada: int, group: int) -> None:
    assert (await sandbox.say(group, "/help"))["from"]["id"] == ada


async def test_in_a_private_chat_its_own_person_speaks(sandbox: Sandbox) -> None:
    ben = list(sandbox.telegram.world.people)[1]
    assert (await sandbox.say(ben, "/help"))["from"]["first_name"] == "Ben"


async def test_a_command_is_marked(sandbox: Sandbox, ada: int) -> None:
    said = await sandbox.say(ada, "/map BTC")
    assert said["entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]


async def test_what_a_person_types_is_not_parsed(sandbox: Sandbox, ada: int) -> None:
    assert (await sandbox.say(ada, "<b>x</b> *y*"))["text"] == "<b>x</b> *y*"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "chats/42/messages", {}, 404),
        ("POST", "chats/42/messages", {"text": "x"}, 404),
        ("POST", "chats/{ada}/messages", {}, 400),
        ("POST", "chats/{ada}/messages", {"text": 5}, 400),
        ("POST", "chats/{ada}/messages", {"text": "x", "user_id": 5}, 403),
        ("POST", "chats/{ada}/messages", {"text": "x" * 4097}, 400),
        ("PATCH", "chats/{ada}/messages", {"message_id": 99, "text": "x"}, 404),
        ("POST", "chats/{ada}/taps", {"message_id": "one", "data": "x"}, 400),
        ("POST", "chats", {"type": "channel"}, 400),
        ("POST", "people", {}, 400),
        ("POST", "chats/{ada}/bot", {"status": "king"}, 400),
        ("POST", "chats/{ada}/bot", {"status": "administrator"}, 400),
        ("POST", "faults", {"target": "mars", "kind": "errors", "seconds": 1}, 400),
        ("POST", "faults", {"target": "okx", "kind": "flood", "seconds": 1}, 400),
        ("POST", "faults", {"target": "okx", "kind": "errors", "series": "weather"}, 400),
        ("POST", "faults", {"target": "okx", "kind": "delisted"}, 400),
        ("POST", "faults", {"target": "okx", "kind": "spike", "factor": "high"}, 400),
        ("POST", "faults", {"target": "okx", "kind": "errors", "seconds": "long"}, 400),
        ("GET", "commands?chat_id=42", {}, 404),
    ],
)
async def test_a_wrong_request_is_answered_with_a_sentence(
    sandbox: Sandbox, ada: int, method: str, path: str, body: dict[str, object], status: int
) -> None:
    answered, answer = await sandbox.status(method, path.format(ada=ada), **body)
    assert answered == status
    assert len(answer["error"]) > 10


async def test_only_its_author_edits_a_message(sandbox: Sandbox, group: int) -> None:
    said = await sandbox.say(group, "mine")
    ben = list(sandbox.telegram.world.people)[1]
    path = f"chats/{group}/messages/{said['message_id']}"
    assert (await sandbox.status("PATCH", path, text="yours", user_id=ben))[0] == 403
    assert (await sandbox.messages(group))[0]["text"] == "mine"


async def test_a_plain_member_cannot_post_in_a_channel_nor_remove_the_bot(
    sandbox: Sandbox, channel: int, group: int
) -> None:
    ben = list(sandbox.telegram.world.people)[1]
    assert (await sandbox.status("POST", f"chats/{channel}/messages", text="x", user_id=ben))[0] == 403
    removal = {"status": "kicked", "user_id": ben}
    assert (await sandbox.status("POST", f"chats/{group}/bot", **removal))[0] == 403


async def test_more_people_and_chats_can_be_made(sandbox: Sandbox, bot: Bot) -> None:
    cleo = await sandbox.api("POST", "people", first_name="Cleo", language_code="es")
    club = await sandbox.api(
        "POST", "chats", type="supergroup", title="Club", user_id=cleo["id"], member_ids=[cleo["id"]]
    )
    await sandbox.say(club["id"], "/map", user_id=cleo["id"])
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "es"


async def test_the_menu_depends_on_where_one_is(sandbox: Sandbox, bot: Bot, ada: int, group: int) -> None:
    ben = list(sandbox.telegram.world.people)[1]
    await bot.set_my_commands([BotCommand("map", "The map")])
    await bot.set_my_commands([BotCommand("zones", "Zones")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([BotCommand("settings", "Admin")], scope=BotCommandScopeAllChatAdministrators())
    shown = [
        (await sandbox.api("GET", f"commands{query}"))[0]["command"]
        for query in ("", f"?chat_id={group}&user_id={ben}", f"?chat_id={group}&user_id={ada}")
    ]
    assert shown == ["map", "zones", "settings"]
    assert [one.command for one in await bot.get_my_commands()] == ["map"]


async def test_a_menu_in_the_persons_language_comes_first(sandbox: Sandbox, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("map", "Map")])
    await bot.set_my_commands([BotCommand("map", "Mapa")], language_code="es")
    cleo = await sandbox.api("POST", "people", first_name="Cleo", language_code="es")
    assert (await sandbox.api("GET", f"commands?user_id={cleo['id']}"))[0]["description"] == "Mapa"


async def test_a_watcher_wakes_when_something_is_said(sandbox: Sandbox, ada: int) -> None:
    before = await sandbox.api("GET", "changes?since=0")
    watcher = asyncio.create_task(sandbox.api("GET", f"changes?since={before['version']}&timeout=10"))
    await asyncio.sleep(0.05)
    await sandbox.say(ada, "x")
    after = await asyncio.wait_for(watcher, 2)
    changed = [key for key in after["chats"] if after["chats"][key] != before["chats"][key]]
    assert changed == [str(ada)]


async def test_a_chat_action_shows_until_the_message_comes(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await bot.send_chat_action(ada, "upload_photo")
    assert (await sandbox.chat("private"))["action"] == "upload_photo"
    await bot.send_message(ada, "done")
    assert "action" not in await sandbox.chat("private")
