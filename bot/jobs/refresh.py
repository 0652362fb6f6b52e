"""Refresh: bring a pair's model up to the last closed minute and keep it safe."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from bot.jobs import tasks
from bot.jobs.annals import store_annals
from bot.jobs.backfill import Backfiller
from bot.jobs.fetching import LONG_GAP_MS, Fetcher, Histories
from bot.jobs.lessons import with_recorded
from bot.jobs.pair_watch import PairWatch
from bot.jobs.recorder import Recorder
from bot.jobs.resting import Resting
from bot.jobs.workers import Workers
from bot.liquidation.absence import Absence, OldData
from bot.liquidation.liquidation_map import LiquidationMap
from bot.market.clock import MarketClock
from bot.market.lanes import Turns
from bot.market.venue import Venue
from bot.store import pairs
from bot.store.database import Database

CHECKPOINT_SECONDS = 60.0
BUILDS_AT_ONCE = 1  # seconds of work each: they leave a worker for updates and pictures
UPDATES_AT_ONCE = 2

log = structlog.get_logger(__name__)


@dataclass
class Refresher:
    venues: Mapping[str, Venue]
    clock: MarketClock
    workers: Workers
    database: Database
    resting: Resting = field(default_factory=Resting)
    _builds: Turns = field(default_factory=lambda: Turns(BUILDS_AT_ONCE))
    _updates: Turns = field(default_factory=lambda: Turns(UPDATES_AT_ONCE))

    def __post_init__(self) -> None:
        self._fetcher = Fetcher(self.venues, self.resting)
        self._backfiller = Backfiller(
            self.venues,
            self.clock,
            self.workers,
            self.database,
            self.resting,
            self._fetcher.turns,
            self._builds,
            self._take_over,
        )
        self.recorder = Recorder(self.venues, self.database)

    async def refresh(self, watch: PairWatch) -> None:
        """One pair, at most once at a time; what a venue cannot give is noted and the others go on."""
        async with watch.turn:
            asked_ms = self.clock.now_ms()
            watch.keep_pace(self.clock.speed, {name: self.clock.offset_ms(name) for name in self.venues})
            await self._settle(watch)
            histories = await self._fetcher.histories(watch, asked_ms)
            histories = await self._with_liquidations(watch, histories)
            await self._advance(watch, histories, asked_ms)
            self._backfiller.go_on(watch)

    async def _take_over(self, watch: PairWatch) -> None:
        async with watch.turn:
            await self._advance(watch, {}, self.clock.now_ms())

    async def restore(self, watch: PairWatch) -> None:
        """The model as it was last saved, so that only the gap has to be fetched."""
        await self.recorder.realised.restore(self.database, watch.symbol, self.clock.now_ms())
        async with self.database.read() as tx:
            saved = await pairs.load_checkpoint(tx, watch.symbol)
        if saved is None:
            return
        await self._fetcher.contracts(watch)
        try:
            watch.model, given_up = await self.workers.run(tasks.restore_pair, watch.contracts, saved.blob)
        except ValueError as error:
            log.warning("checkpoint not usable, building anew", symbol=watch.symbol, reason=str(error))
            await self._backfiller.forget(watch)
            return
        await self._backfiller.restore(watch, tuple(given_up))
        watch.unsettled = set(self.venues) - set(watch.contracts)
        for venue, reason in given_up.items():
            log.warning("stored inventory not usable", symbol=watch.symbol, venue=venue, reason=reason)

    async def _settle(self, watch: PairWatch) -> None:
        """What was stored of a venue waits until its contract is known; nothing is fetched over it."""
        if not watch.unsettled:
            return
        await self._fetcher.contracts(watch)
        found = [watch.contracts[name] for name in sorted(watch.unsettled & watch.contracts.keys())]
        if found:
            watch.model = await self.workers.run(tasks.adopt_venues, watch.model, found)
            watch.unsettled -= {contract.venue for contract in found}

    async def _with_liquidations(
        self, watch: PairWatch, histories: Mapping[str, Histories]
    ) -> dict[str, Histories]:
        """What was told until now counts for the candle that has just closed."""
        ends = {
            venue: max((int(part.end_ms[-1]) for part in parts if len(part)), default=0)
            for venue, parts in histories.items()
        }
        await self.recorder.catch_up(watch.symbol, ends)
        return {
            venue: await with_recorded(self.database, watch.contracts[venue], parts, self.clock.now_ms())
            for venue, parts in histories.items()
        }

    async def _advance(self, watch: PairWatch, histories: Mapping[str, Histories], asked_ms: int) -> None:
        """A venue is judged by the moment it was asked: a long first build does not make it late."""
        if not histories and not watch.model.inventories:
            return
        prices = watch.map_prices(asked_ms)
        contracts = {venue: watch.contracts[venue] for venue in histories}
        due = time.monotonic() - watch.saved_s >= CHECKPOINT_SECONDS
        whole = await self._backfiller.whole(watch)
        news = tasks.News(contracts, histories, prices, asked_ms - watch.limits.kept_ms, due, whole)
        turns = self._builds if _is_long(histories) else self._updates
        async with turns.turn():
            refreshed = await self.workers.run(tasks.refresh_pair, watch.model, news)
        self._backfiller.note(watch, histories, asked_ms)
        await self._save(watch, refreshed, whole)
        watch.model = refreshed.model
        if refreshed.reference is not None:
            watch.reference = self._explained(watch, refreshed.reference)
            watch.reading = refreshed.reading

    def _explained(self, watch: PairWatch, found: LiquidationMap) -> LiquidationMap:
        shares = {share.venue: share for share in found.venues}
        present = tuple(shares[name] for name in self.venues if name in shares)
        missing = tuple(name for name in self.venues if name not in shares)
        reasons: dict[str, Absence] = {name: watch.troubles.get(name) or OldData() for name in missing}
        return replace(found, venues=present, missing=missing, reasons=reasons)

    async def _save(self, watch: PairWatch, refreshed: tasks.Refreshed, whole: tasks.Whole | None) -> None:
        if refreshed.checkpoint is None:
            return
        as_of_ms = max(standing.as_of_ms for standing in refreshed.model.inventories.values())
        now_ms = self.clock.now_ms()
        async with self.database.begin() as tx:
            await pairs.save_checkpoint(
                tx, watch.symbol, refreshed.checkpoint, as_of_ms=as_of_ms, now_ms=now_ms
            )
            await store_annals(tx, watch.symbol, refreshed.annals)
            await self._backfiller.save(tx, watch, whole)
        self._backfiller.saved(watch, whole)
        watch.saved_s = time.monotonic()


def _is_long(histories: Mapping[str, Histories]) -> bool:
    """An hour of candles and more is seconds of work."""
    parts = [part for found in histories.values() for part in found if len(part)]
    return any(int(part.end_ms[-1]) - int(part.start_ms[0]) > LONG_GAP_MS for part in parts)
