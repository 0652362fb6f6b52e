"""Zones through time: the same zone keeps its name while it drifts, grows and shrinks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.checkpoint import CheckpointError, pack, unpack
from bot.liquidation.hourly_values import HourlyValues, percentile_among
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.upgrade import zone_book_from_version_1
from bot.liquidation.zone import Zone, restored_zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.liquidation.zone_life import Life, Moment, Told, begun, ending, event, gone_on, not_shown
from bot.liquidation.zones import KNOWN_EASE, FoundZone, find_zones, overlap

Floats = NDArray[np.float64]

VERSION = 2
UPGRADES = {1: zone_book_from_version_1}
HOUR_MS = 3_600_000
REMEMBERED_MS = 30 * 24 * HOUR_MS  # masses that a percentile is taken among
PART = 0.5  # of the narrower of two zones: from this overlap on one is part of the other
RETURN_MS = 24 * HOUR_MS  # for so long price may come back through a zone that it swept
MOST_SWEPT = 50


@dataclass(frozen=True)
class Swept:
    """A zone as it was before price went through it."""

    zone: Zone
    at_ms: int


class ZoneBook:
    """Give it maps in the order of time; read `zones`, and `events` of the zones since they were taken."""

    def __init__(self) -> None:
        self.hourly = HourlyValues()
        self.events: list[ZoneEvent] = []  # not stored: whoever stores the book has taken them
        self._lives: tuple[Life, ...] = ()
        self._swept: tuple[Swept, ...] = ()
        self._venues: tuple[str, ...] = ()  # of the last map
        self._next = 1
        self._as_of_ms = 0
        self._masses: Floats = np.zeros((0, 2))  # (end of the hour sampled, mass of a zone then)

    @property
    def as_of_ms(self) -> int:
        """Stamp of the last map tracked: the newest candle of any venue in it; 0 before the first."""
        return self._as_of_ms

    @property
    def zones(self) -> tuple[Zone, ...]:
        """What the last map showed, longs first, each side outward from its price."""
        return tuple(one.zone for one in self._lives if one.seen_ms == self._as_of_ms)

    def track(self, found_map: LiquidationMap, low: float | None = None, high: float | None = None) -> None:
        """Find the map's zones, tell which of them are known and what happened to them.

        `low` and `high` say how far price went since the last map (default: no farther than the map's
        price). A map older than the last one is ignored. An id dies when price went through the zone, when it
        stayed away for two hours, and when it has been part of another for a quarter of an hour; of two parts
        the larger keeps the id, of two that became one the larger's lives.
        """
        stamp = max(venue.as_of_ms for venue in found_map.venues)
        if stamp < self._as_of_ms:
            return
        moment = _moment(found_map, stamp, low, high)
        self._compare_from_now_on(tuple(sorted(venue.venue for venue in found_map.venues)))
        found = find_zones(found_map)
        self._sample(stamp, found)
        alive = self._still_alive(moment)
        self._note_returns(moment)
        found = self._with_faint(found, found_map, alive)
        kept = _matched([one.zone for one in alive], found)
        shown = [self._followed(kept.get(at), one, alive, moment) for at, one in enumerate(found)]
        names = {life.zone.id for life in shown}
        absent = [self._missed(one, shown, moment) for one in alive if one.zone.id not in names]
        self._lives = (*shown, *absent)
        self._as_of_ms = stamp

    def forget_sizes(self) -> None:
        """What the next map shows is no news: it rests on other data than the last one did."""
        self._lives = tuple(replace(one, told=None) for one in self._lives)

    def take_events(self) -> tuple[ZoneEvent, ...]:
        taken, self.events = tuple(self.events), []
        return taken

    def take_over(self, whole: ZoneBook) -> dict[str, str]:
        """Go on from what `whole` knows beside what is known here; the names here of its zones.

        Ranks are taken among what `whole` remembers, and what was found here since. A zone that lives in both
        keeps its name here and is as old as `whole` says. The others of `whole` get names never given before.
        """
        if len(whole._masses):
            since = self._masses[self._masses[:, 0] > whole._as_of_ms]
            self._masses = np.concatenate([whole._masses, since])
        self.hourly.rank_among(whole.hourly)
        kept = _matched(whole.zones, self.zones)
        same = {self.zones[at].id: zone for at, zone in kept.items()}
        names = {zone.id: name for name, zone in same.items()}
        for number in range(1, whole._next):
            if f"Z{number}" not in names:
                names[f"Z{number}"] = f"Z{self._next}"
                self._next += 1
        added = [zone for zone in whole.zones if zone not in same.values()]
        known = [_as_old_as(one, same.get(one.zone.id)) for one in self._lives]
        unknown = [Life(replace(zone, id=names[zone.id]), self._as_of_ms) for zone in added]
        self._lives = (*known, *unknown)
        return names

    def to_bytes(self) -> bytes:
        facts = {
            "next": self._next,
            "as_of_ms": self._as_of_ms,
            "venues": self._venues,
            "lives": [asdict(one) for one in self._lives],
            "swept": [asdict(one) for one in self._swept],
        }
        arrays = {"masses": self._masses, "hourly": self.hourly.table}
        return pack("zone book", VERSION, facts, arrays)

    @classmethod
    def from_bytes(cls, blob: bytes) -> ZoneBook:
        """Raises CheckpointError for a blob that is damaged or of another version."""
        facts, arrays = unpack("zone book", VERSION, blob, UPGRADES)
        book = cls()
        try:
            book._next, book._as_of_ms, book._masses = facts["next"], facts["as_of_ms"], arrays["masses"]
            book.hourly = HourlyValues(arrays["hourly"])
            book._venues = tuple(facts["venues"])
            book._lives = tuple(_life(row) for row in facts["lives"])
            book._swept = tuple(Swept(restored_zone(row["zone"]), row["at_ms"]) for row in facts["swept"])
        except (LookupError, TypeError, ValueError) as error:
            raise CheckpointError("the stored zone book is damaged") from error
        return book

    def _compare_from_now_on(self, venues: tuple[str, ...]) -> None:
        """A venue more or less changes every zone, and nothing happened to any."""
        if venues != self._venues:
            self.forget_sizes()
        self._venues = venues

    def _still_alive(self, moment: Moment) -> list[Life]:
        alive: list[Life] = []
        for one in self._lives:
            end = ending(one, moment, was_shown=one.seen_ms == self._as_of_ms)
            if end is None:
                alive.append(one)
            else:
                self._note_end(one, end, moment)
        return alive

    def _note_end(self, one: Life, end: ZoneEventKind, moment: Moment) -> None:
        if end is ZoneEventKind.SWEPT:
            if not one.entered:
                self.events.append(event(ZoneEventKind.ENTERED, one.zone, moment))
            self._swept = (*self._swept, Swept(one.zone, moment.stamp_ms))[-MOST_SWEPT:]
        merged = one.into if end is ZoneEventKind.MERGED else ""
        self.events.append(replace(event(end, one.zone, moment), other=merged))

    def _note_returns(self, moment: Moment) -> None:
        """Price on a swept zone's own side again has come back through all of it."""
        waiting = []
        for one in self._swept:
            if (one.zone.near_edge - moment.price) * one.zone.side.sign > 0:
                self.events.append(event(ZoneEventKind.RETURNED, one.zone, moment))
            elif moment.stamp_ms - one.at_ms <= RETURN_MS:
                waiting.append(one)
        self._swept = tuple(waiting)

    def _followed(self, known: Zone | None, one: FoundZone, alive: Sequence[Life], moment: Moment) -> Life:
        zone = self._named(known, one, moment.stamp_ms)
        if known is None:
            whole = _whole_of(zone, alive)
            since = [life.zone.born_ms for life in alive if life.zone.id == whole]
            # What came off a zone is as old as that: a split is no news of a new zone.
            life, events = begun(replace(zone, born_ms=min([zone.born_ms, *since])), moment, whole)
        else:
            before = next(life for life in alive if life.zone.id == known.id)
            life, events = gone_on(before, zone, moment)
        self.events += events
        return life

    def _missed(self, one: Life, shown: Sequence[Life], moment: Moment) -> Life:
        life, events = not_shown(one, moment, _whole_of(one.zone, shown))
        self.events += events
        return life

    def _with_faint(
        self, found: tuple[FoundZone, ...], found_map: LiquidationMap, alive: Sequence[Life]
    ) -> tuple[FoundZone, ...]:
        """The zones found and those shown last time that only just miss a threshold now."""
        missed = [
            one.zone
            for one in alive
            if one.seen_ms == self._as_of_ms and not any(_likeness(one.zone, new) > 0 for new in found)
        ]
        if not missed:
            return found
        faint = [
            new
            for new in find_zones(found_map, KNOWN_EASE)
            if any(_likeness(zone, new) > 0 for zone in missed)
            and not any(overlap(new, one) > 0 for one in found)
        ]
        return tuple(sorted((*found, *faint), key=lambda one: (one.side, one.side.sign * one.peak)))

    def _sample(self, stamp: int, found: Iterable[FoundZone]) -> None:
        """Once an hour of market time, whatever the pace of the maps."""
        if stamp // HOUR_MS == self._as_of_ms // HOUR_MS:
            return
        fresh = np.array([(stamp, zone.mass_base) for zone in found]).reshape(-1, 2)
        masses = np.concatenate([self._masses, fresh])
        self._masses = masses[masses[:, 0] > stamp - REMEMBERED_MS]

    def _named(self, known: Zone | None, found: FoundZone, stamp: int) -> Zone:
        name, born = (known.id, known.born_ms) if known else (f"Z{self._next}", stamp)
        self._next += known is None
        return Zone(
            id=name,
            side=found.side,
            low=found.low,
            high=found.high,
            peak=found.peak,
            mass_base=found.mass_base,
            percentile=percentile_among(self._masses[:, 1], found.mass_base),
            contrast=found.contrast,
            leverage_mix=found.leverage_mix,
            born_ms=born,
            share=found.share,
            venue_mix=found.venue_mix,
        )


