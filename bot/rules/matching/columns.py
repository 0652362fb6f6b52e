"""A scene's topics as arrays, a column each: stretches that price has to come to, or get away from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bot.liquidation.reading import Steepness
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.matching.held_rows import Bools, Floats
from bot.rules.matching.rows import zone_number
from bot.rules.scene import Scene
from bot.rules.topics.steep import STEEP, holder, overlapping
from bot.rules.topics.topic import Topic


@dataclass(frozen=True)
class Columns:
    """Topics of one kind. `numbers` as of `zone_number`."""

    kind: Kind
    names: tuple[str, ...]
    known_by: tuple[str, ...]
    numbers: Floats
    sides: Floats
    low: Floats
    high: Floats

    @cached_property
    def is_long(self) -> Bools:
        is_long: Bools = self.sides == 0.0
        return is_long

    @cached_property
    def near_edge(self) -> Floats:
        return np.where(self.is_long, self.high, self.low)

    @cached_property
    def sign(self) -> Floats:
        return np.where(self.is_long, -1.0, 1.0)

    def price_at(self, distance: Floats) -> Floats:
        """Where price is so far, a fraction of itself, from the near edge."""
        return self.near_edge / (1 + self.sign * np.minimum(distance, 0.99))


@dataclass(frozen=True)
class ZoneFacts:
    """What rule sets ask of zones, a column each."""

    band: Floats
    percentile: Floats
    born_ms: Floats
    heavy: Floats  # columns x leverage bands: share of the mass in this band and above

    @classmethod
    def of(cls, zones: Sequence[Zone]) -> ZoneFacts:
        percentile = np.array([zone.percentile for zone in zones])
        mixes = [np.cumsum(zone.leverage_mix[::-1])[::-1] for zone in zones]
        return cls(
            np.array([float(zone.band) for zone in zones]),
            percentile,
            np.array([float(zone.born_ms) for zone in zones]),
            np.array(mixes),
        )


def of_zones(kinds: Sequence[Kind], zones: Sequence[Zone]) -> dict[Kind, Columns]:
    known_by = tuple(zone.id for zone in zones)
    names = {kind: tuple(f"{kind.value}:{name}" for name in known_by) for kind in kinds}
    first = _columns(kinds[0], names[kinds[0]], known_by, zones)
    return {kind: replace(first, kind=kind, names=names[kind]) for kind in kinds}


def of_steep(scene: Scene) -> tuple[Columns, Bools]:
    """With which of them are steep enough to be told."""
    sure = [
        one
        for one in scene.reading.steepness
        if not any(zone.id in scene.withheld for zone in overlapping(one, scene))
    ]
    names = tuple(f"{Kind.STEEP.value}:{holder(one, scene)}" for one in sure)
    columns = _columns(Kind.STEEP, names, names, sure)
    return columns, np.array([one.value > STEEP for one in sure], dtype=bool)


def of_topic(topic: Topic) -> Columns:
    """One that is about the pair as a whole."""
    return Columns(
        topic.kind,
        (topic.name,),
        (topic.known_by,),
        np.array([zone_number(topic.name)]),
        np.array([-1.0 if topic.side is None else float(topic.side)]),
        np.array([topic.low]),
        np.array([topic.high]),
    )


def _columns(
    kind: Kind,
    names: tuple[str, ...],
    known_by: tuple[str, ...],
    stretches: Sequence[Zone] | Sequence[Steepness],
) -> Columns:
    return Columns(
        kind,
        names,
        known_by,
        np.array([zone_number(name) for name in names]),
        np.array([float(one.side) for one in stretches]),
        np.array([one.low for one in stretches]),
        np.array([one.high for one in stretches]),
    )
