"""The module of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics import burst, entered, gap, narrow, near, new, returned, steep, swept, thin
from bot.rules.topics.topic import Topic


class Matter(Protocol):
    def topics(self, rules: RuleSet, memory: Memory, scene: Scene, /) -> Iterator[Topic]: ...

    def is_left(self, told: Told, rules: RuleSet, scene: Scene, /) -> bool:
        """What was told is over, or price has been away from it."""
        ...


MATTERS: Mapping[Kind, Matter] = {
    Kind.NEAR: near,
    Kind.STEEP: steep,
    Kind.ENTERED: entered,
    Kind.SWEPT: swept,
    Kind.RETURNED: returned,
    Kind.NEW: new,
    Kind.GAP: gap,
    Kind.THIN: thin,
    Kind.NARROW: narrow,
    Kind.BURST: burst,
}
ENDING = frozenset({Kind.GAP, Kind.BURST})  # whose end is told
