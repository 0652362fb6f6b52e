"""A part of a map: some leverage bands, one side, zones of some bands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bot.liquidation.liquidation_map import LEVERAGE_BANDS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone


@dataclass(frozen=True)
class Selection:
    leverage: frozenset[int] = frozenset(range(len(LEVERAGE_BANDS)))  # places in LEVERAGE_BANDS
    side: Side | None = None  # None: both
    band: Band = Band.LOW  # zones from this band
    top_band: Band = Band.EXTREME  # to this one

    def shows(self, zone: Zone) -> bool:
        """Its side and band are wanted, and at least half of its mass is of the leverage that is."""
        mix = sum(share for at, share in enumerate(zone.leverage_mix) if at in self.leverage)
        of_side = self.side is None or zone.side is self.side
        return of_side and self.band <= zone.band <= self.top_band and mix >= 0.5 * sum(zone.leverage_mix)

    def of_map(self, found: LiquidationMap) -> LiquidationMap:
        """The map with nothing but the selected side and leverage; a zone's band hides no bars."""
        return replace(found, venues=tuple(map(self._of_venue, found.venues)))

    def _of_venue(self, venue: VenueMap) -> VenueMap:
        keep = np.zeros((2, len(LEVERAGE_BANDS), 1))
        sides = list(Side) if self.side is None else [self.side]
        keep[np.ix_(sides, sorted(self.leverage))] = 1.0
        return replace(venue, mass=venue.mass * keep)


EVERYTHING = Selection()
