"""Episodes: what is so is told once, and again only after price has been away and the cooldown is over.

A matter has to be seen not to be so before it may be told, so a subscription made beside a zone stays quiet
until price leaves and comes back. What was told, or was so from the start, stays quiet until it is over,
whatever becomes of its zone's name meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Stage, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Hold, Reason
from bot.rules.topics.by_kind import ENDING, MATTERS
from bot.rules.topics.topic import Standing, Topic

WORSE = 1.0  # levels


@dataclass(frozen=True)
class Turn:
    """A topic that is so and wanted: why it is told, or would be if it were not held."""

    topic: Topic
    reason: Reason
    hold: Hold | None = None


@dataclass(frozen=True)
class Step:
    memory: Memory
    turns: tuple[Turn, ...] = ()  # nearest first
    ended: tuple[Told, ...] = ()  # by a kind whose end is news


def step(
    rules: RuleSet, memory: Memory, scene: Scene, topics: Sequence[Topic], heard: Collection[Kind]
) -> Step:
    """The memory after this scene, with what is so and wanted; `heard`: the kinds that reach the chat now."""
    stages = tuple(_left(one, rules, scene) for one in memory.told)
    left = [one for one, now in zip(memory.told, stages, strict=True) if now.stage is not one.stage]
    sure = [topic for topic in topics if not topic.is_doubtful]
    near = _near(memory, left, sure)
    due = [topic for topic in topics if _is_due(topic, memory, near)]
    told, turns = stages, []
    for topic in sorted(due, key=lambda one: abs(one.distance)):
        before = [one for one in told if _covers(one, topic, scene, rules)]
        turn = _turn(topic, before, scene.now_ms, rules.cooldown_ms)
        turns.append(turn)
        told = _after(told, before, turn, scene.now_ms, is_heard=topic.kind in heard)
    seen = memory.seen | {topic.known_by for topic in sure}
    ended = tuple(one for one in left if one.stage is Stage.TOLD and one.kind in ENDING)
    return Step(replace(memory, seen=seen, near=near, told=told), tuple(turns), ended)


def _left(told: Told, rules: RuleSet, scene: Scene) -> Told:
    if told.stage is Stage.LEFT or not MATTERS[told.kind].is_left(told, rules, scene):
        return told
    return replace(told, stage=Stage.LEFT)


def _near(memory: Memory, left: Sequence[Told], topics: Sequence[Topic]) -> frozenset[str]:
    """What is so when first seen, or still so under a told matter that price has just been away from."""
    so = [one for one in topics if one.standing is Standing.SO and not one.is_news]
    begun = {
        one.name
        for one in so
        if one.known_by not in memory.seen
        or any(told.covers(one.name, one.side, one.low, one.high) for told in left)
    }
    away = {one.name for one in topics if one.standing is Standing.AWAY}
    return (memory.near | begun) - away


def _is_due(topic: Topic, memory: Memory, near: frozenset[str]) -> bool:
    if topic.standing is not Standing.SO or not topic.is_wanted:
        return False
    return topic.is_news or (topic.known_by in memory.seen and topic.name not in near)


def _covers(told: Told, topic: Topic, scene: Scene, rules: RuleSet) -> bool:
    remembered = told.is_remembered(scene.now_ms, rules.cooldown_ms)
    return remembered and told.covers(topic.name, topic.side, topic.low, topic.high)


def _turn(topic: Topic, before: Sequence[Told], now_ms: int, cooldown_ms: int) -> Turn:
    """`before` is what was told of the same matter."""
    reason, hold = Reason.FIRST, None
    if before and topic.level >= max(one.level for one in before) + WORSE:
        reason = Reason.ESCALATED
    elif any(one.stage is Stage.TOLD for one in before):
        reason, hold = Reason.REPEATED, Hold.HYSTERESIS
    elif before:
        is_back = any(one.stage is Stage.BACK for one in before)
        reason = Reason.REPEATED if is_back else Reason.REARMED
        hold = Hold.COOLDOWN if any(now_ms - one.at_ms < cooldown_ms for one in before) else None
    return Turn(topic, reason, Hold.STALE if hold is None and topic.is_doubtful else hold)


def _after(
    told: tuple[Told, ...], before: Sequence[Told], turn: Turn, now_ms: int, *, is_heard: bool
) -> tuple[Told, ...]:
    """What is told as worse keeps the stretch that it was told of before."""
    if turn.topic.is_doubtful or turn.hold is Hold.HYSTERESIS:
        return told
    if turn.hold is Hold.COOLDOWN:
        return tuple(replace(one, stage=Stage.BACK) if one in before else one for one in told)
    topic = turn.topic
    kept = before if turn.reason is Reason.ESCALATED else ()
    low = min([topic.low, *(one.low for one in kept)])
    high = max([topic.high, *(one.high for one in kept)])
    is_heard = is_heard or any(one.is_heard for one in kept)
    fresh = Told(topic.name, topic.side, low, high, now_ms, topic.level, is_heard=is_heard)
    return (*(one for one in told if one not in before), fresh)