def _matched(known: Sequence[Zone], found: Sequence[FoundZone | Zone]) -> dict[int, Zone]:
    """Index of a found zone -> the known zone it continues. Large pairs that overlap most choose first."""
    pairs = [
        (likeness, at, zone)
        for at, one in enumerate(found)
        for zone in known
        if (likeness := _likeness(zone, one)) > 0
    ]
    kept: dict[int, Zone] = {}
    taken: set[str] = set()
    for _, at, zone in sorted(pairs, key=lambda pair: -pair[0]):
        if at not in kept and zone.id not in taken:
            kept[at] = zone
            taken.add(zone.id)
    return kept


def _whole_of(part: Zone, lives: Sequence[Life]) -> str:
    """The id of the zone that one is or was a part of; empty where there is none."""
    wholes = [(overlap(part, life.zone), life.zone.id) for life in lives if life.zone.id != part.id]
    return max(((share, name) for share, name in wholes if share >= PART), default=(0.0, ""))[1]


def _likeness(zone: Zone, found: FoundZone | Zone) -> float:
    """Overlap times both masses, so that the larger of two parts is the more alike."""
    return overlap(zone, found) * zone.mass_base * found.mass_base


def _moment(found_map: LiquidationMap, stamp: int, low: float | None, high: float | None) -> Moment:
    price = found_map.price
    lowest, highest = (price if end is None else end for end in (low, high))
    return Moment(found_map, stamp, min(lowest, price), max(highest, price))


def _as_old_as(life: Life, known: Zone | None) -> Life:
    return life if known is None else replace(life, zone=replace(life.zone, born_ms=known.born_ms))


def _life(row: Mapping[str, Any]) -> Life:
    told = row["told"]
    told = told and Told(restored_zone(told["zone"]), told["price"], told["interest_base"])
    return Life(restored_zone(row["zone"]), row["seen_ms"], told, row["entered"], row["into"])
