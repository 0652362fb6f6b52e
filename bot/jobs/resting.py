"""Venues that failed are left alone for a while, so that they do not hold up the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_REST_SECONDS = 2.0
LONGEST_REST_SECONDS = 60.0


@dataclass
class Resting:
    """Keys are whatever may fail by itself: a venue, or a pair on a venue."""

    wall: Callable[[], float] = time.monotonic
    _until: dict[object, float] = field(default_factory=dict)
    _failures: dict[object, int] = field(default_factory=dict)

    def rests(self, key: object) -> bool:
        return self.wall() < self._until.get(key, 0.0)

    def failed(self, key: object, longest: float = LONGEST_REST_SECONDS) -> None:
        """Each failure in a row doubles the rest."""
        count = self._failures.get(key, 0)
        self._failures[key] = count + 1
        self._until[key] = self.wall() + min(longest, FIRST_REST_SECONDS * 2**count)

    def rest(self, key: object, seconds: float) -> None:
        self._until[key] = self.wall() + seconds

    def recovered(self, key: object) -> None:
        self._failures.pop(key, None)
        self._until.pop(key, None)
