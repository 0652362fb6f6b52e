"""Which of a map's venues show a zone on their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.zone import Zone
from bot.liquidation.zones import KNOWN_EASE, SAME, find_zones, overlap


def with_venues(found: LiquidationMap, zones: Iterable[Zone]) -> tuple[Zone, ...]:
    """Zones of a map with the venues whose own map has a zone there."""
    alone = {share.venue: find_zones(found.only([share.venue]), KNOWN_EASE) for share in found.venues}
    return tuple(
        replace(
            zone,
            shown_by=tuple(
                venue for venue, own in alone.items() if any(overlap(zone, one) >= SAME for one in own)
            ),
        )
        for zone in zones
    )
