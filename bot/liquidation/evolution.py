"""One pair's map over several windows: what is new in it, and what is old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import mass_in
from bot.liquidation.zone import Zone

EVOLUTION_WINDOWS = ("24h", "3d", "30d")
SHOWN_FROM = 0.5  # of a zone's mass: the first window that holds so much of it shows it


@dataclass(frozen=True)
class Evolution:
    """Maps of growing windows; each holds what the shorter ones hold and what is older."""

    whole: Snapshot  # everything open
    maps: tuple[LiquidationMap, ...]  # by window, the shortest first
    not_covered: tuple[str, ...] = ()  # windows that no venue's history reaches back to

    @property
    def zones(self) -> tuple[Zone, ...]:
        return self.whole.zones

    def share(self, found: LiquidationMap) -> float:
        """Of everything open on the same venues, both sides together, how much the map of a window holds."""
        everything = self._beside(found)
        total = float(everything.profile.sum()) if everything.venues else 0.0
        return min(1.0, float(found.profile.sum()) / total) if total > 0 and found.venues else 0.0

    def newer(self, zone: Zone, found: LiquidationMap) -> float:
        """Share of a zone's mass that was opened within a map's window, on the map's venues."""
        total = mass_in(self._beside(found), zone)
        return min(1.0, mass_in(found, zone) / total) if total > 0 else 0.0

    def shown_on(self, zone: Zone) -> LiquidationMap | None:
        """The shortest window that holds half of the zone; None where most of it is older than all."""
        return next((found for found in self.maps if self.newer(zone, found) >= SHOWN_FROM), None)

    def _beside(self, found: LiquidationMap) -> LiquidationMap:
        return self.whole.found.only(venue.venue for venue in found.venues)


def evolution_of(whole: Snapshot, maps: Sequence[LiquidationMap], not_covered: Sequence[str]) -> Evolution:
    """All from the price of `whole`; where the longest window is not covered, everything open stands in."""
    seen = [found.at_price(whole.found.price, whole.found.price_stamp_ms) for found in maps if found.venues]
    if EVOLUTION_WINDOWS[-1] in not_covered or not seen:
        seen.append(whole.found)
    return Evolution(whole, tuple(seen), tuple(not_covered))
