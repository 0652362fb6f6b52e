"""Market time: what the venues' clocks say, also beside a sandbox whose time runs faster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from bot.market.venue import VenueError

BETWEEN_SAMPLES_S = 0.5
MOST_SAMPLES = 8  # so that a first synchronisation takes some four seconds at worst
TRIES_A_SAMPLE = 3
SMALL_DOUBT = 0.005  # of the speed, relative
SNAP_TO_REAL_TIME = 0.02
SNAP_TO_WHOLE_SPEED = 0.01
JUMP_MS = 2_000  # at speed 1; more than this and the drift of a first rough speed is another time
DRIFT = 0.03
ANSWER_WITHIN_S = 10.0


class Timekeeper(Protocol):
    """A venue, as far as the clock is concerned."""

    name: str

    async def server_time_ms(self) -> int:
        """Raises VenueError."""
        ...


@dataclass(frozen=True)
class _Sample:
    """What a venue's clock showed at a local moment, known to within `doubt_s`: half the round trip."""

    local_s: float
    market_ms: float
    doubt_s: float


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
        self._offsets: dict[str, float] = {}
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

    def offset_ms(self, venue: str) -> int:
        """How far a venue's clock is ahead of market time; 0 for one that never told its time."""
        return round(self._offsets.get(venue, 0.0))

    async def synchronise(self, venues: Sequence[Timekeeper]) -> bool:
        """Ask the venues for their time; the longer ago the first call, the better the speed is known.

        Answers whether any venue answered; if none did, the clock goes on as before.
        """
        latest = await self._samples(venues)
        if latest and self._is_far_from(latest):
            latest = await self._measured_anew(venues, latest)
        if not latest:
            return False
        self._learn_speed(latest)
        for name, sample in latest.items():
            self._first.setdefault(name, sample)
        now = self._local_s()
        middle = self._middle(latest, now)
        self._anchor = _Sample(now, middle, 0.0)
        self._offsets |= {name: self._reckoned(sample, now) - middle for name, sample in latest.items()}
        return True

    def _is_far_from(self, latest: dict[str, _Sample]) -> bool:
        """Nothing is known yet, or the venues' time has jumped and the old baseline would spoil the speed."""
        if self._anchor is None:
            return True
        now = self._local_s()
        away_ms = abs(self._middle(latest, now) - self._reckoned(self._anchor, now))
        drift_ms = DRIFT * (now - self._anchor.local_s) * 1000
        return away_ms > (JUMP_MS + drift_ms) * max(1.0, self.speed)

    async def _measured_anew(
        self, venues: Sequence[Timekeeper], first: dict[str, _Sample]
    ) -> dict[str, _Sample]:
        """A new baseline, and samples far enough from it to tell the speed."""
        self._first, latest = first, first
        for _ in range(MOST_SAMPLES):
            await self._sleep(BETWEEN_SAMPLES_S)
            latest = await self._samples(venues)
            speed, doubt = self._speed_from(latest) or (0.0, 1.0)
            if doubt <= SMALL_DOUBT or (doubt < 0.5 and _is_real_time(speed, doubt)):
                break
        return latest

    def _middle(self, samples: dict[str, _Sample], local_s: float) -> float:
        return median(self._reckoned(sample, local_s) for sample in samples.values())

    def _reckoned(self, sample: _Sample, local_s: float) -> float:
        return sample.market_ms + (local_s - sample.local_s) * 1000 * self.speed

    async def _samples(self, venues: Sequence[Timekeeper]) -> dict[str, _Sample]:
        found = await asyncio.gather(*(self._best_sample(venue) for venue in venues))
        return {venue.name: sample for venue, sample in zip(venues, found, strict=True) if sample}

    async def _best_sample(self, venue: Timekeeper) -> _Sample | None:
        """Of a few tries the one with the shortest round trip: the first may have had to connect."""
        best: _Sample | None = None
        for _ in range(TRIES_A_SAMPLE):
            sample = await self._sample(venue)
            if sample is None:
                break
            best = sample if best is None or sample.doubt_s <= best.doubt_s else best
        return best

    async def _sample(self, venue: Timekeeper) -> _Sample | None:
        asked = self._local_s()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                market_ms = await venue.server_time_ms()
        except (VenueError, TimeoutError):
            return None
        answered = self._local_s()
        return _Sample((asked + answered) / 2, market_ms, (answered - asked) / 2)

    def _learn_speed(self, latest: dict[str, _Sample]) -> None:
        if (found := self._speed_from(latest)) and found[0] > 0:
            self.speed = _snapped(*found)

    def _speed_from(self, latest: dict[str, _Sample]) -> tuple[float, float] | None:
        """The median speed of the venues that can tell it best, and how much of it is in doubt."""
        speeds = []
        for name, sample in latest.items():
            first = self._first.get(name)
            if first and (baseline := sample.local_s - first.local_s) >= BETWEEN_SAMPLES_S / 2:
                speed = (sample.market_ms - first.market_ms) / 1000 / baseline
                speeds.append(((first.doubt_s + sample.doubt_s) / baseline, speed))
        if not speeds:
            return None
        doubt = min(speeds)[0]
        return median(speed for doubted, speed in speeds if doubted <= 2 * doubt + SMALL_DOUBT), doubt


def _is_real_time(speed: float, doubt: float) -> bool:
    return abs(speed - 1) <= max(SNAP_TO_REAL_TIME, doubt)


def _snapped(speed: float, doubt: float) -> float:
    """Real time, or a whole number of times as fast, where it is that but for the noise of the samples."""
    if _is_real_time(speed, doubt):
        return 1.0
    whole = round(speed)
    return float(whole) if whole >= 2 and abs(speed / whole - 1) <= SNAP_TO_WHOLE_SPEED else speed
