"""Zones that price has come into, as they were then, until price has come back out of them."""

from __future__ import annotations

from dataclasses import replace

from bot.liquidation.zone import Zone
from bot.rules.memory import Memory, Passage
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import at_edge


def follow(memory: Memory, rules: RuleSet, scene: Scene) -> tuple[Passage, ...]:
    """With the zones that price is in or through by now, without those it left as it came."""
    followed = tuple(_followed(one, scene) for one in memory.passages if not _has_turned(one, scene))
    for zone, far in scene.zones:
        is_met = far == 0.0 and zone.id not in scene.withheld
        is_followed = is_met and (rules.wants(zone) or memory.was_told_near(zone))
        if is_followed and not any(_is_same(one.zone, zone) for one in followed):
            followed = (*followed, Passage(zone, scene.now_ms, zone.passed(scene.price)))
    return followed


def has_returned(passage: Passage, scene: Scene) -> bool:
    """Swept, and price is clear of the near edge again."""
    return passage.is_swept and _is_clear(passage, scene)


def without_returned(passages: tuple[Passage, ...], scene: Scene) -> tuple[Passage, ...]:
    return tuple(one for one in passages if one.zone.id in scene.withheld or not has_returned(one, scene))


def _followed(passage: Passage, scene: Scene) -> Passage:
    if passage.is_swept or passage.zone.id in scene.withheld or not passage.zone.passed(scene.price):
        return passage
    return replace(passage, is_swept=True, at_ms=scene.now_ms)


def _has_turned(passage: Passage, scene: Scene) -> bool:
    is_known = passage.zone.id not in scene.withheld
    return is_known and not passage.is_swept and _is_clear(passage, scene)


def _is_clear(passage: Passage, scene: Scene) -> bool:
    return abs(passage.zone.distance(scene.price)) > at_edge(scene).away


def _is_same(one: Zone, other: Zone) -> bool:
    overlaps = one.low <= other.high and one.high >= other.low
    return one.id == other.id or (one.side is other.side and overlaps)
