"""Market time: what the venues' clocks say, also beside a sandbox whose time runs faster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bot.market.venue import Venue, VenueError

BETWEEN_SAMPLES_S = 0.5
SNAP_TO_REAL_TIME = 0.02
SNAP_TO_WHOLE_SPEED = 0.01
JUMP_MS = 2_000  # at speed 1; more is no drift but another time
ANSWER_WITHIN_S = 10.0
LONGEST_SLEEP_S = 5.0  # speed and offset may be corrected while somebody sleeps


@dataclass(frozen=True)
class _Sample:
    local_s: float
    market_ms: float


class MarketClock:
    """Offset and speed against the local monotonic clock; the wall clock until venues have answered.

    It never runs backwards: after a correction to the past it stands still until the past has caught up.
    """

    def __init__(
        self,
        local_s: Callable[[], float] = time.monotonic,
        wall_ms: Callable[[], float] = lambda: time.time() * 1000,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._local_s, self._wall_ms, self._sleep = local_s, wall_ms, sleep
        self._first: dict[str, _Sample] = {}
        self._anchor: _Sample | None = None
        self._told_ms = 0
        self.speed = 1.0

    @property
    def synchronised(self) -> bool:
        """False while no venue has answered and this is the wall clock."""
        return self._anchor is not None

    def now_ms(self) -> int:
        if self._anchor is None:
            return int(self._wall_ms())
        self._told_ms = max(self._told_ms, int(self._reckoned(self._anchor, self._local_s())))
        return self._told_ms

    async def synchronise(self, venues: Sequence[Venue]) -> bool:
        """Ask the venues for their time; the longer ago the first call, the better the speed is known.

        Answers whether any venue answered; if none did, the clock goes on as before.
        """
        latest = await self._samples(venues)
        if latest and self._is_far_from(latest):
            await self._sleep(BETWEEN_SAMPLES_S)
            self._first, latest = latest, await self._samples(venues)
        if not latest:
            return False
        self._learn_speed(latest)
        for name, sample in latest.items():
            self._first.setdefault(name, sample)
        now = self._local_s()
        self._anchor = _Sample(now, self._middle(latest, now))
        return True

    async def sleep_until(self, market_ms: int) -> None:
        while (left_ms := market_ms - self.now_ms()) > 0:
            await self._sleep(min(left_ms / 1000 / self.speed, LONGEST_SLEEP_S))

    def seconds_for(self, market_ms: float) -> float:
        """How long a span of market time takes here."""
        return market_ms / 1000 / self.speed

    def _is_far_from(self, latest: dict[str, _Sample]) -> bool:
        """Nothing is known yet, or the venues' time has jumped and the old baseline would spoil the speed."""
        if self._anchor is None:
            return True
        now = self._local_s()
        return abs(self._middle(latest, now) - self._reckoned(self._anchor, now)) > JUMP_MS * max(
            1, self.speed
        )

    def _middle(self, samples: dict[str, _Sample], local_s: float) -> float:
        return median(self._reckoned(sample, local_s) for sample in samples.values())

    def _reckoned(self, sample: _Sample, local_s: float) -> float:
        return sample.market_ms + (local_s - sample.local_s) * 1000 * self.speed

    async def _samples(self, venues: Sequence[Venue]) -> dict[str, _Sample]:
        found = await asyncio.gather(*(self._sample(venue) for venue in venues))
        return {venue.name: sample for venue, sample in zip(venues, found, strict=True) if sample}

    async def _sample(self, venue: Venue) -> _Sample | None:
        asked = self._local_s()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                market_ms = await venue.server_time_ms()
        except (VenueError, TimeoutError):
            return None
        return _Sample((asked + self._local_s()) / 2, market_ms)

    def _learn_speed(self, latest: dict[str, _Sample]) -> None:
        speeds = [
            (sample.market_ms - first.market_ms) / 1000 / (sample.local_s - first.local_s)
            for name, sample in latest.items()
            if (first := self._first.get(name)) and sample.local_s - first.local_s >= BETWEEN_SAMPLES_S / 2
        ]
        if speeds and median(speeds) > 0:
            self.speed = _snapped(median(speeds))


def _snapped(speed: float) -> float:
    """Real time, or a whole number of times as fast, where it is that but for the noise of two samples."""
    if abs(speed - 1) <= SNAP_TO_REAL_TIME:
        return 1.0
    whole = round(speed)
    return float(whole) if whole >= 2 and abs(speed / whole - 1) <= SNAP_TO_WHOLE_SPEED else speed
