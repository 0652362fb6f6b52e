"""One client's websocket: what it listens to, and what waits to be sent to it."""

import asyncio
import contextlib
from collections.abc import Sequence

from aiohttp import web

from bot.sandbox.exchange.streams.dialect import Message
from bot.sandbox.exchange.streams.tally import Tally

MOST_WAITING = 20_000  # messages; who lets more pile up is hung up on
GOODBYE_SECONDS = 0.3


class Connection:
    def __init__(
        self,
        number: int,
        venue: str,
        door: str,
        opened_ms: int,
        request: web.Request,
        tallies: Sequence[Tally],
    ) -> None:
        self.number = number
        self.venue = venue
        self.door = door
        self.opened_ms = opened_ms
        self.tally = Tally()
        self.messages = 0
        self.socket = web.WebSocketResponse(autoping=False, compress=False, timeout=GOODBYE_SECONDS)
        self._request = request
        self._tallies = (self.tally, *tallies)
        self._fresh: dict[str, bool] = {}
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(MOST_WAITING)

    @property
    def name(self) -> str:
        return f"{self.number:08x}"

    @property
    def topics(self) -> list[str]:
        return list(self._fresh)

    def subscribe(self, topic: str) -> None:
        self._fresh.setdefault(topic, True)

    def unsubscribe(self, topic: str) -> None:
        self._fresh.pop(topic, None)

    def is_fresh(self, topic: str) -> bool:
        """Whether the topic has yet to say how things stand."""
        return self._fresh[topic]

    def is_told(self) -> None:
        self._fresh = dict.fromkeys(self._fresh, False)

    def has_missed(self) -> None:
        """After a pause all topics start anew."""
        self._fresh = dict.fromkeys(self._fresh, True)

    def offer(self, messages: Sequence[Message]) -> None:
        """Send later, in order; a client that does not read is hung up on."""
        try:
            for one in messages:
                self._waiting.put_nowait(one)
        except asyncio.QueueFull:
            self.abort()

    async def send_waiting(self) -> None:
        """Send what was offered until the socket closes."""
        with contextlib.suppress(ConnectionError):
            while True:
                one = await self._waiting.get()
                await self.socket.send_str(one.text)
                self.messages += 1
                for tally in self._tallies:
                    tally.note(one.orders)

    def abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self) -> None:
        """Say goodbye, but do not wait long for the answer."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(self.socket.close(code=1001), GOODBYE_SECONDS)
        self.abort()
