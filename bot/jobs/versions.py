"""What tells one picture from another: everything that is drawn, in short."""

from __future__ import annotations

import hashlib
from typing import Any

from numpy.typing import NDArray

from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.liquidation_map import LiquidationMap, VenueMap
from bot.liquidation.selection import Selection
from bot.liquidation.snapshot import Snapshot

MINUTE_MS = 60_000

Version = tuple[object, ...]


def version_of(shown: Snapshot) -> Version:
    """The same for snapshots of which every picture is the same; ages are told by the minute."""
    when = (shown.was, shown.now_ms // MINUTE_MS)
    return (when, shown.tick_size, shown.zones, _selection(shown.selection), map_version(shown.found))


def map_version(found: LiquidationMap) -> Version:
    """Of its numbers, and of what its picture says about them."""
    left_out = (found.missing, tuple(sorted(found.late)), tuple(sorted(found.doubted)))
    price = (found.price, found.price_stamp_ms if found.venues else None)
    return (found.symbol, found.window, price, tuple(map(_share, found.venues)), left_out)


def heat_version(history: HeatHistory) -> Version:
    axes = (history.window, history.span_ms, history.known_from_ms, history.venues)
    arrays = (history.stamp_ms, history.edges, history.quantity, history.candles, history.volume)
    return (axes, *map(_digest, arrays))


def _share(venue: VenueMap) -> Version:
    interest = (venue.open_interest_base, venue.interest_as_of_ms, venue.hourly_range)
    return (venue.venue, venue.market_id, venue.price, venue.as_of_ms, interest, _digest(venue.mass))


def _selection(picked: Selection) -> Version:
    return (tuple(sorted(picked.leverage)), picked.side, picked.band, picked.top_band)


def _digest(numbers: NDArray[Any]) -> str:
    return hashlib.blake2b(numbers.tobytes(), digest_size=16).hexdigest()
