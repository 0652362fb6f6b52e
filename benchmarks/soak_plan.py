"""Which faults strike when: every kind on every venue once, in an order that the seed shuffles."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from processes import VENUES

# Not "blocked": after it the bot leaves a venue alone for ten minutes, which is most of a soak.
KINDS = (
    *("socket_closed", "socket_silent", "socket_frozen", "rate_limited", "maintenance", "errors"),
    *("garbage", "truncated", "latency", "silence", "dropped", "stale", "clock_off", "spike"),
    *("interest_spike", "duplicates", "reordered"),
)
# A venue that withholds orders while its stamps go on looks calm to everybody, so only candles go stale.
DETAILS: dict[str, dict[str, object]] = {"latency": {"delay": 2}, "stale": {"series": "candles"}}
LASTS_SECONDS = (3.0, 9.0)
PAUSE_SECONDS = (3.0, 9.0)


@dataclass(frozen=True)
class Strike:
    """Seconds are wall time after the first moment of the plan; one is over before the next begins."""

    at: float
    venue: str
    kind: str
    seconds: float
    details: dict[str, object] = field(default_factory=dict)


def strikes(seed: int, seconds: float, kinds: Sequence[str] = KINDS) -> Iterator[Strike]:
    """Until then; the product of kinds and venues again where there is time for more."""
    chance = random.Random(seed)
    pairs = [(venue, kind) for venue in VENUES for kind in kinds]
    chance.shuffle(pairs)
    at = chance.uniform(*PAUSE_SECONDS)
    for venue, kind in cycle(pairs):
        lasts = chance.uniform(*LASTS_SECONDS)
        if at + lasts > seconds:
            return
        yield Strike(at, venue, kind, lasts, DETAILS.get(kind, {}))
        at += lasts + chance.uniform(*PAUSE_SECONDS)
