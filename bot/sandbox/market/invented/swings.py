"""Where price would go without liquidations: waves that come and go around a slowly wandering centre."""

import math

import numpy as np

from bot.sandbox.market.candles import Floats

SMALLEST_TURN, LARGEST_TURN = 0.0155, 0.02  # how far from the centre a wave turns, log-price
SLOWEST, FASTEST = 0.00027, 0.00036  # mean speed of a wave, log-price a minute
CENTRE_NODE_MINUTES = 60
CENTRE_MEMORY_NODES = 48


def _ease(count: int) -> Floats:
    """A smooth way from 0 to 1 in that many steps, the start left out."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(1, count + 1) / count))


class Waves:
    """Alternating turns; every wave is at least 3.1 % long and takes about two hours."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._up = bool(rng.integers(2))
        self._level = 0.0
        self._ahead: Floats = np.empty(0)

    def take(self, minutes: int) -> Floats:
        while len(self._ahead) < minutes:
            self._ahead = np.concatenate([self._ahead, self._next()])
        taken, self._ahead = self._ahead[:minutes], self._ahead[minutes:]
        return taken

    def _next(self) -> Floats:
        height = float(self._rng.uniform(SMALLEST_TURN, LARGEST_TURN))
        target = height if self._up else -height
        begin, length = self._level, abs(target - self._level)
        duration = max(8, math.ceil(length / float(self._rng.uniform(SLOWEST, FASTEST))))
        self._up, self._level = not self._up, target
        return begin + (target - begin) * _ease(duration)


class Centre:
    """A mean-reverting wander with a memory of days."""

    def __init__(self, rng: np.random.Generator, spread: float) -> None:
        self._rng = rng
        self._spread = spread
        self._level = 0.0
        self._ahead: Floats = np.empty(0)

    def take(self, minutes: int) -> Floats:
        while len(self._ahead) < minutes:
            self._ahead = np.concatenate([self._ahead, self._next()])
        taken, self._ahead = self._ahead[:minutes], self._ahead[minutes:]
        return taken

    def _next(self) -> Floats:
        begin, pull = self._level, 1 / CENTRE_MEMORY_NODES
        kick = self._spread * math.sqrt(2 * pull) * float(self._rng.standard_normal())
        self._level = begin * (1 - pull) + kick
        return begin + (self._level - begin) * _ease(CENTRE_NODE_MINUTES)
