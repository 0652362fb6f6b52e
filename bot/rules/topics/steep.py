"""Price stands before the steepest stretch of a side, or enters it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.liquidation.reading import Steepness
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.near import is_left
from bot.rules.topics.topic import Topic, in_reach

STEEP = 2.5  # times as much as where the side is flat; an ordinary steepest stretch has 1.6
BEFORE, INSIDE = 0.0, 1.0  # levels

__all__ = ["is_left", "topics"]


def topics(rules: RuleSet, _: Memory, scene: Scene) -> Iterator[Topic]:
    distances = in_reach(rules, scene)
    for steep in scene.reading.steepness:
        ahead = (steep.near_edge / scene.price - 1) * steep.side.sign
        is_passed = (scene.price - steep.far_edge) * steep.side.sign > 0
        distance = max(ahead, 0.0) * steep.side.sign
        inside = ahead <= 0 and not is_passed
        name = f"{Kind.STEEP.value}:{holder(steep, scene)}"
        yield Topic(
            Kind.STEEP,
            name,
            name,
            distances.standing(abs(distance)),
            steep.low,
            steep.high,
            steep.side,
            is_wanted=steep.value > STEEP and not is_passed,
            is_doubtful=any(zone.id in scene.withheld for zone in overlapping(steep, scene)),
            level=INSIDE if inside else BEFORE,
            distance=distance,
            inside=inside,
            ratio=steep.percentile,
        )


def holder(steep: Steepness, scene: Scene) -> str:
    """The zone that holds most of the stretch: it keeps its name while the stretch shifts."""
    zones = overlapping(steep, scene)
    if not zones:
        return steep.side.word
    return max(zones, key=lambda zone: min(zone.high, steep.high) - max(zone.low, steep.low)).id


def overlapping(steep: Steepness, scene: Scene) -> list[Zone]:
    return [
        zone
        for zone in scene.reading.zones
        if zone.side is steep.side and zone.low < steep.high and zone.high > steep.low
    ]
