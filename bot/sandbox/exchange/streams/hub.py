"""All open websockets, and the pump that tells them the market's news."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web

from bot.sandbox.exchange.doorway import Handler
from bot.sandbox.exchange.streams.connection import Connection
from bot.sandbox.exchange.streams.dialect import Message, StreamDialect
from bot.sandbox.exchange.streams.span import Span
from bot.sandbox.exchange.streams.tally import Tally
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.market import Market

PUMP_SECONDS = 0.1
FROZEN_STEP_SECONDS = 0.05

Asked = tuple[str, str, bool]  # door, topic, fresh


class Stand:
    """One venue: the market as it shows it, its clients, and up to when they have been told the news."""

    def __init__(self, dialect: StreamDialect, market: Market) -> None:
        self.dialect = dialect
        self.market = market
        self.clients: list[Connection] = []
        self.told_ms = 0
        self.tally = Tally()


class StreamHub:
    """Nothing runs while nobody is connected."""

    def __init__(self, faults: FaultBoard, shown: Sequence[tuple[StreamDialect, Market]]) -> None:
        self._faults = faults
        self._stands = [Stand(dialect, market) for dialect, market in shown]
        self._client_numbers = itertools.count(1)
        self._order_numbers: Iterator[int] = itertools.count(1)
        self._pumping: asyncio.Task[None] | None = None
        self._goodbyes: set[asyncio.Task[None]] = set()

    def handlers(self) -> Iterator[tuple[str, Handler]]:
        """(path, handler) of every door."""
        for stand in self._stands:
            for path, door in stand.dialect.doors.items():
                yield path, self._doorkeeper(stand, door)

    def _doorkeeper(self, stand: Stand, door: str) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            if self._faults.active(stand.dialect.venue, "socket_closed"):
                return web.Response(status=503, text="Service Unavailable")
            return await self._converse(stand, door, request)

        return handle

    async def _converse(self, stand: Stand, door: str, request: web.Request) -> web.StreamResponse:
        number, now, venue = next(self._client_numbers), stand.market.now_ms(), stand.dialect.venue
        client = Connection(number, venue, door, now, request, [stand.tally])
        await client.socket.prepare(request)
        async with self._connected(stand, client):
            sending = asyncio.create_task(client.send_waiting())
            try:
                await self._listen(stand, client)
            finally:
                sending.cancel()
        return client.socket

    @asynccontextmanager
    async def _connected(self, stand: Stand, client: Connection) -> AsyncIterator[None]:
        if not stand.clients:
            stand.told_ms = stand.market.now_ms()
        stand.clients.append(client)
        if self._pumping is None or self._pumping.done():
            self._pumping = asyncio.create_task(self._pump())
        try:
            yield
        finally:
            stand.clients.remove(client)

    async def _listen(self, stand: Stand, client: Connection) -> None:
        async for heard in client.socket:
            await self._thaw(client)
            if heard.type is WSMsgType.PING:
                await client.socket.pong(heard.data)
            elif heard.type is WSMsgType.TEXT:
                with stand.market.held():
                    replies = stand.dialect.answer(client, heard.data)
                client.offer([Message(reply) for reply in replies])

    async def _thaw(self, client: Connection) -> None:
        """A frozen venue hears what was said to it when it is itself again."""
        while self._faults.active(client.venue, "socket_frozen") and not client.socket.closed:  # noqa: ASYNC110 - by the clock
            await asyncio.sleep(FROZEN_STEP_SECONDS)

    async def _pump(self) -> None:
        while any(stand.clients for stand in self._stands):
            await asyncio.sleep(PUMP_SECONDS)
            for stand in self._stands:
                if stand.clients:
                    self._step(stand)
                    await asyncio.sleep(0)

    def _step(self, stand: Stand) -> None:
        venue = stand.dialect.venue
        if self._faults.active(venue, "socket_closed"):
            self._hang_up(stand.clients)
            return
        with stand.market.held():
            span = Span(stand.market, stand.told_ms, stand.market.now_ms(), self._order_numbers)
            stand.told_ms = max(stand.told_ms, span.end_ms)  # a clock set back tells no order twice
            if self._faults.active(venue, "socket_frozen") or self._faults.active(venue, "socket_silent"):
                for client in stand.clients:
                    client.has_missed()
            else:
                self._tell(stand, span)

    def _tell(self, stand: Stand, span: Span) -> None:
        asked = {(one.door, topic, one.is_fresh(topic)) for one in stand.clients for topic in one.topics}
        news: dict[Asked, list[Message]] = {}
        for door, topic, fresh in sorted(asked, key=lambda one: not one[2]):
            has_news = fresh or span.end_ms > span.begin_ms
            news[door, topic, fresh] = stand.dialect.news(door, topic, span, fresh) if has_news else []
        for client in stand.clients:
            found = (news[client.door, topic, client.is_fresh(topic)] for topic in client.topics)
            in_time = sorted(itertools.chain.from_iterable(found), key=lambda one: one.stamp_ms)
            client.offer(self._disturbed(client.venue, in_time))
            client.is_told()

    def _disturbed(self, venue: str, messages: list[Message]) -> list[Message]:
        if self._faults.active(venue, "duplicates"):
            messages = [one for one in messages for _ in range(2)]
        if self._faults.active(venue, "reordered"):
            messages.reverse()
        return messages

    def _hang_up(self, clients: Sequence[Connection]) -> None:
        for client in clients:
            goodbye = asyncio.create_task(client.close())
            self._goodbyes.add(goodbye)
            goodbye.add_done_callback(self._goodbyes.discard)

    async def close(self) -> None:
        """Hang up on everybody."""
        if self._pumping is not None:
            self._pumping.cancel()
        await asyncio.gather(*(client.close() for stand in self._stands for client in stand.clients))

    def report(self) -> dict[str, object]:
        """Connections, subscriptions, and the liquidation orders that went out: in all and to each client."""
        clients = [client for stand in self._stands for client in stand.clients]
        return {
            "now_ms": self._stands[0].market.clock.now_ms(),  # whatever a venue claims
            "venues": {stand.dialect.venue: _of_stand(stand) for stand in self._stands},
            "connections": [_of_client(one) for one in sorted(clients, key=lambda one: one.number)],
        }


def _of_stand(stand: Stand) -> dict[str, object]:
    return {
        "connections": len(stand.clients),
        "subscriptions": sum(len(client.topics) for client in stand.clients),
        "orders": stand.tally.listing(),
    }


def _of_client(client: Connection) -> dict[str, object]:
    return {
        "number": client.number,
        "venue": client.venue,
        "door": client.door,
        "opened_ms": client.opened_ms,
        "subscriptions": client.topics,
        "messages": client.messages,
        "orders": client.tally.listing(),
    }
