"""Requests at an even pace, for endpoints that ccxt paces wrongly."""

from __future__ import annotations

import asyncio
from time import monotonic

from bot.market.lanes import Turns


class Pace:
    """At most `a_second` turns a second, by lanes; 0 is no limit."""

    def __init__(self, a_second: float) -> None:
        self._interval = 1 / a_second if a_second else 0.0
        self._next = 0.0
        self._turns = Turns(1)

    async def turn(self) -> None:
        async with self._turns.turn():
            await asyncio.sleep(max(0.0, self._next - monotonic()))
            self._next = max(monotonic(), self._next) + self._interval
