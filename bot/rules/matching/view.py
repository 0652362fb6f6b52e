"""What of a scene the bounds of a pair's subscriptions rest on, beside its price and its time."""

from __future__ import annotations

from functools import cached_property

from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.matching.columns import Columns, ZoneFacts, of_steep, of_topic, of_zones
from bot.rules.matching.held_rows import Bools
from bot.rules.memory import Memory
from bot.rules.presets import DAY
from bot.rules.scene import Scene
from bot.rules.topics import burst, gap
from bot.rules.topics.thin import THIN_COVER
from bot.rules.topics.topic import Standing, Topic


class View:
    """Its key is the same for as long as bounds that were worked out from it hold."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.thin = frozenset(name for name, cover in scene.cover.items() if cover >= THIN_COVER)
        self.gap = next(gap.topics(DAY, Memory(), scene))
        self.burst = next(burst.topics(DAY, Memory(), scene), None)
        self.key = (scene.reading, self.thin, scene.withheld, _place(self.gap), _swell(self.burst))

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """Those whose data can be trusted."""
        return tuple(zone for zone in self._scene.reading.zones if zone.id not in self._scene.withheld)

    @cached_property
    def facts(self) -> ZoneFacts:
        return ZoneFacts.of(self.zones)

    @cached_property
    def of_kind(self) -> dict[Kind, Columns]:
        kinds = (Kind.NEAR, Kind.THIN, Kind.ENTERED, Kind.NARROW, Kind.NEW)
        return of_zones(kinds, self.zones)

    @cached_property
    def steep(self) -> tuple[Columns, Bools]:
        return of_steep(self._scene)

    @cached_property
    def pair_topics(self) -> tuple[tuple[Topic, Columns], ...]:
        """Of the gap that price is in, and of realised liquidations."""
        topics = (self.gap, self.burst)
        return tuple((one, of_topic(one)) for one in topics if one is not None and not one.is_doubtful)

    @property
    def names(self) -> tuple[str, ...]:
        """All that memories may hold of it."""
        zones = [name for columns in self.of_kind.values() for name in (*columns.names, *columns.known_by)]
        pair = [name for _, columns in self.pair_topics for name in columns.names]
        return (*zones, *self.steep[0].names, *pair)


def _place(topic: Topic) -> object:
    """In a gap, which; outside one its ends are those of price and mean nothing."""
    if topic.standing is not Standing.SO:
        return topic.standing
    return topic.low, topic.high, topic.side


def _swell(topic: Topic | None) -> object:
    """A burst counts by its level, anything less by its standing."""
    return topic and (topic.standing, topic.level)
