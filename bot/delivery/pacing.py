"""Every call of the bot passes here: replies before bulk, each chat at its own pace."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from math import ceil
from statistics import median
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.outcome import seconds_of
from bot.delivery.pacer import PER_SECOND, REPLY_RESERVE, ChatKey, Pacer

PACED = ("send", "edit", "copy", "forward")
FREE = frozenset({"sendChatAction"})
REPLY_TRIES = 3
REPLY_PATIENCE_S = 60.0  # a reply that would come later than that is not worth waiting for
BULK_PATIENCE_S = 5.0  # bulk goes back to the outbox instead of waiting longer
STEP_S = 0.02
CALLS_REMEMBERED = 20

Answer = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[[], Coroutine[Any, Any, Answer]]


class Haste(StrEnum):
    REPLY = "reply"  # somebody waits for it; what handlers send without saying anything
    BULK = "bulk"  # what the outbox sends


class Pacing(BaseRateLimiter[Haste]):
    """Hand it to the application's builder, and the same one to the courier."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pacer = Pacer(clock)
        self._sleep = sleep
        self._clock = clock
        self._replies: Counter[ChatKey] = Counter()
        self._took: deque[float] = deque(maxlen=CALLS_REMEMBERED)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Iterable[object],
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Haste | None,
    ) -> Answer:
        chat = _chat_of(data)
        call = partial(callback, *args, **kwargs)
        if chat is None or endpoint in FREE or not endpoint.startswith(PACED):
            return await call()
        if rate_limit_args is Haste.BULK:
            return await self._send_bulk(chat, call)
        return await self._send_reply(chat, call)

    def resting(self) -> dict[int, float]:
        """Chats that bulk has to leave alone for now, and for how many seconds."""
        return self._pacer.resting()

    def lanes(self) -> int:
        """How many sends have to overlap to keep up the pace, given how long Telegram takes to answer.

        What is on the wire when the process dies may arrive twice, so no more than needed are.
        """
        usual = median(self._took) if self._took else 0.0
        return max(1, ceil(usual * PER_SECOND))

    async def _send_bulk(self, chat: ChatKey, call: Call) -> Answer:
        while (delay := self._bulk_delay(chat)) > 0:
            if delay > BULK_PATIENCE_S:
                raise RetryAfter(round(delay) + 1)
            await self._sleep(max(delay, STEP_S))
        return await self._call(chat, call)

    def _bulk_delay(self, chat: ChatKey) -> float:
        behind_reply = STEP_S if self._replies[chat] else 0.0
        return max(self._pacer.delay(chat, reserve=REPLY_RESERVE), behind_reply)

    async def _send_reply(self, chat: ChatKey, call: Call) -> Answer:
        with self._waiting(chat):
            for _ in range(REPLY_TRIES - 1):
                try:
                    return await self._reply_once(chat, call)
                except RetryAfter as refused:
                    if seconds_of(refused) > REPLY_PATIENCE_S:
                        raise
            return await self._reply_once(chat, call)

    async def _reply_once(self, chat: ChatKey, call: Call) -> Answer:
        while (delay := self._pacer.delay(chat)) > 0:
            await self._sleep(max(delay, STEP_S))
        return await self._call(chat, call)

    async def _call(self, chat: ChatKey, call: Call) -> Answer:
        self._pacer.take(chat)
        started = self._clock()
        try:
            answer = await call()
        except RetryAfter as refused:
            self._pacer.flooded(chat, seconds_of(refused))
            raise
        self._took.append(self._clock() - started)
        return answer

    @contextmanager
    def _waiting(self, chat: ChatKey) -> Iterator[None]:
        self._replies[chat] += 1
        try:
            yield
        finally:
            self._replies[chat] -= 1
            if not self._replies[chat]:
                del self._replies[chat]


def _chat_of(data: dict[str, Any]) -> ChatKey | None:
    """One key for a chat, whether its number came as a number or as text."""
    chat = data.get("chat_id")
    if isinstance(chat, str):
        return int(chat) if chat.lstrip("-").isdigit() else chat.lower()
    return chat
