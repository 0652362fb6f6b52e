"""What the bot has not heard yet: the queue behind getUpdates and the webhook."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from itertools import count

from bot.sandbox.telegram.wire import Json, RefusalError

ALL_KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
SILENT_UNLESS_ASKED = ("chat_member",)
LONGEST_WAIT = 50
MOST_AT_ONCE = 100


class UpdateQueue:
    def __init__(self) -> None:
        self._waiting: deque[Json] = deque()
        self._numbers = count(1)
        self._allowed: frozenset[str] = frozenset(ALL_KINDS) - frozenset(SILENT_UNLESS_ASKED)
        self._asked: list[str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self._closed = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def asked(self) -> list[str] | None:
        return self._asked

    def add(self, kind: str, content: Json) -> None:
        if kind in self._allowed:
            self._waiting.append({"update_id": next(self._numbers), kind: content})
            self._arrived.set()

    def allow(self, kinds: Sequence[str]) -> None:
        """Remembered until the next list; an empty one means the default."""
        chosen = set(kinds) & set(ALL_KINDS)
        self._allowed = frozenset(chosen or set(ALL_KINDS) - set(SILENT_UNLESS_ASKED))
        self._asked = sorted(chosen) or None

    def drop_all(self) -> None:
        self._waiting.clear()

    def confirm_before(self, offset: int) -> None:
        if offset < 0:
            keep = -offset
            while len(self._waiting) > keep:
                self._waiting.popleft()
        while offset > 0 and self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()

    def peek(self, limit: int) -> list[Json]:
        return list(self._waiting)[:limit]

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """A second poller ends the first one, which learns so by a 409."""
        self.confirm_before(offset)
        self._end_poll()
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = mine
        try:
            if not self._waiting and timeout > 0 and not self._closed:
                await self._wait(mine, min(timeout, LONGEST_WAIT))
        finally:
            if self._poll is mine:
                self._poll = None
        return self.peek(max(1, min(limit or MOST_AT_ONCE, MOST_AT_ONCE)))

    async def arrival(self) -> None:
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()

    def close(self) -> None:
        """Lets the long poll go when the server stops."""
        self._closed = True
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    async def _wait(self, mine: "asyncio.Future[None]", seconds: float) -> None:
        arrival = asyncio.ensure_future(self.arrival())
        try:
            with contextlib.suppress(TimeoutError):
                done, _ = await asyncio.wait(
                    (arrival, mine), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
                )
                if mine in done:
                    mine.result()
        finally:
            arrival.cancel()

    def _end_poll(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict())


def conflict() -> RefusalError:
    reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
    return RefusalError(409, f"Conflict: {reason}")
