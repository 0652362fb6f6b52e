"""Telegram on its bad days, as the client library sees them."""

import asyncio

import aiohttp
import pytest
import telegram.error
from telegram import Bot
from telegram_hands import Sandbox

from bot.delivery.outcome import seconds_of
from bot.sandbox.faults import FaultBoard, UnknownFaultError

pytest_plugins = ("telegram_fixtures",)


async def _switch(sandbox: Sandbox, kind: str, seconds: float = 30, **details: object) -> None:
    answer = await sandbox.api("POST", "faults", target="telegram", kind=kind, seconds=seconds, **details)
    assert answer[0]["kind"] == kind


class TestBoard:
    def test_a_fault_ends_by_itself(self) -> None:
        now = [0.0]
        board = FaultBoard(lambda: now[0])
        board.switch("okx", "errors", 5)
        assert board.active("okx", "errors")
        assert not board.active("bybit", "errors")
        now[0] = 5.0
        assert not board.active("okx", "errors")
        assert board.listing() == []

    def test_zero_seconds_switch_it_off(self) -> None:
        board = FaultBoard()
        board.switch("okx", "silence", 60)
        board.switch("okx", "silence", 0)
        assert not board.active("okx", "silence")

    def test_a_kind_may_be_written_in_words(self) -> None:
        board = FaultBoard()
        board.switch("telegram", "Blocked by user", 60)
        assert board.active("telegram", "blocked")

    def test_one_target_or_all_can_be_cleared(self) -> None:
        board = FaultBoard()
        board.switch("okx", "errors", 60)
        board.switch("telegram", "errors", 60)
        board.clear("okx")
        assert [one["target"] for one in board.listing()] == ["telegram"]
        board.clear()
        assert board.listing() == []

    @pytest.mark.parametrize(
        ("target", "kind", "seconds"), [("mars", "errors", 1), ("okx", "flood", 1), ("okx", "errors", -1)]
    )
    def test_what_it_does_not_know_it_refuses(self, target: str, kind: str, seconds: float) -> None:
        with pytest.raises(UnknownFaultError):
            FaultBoard().switch(target, kind, seconds)


async def test_errors_are_500(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "errors")
    with pytest.raises(telegram.error.NetworkError, match="Internal Server Error"):
        await bot.send_message(ada, "x")
    assert await sandbox.messages(ada) == []


async def test_garbage_is_not_json(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "garbage")
    with pytest.raises(telegram.error.TelegramError, match="Invalid server response"):
        await bot.send_message(ada, "x")


async def test_a_bad_gateway_is_html(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "bad_gateway")
    with pytest.raises(telegram.error.NetworkError):
        await bot.send_message(ada, "x")


async def test_silence_lasts_until_it_is_over(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "silence")
    with pytest.raises(telegram.error.TimedOut):
        await bot.send_message(ada, "x", read_timeout=0.2)
    waiting = asyncio.create_task(sandbox.call("getMe"))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await sandbox.api("DELETE", "faults")
    with pytest.raises(aiohttp.ClientError):
        await asyncio.wait_for(waiting, 2)


async def test_a_slow_answer_still_comes(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "slow", delay=0.3)
    with pytest.raises(telegram.error.TimedOut):
        await bot.send_message(ada, "taken all the same", read_timeout=0.05)
    assert [one["text"] for one in await sandbox.messages(ada)] == ["taken all the same"]


async def test_a_dropped_line_carries_nothing(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "dropped")
    with pytest.raises(telegram.error.NetworkError):
        await bot.send_message(ada, "x")
    assert await sandbox.messages(ada) == []


async def test_a_lost_answer_was_carried_out(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "lost_answer")
    with pytest.raises(telegram.error.NetworkError):
        await bot.send_message(ada, "x")
    assert [one["text"] for one in await sandbox.messages(ada)] == ["x"]


async def test_a_block_is_for_one_chat_or_for_all_private_ones(
    sandbox: Sandbox, bot: Bot, ada: int, group: int
) -> None:
    ben = list(sandbox.telegram.world.people)[1]
    await _switch(sandbox, "blocked", chat_id=ada)
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ada, "x")
    assert (await bot.send_message(ben, "x")).text == "x"
    await _switch(sandbox, "blocked")
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ben, "x")
    assert (await bot.send_message(group, "x")).text == "x"


async def test_groups_can_throw_the_bot_out(sandbox: Sandbox, bot: Bot, channel: int) -> None:
    await _switch(sandbox, "kicked")
    with pytest.raises(telegram.error.Forbidden, match="bot was kicked from the channel chat"):
        await bot.send_message(channel, "x")


async def test_a_flood_names_when_to_come_back(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    await _switch(sandbox, "flood", retry_after=17)
    with pytest.raises(telegram.error.RetryAfter) as refused:
        await bot.send_message(ada, "x")
    assert seconds_of(refused.value) == 17


async def test_a_topic_can_go(sandbox: Sandbox, bot: Bot) -> None:
    forum = await sandbox.api("POST", "chats", type="supergroup", title="Forum", topics=["Talk", "Alerts"])
    topic = max(sandbox.telegram.world.chats[forum["id"]].topics)
    await _switch(sandbox, "thread_gone")
    with pytest.raises(telegram.error.BadRequest, match="Message thread not found"):
        await bot.send_message(forum["id"], "x", message_thread_id=topic)
    assert (await bot.send_message(forum["id"], "x")).text == "x"


async def test_another_instance_may_poll(sandbox: Sandbox, bot: Bot) -> None:
    await _switch(sandbox, "conflict")
    with pytest.raises(telegram.error.Conflict):
        await bot.get_updates()


async def test_the_token_may_be_revoked(sandbox: Sandbox, bot: Bot) -> None:
    await _switch(sandbox, "unauthorized")
    with pytest.raises(telegram.error.InvalidToken):
        await bot.get_me()


async def test_faults_are_listed_with_the_time_they_have_left(sandbox: Sandbox) -> None:
    await _switch(sandbox, "flood", seconds=9, retry_after=3)
    (fault,) = await sandbox.api("GET", "faults")
    assert 8 < fault.pop("seconds") <= 9
    assert fault == {"target": "telegram", "kind": "flood", "retry_after": 3}
