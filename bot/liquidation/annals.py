"""What a model went through since it was asked last, for whoever stores it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.liquidation.reading import Reading
from bot.liquidation.zone_event import ZoneEvent


@dataclass(frozen=True)
class Annals:
    events: tuple[ZoneEvent, ...] = ()
    readings: tuple[Reading, ...] = ()  # one for each hour that ended, oldest first
    retold: frozenset[str] = frozenset()  # zones whose events until `retold_until_ms` are told anew
    retold_until_ms: int = 0


def renamed_event(told: ZoneEvent, names: dict[str, str]) -> ZoneEvent:
    return replace(told, zone_id=names[told.zone_id], other=names.get(told.other, ""))


def renamed_reading(reading: Reading, names: dict[str, str]) -> Reading:
    """With other names for its zones."""
    zones = tuple(replace(zone, id=names[zone.id]) for zone in reading.zones)
    ladders = tuple(
        replace(one, zone_ids=tuple(names[name] for name in one.zone_ids)) for one in reading.ladders
    )
    return replace(reading, zones=zones, ladders=ladders)
