"""Proximity: price comes within a distance of the near edge of a dense zone."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone

REARM_FACTOR = 1.5  # price has to get this many times the distance away before a zone may fire again
REARM_MARGIN = 0.001  # and at least this much farther, so that a tiny distance does not flap


@dataclass(frozen=True)
class ProximityRule:
    distance: float  # fraction of price, e.g. 0.015
    band: Band  # this band and up

    @property
    def rearm_distance(self) -> float:
        return max(self.distance * REARM_FACTOR, self.distance + REARM_MARGIN)


@dataclass(frozen=True)
class Approach:
    """A stretch that has been told of and stays quiet until price has been away from it."""

    side: Side
    low: float
    high: float


@dataclass(frozen=True)
class ProximityState:
    """What a subscription remembers between two prices."""

    armed: frozenset[str] = frozenset()  # zones that price has been seen away from
    told: tuple[Approach, ...] = ()


@dataclass(frozen=True)
class Firing:
    """One thing worth saying."""

    zone: Zone
    price: float  # mark price at that moment
    distance: float  # signed fraction to the near edge, 0 if inside
    inside: bool
    at_ms: int
