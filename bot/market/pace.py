"""Requests at an even pace, for endpoints that ccxt paces wrongly."""

from __future__ import annotations

import asyncio
from time import monotonic


class Pace:
    """At most `a_second` turns a second, first come first served; 0 is no limit."""

    def __init__(self, a_second: float) -> None:
        self._interval = 1 / a_second if a_second else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        now = monotonic()
        mine = max(now, self._next)
        self._next = mine + self._interval
        if mine > now:
            await asyncio.sleep(mine - now)
