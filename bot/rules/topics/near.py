"""Price comes within a distance of the near edge of a dense zone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Topic, in_reach, is_idle, zone_topic


def topics(rules: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    distances = in_reach(rules, scene)
    for zone, far in scene.zones:
        standing = distances.standing(far)
        if not is_idle(Kind.NEAR, zone, standing, memory):
            yield zone_topic(Kind.NEAR, zone, standing, scene, is_wanted=rules.wants(zone))


def is_left(told: Told, rules: RuleSet, scene: Scene) -> bool:
    return in_reach(rules, scene).is_left(scene.price, told.low, told.high)
