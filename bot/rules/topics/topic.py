"""A topic: one matter that is so at a mark price, or is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene

REARM_FACTOR = 1.5  # price has to get this many times the distance away before a stretch is told of again
REARM_MARGIN = 0.001  # and at least this much farther, so that a tiny distance does not flap
LEAVE_U = 0.25  # hourly ranges that price has to be outside a stretch to have left it


class Standing(IntEnum):
    AWAY = 0  # not so, and far enough from it to be told when it is
    BETWEEN = 1  # not so, but no more than a tremble from it
    SO = 2


@dataclass(frozen=True, slots=True)
class Topic:
    kind: Kind
    name: str  # within its subscription, e.g. "near:Z42"
    known_by: str  # once this was seen, what becomes so later is told
    standing: Standing
    low: float
    high: float
    side: Side | None = None
    zone: Zone | None = None
    is_wanted: bool = True  # as the rule set asks for it
    is_doubtful: bool = False  # rests on data that cannot be trusted now
    is_news: bool = False  # told although it was so when first seen
    level: float = 0.0  # how bad it is; one more is told again
    distance: float = 0.0  # signed fraction of price to the near edge; 0 inside
    inside: bool = False
    amount_base: float = 0.0
    at_least: bool = False
    ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class Distances:
    """As fractions of price: nearer than `so` it is so, farther than `away` it is over."""

    so: float
    away: float

    def standing(self, far: float) -> Standing:
        if far <= self.so:
            return Standing.SO
        return Standing.AWAY if far > self.away else Standing.BETWEEN

    def is_left(self, price: float, low: float, high: float) -> bool:
        """Price is away from the stretch, on either side."""
        return max(low - price, price - high, 0.0) > self.away * price


def within(reach: float) -> Distances:
    return Distances(reach, max(reach * REARM_FACTOR, reach + REARM_MARGIN))


def in_reach(rules: RuleSet, scene: Scene) -> Distances:
    return within(rules.reach.of(scene.reading.hourly_range))


def at_edge(scene: Scene) -> Distances:
    """So at the edge or beyond it; over where price is clear of it."""
    return Distances(0.0, max(LEAVE_U * scene.reading.hourly_range, REARM_MARGIN))


def is_idle(kind: Kind, zone: Zone, standing: Standing, memory: Memory) -> bool:
    """Nothing can come of it: it is known, and not so."""
    if standing is Standing.SO or zone.id not in memory.seen:
        return False
    return standing is Standing.BETWEEN or f"{kind.value}:{zone.id}" not in memory.near


def zone_topic(
    kind: Kind,
    zone: Zone,
    standing: Standing,
    scene: Scene,
    *,
    is_wanted: bool = True,
    is_news: bool = False,
    ratio: float = 0.0,
) -> Topic:
    distance = zone.distance(scene.price)
    return Topic(
        kind,
        f"{kind.value}:{zone.id}",
        zone.id,
        standing,
        zone.low,
        zone.high,
        zone.side,
        zone,
        is_wanted,
        is_doubtful=zone.id in scene.withheld,
        is_news=is_news,
        distance=distance,
        inside=distance == 0.0,
        amount_base=scene.realised_base.get(zone.id, 0.0),
        ratio=ratio,
    )
