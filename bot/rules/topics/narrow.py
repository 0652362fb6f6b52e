"""A narrow range beside a dense zone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.liquidation.reading import NarrowRange
from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Standing, Topic, is_idle, within, zone_topic

NARROW = 20.0  # percentile among ranges of as many hours
WIDE = 30.0  # above it a narrow range is over
REACH_U = 1.0


def topics(rules: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    found = scene.reading.narrow_range
    if found is None:
        return
    distances = within(REACH_U * scene.reading.hourly_range)
    for zone, far in scene.zones:
        standing = min(distances.standing(far), _calm(found))
        if not is_idle(Kind.NARROW, zone, standing, memory):
            wanted = rules.wants(zone)
            yield zone_topic(Kind.NARROW, zone, standing, scene, is_wanted=wanted, ratio=found.percentile)


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    found = scene.reading.narrow_range
    if found is not None and found.percentile > WIDE:
        return True
    reach = within(REACH_U * scene.reading.hourly_range)
    return reach.is_left(scene.price, told.low, told.high)


def _calm(found: NarrowRange) -> Standing:
    if found.percentile <= NARROW:
        return Standing.SO
    return Standing.AWAY if found.percentile > WIDE else Standing.BETWEEN
