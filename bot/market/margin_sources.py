"""Which of several margin tables a contract gets: the first that can be had and passes its checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.liquidation.contract import Tier, TierError
from bot.market.margin_table import (
    CAUTIOUS,
    CAUTIOUS_WORDS,
    GOOD_FOR_MS,
    MarginTable,
    Shelf,
    TableSource,
    checked,
)
from bot.market.venue import VenueError
from bot.market.venue_errors import reason_of

log = structlog.get_logger(__name__)


async def margin_table(
    shelf: Shelf, venue: str, symbol: str, sources: Sequence[TableSource], closing_fee: float
) -> MarginTable:
    """The kept table while it is less than a day old, then the sources in their order, then a default.

    An older kept one goes before whatever merely stands in. Raises what a source raised that must answer,
    where nothing is kept.
    """
    kept, now_ms = await shelf.kept(venue, symbol), shelf.now_ms()
    if kept is not None and now_ms - kept.read_ms < GOOD_FOR_MS:
        return kept
    troubles: list[str] = []
    for source in sources:
        if kept is not None and not source.published:
            break
        try:
            rows = await source.read()
            if not rows:
                raise VenueError(venue, "has no margin table for this contract")
            tiers = checked(rows, closing_fee)
        except Exception as error:  # of whatever kind: there is a next source, or it is raised
            if source.must_answer and kept is None and not isinstance(error, TierError):
                raise
            troubles.append(_trouble(venue, symbol, source, error))
            continue
        found = MarginTable(tiers, source.words, now_ms if source.published else 0, "; ".join(troubles))
        if source.published:
            await shelf.keep(venue, symbol, replace(found, trouble=""))
        return found
    stands_in = kept or MarginTable(CAUTIOUS, CAUTIOUS_WORDS)
    return replace(stands_in, trouble="; ".join(troubles))


def _trouble(venue: str, symbol: str, source: TableSource, error: Exception) -> str:
    reason = _reason(error)
    log.warning("margin table not used", venue=venue, symbol=symbol, source=source.words, reason=reason)
    return f"not {source.words}: {reason}"


def _reason(error: Exception) -> str:
    if isinstance(error, TierError):
        return str(error)
    return error.reason if isinstance(error, VenueError) else reason_of(error)


def cautious(rows: Sequence[Tier] = CAUTIOUS) -> TableSource:
    async def read() -> Sequence[Tier]:
        return rows

    return TableSource(CAUTIOUS_WORDS, read, published=False)
