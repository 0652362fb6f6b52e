"""What a venue's websocket dialect is to the hub."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.sandbox.exchange.streams.span import Span
from bot.sandbox.exchange.streams.tally import Told


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    stamp_ms: int = 0  # when the venue says it
    orders: tuple[Told, ...] = ()


def message(content: object, stamp_ms: int, orders: Sequence[Told] = ()) -> Message:
    return Message(json.dumps(content, separators=(",", ":")), stamp_ms, tuple(orders))


class Listener(Protocol):
    """The part of a connection that its requests change."""

    @property
    def door(self) -> str: ...

    @property
    def name(self) -> str:
        """What the venue calls the connection."""

    @property
    def topics(self) -> Sequence[str]: ...

    def subscribe(self, topic: str) -> None: ...

    def unsubscribe(self, topic: str) -> None: ...


class StreamDialect(Protocol):
    @property
    def venue(self) -> str: ...

    @property
    def doors(self) -> Mapping[str, str]:
        """Path patterns, and the names of what lies behind them."""

    def answer(self, listener: Listener, text: str) -> list[str]:
        """The replies to what a client sent; subscriptions are changed on the way."""

    def news(self, door: str, topic: str, span: Span, fresh: bool) -> list[Message]:
        """What a topic has to tell, oldest first; a fresh subscription is told at once how things stand.

        In each span the fresh subscriptions are asked for first.
        """
