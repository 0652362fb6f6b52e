"""Price came back through a zone that it had swept."""

from __future__ import annotations

from collections.abc import Iterator

from bot.liquidation.side import Side
from bot.rules.kinds import Kind
from bot.rules.memory import REMEMBERED_MS, Memory, Told
from bot.rules.passages import has_returned
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Standing, Topic, zone_topic


def topics(_: RuleSet, memory: Memory, scene: Scene) -> Iterator[Topic]:
    for passage in memory.passages:
        if passage.is_swept and scene.now_ms - passage.at_ms <= REMEMBERED_MS:
            standing = Standing.SO if has_returned(passage, scene) else Standing.BETWEEN
            yield zone_topic(Kind.RETURNED, passage.zone, standing, scene)


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    """Price went through it once more."""
    return scene.price < told.low if told.side is Side.LONG else scene.price > told.high
