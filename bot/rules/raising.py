"""What a step of the episodes comes to in the eyes of a chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.rules.episodes import Step, Turn
from bot.rules.kinds import Kind, Loudness
from bot.rules.memory import Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Held, Reason, Telling
from bot.rules.topics.topic import Topic

# What becomes so of one zone at one price is told once: the first of these says what the others would.
ONE_MATTER = (Kind.SWEPT, Kind.NEAR, Kind.ENTERED)


def raised(rules: RuleSet, taken: Step, topics: Sequence[Topic], scene: Scene) -> tuple[Telling, ...]:
    """All that is worth telling now, nearest first, ends last; nothing of a kind that is off."""
    turns = [turn for turn in taken.turns if turn.hold is None and _is_on(rules, turn.topic.kind)]
    return (*_openings(rules, turns, scene), *_endings(rules, taken.ended, topics, scene))


def going_on(rules: RuleSet, taken: Step, scene: Scene) -> Iterator[Held]:
    """What is so and is held whatever the chat wants: it was told, or rests on doubtful data."""
    for turn in taken.turns:
        if turn.hold is not None and _is_on(rules, turn.topic.kind):
            yield Held(_telling(turn.topic, turn.reason, scene, is_silent=False), turn.hold)


def _openings(rules: RuleSet, turns: Sequence[Turn], scene: Scene) -> Iterator[Telling]:
    for turn in turns:
        same = [one for one in turns if _matter(one.topic) == _matter(turn.topic)]
        if turn is min(same, key=_precedence):
            silent = all(rules.loudness_of(one.topic.kind) is Loudness.SILENT for one in same)
            yield _telling(turn.topic, turn.reason, scene, is_silent=silent)


def _endings(
    rules: RuleSet, ended: Iterable[Told], topics: Sequence[Topic], scene: Scene
) -> Iterator[Telling]:
    """Nobody is told the end of what was not told."""
    for told in ended:
        if told.is_heard and _is_on(rules, told.kind):
            now = next(topic for topic in topics if topic.kind is told.kind)
            over = replace(now, low=told.low, high=told.high, side=told.side, inside=False)
            silent = rules.loudness_of(told.kind) is Loudness.SILENT
            yield _telling(over, Reason.ENDED, scene, is_silent=silent)


def _is_on(rules: RuleSet, kind: Kind) -> bool:
    return rules.loudness_of(kind) is not Loudness.OFF


def _matter(topic: Topic) -> str:
    return topic.known_by if topic.kind in ONE_MATTER else topic.name


def _precedence(turn: Turn) -> int:
    return ONE_MATTER.index(turn.topic.kind) if turn.topic.kind in ONE_MATTER else 0


def _telling(topic: Topic, reason: Reason, scene: Scene, *, is_silent: bool) -> Telling:
    return Telling(
        topic.kind,
        topic.name,
        reason,
        scene.price,
        scene.now_ms,
        topic.low,
        topic.high,
        scene.reading.hourly_range,
        side=topic.side,
        zone=topic.zone,
        distance=topic.distance,
        inside=topic.inside,
        amount_base=topic.amount_base,
        at_least=topic.at_least,
        ratio=topic.ratio,
        is_silent=is_silent,
    )
