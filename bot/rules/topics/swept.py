"""Price has gone through a zone that it came into."""

from __future__ import annotations

from collections.abc import Iterator

from bot.liquidation.side import Side
from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Standing, Topic, at_edge, zone_topic


def topics(_: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    for passage in memory.passages:
        standing = Standing.SO if passage.zone.passed(scene.price) else Standing.BETWEEN
        yield zone_topic(Kind.SWEPT, passage.zone, standing, scene)


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    """Price is clear of it on the side that it came from."""
    margin = at_edge(scene).away * scene.price
    if told.side is Side.LONG:
        return scene.price > told.high + margin
    return scene.price < told.low - margin
