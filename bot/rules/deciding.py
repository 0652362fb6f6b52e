"""The one decision: what a mark price means for one subscription."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.rules import event_watch, passages
from bot.rules.episodes import step
from bot.rules.gate import hold_of
from bot.rules.kinds import Kind, Loudness
from bot.rules.memory import Memory
from bot.rules.raising import going_on, raised
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Held, Hold, Telling, Terms
from bot.rules.topics.by_kind import MATTERS


@dataclass(frozen=True)
class Decision:
    memory: Memory
    told: tuple[Telling, ...] = ()  # nearest first
    held: tuple[Held, ...] = ()


def decide(
    rules: RuleSet, memory: Memory, scene: Scene, terms: Terms, followed: Collection[Kind] = tuple(Kind)
) -> Decision:
    """The next memory, what is told and what is held back and why; pure, the same for the same input.

    What quiet hours, a budget or a snooze hold back counts as told from then on: the caller records it for
    the digest. A kind that is off is followed without a word, unless it is not among
    those `followed`. A stale scene changes nothing, nothing is lost.
    """
    hold = Hold.STALE if scene.is_stale else hold_of(rules, terms, scene.now_ms)
    heard = [kind for kind in Kind if hold is None and rules.loudness_of(kind) is not Loudness.OFF]
    asked = event_watch.denser(rules) if event_watch.is_on(terms, scene.now_ms) else rules
    looking = replace(
        memory,
        passages=passages.follow(memory, asked, scene),
        since_ms=memory.since_ms or scene.now_ms,
    )
    topics = [topic for kind in followed for topic in MATTERS[kind].topics(asked, looking, scene)]
    taken = step(asked, looking, scene, topics, heard)
    worth = raised(asked, taken, topics, scene)
    held = (*going_on(asked, taken, scene), *(Held(one, hold) for one in worth if hold))
    after = replace(taken.memory, passages=passages.without_returned(taken.memory.passages, scene))
    if scene.is_stale or after == memory:
        return Decision(memory, () if hold else worth, held)
    return Decision(after.bounded(scene.now_ms, asked.cooldown_ms), () if hold else worth, held)
