"""What a subscription's rules remember between two prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind

NAMES_KEPT = 200  # zone numbers only rise, so the oldest names are the dead ones
TOLD_KEPT = 64
_KINDS = {kind.value: kind for kind in Kind}  # asked for with every price, and faster than the enum itself
PASSAGES_KEPT = 16
REMEMBERED_MS = 24 * 3_600_000  # what was told or swept longer ago is told of as if for the first time


class Stage(StrEnum):
    """How far price has got since a matter was told."""

    TOLD = "told"  # not away from it yet
    LEFT = "left"  # has been away
    BACK = "back"  # and came back before the cooldown was over


@dataclass(frozen=True)
class Told:
    """A matter that was told (or held back) and stays quiet until price has been away from its stretch."""

    topic: str
    side: Side | None
    low: float
    high: float
    at_ms: int  # when it was told last
    level: float = 0.0  # how bad it was then; one more is told again
    stage: Stage = Stage.TOLD
    is_heard: bool = True  # False: held back, or of a kind that is off; its end is nobody's news

    @property
    def kind(self) -> Kind:
        return _KINDS[self.topic.partition(":")[0]]

    def covers(self, topic: str, side: Side | None, low: float, high: float) -> bool:
        """The same matter, whatever its zone is called by now; a gap has no name of its own."""
        kind, _, name = topic.partition(":")
        if self.topic.partition(":")[0] != kind:
            return False
        if topic == self.topic and name:
            return True
        same_side = self.side is None or side is None or self.side is side
        return same_side and low <= self.high and high >= self.low

    def is_remembered(self, now_ms: int, cooldown_ms: int) -> bool:
        return self.stage is Stage.TOLD or now_ms - self.at_ms <= max(cooldown_ms, REMEMBERED_MS)


@dataclass(frozen=True)
class Passage:
    """A zone as it was when price came into it; maps show only what is left of it afterwards."""

    zone: Zone
    at_ms: int  # when price came into it, or went through
    is_swept: bool = False


@dataclass(frozen=True)
class Memory:
    seen: frozenset[str] = frozenset()  # zones and other matters that it knows
    near: frozenset[str] = frozenset()  # topics that were so when first seen, and nothing was told of
    told: tuple[Told, ...] = ()
    passages: tuple[Passage, ...] = ()
    since_ms: int = 0  # when it looked first

    def was_told_near(self, zone: Zone) -> bool:
        """And price has not been away since: such a zone is followed, whatever its band is by now."""
        topic = f"{Kind.NEAR.value}:{zone.id}"
        return any(
            one.kind is Kind.NEAR
            and one.is_heard
            and one.stage is not Stage.LEFT
            and one.covers(topic, zone.side, zone.low, zone.high)
            for one in self.told
        )

    def judged_anew(self) -> Self:
        """For rules that have changed: what was told stays told."""
        return replace(self, seen=frozenset(), near=frozenset())

    def bounded(self, now_ms: int, cooldown_ms: int) -> Self:
        """Without what can mean nothing any more."""
        told = [one for one in self.told if one.is_remembered(now_ms, cooldown_ms)]
        passages = [one for one in self.passages if now_ms - one.at_ms <= REMEMBERED_MS]
        return replace(
            self,
            seen=_newest(self.seen),
            near=_newest(self.near),
            told=tuple(sorted(told, key=lambda one: one.at_ms)[-TOLD_KEPT:]),
            passages=tuple(passages[-PASSAGES_KEPT:]),
        )


def _newest(names: Iterable[str]) -> frozenset[str]:
    kept = frozenset(names)
    if len(kept) <= NAMES_KEPT:
        return kept
    return frozenset(sorted(kept, key=_number)[-NAMES_KEPT:])


def _number(name: str) -> float:
    """Of the zone that a name is about; what is about no zone is as new as can be."""
    digits = name.rpartition(":")[2].removeprefix("Z")
    return int(digits) if digits.isdecimal() else float("inf")
