"""Zones through time: the same zone keeps its name while it drifts, grows and shrinks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.checkpoint import CheckpointError, pack, unpack
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.liquidation.zones import FoundZone, find_zones

Floats = NDArray[np.float64]

VERSION = 1
HOUR_MS = 3_600_000
REMEMBERED_MS = 30 * 24 * HOUR_MS  # masses that a percentile is taken among
KNOWN_EASE = 1.4  # how much less is asked of a zone that was shown a moment ago
GRACE_MS = 2 * HOUR_MS  # a zone may be absent for so long and come back under its name


@dataclass(frozen=True)
class Remembered:
    """A zone as last seen, shown or not."""

    zone: Zone
    seen_ms: int


class ZoneBook:
    """Give it maps in the order of time; read `zones`."""

    def __init__(self) -> None:
        self._remembered: tuple[Remembered, ...] = ()
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
        return tuple(one.zone for one in self._remembered if one.seen_ms == self._as_of_ms)

    def track(self, found_map: LiquidationMap) -> None:
        """Find the map's zones and tell which of them are known. A map older than the last one is ignored.

        An id dies when price went through the zone or it stayed away for two hours; of two parts the larger
        keeps the id, of two that became one the larger's lives.
        """
        stamp = max(venue.as_of_ms for venue in found_map.venues)
        if stamp < self._as_of_ms:
            return
        found = find_zones(found_map)
        self._sample(stamp, found)
        alive = [one for one in self._remembered if not self._dead(one, found_map.price, stamp)]
        found = self._with_faint(found, found_map, alive)
        kept = _matched([one.zone for one in alive], found)
        named = (self._named(kept.get(at), one, stamp) for at, one in enumerate(found))
        shown = [Remembered(zone, stamp) for zone in named]
        taken = {zone.id for zone in kept.values()}
        self._remembered = (*shown, *(one for one in alive if one.zone.id not in taken))
        self._as_of_ms = stamp

    def rank_among(self, other: ZoneBook) -> None:
        """Percentiles are from now on taken among the zones of `other`, and those found here since."""
        since = self._masses[self._masses[:, 0] > other._as_of_ms]
        if len(other._masses):
            self._masses = np.concatenate([other._masses, since])

    def to_bytes(self) -> bytes:
        remembered = [{**asdict(one.zone), "seen_ms": one.seen_ms} for one in self._remembered]
        facts = {"next": self._next, "as_of_ms": self._as_of_ms, "remembered": remembered}
        return pack("zone book", VERSION, facts, {"masses": self._masses})

    @classmethod
    def from_bytes(cls, blob: bytes) -> ZoneBook:
        """Raises CheckpointError for a blob that is damaged or of another version."""
        facts, arrays = unpack("zone book", VERSION, blob)
        book = cls()
        try:
            book._next, book._as_of_ms, book._masses = facts["next"], facts["as_of_ms"], arrays["masses"]
            book._remembered = tuple(_restored(row) for row in facts["remembered"])
        except (LookupError, TypeError, ValueError) as error:
            raise CheckpointError("the stored zone book is damaged") from error
        return book

    def _dead(self, one: Remembered, price: float, stamp: int) -> bool:
        return one.zone.passed(price) or stamp - one.seen_ms > GRACE_MS

    def _with_faint(
        self, found: tuple[FoundZone, ...], found_map: LiquidationMap, alive: Sequence[Remembered]
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
            and not any(_overlap(new, one) > 0 for one in found)
        ]
        return tuple(sorted((*found, *faint), key=lambda one: (one.side, one.side.sign * one.peak)))

    def _sample(self, stamp: int, found: Iterable[FoundZone]) -> None:
        """Once an hour of market time, whatever the pace of the maps."""
        if stamp // HOUR_MS == self._as_of_ms // HOUR_MS:
            return
        fresh = np.array([(stamp, zone.mass_base) for zone in found]).reshape(-1, 2)
        masses = np.concatenate([self._masses, fresh])
        self._masses = masses[masses[:, 0] > stamp - REMEMBERED_MS]

    def _percentile(self, mass: float) -> float:
        """Percent of the remembered masses below this one, equals counting half; 50 if there are none."""
        masses = self._masses[:, 1]
        if not len(masses):
            return 50.0
        return float(100 * (np.mean(masses < mass) + np.mean(masses == mass) / 2))

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
            percentile=self._percentile(found.mass_base),
            contrast=found.contrast,
            leverage_mix=found.leverage_mix,
            born_ms=born,
        )


def _matched(known: Sequence[Zone], found: Sequence[FoundZone]) -> dict[int, Zone]:
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


def _overlap(one: Zone | FoundZone, other: Zone | FoundZone) -> float:
    """Overlap in price as a share of the narrower one; at most 0 for apart or on different sides."""
    if one.side != other.side:
        return 0.0
    overlap = min(one.high, other.high) - max(one.low, other.low)
    return overlap / min(one.high - one.low, other.high - other.low)


def _likeness(zone: Zone, found: FoundZone) -> float:
    """Overlap times both masses, so that the larger of two parts is the more alike."""
    return _overlap(zone, found) * zone.mass_base * found.mass_base


def _restored(row: dict[str, object]) -> Remembered:
    fields = dict(row)
    seen = int(str(fields.pop("seen_ms")))
    zone = Zone(**fields)  # type: ignore[arg-type]  # written by asdict above
    mix = tuple(float(share) for share in zone.leverage_mix)
    return Remembered(replace(zone, side=Side(zone.side), leverage_mix=mix), seen)
