"""Refresh: bring a pair's model up to the last closed minute and keep it safe."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from bot.jobs import tasks
from bot.jobs.pair_watch import LATE_MS, PairWatch
from bot.jobs.resting import Resting
from bot.jobs.workers import Workers
from bot.liquidation.history import History
from bot.liquidation.pair_model import PairModel
from bot.liquidation.zone import Zone
from bot.market.clock import MarketClock
from bot.market.venue import Venue, VenueError
from bot.store import pairs
from bot.store.database import Database

BACKFILL_MS = 30 * 86_400_000
CHECKPOINT_SECONDS = 60.0
HISTORY_STEP_MS = 15 * 60_000  # the finest step that map history is kept at
LATE_WALL_SECONDS = 12  # beside a fast sandbox minutes pass in seconds; a venue is not late within these
CONCURRENT_REFRESHES = 4
UPDATE_PATIENCE_SECONDS = 6.0
BACKFILL_PATIENCE_SECONDS = 60.0
NO_SHARE_REST_SECONDS = 600.0  # for a pair that a venue does not list, or not with open interest
NO_OPEN_INTEREST = "publishes no open interest for it"

log = structlog.get_logger(__name__)


@dataclass
class Refresher:
    venues: Mapping[str, Venue]
    clock: MarketClock
    workers: Workers
    database: Database
    resting: Resting = field(default_factory=Resting)
    _saved: dict[str, float] = field(default_factory=dict)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENT_REFRESHES))

    @property
    def late_ms(self) -> int:
        """How old a venue's last candle may be, in market time."""
        return max(LATE_MS, round(LATE_WALL_SECONDS * 1000 * self.clock.speed))

    async def refresh(self, watch: PairWatch) -> None:
        """One pair, at most once at a time; what a venue cannot give is noted and the others go on."""
        async with watch.turn, self._gate:
            asked_ms = self.clock.now_ms()
            histories = await self._histories(watch, asked_ms)
            if histories:
                await self._advance(watch, histories)
            self._read_out(watch, asked_ms)

    async def restore(self, watch: PairWatch) -> None:
        """The model as it was last saved, so that only the gap has to be fetched."""
        async with self.database.read() as tx:
            saved = await pairs.load_checkpoint(tx, watch.symbol)
        if saved is None:
            return
        await asyncio.gather(*(self._contract(watch, venue) for venue in self.venues.values()))
        try:
            watch.model = await self.workers.run(tasks.restore_pair, watch.contracts, saved.blob)
        except ValueError as error:
            log.warning("checkpoint not usable, building anew", symbol=watch.symbol, reason=str(error))

    async def _contract(self, watch: PairWatch, venue: Venue) -> None:
        with suppress(VenueError, TimeoutError):
            watch.contracts[venue.name] = await asyncio.wait_for(
                venue.contract(watch.symbol), UPDATE_PATIENCE_SECONDS
            )

    async def _histories(self, watch: PairWatch, now_ms: int) -> dict[str, Sequence[History]]:
        found = await asyncio.gather(*(self._history(watch, venue, now_ms) for venue in self.venues.values()))
        return {name: histories for name, histories in zip(self.venues, found, strict=True) if histories}

    async def _history(self, watch: PairWatch, venue: Venue, now_ms: int) -> Sequence[History]:
        here = (venue.name, watch.symbol)
        if self.resting.rests(here):
            return ()
        try:
            return await self._ask(watch, venue, now_ms)
        except (VenueError, TimeoutError) as error:
            reason = error.reason if isinstance(error, VenueError) else "did not answer in time"
            self._note_trouble(watch, venue.name, reason)
            self.resting.failed(here)
            return ()

    async def _ask(self, watch: PairWatch, venue: Venue, now_ms: int) -> Sequence[History]:
        known = watch.model.inventories.get(venue.name)
        patience = UPDATE_PATIENCE_SECONDS if known else BACKFILL_PATIENCE_SECONDS
        since = known.as_of_ms if known else now_ms - BACKFILL_MS
        async with asyncio.timeout(patience):
            if venue.name not in watch.contracts:
                watch.contracts[venue.name] = await venue.contract(watch.symbol)
            histories = await venue.history(watch.symbol, since, now_ms)
        if known is None and not any(history.has_open_interest for history in histories):
            self._note_trouble(watch, venue.name, NO_OPEN_INTEREST)
            self.resting.rest((venue.name, watch.symbol), NO_SHARE_REST_SECONDS)
            return ()
        watch.troubles.pop(venue.name, None)
        self.resting.recovered((venue.name, watch.symbol))
        return histories

    def _note_trouble(self, watch: PairWatch, venue: str, reason: str) -> None:
        if watch.troubles.get(venue) != reason:
            log.warning("venue has no share", venue=venue, symbol=watch.symbol, reason=reason)
        watch.troubles[venue] = reason

    async def _advance(self, watch: PairWatch, histories: dict[str, Sequence[History]]) -> None:
        contracts = {venue: watch.contracts[venue] for venue in histories}
        model = await self.workers.run(tasks.advance_pair, watch.model, contracts, histories)
        # A zone's name is saved before a rule may remember it, so that a restart cannot give it to another.
        if _new_names(watch.model.zones, model.zones) or self._checkpoint_due(watch.symbol):
            await self._save(watch, model)
        watch.model = model

    def _read_out(self, watch: PairWatch, asked_ms: int) -> None:
        """A venue is judged by the moment it was asked: a long first build does not make it late."""
        fresh = watch.fresh_venues(asked_ms, self.late_ms)
        if not fresh:
            return
        found = watch.model.map(venues=fresh, prices=watch.fresh_marks(asked_ms, self.late_ms))
        missing = tuple(name for name in self.venues if name not in fresh)
        reasons = {name: watch.troubles.get(name, "its data is late") for name in missing}
        watch.reference = replace(found, missing=missing, reasons=reasons)

    def _checkpoint_due(self, symbol: str) -> bool:
        return time.monotonic() - self._saved.get(symbol, -CHECKPOINT_SECONDS) >= CHECKPOINT_SECONDS

    async def _save(self, watch: PairWatch, model: PairModel) -> None:
        blob = await asyncio.to_thread(model.to_bytes)
        as_of_ms = max(inventory.as_of_ms for inventory in model.inventories.values())
        async with self.database.begin() as tx:
            await pairs.save_checkpoint(tx, watch.symbol, blob, as_of_ms=as_of_ms, now_ms=self.clock.now_ms())
        self._saved[watch.symbol] = time.monotonic()


def _new_names(before: Sequence[Zone], after: Sequence[Zone]) -> bool:
    return not {zone.id for zone in after} <= {zone.id for zone in before}
