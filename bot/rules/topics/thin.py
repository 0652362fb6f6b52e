"""Little in the order book before a dense zone that is near."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.kinds import Kind
from bot.rules.memory import Memory
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.near import is_left
from bot.rules.topics.topic import Topic, in_reach, is_idle, zone_topic

# A zone's mass is known within a factor of two: this much outweighs the book even if half of it is not there.
THIN_COVER = 2.0

__all__ = ["is_left", "topics"]


def topics(rules: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    distances = in_reach(rules, scene)
    for zone, far in scene.zones:
        standing = distances.standing(far)
        if not is_idle(Kind.THIN, zone, standing, memory):
            cover = scene.cover.get(zone.id, 0.0)
            wanted = cover >= THIN_COVER and rules.wants(zone)
            yield zone_topic(Kind.THIN, zone, standing, scene, is_wanted=wanted, ratio=cover)
