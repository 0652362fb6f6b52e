"""The one decision: what a mark price means for one subscription."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules.memory import Memory
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Held, Telling, Terms


@dataclass(frozen=True)
class Decision:
    memory: Memory
    told: tuple[Telling, ...] = ()  # nearest first
    held: tuple[Held, ...] = ()


def decide(rules: RuleSet, memory: Memory, scene: Scene, terms: Terms) -> Decision:
    """The next memory, what is told and what is held back and why; pure, the same for the same input."""
    raise NotImplementedError
