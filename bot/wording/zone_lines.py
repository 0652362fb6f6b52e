"""The zones of both sides under a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import ZONES_A_SIDE, mass_in, needed_first
from bot.liquidation.zone import Zone
from bot.wording.caption import Line, Need
from bot.wording.escape import escaped
from bot.wording.languages.phrases import Phrases
from bot.wording.sides import WORDS

TOLD_FIRST = (Side.SHORT, Side.LONG)  # as they stand above and below price


def listed_zones(shown: Snapshot) -> dict[Side, list[Zone]]:
    """What a caption lists of each side, what is needed most first."""
    return {side: needed_first(shown, side)[:ZONES_A_SIDE] for side in Side}


def zone_section(shown: Snapshot, zones: Mapping[Side, Sequence[Zone]], say: Phrases) -> list[Line]:
    """Of each side selected its headline, then its zones from the nearest on. `zones` begin with those that
    are needed most; where room is short the last of the side that has more goes first, the heaviest never."""
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
            Line(_zone_line(shown, zone, top_mass, say), *zone_place(rank, mass_in(found, zone) < top_mass))
            for rank, zone in ranked
        ] or [Line(say.zones.none)]
    return lines


def zone_place(rank: int, is_lighter: bool) -> tuple[Need, int]:
    """The heaviest is told like the first, as captions end with how to ask about it."""
    return (Need.ZONE, rank) if rank and is_lighter else (Need.BASIS, 0)


def _zone_line(shown: Snapshot, zone: Zone, top_mass: float, say: Phrases) -> str:
    found, mass = shown.found, mass_in(shown.found, zone)
    away = say.numerals.signed_percent(zone.distance(found.price))
    return say.zones.line.format(
        zone=escaped(zone.id, 12),
        stretch=say.numerals.stretch(zone.low, zone.high, shown.tick_size),
        where=say.zones.inside if zone.contains(found.price) else away,
        band=say.band(zone.band),
        intensity=_intensity(mass, top_mass, say),
        amount=say.numerals.amount(found.symbol, mass * zone.peak),
    )


def _intensity(mass: float, top_mass: float, say: Phrases) -> str:
    """Of the zones listed: 100 is no bar of the picture, which the line of the heaviest says."""
    if not mass < top_mass:
        return say.zones.heaviest
    return say.zones.intensity.format(value=f"{100 * mass / top_mass:.0f}")
