"""What the tests of the sandbox's websockets share."""

import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import numpy as np
from exchange_fixtures import Hand

from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.liquidations import LONG, SHORT, Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.tape import Tape

DOORS = {
    "binance": "/market/ws/0",
    "okx": "/ws/v5/public",
    "bybit": "/v5/public/linear",
}
CLOCKS = {  # topics that say how late it is
    "binance": "btcusdt@markPrice@1s",
    "okx": "mark-price:BTC-USDT-SWAP",
    "bybit": "tickers.BTCUSDT",
}
PATIENCE = 20.0  # nothing waits that long unless it fails


@dataclass(frozen=True)
class Struck:
    """One liquidation: when, of whom, and how much in base coin."""

    stamp_ms: int
    quantity: float
    side: int = LONG
    trigger: float = 100.0


def struck(stamps: Sequence[int], quantity: float = 1.0, side: int = LONG) -> list[Struck]:
    return [Struck(stamp, quantity, side) for stamp in stamps]


@dataclass
class Arranged:
    """The invented market with the liquidations that a test wants; `tables` by (venue, id)."""

    invented: InventedSource
    tables: dict[tuple[str, str], list[Struck]] = field(default_factory=dict)

    @property
    def listings(self) -> tuple[Listing, ...]:
        return self.invented.listings

    def tape(self, listing: Listing, now_ms: int) -> Tape:
        return self.invented.tape(listing, now_ms)

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
        found = self.tables.get((listing.venue, listing.id), [])
        rows = sorted(
            (one for one in found if begin_ms <= one.stamp_ms < end_ms), key=lambda one: one.stamp_ms
        )
        trigger = np.array([one.trigger for one in rows])
        side = np.array([one.side for one in rows], np.int8)
        away = np.where(side == SHORT, 1.0, -1.0)
        return Liquidations(
            np.array([one.stamp_ms for one in rows], np.int64),
            side,
            trigger,
            trigger + away,
            trigger + 2 * away,
            np.array([one.quantity for one in rows]),
        )


Heard = Any  # JSON


class Wire:
    """A raw websocket client."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def ask(self, request: object) -> Heard:
        """Sends a request and gives what comes next."""
        await self.say(request)
        return await self.hear()

    async def say(self, request: object) -> None:
        await self.socket.send_str(request if isinstance(request, str) else json.dumps(request))

    async def hear(self) -> Heard:
        message = await self.socket.receive(PATIENCE)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return message.data if message.data == "pong" else json.loads(message.data)

    async def hear_until(self, wanted: Callable[[Heard], bool]) -> list[Heard]:
        """Everything up to the first message that is wanted."""
        heard = [await self.hear()]
        while not wanted(heard[-1]):
            heard.append(await self.hear())
        return heard

    async def hear_to(self, venue: str, now_ms: int) -> list[Heard]:
        """Everything until the clock of a venue shows a moment, without what the clock said."""
        heard = await self.hear_until(lambda one: (time_told(venue, one) or 0) >= now_ms)
        return [one for one in heard if time_told(venue, one) is None]


def time_told(venue: str, heard: Heard) -> int | None:
    """The time that a message of a venue's clock shows; None of other messages."""
    if venue == "binance":
        return heard["E"] if heard.get("e") == "markPriceUpdate" else None
    if venue == "bybit":
        return heard["ts"] if heard.get("topic") == CLOCKS[venue] else None
    is_clock = "data" in heard and heard["arg"]["channel"] == "mark-price"
    return int(heard["data"][0]["ts"]) if is_clock else None


def pass_time(hand: Hand, market_seconds: float) -> None:
    """Market time runs at sixty times the hand's."""
    hand.seconds = round(hand.seconds * 60 + market_seconds, 3) / 60 + 1e-9


class Switchboard:
    """Opens raw clients at one server."""

    def __init__(self, root: str, stack: AsyncExitStack) -> None:
        self.root = root
        self._stack = stack

    async def call(self, path: str, autoping: bool = True) -> Wire:
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        opened = session.ws_connect(self.root + path, autoping=autoping)
        return Wire(await self._stack.enter_async_context(opened))

    async def venue(self, venue: str, *topics: str) -> Wire:
        """A client that listens to topics of a venue, all of them accepted."""
        wire = await self.call(DOORS[venue])
        if topics:
            await wire.say(subscription(venue, *topics))
            for _ in topics if venue == "okx" else topics[:1]:
                assert is_accepted(venue, await wire.hear())
        return wire

    async def counts(self) -> Heard:
        async with aiohttp.ClientSession() as session, session.get(f"{self.root}/api/streams") as answer:
            return await answer.json()

    async def status(self, path: str) -> int:
        """The HTTP status of a refused connection."""
        async with aiohttp.ClientSession() as session, session.get(self.root + path) as answer:
            return answer.status


def subscription(venue: str, *topics: str) -> Heard:
    """A request for topics as the venue writes them; OKX's as "channel:contract" or "channel:kind"."""
    if venue == "binance":
        return {"method": "SUBSCRIBE", "params": list(topics), "id": 1}
    if venue == "bybit":
        return {"op": "subscribe", "req_id": "1", "args": list(topics)}
    pairs = [topic.split(":") for topic in topics]
    key = {"SWAP": "instType", "FUTURES": "instType"}
    args = [{"channel": channel, key.get(of, "instId"): of} for channel, of in pairs]
    return {"op": "subscribe", "args": args}


def is_accepted(venue: str, reply: Heard) -> bool:
    if venue == "binance":
        return bool(reply == {"result": None, "id": 1})
    return bool(reply["success"] if venue == "bybit" else reply["event"] == "subscribe")
