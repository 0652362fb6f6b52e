"""Which alerts of a pair have to wait because what they rest on cannot be trusted now."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.data_quality import VenueQuality, rests_on
from bot.market.venue import MarkPrice

MOST_DOUBTFUL = 1 / 3  # of a zone's mass; more and its alerts wait


@dataclass(frozen=True)
class Withheld:
    """Nothing of a rule's state changes for what is withheld, so that it fires when data is back."""

    price: MarkPrice | None  # None: no believable venue tells a current one
    is_map_late: bool = False  # no venue of it is fresh
    zones: frozenset[str] = frozenset()  # ids of those that rest on doubtful shares
    venues: tuple[VenueQuality, ...] = field(default=())  # the doubtful ones

    @property
    def everything(self) -> bool:
        return self.price is None or self.is_map_late

    @property
    def something(self) -> bool:
        return self.everything or bool(self.zones)


def withheld(watch: PairWatch, now_ms: int) -> Withheld:
    """Of a pair that has a map."""
    assert watch.reference is not None
    mark = watch.reference_mark(now_ms)
    if mark is not None and now_ms - mark.timestamp_ms > watch.limits.mark_ms:
        mark = None
    doubtful = watch.doubtful(now_ms)
    shares = {share.venue for share in watch.reference.venues}
    return Withheld(
        mark,
        is_map_late=shares <= doubtful,
        zones=_resting_on(watch, doubtful) if doubtful else frozenset(),
        venues=tuple(watch.quality(venue, now_ms) for venue in sorted(doubtful)),
    )


def _resting_on(watch: PairWatch, doubtful: frozenset[str]) -> frozenset[str]:
    assert watch.reference is not None
    found = watch.reference
    return frozenset(
        zone.id for zone in watch.model.zones if rests_on(found, zone, doubtful) >= MOST_DOUBTFUL
    )
