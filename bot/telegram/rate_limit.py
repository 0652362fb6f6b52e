"""Every person has so many questions at once, and one more every so often."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

BURST = 20
SECONDS_EACH = 1.5
REMEMBERED = 10_000


@dataclass
class RateLimit:
    clock: Callable[[], float] = time.monotonic
    _spent: dict[int, tuple[float, float]] = field(default_factory=dict)  # user -> (used, when)

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
