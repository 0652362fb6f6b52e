"""Which watched pairs stand next to a dense zone now."""

from __future__ import annotations

from collections.abc import Iterable

from bot.jobs.pair_watch import PairWatch
from bot.jobs.withheld import withheld
from bot.liquidation.zone import Band
from bot.wording.near_text import NearPair, NearReport

NO_MAP = "no map yet"
NO_PRICE = "no current price"
LATE = "its data is late"
DOUBTFUL = "its zones rest on doubtful data"


def nearest(watches: Iterable[PairWatch], band: Band, now_ms: int) -> NearReport:
    """Each pair's nearest zone of this band and up, nearest first; pairs without sound data are named."""
    pairs: list[NearPair] = []
    left_out: list[tuple[str, str]] = []
    for watch in sorted(watches, key=lambda one: one.symbol):
        if watch.has_expired(now_ms):
            continue
        found = _nearest(watch, band, now_ms)
        if isinstance(found, str):
            left_out.append((watch.symbol, found))
        elif found is not None:
            pairs.append(found)
    pairs.sort(key=lambda one: abs(one.distance))
    return NearReport(tuple(pairs), tuple(left_out), now_ms)


def _nearest(watch: PairWatch, band: Band, now_ms: int) -> NearPair | str | None:
    """None for a pair without such a zone; why it is left out where its data is not sound."""
    if watch.reference is None:
        return NO_MAP
    waiting = withheld(watch, now_ms)
    if waiting.price is None:
        return NO_PRICE
    if waiting.is_map_late:
        return LATE
    price = waiting.price.price
    dense = [zone for zone in watch.model.zones if zone.band >= band and not zone.passed(price)]
    sound = [zone for zone in dense if zone.id not in waiting.zones]
    if dense and not sound:
        return DOUBTFUL
    zone = min(sound, key=lambda one: abs(one.distance(price)), default=None)
    if zone is None:
        return None
    return NearPair(watch.symbol, zone, price, watch.reference.hourly_range, watch.tick_size)
