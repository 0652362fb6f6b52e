"""Market time: an origin that runs at a speed."""

import time
from collections.abc import Callable

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class MarketClock:
    """market now = origin + (wall now - wall at start) * speed; it stops at `end_ms` if there is one."""

    def __init__(
        self,
        origin_ms: int,
        speed: float,
        end_ms: int | None = None,
        wall: Callable[[], float] = time.monotonic,
    ) -> None:
        self.origin_ms = origin_ms
        self.speed = speed
        self.end_ms = end_ms
        self._wall = wall
        self._wall_start = wall()

    def now_ms(self) -> int:
        now = self.origin_ms + int((self._wall() - self._wall_start) * self.speed * 1000)
        return now if self.end_ms is None else min(now, self.end_ms)
