"""Price comes into a zone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Topic, at_edge, zone_topic


def topics(rules: RuleSet, _: Memory, scene: Scene) -> Iterator[Topic]:
    edge = at_edge(scene)
    for zone in scene.reading.zones:
        standing = edge.standing(zone.distance(scene.price))
        yield zone_topic(Kind.ENTERED, zone, standing, scene, is_wanted=rules.wants(zone))


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    return at_edge(scene).is_left(scene.price, told.low, told.high)
