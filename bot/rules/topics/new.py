"""A new dense zone, born since the subscription looked first."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import HOUR_MS, RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Standing, Topic, zone_topic

NEW_MS = 2 * HOUR_MS  # a zone is new so long after it was born
REACH_U = 4.0  # hourly ranges; what is farther away is no news yet


def topics(rules: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    for zone, far in scene.zones:
        if zone.born_ms <= memory.since_ms or scene.now_ms - zone.born_ms > NEW_MS:
            continue
        near = far <= REACH_U * scene.reading.hourly_range
        standing = Standing.SO if near else Standing.BETWEEN
        yield zone_topic(Kind.NEW, zone, standing, scene, is_wanted=rules.wants(zone), is_news=True)


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    """What was told of is not new any more."""
    return scene.now_ms - told.at_ms > NEW_MS
