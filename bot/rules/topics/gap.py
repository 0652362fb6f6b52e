"""Price comes into a quiet gap, and leaves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.liquidation.reading import Gap
from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.topics.topic import Standing, Topic, at_edge


def topics(_: RuleSet, __: Memory, scene: Scene) -> Iterator[Topic]:
    """Of a pair as a whole: gaps of both sides that meet at price are one stretch."""
    here = around(scene)
    low = min((gap.low for gap in here), default=scene.price)
    high = max((gap.high for gap in here), default=scene.price)
    yield Topic(
        Kind.GAP,
        Kind.GAP.value,
        Kind.GAP.value,
        standing(here, scene),
        low,
        high,
        here[0].side if len(here) == 1 else None,
        is_doubtful=bool(scene.withheld),
        inside=bool(here),
    )


def is_left(told: Told, _: RuleSet, scene: Scene) -> bool:
    """Price is clear of it, and the quiet stretch that price is in now, if any, is another."""
    goes_on = any(gap.low <= told.high and gap.high >= told.low for gap in around(scene))
    return _clear_of(told.low, told.high, scene) and not goes_on


def standing(here: Sequence[Gap], scene: Scene) -> Standing:
    if here:
        return Standing.SO
    clear = all(_clear_of(gap.low, gap.high, scene) for gap in scene.reading.gaps)
    return Standing.AWAY if clear else Standing.BETWEEN


def around(scene: Scene) -> list[Gap]:
    """A side's gap may begin at price, and price trembles: a margin belongs to it."""
    margin = at_edge(scene).away * scene.price
    return [gap for gap in scene.reading.gaps if gap.low - margin <= scene.price <= gap.high + margin]


def _clear_of(low: float, high: float, scene: Scene) -> bool:
    margin = 2 * at_edge(scene).away * scene.price
    return not low - margin <= scene.price <= high + margin
