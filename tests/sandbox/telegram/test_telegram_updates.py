"""What the bot hears, by long polling and by webhook."""

import asyncio

import pytest
import telegram.error
from aiohttp import web
from telegram import Bot, Update
from telegram_hands import Answer, Sandbox

pytest_plugins = ("telegram_fixtures",)


def kinds(updates: list[Answer]) -> list[str]:
    return [next(key for key in update if key != "update_id") for update in updates]


async def test_updates_stay_until_they_are_confirmed(sandbox: Sandbox, ada: int) -> None:
    await sandbox.say(ada, "one")
    await sandbox.say(ada, "two")
    first, second = await sandbox.result("getUpdates")
    assert await sandbox.result("getUpdates", limit=1) == [first]
    assert await sandbox.result("getUpdates", offset=first["update_id"] + 1) == [second]
    assert await sandbox.result("getUpdates", offset=second["update_id"] + 1) == []


async def test_a_negative_offset_keeps_only_the_newest(sandbox: Sandbox, ada: int) -> None:
    for text in ("one", "two", "three"):
        await sandbox.say(ada, text)
    assert [one["message"]["text"] for one in await sandbox.result("getUpdates", offset=-1)] == ["three"]


async def test_a_long_poll_ends_when_something_arrives(sandbox: Sandbox, ada: int) -> None:
    poll = asyncio.create_task(sandbox.result("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    await sandbox.say(ada, "now")
    (update,) = await asyncio.wait_for(poll, 2)
    assert update["message"]["text"] == "now"


async def test_a_long_poll_ends_when_its_time_is_up(sandbox: Sandbox) -> None:
    assert await asyncio.wait_for(sandbox.result("getUpdates", timeout=1), 3) == []


async def test_a_second_poller_ends_the_first_with_a_conflict(sandbox: Sandbox, ada: int) -> None:
    first = asyncio.create_task(sandbox.call("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(sandbox.call("getUpdates", timeout=20))
    ended = await asyncio.wait_for(first, 2)
    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request")
    await sandbox.say(ada, "for the second")
    assert (await asyncio.wait_for(second, 2))["result"][0]["message"]["text"] == "for the second"


async def test_the_list_of_allowed_updates_is_remembered(sandbox: Sandbox, ada: int) -> None:
    said = await sandbox.say(ada, "/start")
    await sandbox.heard(allowed_updates=["edited_message"])
    await sandbox.say(ada, "not asked for")
    await sandbox.api("PATCH", f"chats/{ada}/messages", message_id=said["message_id"], text="edited")
    assert kinds(await sandbox.heard()) == ["edited_message"]


async def test_a_private_message_comes_whole(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await sandbox.say(ada, "/map BTC")
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.chat.type, message.from_user.first_name, message.text) == ("private", "Ada", "/map BTC")
    assert message.entities[0].type == "bot_command"


async def test_an_edited_message_comes_as_such(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    said = await sandbox.say(ada, "/map BTC")
    path = f"chats/{ada}/messages/{said['message_id']}"
    edited = await sandbox.api("PATCH", path, text="/map ETH")
    assert edited["edit_date"]
    _, update = await bot.get_updates()
    assert update.edited_message is not None
    assert update.edited_message.text == "/map ETH"


async def test_privacy_mode_lets_commands_and_replies_through(sandbox: Sandbox, bot: Bot, group: int) -> None:
    sent = await bot.send_message(group, "x")
    await sandbox.say(group, "just talk")
    await sandbox.say(group, "/zones")
    await sandbox.say(group, "/zones@liqmap_sandbox_bot")
    await sandbox.say(group, "/zones@another_bot")
    await sandbox.say(group, "an answer", reply_to_message_id=sent.message_id)
    heard = [one["message"]["text"] for one in await sandbox.heard()]
    assert heard == ["/zones", "/zones@liqmap_sandbox_bot", "an answer"]


async def test_an_admin_bot_hears_everything(sandbox: Sandbox, group: int) -> None:
    await sandbox.api("POST", f"chats/{group}/bot", status="administrator")
    await sandbox.say(group, "just talk")
    assert kinds(await sandbox.heard()) == ["my_chat_member", "message"]


async def test_a_bot_that_was_removed_hears_nothing_more(sandbox: Sandbox, group: int) -> None:
    await sandbox.api("POST", f"chats/{group}/bot", status="kicked")
    await sandbox.say(group, "/zones")
    assert kinds(await sandbox.heard()) == ["my_chat_member"]


async def test_a_channel_post_has_no_person(sandbox: Sandbox, bot: Bot, channel: int) -> None:
    await sandbox.say(channel, "/map BTC")
    (update,) = await bot.get_updates()
    post = update.channel_post
    assert post is not None
    assert post.from_user is None
    assert post.sender_chat is not None
    assert post.sender_chat.id == channel


async def test_an_anonymous_admin_speaks_as_the_group(sandbox: Sandbox, bot: Bot, group: int) -> None:
    await sandbox.say(group, "/zones", anonymous=True)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.sender_chat == update.message.chat
    assert update.message.from_user is not None
    assert update.message.from_user.username == "GroupAnonymousBot"


class Listener:
    """A bot that listens by webhook, and is out of order at first if told so."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.taken: asyncio.Queue[tuple[str, Answer]] = asyncio.Queue()
        self.url = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        return runner

    async def _take(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.taken.put_nowait((secret, await request.json()))
        return web.Response()


async def test_a_webhook_gets_updates_with_the_secret(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    listener = Listener()
    runner = await listener.start()
    await bot.set_webhook(listener.url, secret_token="quiet")
    await sandbox.say(ada, "/start")
    secret, body = await asyncio.wait_for(listener.taken.get(), 3)
    update = Update.de_json(body, bot)
    assert secret == "quiet"
    assert update.message is not None
    assert update.message.text == "/start"
    await bot.delete_webhook()
    await runner.cleanup()


async def test_a_webhook_that_fails_is_tried_again_and_the_failure_is_told(
    sandbox: Sandbox, bot: Bot, ada: int
) -> None:
    listener = Listener(failures=1)
    runner = await listener.start()
    await bot.set_webhook(listener.url)
    await sandbox.say(ada, "/start")
    _, body = await asyncio.wait_for(listener.taken.get(), 5)
    assert body["message"]["text"] == "/start"
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    await bot.delete_webhook()
    await runner.cleanup()


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/hook"
    with pytest.raises(telegram.error.Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
