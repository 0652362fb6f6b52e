"""Proximity: price comes within a distance of the near edge of a dense zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone

REARM_FACTOR = 1.5  # price has to get this many times the distance away before a stretch may be told of again
REARM_MARGIN = 0.001  # and at least this much farther, so that a tiny distance does not flap
ARMED_KEPT = 200  # zone numbers only rise, so the oldest names are the dead ones


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

    zone_id: str
    side: Side
    low: float
    high: float

    def near(self, price: float, within: float) -> bool:
        gap = max(self.low - price, price - self.high, 0.0)
        return gap <= within * price

    def covers(self, zone: Zone) -> bool:
        """The same stretch, whatever the zone is called by now."""
        if zone.id == self.zone_id:
            return True
        return zone.side is self.side and zone.low <= self.high and zone.high >= self.low


@dataclass(frozen=True)
class ProximityState:
    """What a subscription remembers between two prices."""

    armed: frozenset[str] = frozenset()  # zones that price has been seen away from
    near: frozenset[str] = frozenset()  # zones that were near when first seen, and nothing was told of
    told: tuple[Approach, ...] = ()


@dataclass(frozen=True)
class Firing:
    """One thing worth saying."""

    zone: Zone
    price: float  # mark price at that moment
    distance: float  # signed fraction to the near edge, 0 if inside
    inside: bool  # in the zone, or through it already
    at_ms: int


def decide(
    rule: ProximityRule, state: ProximityState, zones: Sequence[Zone], price: float, now_ms: int
) -> tuple[ProximityState, tuple[Firing, ...]]:
    """What a mark price means for one subscription: its next state and what to tell, nearest zone first.

    A zone has to be seen away from price before it may fire, so a subscription made beside a zone stays
    quiet until price leaves and comes back. What was told, or was near from the start, stays quiet until
    price has been `rule.rearm_distance` away from it, whatever becomes of a told zone's name meanwhile.
    """
    told = tuple(approach for approach in state.told if approach.near(price, rule.rearm_distance))
    quiet = {approach.zone_id for approach in told}
    unarmed = [zone for zone in zones if zone.id not in quiet and zone.id not in state.armed]
    seen_away = {zone.id for zone in unarmed if _away(zone, price, _arming(zone, state, rule))}
    near = (state.near | {zone.id for zone in unarmed}) - seen_away
    armed = state.armed | seen_away
    due = [zone for zone in zones if zone.id in armed and zone.band >= rule.band]
    due = [zone for zone in due if not _away(zone, price, rule.distance)]
    fired: list[Zone] = []
    for zone in sorted(due, key=lambda zone: abs(zone.distance(price))):
        if not any(approach.covers(zone) for approach in told):
            told = (*told, Approach(zone.id, zone.side, zone.low, zone.high))
            fired.append(zone)
    reached = {zone.id for zone in due}
    following = ProximityState(_newest(armed - reached), _newest(near), told)
    return following, tuple(_firing(zone, price, now_ms) for zone in fired)


def episode(firing: Firing) -> str:
    """Names one approach: the same firing evaluated twice has the same name."""
    return f"{firing.zone.id}@{firing.at_ms}"


def _arming(zone: Zone, state: ProximityState, rule: ProximityRule) -> float:
    """How far price has to be from an unarmed zone."""
    return rule.rearm_distance if zone.id in state.near else rule.distance


def _away(zone: Zone, price: float, distance: float) -> bool:
    """Price is on the zone's own side and farther from its near edge than the distance."""
    return abs(zone.distance(price)) > distance


def _firing(zone: Zone, price: float, now_ms: int) -> Firing:
    distance = zone.distance(price)
    return Firing(zone, price, distance, inside=distance == 0.0, at_ms=now_ms)


def _newest(armed: Iterable[str]) -> frozenset[str]:
    return frozenset(sorted(armed, key=_number)[-ARMED_KEPT:])


def _number(zone_id: str) -> int:
    return int(zone_id.lstrip("Z"))
