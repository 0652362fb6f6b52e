"""Every person has so many questions at once, and one more every so often."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

BURST = 20
SECONDS_EACH = 1.5
WARN_SECONDS = 60.0
REMEMBERED = 10_000


@dataclass
class RateLimit:
    clock: Callable[[], float] = time.monotonic
    _spent: dict[int, tuple[float, float]] = field(default_factory=dict)  # user -> (used, when)
    _warned: dict[int, float] = field(default_factory=dict)  # user -> when

    def allows(self, user_id: int) -> bool:
        """Counts the question if it is allowed."""
        now = self.clock()
        used, since = self._spent.pop(user_id, (0.0, now))
        used = max(0.0, used - (now - since) / SECONDS_EACH)
        allowed = used + 1 <= BURST
        self._spent[user_id] = (used + 1 if allowed else used, now)
        while len(self._spent) > REMEMBERED:
            del self._spent[next(iter(self._spent))]
        return allowed

    def may_warn(self, user_id: int) -> bool:
        """Once a minute it is worth saying so; more would make everybody else wait."""
        now = self.clock()
        if now - self._warned.get(user_id, -WARN_SECONDS) < WARN_SECONDS:
            return False
        self._warned.pop(user_id, None)
        self._warned[user_id] = now
        while len(self._warned) > REMEMBERED:
            del self._warned[next(iter(self._warned))]
        return True
