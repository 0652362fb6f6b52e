"""How much of a limit is used: fixed windows, and windows that slide."""

from collections import deque
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much in so many seconds of wall time.

    A fixed window begins at a multiple of its length and then starts from nothing; in a sliding one a request
    counts until it is `seconds` old.
    """

    name: str
    most: int
    seconds: float
    sliding: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """What a request takes out of a limit; `of` tells the pots of one limit apart (endpoint, instrument)."""

    limit: Limit
    weight: int = 1
    of: str = ""


class Pot(Protocol):
    def used(self, now: float) -> int: ...

    def take(self, weight: int, now: float) -> None: ...

    def relief(self, now: float) -> float:
        """Seconds until something of it is free again."""
        ...


class FixedPot:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._window = -1
        self._used = 0

    def used(self, now: float) -> int:
        return self._used if self._window == now // self._seconds else 0

    def take(self, weight: int, now: float) -> None:
        self._used = self.used(now) + weight
        self._window = int(now // self._seconds)

    def relief(self, now: float) -> float:
        return self._seconds - now % self._seconds


class SlidingPot:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[tuple[float, int]] = deque()
        self._used = 0

    def used(self, now: float) -> int:
        while self._taken and self._taken[0][0] + self._seconds <= now:
            self._used -= self._taken.popleft()[1]
        return self._used

    def take(self, weight: int, now: float) -> None:
        self._taken.append((now, weight))
        self._used += weight

    def relief(self, now: float) -> float:
        return self._taken[0][0] + self._seconds - now if self.used(now) else 0.0


def pot_of(limit: Limit) -> Pot:
    return SlidingPot(limit.seconds) if limit.sliding else FixedPot(limit.seconds)
