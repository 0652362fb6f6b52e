"""How each venue stands, for /status."""

from __future__ import annotations

from collections.abc import Sequence

from bot.jobs.pair_watch import PairWatch
from bot.jobs.recorder import Recorder
from bot.liquidation.data_quality import Series, VenueQuality, judged
from bot.market.venue import Venue
from bot.wording.status import PairStatus, VenueStatus


def venue_status(
    venue: Venue, watches: Sequence[PairWatch], recorder: Recorder, now_ms: int, unlisted: str
) -> VenueStatus:
    """`unlisted` is why the venue's market list could not be read, empty if it could."""
    pairs = []
    for watch in watches:
        heard_ms = recorder.heard_until_ms(venue.name, watch.symbol)
        quality = _with_liquidations(watch.quality(venue.name, now_ms), watch, heard_ms, now_ms)
        trouble, loaded = watch.troubles.get(venue.name, ""), watch.loading(now_ms).get(venue.name)
        pairs.append(PairStatus(watch.symbol, quality, trouble, loaded))
    contracts = tuple(watch.contracts[venue.name] for watch in watches if venue.name in watch.contracts)
    return VenueStatus(venue.name, len(venue.listings), tuple(pairs), unlisted, contracts)


def _with_liquidations(
    quality: VenueQuality, watch: PairWatch, heard_ms: int | None, now_ms: int
) -> VenueQuality:
    heard = judged(heard_ms, now_ms, watch.limits.liquidations_ms)
    return VenueQuality(quality.venue, {**quality.series, Series.LIQUIDATIONS: heard})
