"""What is known of a pair at one moment: its map, its zones and the ages of both."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import Reading
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.zone import Zone


@dataclass(frozen=True)
class Snapshot:
    found: LiquidationMap  # of the window and venues asked for
    zones: tuple[Zone, ...]  # always of the reference map: all venues, everything open
    tick_size: float
    now_ms: int  # market time
    daily_volume_base: float = 0.0  # usual volume of a day on the map's venues; 0 where nobody knows
    reading: Reading | None = None  # of this map as last refreshed; None where it is not the reference map
    was: bool = False  # as it was at `now_ms`, not as it is
    selection: Selection = EVERYTHING  # what of the map and the zones is in here

    def selected(self, selection: Selection) -> Snapshot:
        """The same with nothing but the selection on its map and among its zones."""
        zones = tuple(zone for zone in self.zones if selection.shows(zone))
        found, reading = selection.of_map(self.found), self.reading if selection == EVERYTHING else None
        return replace(self, found=found, zones=zones, reading=reading, selection=selection)
