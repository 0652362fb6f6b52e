"""What the tests of the sandbox's exchange and market share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.market.clock import MINUTE_MS
from bot.sandbox.market.market import Market

START_MS = 1_791_158_400_000 + 20 * MINUTE_MS

Client = Any  # a ccxt exchange: it has no types for what it answers
Serve = Callable[[Market], Awaitable[str]]
Connect = Callable[[str, str], Client]


@dataclass
class Hand:
    """A wall clock that is moved by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds
