"""Many realised liquidations, and their end."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Burst, Scene
from bot.rules.topics.topic import Standing, Topic

NAME = f"{Kind.BURST.value}:pair"
BURST, OVER = 1.0, 1 / 3  # ratios at which it begins and below which it has ended


def topics(_: RuleSet, __: Memory, scene: Scene) -> Iterator[Topic]:
    """A burst that has doubled is one level worse."""
    burst = scene.burst
    if burst is None:
        return
    yield Topic(
        Kind.BURST,
        NAME,
        NAME,
        _standing(burst),
        scene.price,
        scene.price,
        burst.side,
        level=log2(max(burst.ratio, BURST)),
        amount_base=burst.quantity_base,
        at_least=burst.at_least,
        ratio=burst.ratio,
    )


def is_left(_: Told, __: RuleSet, scene: Scene) -> bool:
    return scene.burst is not None and scene.burst.ratio < OVER


def _standing(burst: Burst) -> Standing:
    if burst.ratio >= BURST:
        return Standing.SO
    return Standing.AWAY if burst.ratio < OVER else Standing.BETWEEN
