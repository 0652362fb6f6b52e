"""What venues have to say about a pair: an update comes soon or not at all, a long gap takes its time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.jobs.pair_watch import PairWatch
from bot.jobs.resting import Resting
from bot.liquidation.history import History
from bot.liquidation.windows import HOUR_MS
from bot.market.lanes import Turns, first_lane, in_lane
from bot.market.page_plan import recent_from_ms
from bot.market.venue import Venue, VenueError, needed_from_ms

UPDATE_PATIENCE_SECONDS = 6.0
FIRST_PATIENCE_SECONDS = 60.0  # for a pair of which nothing is known yet
BACKFILL_SECONDS = 600.0
BACKFILLS_AT_ONCE = 3  # of one venue, one page of a long past among them: more would make all of them late
LONG_GAP_MS = HOUR_MS
NO_SHARE_REST_SECONDS = 600.0  # for a pair that a venue does not list, or not with open interest
NO_OPEN_INTEREST = "publishes no open interest for it"
STILL_LOADING = "its history is still being loaded"

Histories = Sequence[History]

log = structlog.get_logger(__name__)


@dataclass
class Fetcher:
    venues: Mapping[str, Venue]
    resting: Resting
    turns: dict[str, Turns] = field(default_factory=lambda: defaultdict(lambda: Turns(BACKFILLS_AT_ONCE)))

    async def contracts(self, watch: PairWatch) -> None:
        """Those that are not known yet; what a venue refuses is noted."""
        missing = [venue for name, venue in self.venues.items() if name not in watch.contracts]
        await asyncio.gather(*(self._contract(watch, venue) for venue in missing))

    async def histories(self, watch: PairWatch, now_ms: int) -> dict[str, Histories]:
        """By venue, what is new since its inventory ends; venues that have nothing to say are left out."""
        venues = [venue for name, venue in self.venues.items() if name not in watch.unsettled]
        found = await asyncio.gather(*(self._history(watch, venue, now_ms) for venue in venues))
        return {venue.name: histories for venue, histories in zip(venues, found, strict=True) if histories}

    async def _contract(self, watch: PairWatch, venue: Venue) -> None:
        if self.resting.rests((venue.name, watch.symbol)):
            return
        try:
            async with asyncio.timeout(UPDATE_PATIENCE_SECONDS):
                watch.contracts[venue.name] = await venue.contract(watch.symbol)
        except (VenueError, TimeoutError) as error:
            self._failed(watch, venue, error)

    async def _history(self, watch: PairWatch, venue: Venue, now_ms: int) -> Histories:
        if self.resting.rests((venue.name, watch.symbol)):
            return ()
        try:
            found = await self._fetched(watch, venue, now_ms)
        except (VenueError, TimeoutError) as error:
            self._failed(watch, venue, error)
            return ()
        return () if found is None else self._judged(watch, venue, found)

    async def _fetched(self, watch: PairWatch, venue: Venue, now_ms: int) -> Histories | None:
        """None while a backfill is under way: it goes on, and a later refresh takes it in."""
        known = watch.model.inventories.get(venue.name)
        since_ms = known.as_of_ms if known else recent_from_ms(now_ms, needed_from_ms(venue, now_ms))
        if venue.name not in watch.backfills:
            if now_ms - since_ms <= LONG_GAP_MS:
                async with asyncio.timeout(UPDATE_PATIENCE_SECONDS):
                    return await self._ask(watch, venue, since_ms, now_ms)
            watch.begin_backfill(venue.name, self._backfill(watch, venue, since_ms, now_ms))
        patience = UPDATE_PATIENCE_SECONDS if watch.model.inventories else FIRST_PATIENCE_SECONDS
        found = await watch.finished_backfill(venue.name, patience)
        if found is None:
            self._note_trouble(watch, venue.name, STILL_LOADING)
        return found

    async def _backfill(self, watch: PairWatch, venue: Venue, since_ms: int, now_ms: int) -> Histories:
        with in_lane(first_lane()):
            async with self.turns[venue.name].turn(), asyncio.timeout(BACKFILL_SECONDS):
                return await self._ask(watch, venue, since_ms, now_ms)

    async def _ask(self, watch: PairWatch, venue: Venue, since_ms: int, now_ms: int) -> Histories:
        if venue.name not in watch.contracts:
            watch.contracts[venue.name] = await venue.contract(watch.symbol)
        behind_ms = min(0, watch.skews_ms.get(venue.name, 0))  # it has not closed a candle that is due here
        return await venue.history(watch.symbol, since_ms, now_ms + behind_ms)

    def _judged(self, watch: PairWatch, venue: Venue, found: Histories) -> Histories:
        is_new = venue.name not in watch.model.inventories
        if is_new and not any(history.has_open_interest for history in found):
            self._note_trouble(watch, venue.name, NO_OPEN_INTEREST)
            self.resting.rest((venue.name, watch.symbol), NO_SHARE_REST_SECONDS)
            return ()
        watch.troubles.pop(venue.name, None)
        self.resting.recovered((venue.name, watch.symbol))
        return found

    def _failed(self, watch: PairWatch, venue: Venue, error: VenueError | TimeoutError) -> None:
        reason = error.reason if isinstance(error, VenueError) else "did not answer in time"
        self._note_trouble(watch, venue.name, reason)
        self.resting.failed((venue.name, watch.symbol))

    def _note_trouble(self, watch: PairWatch, venue: str, reason: str) -> None:
        if watch.troubles.get(venue) != reason:
            log.warning("venue has no share", venue=venue, symbol=watch.symbol, reason=reason)
        watch.troubles[venue] = reason
