"""Price comes into a zone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Topic, at_edge, is_idle, zone_topic


def topics(rules: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    edge = at_edge(scene)
    for zone, far in scene.zones:
        standing = edge.standing(far)
        if not is_idle(Kind.ENTERED, zone, standing, memory):
            wanted = rules.wants(zone) or memory.was_told_near(zone)
            yield zone_topic(Kind.ENTERED, zone, standing, scene, is_wanted=wanted)


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    return at_edge(scene).is_left(scene.price, told.low, told.high)
