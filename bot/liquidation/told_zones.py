"""Which zones of a map are told: those that captions list are those that pictures bracket."""

from __future__ import annotations

from collections.abc import Iterable

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone

ZONES_A_SIDE = 3
DENSE = Band.HIGH  # and up
TOLD_WITHIN = 0.15  # of the price: a zone that begins farther away is not told
LEAST_HELD = 0.005  # of the mass in the zone that holds the most: less would be drawn and told as nothing


def mass_in(found: LiquidationMap, zone: Zone) -> float:
    """Base coin that a map (its venues, its window) has in a zone's range."""
    return found.mass_to(zone.side, zone.far_edge) - found.mass_to(zone.side, zone.near_edge)


def zones_ahead(shown: Snapshot, within: float = TOLD_WITHIN) -> list[Zone]:
    """Those that price has not passed, that begin within a fraction of it and that the map shown holds more
    than a trace of, nearest first."""
    found = shown.found
    ahead = [
        (mass_in(found, zone), zone)
        for zone in shown.zones
        if not zone.passed(found.price) and abs(zone.distance(found.price)) < within
    ]
    most = max((mass for mass, _ in ahead), default=0.0)
    held = [zone for mass, zone in ahead if mass > 0 and mass >= LEAST_HELD * most]
    return sorted(held, key=lambda zone: abs(zone.distance(found.price)))


def told_zones(
    shown: Snapshot, side: Side, *, within: float = TOLD_WITHIN, count: int = ZONES_A_SIDE
) -> list[Zone]:
    """At most `count` of a side, nearest first."""
    needed = needed_first(shown, side, within=within)[:count]
    return sorted(needed, key=lambda zone: abs(zone.distance(shown.found.price)))


def heaviest(shown: Snapshot, zones: Iterable[Zone]) -> Zone | None:
    """Of these the one that holds the most on the map shown, the first of equals; None of none."""
    return max(zones, key=lambda zone: mass_in(shown.found, zone), default=None)


def edges_to_show(shown: Snapshot) -> tuple[float, ...]:
    """Of the zone of each side that a caption names first: a picture of prices reaches that far."""
    first = [zone for side in Side for zone in needed_first(shown, side)[:1]]
    return tuple(edge for zone in first for edge in (zone.low, zone.high))


def needed_first(shown: Snapshot, side: Side, *, within: float = TOLD_WITHIN) -> list[Zone]:
    """All of a side: the dense zones that price is in and the nearest dense one ahead, or the nearest of all
    where none is dense; then the heaviest on the map shown."""
    found = shown.found
    ahead = [zone for zone in zones_ahead(shown, within) if zone.side is side]
    dense = [zone for zone in ahead if zone.band >= DENSE] or ahead[:1]
    here = [zone for zone in dense if zone.contains(found.price)]
    first = [*here, *[zone for zone in dense if not zone.contains(found.price)][:1]]
    rest = [zone for zone in ahead if zone not in first]
    return [*first, *sorted(rest, key=lambda zone: -mass_in(found, zone))]
