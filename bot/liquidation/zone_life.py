"""What happens to one zone from map to map, and when that is news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
GRACE_MS = 2 * HOUR_MS  # a zone may be absent for so long and come back under its name
MERGED_MS = 15 * MINUTE_MS  # the same for one that became part of another
GREW, SHRANK = 4 / 3, 2 / 3  # of the mass that was told of last
MORE_THERE, LESS_THERE = 1.15, 0.85  # the same of the range that it had then
MOVED_U = 0.5
LEFT_U = 0.25  # price that has been in a zone, or began beside it, has to be so far away to enter it again
BESIDE_U = 0.05


@dataclass(frozen=True)
class Moment:
    """A map, and how far price went since the map before. Prices are the map's, masses base coin."""

    found: LiquidationMap
    stamp_ms: int
    low: float
    high: float

    @property
    def price(self) -> float:
        return self.found.price

    def reached(self, side: Side) -> float:
        """The farthest price on the way to a side's zones."""
        return self.low if side is Side.LONG else self.high

    def held(self, zone: Zone) -> float:
        """What the map has in a zone's range, whatever zones it shows."""
        return self.found.mass_to(zone.side, zone.far_edge) - self.found.mass_to(zone.side, zone.near_edge)


@dataclass(frozen=True)
class Told:
    """How things stood when a zone's size or place was told of last."""

    zone: Zone
    price: float
    interest_base: float


@dataclass(frozen=True)
class Life:
    """A zone as last seen, shown or not."""

    zone: Zone
    seen_ms: int
    told: Told | None = None  # None: what it is next is what later changes are measured by, and no news
    entered: bool = False  # price is in it, or was and has not left
    into: str = ""  # the zone that has been where this one was since it is not shown


def begun(zone: Zone, moment: Moment, part_of: str = "") -> tuple[Life, list[ZoneEvent]]:
    """A zone that no known one accounts for, or that came off one."""
    beside = _away(zone, moment) <= BESIDE_U
    life = Life(zone, moment.stamp_ms, _now(zone, moment), entered=beside)
    kind = ZoneEventKind.SPLIT if part_of else ZoneEventKind.BORN
    return life, [replace(event(kind, zone, moment), other=part_of)]


def gone_on(life: Life, zone: Zone, moment: Moment) -> tuple[Life, list[ZoneEvent]]:
    """A known zone as the new map shows it.

    While price is in a zone it shrinks because it is used up, and its place is what is left of it: neither
    is told of.
    """
    reached = _reaches(life.zone, moment)
    entered = reached or (life.entered and _away(zone, moment) <= LEFT_U)
    events = [event(ZoneEventKind.ENTERED, zone, moment)] if reached and not life.entered else []
    following = Life(zone, moment.stamp_ms, life.told, entered)
    if life.told is None or entered or life.entered:
        return replace(following, told=_now(zone, moment)), events
    change = _change(zone, life.told, moment)
    if change is None:
        return following, events
    return replace(following, told=_now(zone, moment)), [*events, change]


def not_shown(life: Life, moment: Moment, into: str) -> tuple[Life, list[ZoneEvent]]:
    """A known zone that the new map does not show, and the zone that is there instead, if any."""
    reached = _reaches(life.zone, moment) and not life.entered
    events = [event(ZoneEventKind.ENTERED, life.zone, moment)] if reached else []
    return replace(life, entered=life.entered or reached, into=into or life.into), events


def ending(life: Life, moment: Moment, was_shown: bool) -> ZoneEventKind | None:
    """How a zone ends with this map, before the map's own zones are looked at; None while it lives."""
    if life.zone.passed(moment.reached(life.zone.side)):
        return ZoneEventKind.SWEPT if was_shown or life.entered else ZoneEventKind.FADED
    absent_ms = moment.stamp_ms - life.seen_ms
    if life.into and absent_ms > MERGED_MS:
        return ZoneEventKind.MERGED
    return ZoneEventKind.FADED if absent_ms > GRACE_MS else None


def event(kind: ZoneEventKind, zone: Zone, moment: Moment) -> ZoneEvent:
    return ZoneEvent(
        kind=kind,
        zone_id=zone.id,
        side=zone.side,
        low=zone.low,
        high=zone.high,
        mass_base=zone.mass_base,
        percentile=zone.percentile,
        price=moment.price,
        stamp_ms=moment.stamp_ms,
    )


def _change(zone: Zone, told: Told, moment: Moment) -> ZoneEvent | None:
    """A third more or less, or half a usual hour's range elsewhere.

    The range it had has to hold more or less too, since its edges may jump while nothing happens. It has
    moved where that range holds a third less, people opened meanwhile, and it moved relative to price too:
    levels trail entries, so one that keeps its distance only follows price.
    """
    ratio, there = (held / told.zone.mass_base for held in (zone.mass_base, moment.held(told.zone)))
    grew = moment.found.open_interest_base > told.interest_base
    if ratio >= GREW and there >= MORE_THERE:
        return replace(event(ZoneEventKind.GREW, zone, moment), ratio=ratio, interest_grew=grew)
    if ratio <= SHRANK and there <= LESS_THERE:
        return replace(event(ZoneEventKind.SHRANK, zone, moment), ratio=ratio, interest_grew=grew)
    moved = log(zone.peak / told.zone.peak)
    relative = moved - log(moment.price / told.price)
    is_far = min(abs(moved), abs(relative)) > MOVED_U * moment.found.hourly_range
    if grew and there <= SHRANK and is_far:
        return replace(event(ZoneEventKind.MOVED, zone, moment), ratio=ratio, interest_grew=True)
    return None


def _now(zone: Zone, moment: Moment) -> Told:
    return Told(zone, moment.price, moment.found.open_interest_base)


def _reaches(zone: Zone, moment: Moment) -> bool:
    return (moment.reached(zone.side) - zone.near_edge) * zone.side.sign >= 0


def _away(zone: Zone, moment: Moment) -> float:
    """From the map's price to the near edge, in u; 0 inside."""
    return max(0.0, zone.side.sign * log(zone.near_edge / moment.price)) / moment.found.hourly_range
