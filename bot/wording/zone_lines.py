"""The zones of both sides under a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone
from bot.wording.caption import Line, Need
from bot.wording.escape import escaped
from bot.wording.languages.phrases import Phrases
from bot.wording.sides import WORDS

ZONES_A_SIDE = 3
TOLD_FIRST = (Side.SHORT, Side.LONG)  # as they stand above and below price
DENSE = Band.HIGH  # and up


def leading_zones(zones: Sequence[Zone], side: Side, price: float, count: int = ZONES_A_SIDE) -> list[Zone]:
    """The heaviest zones of a side that price has not passed, nearest first."""
    ahead = [zone for zone in zones if zone.side is side and not zone.passed(price)]
    heaviest = sorted(ahead, key=lambda zone: -zone.mass_base)[:count]
    return sorted(heaviest, key=lambda zone: abs(zone.distance(price)))


def zones_ahead(shown: Snapshot) -> list[Zone]:
    """Those that price has not passed and that the map shown holds something of, nearest first."""
    found = shown.found
    ahead = [zone for zone in shown.zones if not zone.passed(found.price) and mass_in(found, zone) > 0]
    return sorted(ahead, key=lambda zone: abs(zone.distance(found.price)))


def told_zones(shown: Snapshot) -> dict[Side, list[Zone]]:
    """What a caption lists of each side: first the nearest dense zone, then the heaviest."""
    return {side: _told_of(shown, side) for side in Side}


def _told_of(shown: Snapshot, side: Side) -> list[Zone]:
    ahead = [zone for zone in zones_ahead(shown) if zone.side is side]
    first = next((zone for zone in ahead if zone.band >= DENSE), ahead[0] if ahead else None)
    rest = [zone for zone in shown.zones if zone.side is side and zone is not first]
    heaviest = sorted(leading_zones(rest, side, shown.found.price), key=lambda zone: -zone.mass_base)
    return [*([first] if first is not None else []), *heaviest][:ZONES_A_SIDE]


def mass_in(found: LiquidationMap, zone: Zone) -> float:
    """Base coin that the map shown (its venues, its window) has in the zone's range."""
    return found.mass_to(zone.side, zone.far_edge) - found.mass_to(zone.side, zone.near_edge)


def zone_section(shown: Snapshot, zones: Mapping[Side, Sequence[Zone]], say: Phrases) -> list[Line]:
    """Of each side selected its headline, then its zones from the nearest on. `zones` begin with those that
    are needed most; where room is short the last of the side that has more goes first."""
    found = shown.found
    if not found.venues or not found.profile.any():
        return [Line(say.zones.empty)]
    top_mass = max((mass_in(found, zone) for side in Side for zone in zones[side]), default=0.0)
    lines = []
    for side in TOLD_FIRST:
        if shown.selection.side not in (None, side):
            continue
        lines.append(Line(f"{WORDS[side].mark} <b>{say.of(side).headline}</b>"))
        ranked = sorted(enumerate(zones[side]), key=lambda one: abs(one[1].distance(found.price)))
        lines += [
            Line(_zone_line(shown, zone, top_mass, say), Need.ZONE if rank else Need.BASIS, rank)
            for rank, zone in ranked
        ] or [Line(say.zones.none)]
    return lines


def _zone_line(shown: Snapshot, zone: Zone, top_mass: float, say: Phrases) -> str:
    found, mass = shown.found, mass_in(shown.found, zone)
    away = say.numerals.signed_percent(zone.distance(found.price))
    intensity = 100 * mass / top_mass if top_mass > 0 else 0.0
    return say.zones.line.format(
        zone=escaped(zone.id, 12),
        stretch=say.numerals.stretch(zone.low, zone.high, shown.tick_size),
        where=say.zones.inside if zone.contains(found.price) else away,
        band=say.band(zone.band),
        intensity=say.zones.intensity.format(value=f"{intensity:.0f}"),
        amount=say.numerals.amount(found.symbol, mass * zone.peak),
    )
