"""How each venue stands, for /status."""

from __future__ import annotations

from collections.abc import Sequence

from bot.jobs.pair_watch import PairWatch
from bot.market.venue import Venue
from bot.wording.status import PairStatus, VenueStatus


def venue_status(venue: Venue, watches: Sequence[PairWatch], now_ms: int, unlisted: str) -> VenueStatus:
    """`unlisted` is why the venue's market list could not be read, empty if it could."""
    pairs = [_pair_status(venue.name, watch, now_ms) for watch in watches]
    marks = [watch.marks[venue.name].timestamp_ms for watch in watches if venue.name in watch.marks]
    mark_age_ms = now_ms - max(marks) if marks else None
    contracts = tuple(watch.contracts[venue.name] for watch in watches if venue.name in watch.contracts)
    return VenueStatus(venue.name, len(venue.listings), mark_age_ms, tuple(pairs), unlisted, contracts)


def _pair_status(venue: str, watch: PairWatch, now_ms: int) -> PairStatus:
    inventory = watch.model.inventories.get(venue)
    age_ms = None if inventory is None else now_ms - inventory.as_of_ms
    loaded = watch.loading(now_ms).get(venue)
    return PairStatus(watch.symbol, age_ms, watch.troubles.get(venue, ""), loaded)
