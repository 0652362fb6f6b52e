"""One websocket connection of a venue: subscribed, kept up, and dropped when it has gone silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog

from bot.market.wire import Ccxt, Wire

SILENT_SECONDS = 12.0  # mark prices come every second or so: a line without any is dead, pings or not
CANDLES_SILENT_SECONDS = 90.0  # where only candles come, a quiet contract may have none for a minute
LOOK_SECONDS = 1.0
FIRST_REST_SECONDS = 0.5
LONGEST_REST_SECONDS = 30.0
BETWEEN_FRAMES_SECONDS = 0.25  # Binance takes ten messages a second
WAITING = "line"  # a future that no message resolves: it ends with the connection

Frames = Callable[[Sequence[str], bool], Iterable[Wire]]  # topics, whether to subscribe -> messages to send

log = structlog.get_logger(__name__)


class Line:
    """`frames` spells subscriptions, `on_break` is told each time something may have been missed."""

    def __init__(
        self,
        exchange: Ccxt,
        url: str,
        frames: Frames,
        on_break: Callable[[str], None],
        *,
        tells_marks: bool = True,
    ) -> None:
        self._exchange, self._url, self._tells_marks = exchange, url, tells_marks
        self._frames, self._on_break = frames, on_break
        self._wanted: tuple[str, ...] = ()
        self._told: set[str] = set()  # topics subscribed on the connection as it is
        self._heard_s = monotonic()
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._keep())

    def want(self, topics: Iterable[str]) -> None:
        wanted = tuple(dict.fromkeys(topics))
        if wanted != self._wanted:
            self._wanted = wanted
            self._changed.set()

    def heard(self) -> None:
        self._heard_s = monotonic()

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _keep(self) -> None:
        rest_s = FIRST_REST_SECONDS
        while True:
            await self._until_wanted()
            begun = monotonic()
            reason = await self._live()
            self._on_break(self._url)
            rest_s = FIRST_REST_SECONDS if monotonic() - begun > LONGEST_REST_SECONDS else 2 * rest_s
            rest_s = min(rest_s, LONGEST_REST_SECONDS)
            if self._wanted:
                log.info("a stream broke", url=self._url, reason=reason, again_in_s=rest_s)
            await asyncio.sleep(rest_s)

    async def _until_wanted(self) -> None:
        while not self._wanted:
            self._changed.clear()
            await self._changed.wait()

    async def _live(self) -> str:
        """One connection from beginning to end; why it ended."""
        self._told, self._heard_s = set(), monotonic()
        ended = asyncio.ensure_future(self._exchange.watch_multiple(self._url, [WAITING]))
        client = self._exchange.clients[self._url]
        tending = asyncio.ensure_future(self._tend(client))
        try:
            await asyncio.wait({ended, tending}, return_when=asyncio.FIRST_COMPLETED)
            return _reason(ended if ended.done() else tending)
        finally:
            await _ended(tending)
            await _ended(ended)
            await self._hang_up(client)

    async def _tend(self, client: Ccxt) -> None:
        """Subscribes to what is wanted now and ends when the line is silent or not wanted any more."""
        await client.connected
        while self._wanted:
            self._changed.clear()
            await self._adjust(client)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)
            longest = SILENT_SECONDS if self._tells_marks else CANDLES_SILENT_SECONDS
            if monotonic() - self._heard_s > longest:
                raise TimeoutError("silent")

    async def _adjust(self, client: Ccxt) -> None:
        added = [topic for topic in self._wanted if topic not in self._told]
        dropped = [topic for topic in self._told if topic not in self._wanted]
        self._told = set(self._wanted)
        await self._send(client, dropped, subscribe=False)
        await self._send(client, added, subscribe=True)

    async def _send(self, client: Ccxt, topics: Sequence[str], subscribe: bool) -> None:
        for frame in self._frames(topics, subscribe) if topics else ():
            await client.send(frame)
            self._heard_s = monotonic()  # what is new has its time before it counts as silent
            await asyncio.sleep(BETWEEN_FRAMES_SECONDS)

    async def _hang_up(self, client: Ccxt) -> None:
        """A dead peer does not answer the closing either, so nobody waits for it."""
        if self._exchange.clients.get(self._url) is client:
            del self._exchange.clients[self._url]
        if client.connection is not None and not client.connection.closed:
            closing = asyncio.ensure_future(client.close())
            await asyncio.wait({closing}, timeout=LOOK_SECONDS)
            closing.cancel()


async def _ended(task: asyncio.Future[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def _reason(ended: asyncio.Future[Any]) -> str:
    error = None if ended.cancelled() else ended.exception()
    return "not wanted any more" if error is None else (str(error) or type(error).__name__)
