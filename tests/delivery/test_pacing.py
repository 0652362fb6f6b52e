"""Calls pass at their pace: replies ahead, callback answers at once, refusals obeyed."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.delivery.pacing import Haste, Pacing


class Time:
    """A clock that only moves when everybody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, woken))
        await woken.wait()

    async def run(self, *calls: Awaitable[object]) -> list[object]:
        tasks = [asyncio.ensure_future(call) for call in calls]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self._wake_next()
        return await asyncio.gather(*tasks, return_exceptions=True)

    def _wake_next(self) -> None:
        self._sleepers.sort(key=lambda sleeper: sleeper[0])
        self.now, woken = self._sleepers.pop(0)
        woken.set()


class Line:
    """Telegram as the pacing sees it: a call that works or raises."""

    def __init__(self) -> None:
        self.time = Time()
        self.pacing = Pacing(self.time, self.time.sleep)
        self.calls: list[tuple[float, object]] = []
        self.refusals: list[Exception] = []
        self.answer_after = 0.0

    def send(
        self, chat: int | str | None, haste: Haste | None = None, endpoint: str = "sendMessage"
    ) -> Awaitable[object]:
        async def callback(name: object) -> bool:
            self.calls.append((self.time.now - 1000.0, name))
            if self.refusals:
                raise self.refusals.pop(0)
            self.time.now += self.answer_after
            return True

        data: dict[str, Any] = {} if chat is None else {"chat_id": chat}
        name = (chat, haste or Haste.REPLY)
        return self.pacing.process_request(callback, (name,), {}, endpoint, data, haste)

    def moments(self) -> list[float]:
        return [moment for moment, _ in self.calls]


@pytest.fixture
def line() -> Line:
    return Line()


async def test_answers_to_taps_are_never_delayed(line: Line) -> None:
    await line.time.run(*(line.send(None, endpoint="answerCallbackQuery") for _ in range(100)))
    assert line.moments() == [0.0] * 100


async def test_chat_actions_do_not_cost_a_message(line: Line) -> None:
    await line.time.run(*(line.send(5, endpoint="sendChatAction") for _ in range(20)))
    assert line.moments() == [0.0] * 20


async def test_replies_to_one_chat_are_spaced(line: Line) -> None:
    await line.time.run(*(line.send(5) for _ in range(5)))
    assert line.moments()[:3] == [0.0] * 3
    assert line.moments()[3] >= 1.1
    assert line.moments()[4] >= 2.2


async def test_one_chat_has_one_pace_whether_named_by_number_or_text(line: Line) -> None:
    await line.time.run(*(line.send(name) for name in (5, "5", 5, "5")))
    assert line.moments()[3] > 1.0


async def test_edits_share_the_pace(line: Line) -> None:
    await line.time.run(*(line.send(5, endpoint="editMessageMedia") for _ in range(4)))
    assert line.moments()[3] > 1.0


async def test_a_reply_overtakes_bulk_that_waits_for_the_same_chat(line: Line) -> None:
    await line.time.run(*(line.send(5, Haste.BULK) for _ in range(3)))
    await line.time.run(line.send(5, Haste.BULK), line.send(5, Haste.REPLY))
    assert [name for _, name in line.calls][3:] == [(5, Haste.REPLY), (5, Haste.BULK)]


async def test_replies_do_not_wait_behind_a_broadcast(line: Line) -> None:
    async def broadcast(worker: int) -> None:
        for number in range(20):
            await line.send(1000 + worker * 100 + number, Haste.BULK)

    async def reply_later() -> float:
        await line.time.sleep(2.0)
        asked = line.time.now
        await line.send(7)
        return line.time.now - asked

    *_, waited = await line.time.run(*(broadcast(worker) for worker in range(10)), reply_later())
    assert isinstance(waited, float)
    assert waited < 0.1
    assert line.moments()[-1] > 7.0


async def test_a_reply_that_is_refused_waits_and_goes_again(line: Line) -> None:
    line.refusals = [RetryAfter(7), RetryAfter(2)]
    assert await line.time.run(line.send(5)) == [True]
    assert line.moments() == pytest.approx([0.0, 7.0, 9.0], abs=0.1)


async def test_a_reply_gives_up_after_a_few_refusals(line: Line) -> None:
    line.refusals = [RetryAfter(1)] * 5
    (failure,) = await line.time.run(line.send(5))
    assert isinstance(failure, RetryAfter)
    assert len(line.calls) == 3


async def test_a_reply_that_would_come_much_too_late_is_not_waited_for(line: Line) -> None:
    line.refusals = [RetryAfter(600)]
    (failure,) = await line.time.run(line.send(5))
    assert isinstance(failure, RetryAfter)
    assert line.time.now == 1000.0


async def test_bulk_that_is_refused_goes_back_at_once_and_its_chat_rests(line: Line) -> None:
    line.refusals = [RetryAfter(30)]
    (failure,) = await line.time.run(line.send(5, Haste.BULK))
    assert isinstance(failure, RetryAfter)
    assert line.pacing.resting() == {5: 30.0}
    await line.time.run(line.send(6, Haste.BULK))
    assert line.moments() == [0.0, 0.0]


async def test_bulk_does_not_sit_and_wait_for_a_chat_that_rests_long(line: Line) -> None:
    line.refusals = [RetryAfter(30)]
    await line.time.run(line.send(5, Haste.BULK))
    (failure,) = await line.time.run(line.send(5, Haste.BULK))
    assert isinstance(failure, RetryAfter)
    assert len(line.calls) == 1


async def test_other_failures_pass_through_untouched(line: Line) -> None:
    line.refusals = [BadRequest("Chat not found")]
    (failure,) = await line.time.run(line.send(5))
    assert isinstance(failure, BadRequest)
    assert len(line.calls) == 1


async def test_a_cancelled_reply_does_not_hold_bulk_back(line: Line) -> None:
    for _ in range(3):
        await line.send(5)
    waiting = asyncio.ensure_future(line.send(5))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await line.time.run(line.send(5, Haste.BULK)) == [True]


@pytest.mark.parametrize(("seconds", "lanes"), [(0.01, 1), (0.1, 3), (1.0, 25)])
async def test_sends_overlap_as_much_as_the_answers_are_slow(line: Line, seconds: float, lanes: int) -> None:
    assert line.pacing.lanes() == 1
    line.answer_after = seconds
    for chat in range(1, 25):
        await line.time.run(line.send(chat))
    assert line.pacing.lanes() == lanes
