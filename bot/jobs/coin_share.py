"""How much of a coin's open interest one contract is, as far as the watched pairs tell."""

from __future__ import annotations

from collections.abc import Iterable

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.liquidation_map import LiquidationMap

SAME_TIME_MS = 3_600_000  # open interest that is older by more than this is not compared


def share_of_coin(watch: PairWatch, watches: Iterable[PairWatch], venues: Iterable[str]) -> float | None:
    """The contract's share of all watched contracts of its coin on these venues.

    None unless the perpetual beside it is known on each of them: of less the share would say nothing.
    """
    here = set(venues)
    own = _part(watch.reference, here)
    if own is None or not here:
        return None
    undated = watch.symbol.rpartition("-")[0]
    coin = watch.symbol.partition("/")[0]
    parts = {
        one.symbol: part
        for one in watches
        if one.symbol.partition("/")[0] == coin
        and (part := _part(one.reference, here)) is not None
        and abs(part.as_of_ms - own.as_of_ms) <= SAME_TIME_MS
    }
    if undated not in parts or {share.venue for share in parts[undated].venues} != here:
        return None
    total = sum(part.open_interest_base for part in parts.values())
    return own.open_interest_base / total if total > 0 else None


def _part(reference: LiquidationMap | None, venues: set[str]) -> LiquidationMap | None:
    found = None if reference is None else reference.only(venues)
    return found if found is not None and found.venues else None
