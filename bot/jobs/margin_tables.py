"""Once a day the contracts of watched pairs are asked for anew: venues change their margin tables."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog

from bot.jobs.desk import Desk
from bot.jobs.pair_watch import PairWatch
from bot.jobs.resting import Resting
from bot.market.margin_table import GOOD_FOR_MS
from bot.market.venue import Venue, VenueError

PATIENCE_SECONDS = 10.0
LONGEST_REST_SECONDS = 600.0

log = structlog.get_logger(__name__)


@dataclass
class MarginTables:
    desk: Desk
    resting: Resting = field(default_factory=Resting)

    async def tick(self) -> None:
        """One after the other, so that they are in nobody's way; the next refresh takes a change in."""
        for watch, venue in tuple(self._due()):
            await self._renew(watch, venue)

    def _due(self) -> Iterator[tuple[PairWatch, Venue]]:
        """Tables that are a day old, or only stand in for the venue's own."""
        old_ms = self.desk.now_ms() - GOOD_FOR_MS
        for watch in self.desk.watches.values():
            for name, contract in watch.contracts.items():
                if contract.tiers_read_ms <= old_ms and not self.resting.rests((name, watch.symbol)):
                    yield watch, self.desk.venues[name]

    async def _renew(self, watch: PairWatch, venue: Venue) -> None:
        key, before = (venue.name, watch.symbol), watch.contracts[venue.name]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found = await venue.contract(watch.symbol)
        except (VenueError, TimeoutError) as error:
            log.warning("margin table not renewed", venue=venue.name, symbol=watch.symbol, reason=str(error))
            self.resting.failed(key, LONGEST_REST_SECONDS)
            return
        watch.contracts[venue.name] = found
        if found.tiers != before.tiers:
            log.info("margin table changed", venue=venue.name, symbol=watch.symbol, source=found.tiers_from)
        if found.tiers_read_ms > before.tiers_read_ms:
            self.resting.recovered(key)
        else:
            self.resting.failed(key, LONGEST_REST_SECONDS)
