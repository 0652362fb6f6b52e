"""The long past of a new pair: read in the background, newest first, and taken in when all of it is there.

Every page is stored as it comes, and so is what happens meanwhile. A restart goes on behind the oldest page,
and nothing that is stored is asked for again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from bot.jobs import tasks
from bot.jobs.lessons import with_recorded
from bot.jobs.pair_watch import PairWatch
from bot.jobs.past import Past, pages_of
from bot.jobs.resting import Resting
from bot.jobs.workers import Workers
from bot.liquidation.history import History, no_candles
from bot.liquidation.packed_history import unpacked_history
from bot.market.candles import Stretch
from bot.market.clock import MarketClock
from bot.market.lanes import Turns, backfill_lane, in_lane
from bot.market.page_plan import gaps, is_oldest, next_page, recent_from_ms, without_gaps
from bot.market.venue import Venue, VenueError, needed_from_ms
from bot.store import backfill_pages
from bot.store.database import Database, Transaction

PAGE_SECONDS = 60.0
BUILD = "build"  # among the tasks of a pair, beside the venues

Work = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)


@dataclass
class Backfiller:
    venues: Mapping[str, Venue]
    clock: MarketClock
    workers: Workers
    database: Database
    resting: Resting
    turns: Mapping[str, Turns]  # by venue, shared with first maps: those go first
    builds: Turns
    take_over: Callable[[PairWatch], Coroutine[Any, Any, None]]  # have the model rest on `watch.whole`
    _pages: dict[str, Turns] = field(default_factory=lambda: defaultdict(lambda: Turns(1)))

    def note(self, watch: PairWatch, histories: Mapping[str, Sequence[History]], asked_ms: int) -> None:
        """What came of each venue; for one that is new, how much more there is to read."""
        for name, parts in histories.items():
            begin_ms = None
            if name not in watch.model.inventories:
                needed_ms = needed_from_ms(self.venues[name], asked_ms)
                since_ms = recent_from_ms(asked_ms, needed_ms)
                past = watch.pasts[name] = Past.of_first(parts, since_ms, asked_ms, needed_ms)
                begin_ms = past.read_from_ms
            if name in watch.pasts:
                watch.pasts[name].unsaved += pages_of(name, parts, begin_ms)

    async def whole(self, watch: PairWatch) -> tasks.Whole | None:
        """What the model is to take over, brought up to where the model stands; None if nothing is ready."""
        if watch.whole is None:
            return None
        since: dict[str, tuple[bytes, ...]] = {}
        async with self.database.read() as tx:
            for name, standing in watch.whole.inventories.items():
                stored = await backfill_pages.load(tx, watch.symbol, name, standing.as_of_ms)
                since[name] = (*stored, *(page.history for page in watch.pasts[name].unsaved))
        return tasks.Whole(watch.whole, since)

    async def save(self, tx: Transaction, watch: PairWatch, whole: tasks.Whole | None) -> None:
        """In the transaction of the checkpoint, so that after a restart model and pages end together."""
        if self._open(watch, whole):
            unsaved = [page for past in watch.pasts.values() for page in past.unsaved]
            await backfill_pages.save(tx, watch.symbol, unsaved)
        elif watch.pasts:
            await backfill_pages.drop(tx, watch.symbol)

    def saved(self, watch: PairWatch, whole: tasks.Whole | None) -> None:
        if not self._open(watch, whole):
            watch.pasts.clear()
        for name, past in watch.pasts.items():
            past.unsaved.clear()
            past.adopted |= whole is not None and name in whole.kept.inventories
        if whole is not None:
            watch.whole = None

    async def restore(self, watch: PairWatch, given_up: Sequence[str]) -> None:
        """Where reading stood; pages of a venue whose inventory is lost are of no use."""
        async with self.database.begin() as tx:
            for name in given_up:
                await backfill_pages.drop(tx, watch.symbol, name)
            reaches = await backfill_pages.reaches(tx, watch.symbol)
        now_ms = self.clock.now_ms()
        known = {name: begin_ms for name, begin_ms in reaches.items() if name in self.venues}
        watch.pasts = {
            name: Past(begin_ms, needed_from_ms(self.venues[name], now_ms))
            for name, begin_ms in known.items()
        }

    async def forget(self, watch: PairWatch) -> None:
        async with self.database.begin() as tx:
            await backfill_pages.drop(tx, watch.symbol)

    def go_on(self, watch: PairWatch) -> None:
        """Begin what is not under way; returns at once."""
        settled = {name: past for name, past in watch.pasts.items() if name in watch.contracts}
        for name, past in settled.items():
            if not past.is_read:
                self._begin(watch, name, partial(self._read, watch, self.venues[name], past))
        if _ready(watch):
            self._begin(watch, BUILD, partial(self._build, watch))

    def _begin(self, watch: PairWatch, name: str, work: Work) -> None:
        running = watch.readers.get(name)
        is_running = running is not None and not running.done()
        if not is_running and not self.resting.rests((name, watch.symbol, "past")):
            watch.readers[name] = asyncio.create_task(self._guarded(watch, name, work))

    async def _guarded(self, watch: PairWatch, name: str, work: Work) -> None:
        """A failure rests for a while; a later refresh goes on."""
        key = (name, watch.symbol, "past")
        try:
            with in_lane(backfill_lane()):
                await work()
        except (VenueError, TimeoutError) as error:
            log.warning("history waits", symbol=watch.symbol, venue=name, reason=str(error) or "too slow")
            self.resting.failed(key)
        except Exception:
            log.exception("history waits", symbol=watch.symbol, venue=name)
            self.resting.failed(key)
        else:
            self.resting.recovered(key)
            self.go_on(watch)

    async def _read(self, watch: PairWatch, venue: Venue, past: Past) -> None:
        while not past.is_read:
            async with self._pages[venue.name].turn(), self.turns[venue.name].turn():
                now_ms = self.clock.now_ms()
                page = next_page(past.read_from_ms, past.needed_from_ms, now_ms)
                async with asyncio.timeout(PAGE_SECONDS):
                    found = await venue.page(watch.symbol, page, now_ms)
            oldest = is_oldest(found, page.start_ms, page.end_ms)
            begin_ms = past.needed_from_ms if oldest else page.start_ms
            await self._keep(watch, venue.name, found, begin_ms)
            past.read_from_ms = begin_ms

    async def _keep(self, watch: PairWatch, venue: str, found: History, begin_ms: int) -> None:
        contract = watch.contracts[venue]
        parts = await with_recorded(self.database, contract, [found], self.clock.now_ms())
        async with self.database.begin() as tx:
            await backfill_pages.save(tx, watch.symbol, pages_of(venue, parts, begin_ms))

    async def _fill_gaps(self, watch: PairWatch, venue: Venue) -> None:
        """Ask once more for what the venue did not have when it was asked, as long as nothing rests on it."""
        async with self.database.read() as tx:
            parts = await self._stored(tx, watch, venue.name)
        found = [await self._gap(watch, venue, gap) for gap in gaps(parts)]
        if not any(len(one) for one in found):
            return
        begin_ms = watch.pasts[venue.name].read_from_ms
        async with watch.turn, self.database.begin() as tx:  # no refresh adds pages meanwhile
            filled = without_gaps([*await self._stored(tx, watch, venue.name), *found])
            await backfill_pages.drop(tx, watch.symbol, venue.name)
            await backfill_pages.save(tx, watch.symbol, pages_of(venue.name, filled, begin_ms))

    async def _stored(self, tx: Transaction, watch: PairWatch, venue: str) -> list[History]:
        pages = await backfill_pages.load(tx, watch.symbol, venue)
        return [unpacked_history(page) for page in pages]

    async def _gap(self, watch: PairWatch, venue: Venue, gap: Stretch) -> History:
        """Empty where the venue still has nothing, or does not answer: then the gap stays."""
        now_ms = self.clock.now_ms()
        try:
            async with self._pages[venue.name].turn(), asyncio.timeout(PAGE_SECONDS):
                return await venue.page(watch.symbol, gap, now_ms)
        except (VenueError, TimeoutError):
            return no_candles(gap.span_ms)

    async def _build(self, watch: PairWatch) -> None:
        while names := _ready(watch):
            await asyncio.gather(*(self._fill_gaps(watch, self.venues[name]) for name in names))
            async with self.builds.turn():
                async with self.database.read() as tx:
                    pages = {name: await backfill_pages.load(tx, watch.symbol, name) for name in names}
                contracts = {name: watch.contracts[name] for name in names}
                ranked = pages.keys() >= watch.model.inventories.keys()
                watch.whole = await self.workers.run(
                    tasks.build_whole, watch.symbol, contracts, pages, ranked
                )
            await self.take_over(watch)

    def _open(self, watch: PairWatch, whole: tasks.Whole | None) -> bool:
        """Whether any venue's past is not in the model, also after this one is taken over."""
        adopted = set() if whole is None else set(whole.kept.inventories)
        return any(not past.adopted and name not in adopted for name, past in watch.pasts.items())


def _ready(watch: PairWatch) -> tuple[str, ...]:
    """Venues that are read and not in the model: at once, and once more with all others when all are read.

    Only then the zones of the whole past can be ranked; a venue that fails holds up no other.
    """
    read = [name for name, past in watch.pasts.items() if past.is_read and name in watch.contracts]
    fresh = tuple(name for name in read if not watch.pasts[name].adopted)
    return tuple(watch.pasts) if fresh and len(read) == len(watch.pasts) else fresh
