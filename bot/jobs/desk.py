"""The desk: what a person may ask of the market. Every refusal is a sentence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import structlog

from bot.jobs import tasks
from bot.jobs.coin_share import share_of_coin
from bot.jobs.covers import Covers
from bot.jobs.impacts import Impacts
from bot.jobs.kept_model import KeptModel
from bot.jobs.nearest import nearest
from bot.jobs.neighbourhood import Neighbourhood
from bot.jobs.pair_watch import PairWatch
from bot.jobs.pasts import Pasts
from bot.jobs.pictures import USUAL, Pictures
from bot.jobs.previews import Previews
from bot.jobs.reaches import covered, not_covered, too_short
from bot.jobs.refresh import Refresher
from bot.jobs.reported import Reporter, with_ratios
from bot.jobs.reported_orders import reported_orders
from bot.jobs.scores import Scores
from bot.jobs.unresolved import Ask, choices, refusal_of
from bot.jobs.venue_states import venue_status
from bot.jobs.workers import Workers
from bot.liquidation.absence import OldData, OtherBundle
from bot.liquidation.ages import known_ages
from bot.liquidation.beliefs import Beliefs
from bot.liquidation.comparison import Comparison
from bot.liquidation.contract import Contract
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.evolution import Evolution
from bot.liquidation.expiry import Expiry
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.impact import Impact
from bot.liquidation.landmarks import Landmark
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.origin import Origin
from bot.liquidation.replay import Replay
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL, WINDOWS, covering
from bot.liquidation.zone import Band, Zone
from bot.look import Drawing, Look
from bot.market.expiries import expiry_ms
from bot.market.lanes import Lane, in_lane
from bot.market.near_matches import other_bundles
from bot.market.succession import dated_contracts
from bot.market.symbols import Expired, Resolved, resolve
from bot.market.venue import Listing, Venue, VenueError
from bot.rules.preview import Preview
from bot.rules.rule_set import RuleSet
from bot.store.destination import Destination
from bot.wording import problems
from bot.wording.absence_text import absence_text
from bot.wording.buttons import map_line
from bot.wording.liquidations_text import Report
from bot.wording.near_text import NearReport
from bot.wording.pair import pair_name
from bot.wording.quality_text import doubt_text
from bot.wording.refusal import Refusal, VenueNotRead
from bot.wording.score_text import ScoreReport
from bot.wording.status import VenueStatus

ASKED_FOR_SECONDS = 3600.0  # how long a pair that somebody asked for stays warm
MOST_ASKED_FOR = 20  # pairs that are warm only because somebody asked; the least recent question goes
LISTINGS_SECONDS = 6 * 3600.0
MISSED_SECONDS = 300.0  # a list without a pair that is watched there may be a mistake
AGES_PATIENCE_SECONDS = 1.0  # a map is not kept waiting for a line under it

SUGGESTED = 6

Named = tuple[str, str | None]

log = structlog.get_logger(__name__)


@dataclass
class Desk:
    venues: Mapping[str, Venue]
    refresher: Refresher
    workers: Workers
    pictures: Pictures
    watches: dict[str, PairWatch] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # watched whether or not somebody asks
    unlisted: dict[str, str] = field(default_factory=dict)  # venue -> why it has no market list
    neighbourhood: Neighbourhood = field(init=False)
    scores: Scores = field(init=False)
    covers: Covers = field(init=False)
    impacts: Impacts = field(init=False)
    pasts: Pasts = field(init=False)
    _loaded: dict[str, float] = field(default_factory=dict)  # venue -> when its market list came

    def __post_init__(self) -> None:
        self._previews = Previews(self.refresher.database, self.workers)
        self.neighbourhood = Neighbourhood(self.now_ms)
        self.scores = Scores(self.refresher.database, self.workers, self.venues)
        self.covers = Covers(self.venues, self.watches, self.now_ms)
        self.impacts = Impacts(self.refresher.database, self.workers, self.now_ms)
        self.pasts = Pasts(self.refresher.database, self.workers)

    def now_ms(self) -> int:
        return self.refresher.clock.now_ms()

    @property
    def speed(self) -> float:
        return self.refresher.clock.speed

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(sorted(self.watches))

    async def picture(self, shown: Snapshot, drawing: Drawing = USUAL) -> bytes:
        return await self.pictures.draw(shown, drawing)

    async def comparison_picture(self, pair: Comparison, drawing: Drawing = USUAL) -> bytes:
        return await self.pictures.draw_comparison(pair, drawing)

    async def evolution_picture(self, found: Evolution, drawing: Drawing = USUAL) -> bytes:
        return await self.pictures.draw_evolution(found, drawing)

    def dated_contracts(self, symbol: str) -> tuple[str, ...]:
        """Of the same coin and margin, listed now, the nearest expiry first."""
        return dated_contracts(symbol, self.listings, self.now_ms())

    def venue_states(self) -> tuple[VenueStatus, ...]:
        watches, recorder, now_ms = tuple(self.watches.values()), self.refresher.recorder, self.now_ms()
        return tuple(
            venue_status(venue, watches, recorder, now_ms, self.unlisted.get(venue.name, ""))
            for venue in self.venues.values()
        )

    @property
    def listings(self) -> list[Listing]:
        return [listing for venue in self.venues.values() for listing in venue.listings]

    def find(self, typed: str, ask: Ask) -> Named:
        """The listed symbol that was typed, and the venue if the text names one; raises Refusal.

        `ask(symbol)` is the command line a button with that symbol carries.
        """
        resolution = resolve(typed, self.listings, self.now_ms())
        if isinstance(resolution, Resolved):
            return resolution.symbol, resolution.venue_hint
        raise refusal_of(typed, resolution, ask)

    def listed(self, words: Sequence[str]) -> tuple[str, ...]:
        """The symbols that words name; what names none (yet) is left out."""
        found = (resolve(word, self.listings, self.now_ms()) for word in words)
        return tuple(one.symbol for one in found if isinstance(one, Resolved))

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Pairs to offer where none was named."""
        return tuple(sorted(self.kept))[:SUGGESTED]

    async def view(self, symbol: str, window: str = ALL, venue: str | None = None) -> Snapshot:
        """The pair's map of a window, from one venue or all; raises Refusal."""
        watch = await self.watch(symbol)
        shown = self._whole(watch, venue)
        if window != ALL:
            drawn = await self._window(watch, shown.found, window, venue)
            shown = replace(shown, found=drawn, reading=None)
        shown = replace(shown, found=await self._aged(watch, shown.found))
        return self._seen_now(watch, self._told_more(watch, shown), venue)

    async def window_maps(
        self, symbol: str, windows: Sequence[str], venue: str | None = None
    ) -> tuple[LiquidationMap, ...]:
        """Of those of the windows that are covered, from the newest marks but without shares by age; raises
        Refusal without any map."""
        watch = await self.watch(symbol)
        shown = self._whole(watch, venue)
        known, now_ms = covered(watch, shown.found), self.now_ms()
        there = [window for window in windows if covering(known, WINDOWS[window], now_ms)]
        drawn = await asyncio.gather(*(self._window(watch, shown.found, one, venue) for one in there))
        return tuple(self._seen_now(watch, replace(shown, found=one), venue).found for one in drawn)

    def _whole(self, watch: PairWatch, venue: str | None) -> Snapshot:
        """Everything open; raises Refusal."""
        shown = watch.snapshot(self.now_ms())
        if shown is None or not shown.found.venues:
            troubles = [f"{name}: {why}" for name, why in watch.troubles.items()]
            raise Refusal(problems.no_data(watch.symbol, troubles))
        return shown if venue is None else self._one_venue(watch, shown, venue)

    async def view_at(self, symbol: str, at_ms: int, window: str = ALL, venue: str | None = None) -> Snapshot:
        """The pair's map as it was at a moment, which is the snapshot's now; raises Refusal."""
        watch = await self.watch(symbol)
        if venue is not None and venue not in watch.model.inventories:
            await self.view(symbol, venue=venue)  # says why it has no share
        return await self.pasts.view_at(watch, at_ms, self.now_ms(), window, venue)

    async def heat(self, shown: Snapshot, window: str) -> HeatHistory:
        """What was open on the map's venues while a window of WINDOWS passed, of the map's selection; raises
        Refusal where none of them covers it."""
        return await self.pasts.heat(await self.watch(shown.found.symbol), shown, window)

    async def last_day(self, shown: Snapshot) -> Replay:
        """Of the map shown, on those of its venues that are known for a day; raises Refusal where none is."""
        return await self.pasts.last_day(await self.watch(shown.found.symbol), shown)

    async def replay(self, day: Replay, look: Look) -> bytes:
        return await self.pictures.replay(day, look)

    def expired_at(self, symbol: str) -> int | None:
        """When the contract expired, None where it has not."""
        at_ms = expiry_ms(symbol, self.listings)
        return at_ms if at_ms is not None and at_ms <= self.now_ms() else None

    def pairs_with(self, zone_id: str) -> tuple[str, ...]:
        """Watched symbols that have a zone of this name now."""
        return tuple(
            symbol
            for symbol, watch in sorted(self.watches.items())
            if any(zone.id == zone_id for zone in watch.model.zones)
        )

    async def impact(self, symbol: str) -> Impact:
        found = await self.impacts.of(await self.watch(symbol))
        if found is None:
            raise Refusal(problems.no_data(symbol, ()))
        return found

    def nearest(self, band: Band) -> NearReport:
        return nearest(self.watches.values(), band, self.now_ms())

    async def origin(self, shown: Snapshot, zone: Zone) -> Origin:
        """Where a zone comes from, on the venues of the map shown."""
        watch = await self.watch(shown.found.symbol)
        return await self.workers.run(tasks.origin, watch.model, zone, shown.found)

    async def beliefs(self, shown: Snapshot) -> tuple[Beliefs, ...]:
        """What is believed of the pair on each venue of the map shown."""
        watch = await self.watch(shown.found.symbol)
        venues = [share.venue for share in shown.found.venues]
        return await self.workers.run(tasks.beliefs, watch.model, venues)

    async def preview(self, symbol: str, rules: RuleSet, zone: str) -> Preview:
        """What the rules would have told in the last days."""
        return await self._previews.preview(self._asked_for(symbol), self.now_ms(), rules, zone)

    async def threshold_for(self, symbol: str, rules: RuleSet, zone: str) -> float | None:
        """The least percentile of zones that keeps the rules to their budget; None where no past is known."""
        return await self._previews.threshold_for(self._asked_for(symbol), self.now_ms(), rules, zone)

    def contracts(self, symbol: str) -> Mapping[str, Contract]:
        """By venue, with the margin tables that new positions are placed by."""
        watch = self.watches.get(symbol)
        return {} if watch is None else dict(watch.contracts)

    async def liquidations(self, symbol: str, window: str, venue: str | None = None) -> Report:
        """What venues reported of the pair; asking has it recorded from now on. Raises Refusal."""
        watch = self._asked_for(symbol)
        listed_on = [name for name, other in self.venues.items() if _lists(other, symbol)]
        if venue is not None:
            self._must_be_read(venue)
        if venue is not None and venue not in listed_on:
            raise Refusal(problems.venue_does_not_list(venue, symbol, listed_on))
        await self.refresher.recorder.flush()
        reporter = Reporter(self.refresher.database, self.now_ms())
        report = await reporter.report(watch, window, listed_on if venue is None else [venue])
        return with_ratios(report, await self._ratios(watch))

    async def reported_orders(self, shown: Snapshot, history: HeatHistory) -> ReportedOrders:
        """What the venues of a heatmap reported in its time, of the sides that are shown."""
        contracts, side = self.contracts(shown.found.symbol), shown.selection.side
        names = [venue for venue in history.venues if venue in contracts]
        await self.refresher.recorder.flush()
        return await reported_orders(
            self.refresher.database,
            shown.found.symbol,
            {name: contracts[name].feed for name in names},
            list(Side) if side is None else [side],
            int(history.stamp_ms[0]) - history.span_ms,
            int(history.stamp_ms[-1]),
        )

    async def heat_picture(
        self, shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing = USUAL
    ) -> bytes:
        return await self.pictures.draw_heat(shown, history, reported, drawing)

    async def _ratios(self, watch: PairWatch) -> dict[str, float | None]:
        """By venue, reported over crossed; nothing where the model or the workers are not ready."""
        if watch.reference is None:
            return {}
        names = [share.venue for share in watch.reference.venues]
        try:
            async with asyncio.timeout(AGES_PATIENCE_SECONDS):
                found = await self.workers.run(tasks.beliefs, watch.model, names)
        except TimeoutError:
            return {}
        return {one.venue: one.realised_ratio for one in found if one.has_learned}

    async def score(self, symbol: str | None, destination: Destination) -> ScoreReport:
        """How alerts did; of a pair also replayed, and its maps. Raises Refusal."""
        if symbol is None:
            return await self.scores.of_place(destination, self.now_ms())
        return await self.scores.of_pair(await self.watch(symbol), destination, self.now_ms())

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        """What else is known around the map shown, as far as it comes at once."""
        names = [share.venue for share in shown.found.venues]
        venues = [self.venues[name] for name in names]
        around, landmarks = await asyncio.gather(
            self.neighbourhood.of(venues, shown.found.symbol), self.landmarks(shown)
        )
        return Crosschecks(around, landmarks)

    async def landmarks(self, shown: Snapshot) -> tuple[Landmark, ...]:
        """As the venue of the largest share saw them."""
        watch = self.watches.get(shown.found.symbol)
        if watch is None or not shown.found.venues:
            return ()
        venue = max(shown.found.venues, key=lambda share: share.open_interest_base).venue
        try:
            async with asyncio.timeout(AGES_PATIENCE_SECONDS):
                return await self.workers.run(tasks.landmarks, watch.model, venue, shown.now_ms)
        except TimeoutError:
            return ()

    def _seen_now(self, watch: PairWatch, shown: Snapshot, venue: str | None) -> Snapshot:
        """The map from the newest mark price: of the venue asked for, or the reference price."""
        now_ms = shown.now_ms
        mark = watch.reference_mark(now_ms) if venue is None else watch.fresh_marks(now_ms).get(venue)
        if mark is None:
            return shown
        return replace(shown, found=shown.found.at_price(mark.price, mark.timestamp_ms))

    async def watch(self, symbol: str) -> PairWatch:
        """The pair, built if nobody had asked for it before; raises Refusal for one that has expired."""
        watch = self._asked_for(symbol)
        if not watch.built:
            await self._build(watch)
        return watch

    def _asked_for(self, symbol: str) -> PairWatch:
        """The pair, warm for a while; one that is new is built by its job; a Refusal where it expired."""
        self._refuse_expired(symbol)
        watch = self._known(symbol)
        watch.last_asked = time.monotonic()
        self.forget_idle()
        return watch

    def _known(self, symbol: str) -> PairWatch:
        if symbol not in self.watches:
            ends_ms = expiry_ms(symbol, self.listings)
            self.watches[symbol] = PairWatch(symbol, KeptModel(symbol), expires_ms=ends_ms)
        return self.watches[symbol]

    def _refuse_expired(self, symbol: str) -> None:
        if self.expired_at(symbol) is None:
            return
        resolution = resolve(symbol, self.listings, self.now_ms())
        if isinstance(resolution, Expired):
            raise refusal_of(pair_name(symbol), resolution, map_line)

    async def _build(self, watch: PairWatch) -> None:
        async with watch.building:
            if watch.built:
                return
            await self.refresher.restore(watch)
            await self.refresher.refresh(watch)

    def _one_venue(self, watch: PairWatch, shown: Snapshot, venue: str) -> Snapshot:
        self._must_be_read(venue)
        only = shown.found.only([venue])
        if only.venues:
            alone = replace(only, missing=(), doubted={}, price=only.venues[0].price)
            return replace(shown, found=alone, reading=None)
        if venue in shown.found.doubted:
            raise Refusal(problems.venue_without_data(venue, doubt_text(shown.found.doubted[venue])))
        listed_on = [name for name, other in self.venues.items() if _lists(other, watch.symbol)]
        if venue not in listed_on:
            raise self._not_listed_there(watch.symbol, venue, listed_on)
        raise Refusal(
            problems.venue_without_data(venue, watch.troubles.get(venue) or absence_text(OldData()))
        )

    def _must_be_read(self, venue: str) -> None:
        if venue not in self.venues:
            raise VenueNotRead(problems.venue_not_read(venue, tuple(self.venues)), venue, tuple(self.venues))

    def _not_listed_there(self, symbol: str, venue: str, listed_on: Sequence[str]) -> Refusal:
        """With a button for what that venue lists of the coin in bundles: 1000PEPE for PEPE."""
        bundle = other_bundles(symbol, self.listings).get(venue, "")
        sentence = problems.venue_does_not_list(venue, symbol, listed_on, bundle)
        return Refusal(sentence, choices([bundle] if bundle else [], lambda one: map_line(one, venue=venue)))

    def _told_more(self, watch: PairWatch, shown: Snapshot) -> Snapshot:
        """Why a venue that lists the coin in bundles is missing; when a dated contract ends and its share;
        what is traded in a day."""
        found, bundles = shown.found, other_bundles(watch.symbol, self.listings)
        reasons = {venue: OtherBundle(bundles[venue]) for venue in found.missing if venue in bundles}
        expiry = None
        if watch.expires_ms is not None:
            venues = [share.venue for share in found.venues]
            expiry = Expiry(watch.expires_ms, share_of_coin(watch, self.watches.values(), venues))
        standings = watch.model.inventories
        volume = sum(standings[one.venue].daily_volume_base for one in found.venues if one.venue in standings)
        told = replace(found, reasons={**found.reasons, **reasons}, expiry=expiry)
        return replace(shown, found=told, daily_volume_base=volume)

    async def _window(
        self, watch: PairWatch, found: LiquidationMap, window: str, venue: str | None
    ) -> LiquidationMap:
        """Venues whose history is shorter than the window are left out and named."""
        now_ms = self.now_ms()
        known = covered(watch, found)
        names = covering(known, WINDOWS[window], now_ms)
        if not names:
            raise not_covered(watch, window, venue, known, now_ms)
        prices = {share.venue: share.price for share in found.venues if share.venue in names}
        drawn = await self.workers.run(tasks.window_map, watch.model, names, window, WINDOWS[window], prices)
        left_out = too_short(known, names, found.loading, now_ms)
        missing = tuple(dict.fromkeys((*found.missing, *left_out)))
        reasons = {**found.reasons, **left_out}
        return replace(
            drawn,
            missing=missing,
            reasons=reasons,
            late=found.late,
            doubted=found.doubted,
            loading=found.loading,
        )

    async def _aged(self, watch: PairWatch, found: LiquidationMap) -> LiquidationMap:
        """With the shares of it by age, or without them where the workers are busy."""
        spans_ms = known_ages(covered(watch, found), found.window, self.now_ms())
        if not spans_ms:
            return found
        try:
            async with asyncio.timeout(AGES_PATIENCE_SECONDS):
                return await self.workers.run(tasks.dated, watch.model, found, spans_ms)
        except TimeoutError:
            return found

    async def refresh(self, symbol: str) -> None:
        """One run of the pair's job; nothing where the pair has been forgotten meanwhile."""
        watch = self.watches.get(symbol)
        if watch is None or watch.turn.locked() or watch.building.locked():
            return
        if watch.has_expired(self.now_ms()):
            return
        try:
            with in_lane(Lane.KEPT if symbol in self.kept else Lane.UPDATE):
                await (self._build(watch) if not watch.built else self.refresher.refresh(watch))
        except Exception:
            # The job runs again in a minute; the pair keeps what it had and its data says its age.
            log.exception("refresh failed", symbol=symbol)

    def keep(self, symbols: AbstractSet[str]) -> None:
        """Watch these until they expire, whether or not somebody asks; their first build is their job's."""
        self.kept = {symbol for symbol in symbols if self.expired_at(symbol) is None}
        for symbol in self.kept:
            self._known(symbol)
        self.forget_idle()

    def forget_idle(self) -> None:
        """Pairs that were only asked for stay warm for a while, and never many of them; none that expired."""
        for watch in [one for one in self.watches.values() if one.has_expired(self.now_ms())]:
            self._forget(watch)
        asked_for = [watch for name, watch in self.watches.items() if name not in self.kept]
        asked_for.sort(key=lambda watch: watch.last_asked, reverse=True)
        idle_since = time.monotonic() - ASKED_FOR_SECONDS
        for place, watch in enumerate(asked_for):
            if place >= MOST_ASKED_FOR or watch.last_asked < idle_since:
                self._forget(watch)

    def _forget(self, watch: PairWatch) -> None:
        del self.watches[watch.symbol]
        watch.end()

    async def load_venues(self) -> None:
        """Market lists that are missing, hours old, or lack a pair; one that fails is tried again later."""
        wanted = [venue for venue in self.venues.values() if not venue.listings or self._is_old(venue)]
        await asyncio.gather(*(self._load(venue) for venue in wanted))

    def _is_old(self, venue: Venue) -> bool:
        good_for = MISSED_SECONDS if self._lacks_a_pair(venue) else LISTINGS_SECONDS
        return time.monotonic() - self._loaded.get(venue.name, 0.0) > good_for

    def _lacks_a_pair(self, venue: Venue) -> bool:
        """Whether a contract that was there is not listed any more."""
        watched = {watch.symbol for watch in self.watches.values() if venue.name in watch.contracts}
        return not watched <= {listing.symbol for listing in venue.listings}

    async def _load(self, venue: Venue) -> None:
        try:
            await venue.load()
        except VenueError as error:
            if self.unlisted.get(venue.name) != error.reason:
                log.warning("market list not loaded", venue=venue.name, reason=error.reason)
            self.unlisted[venue.name] = error.reason
        else:
            self.unlisted.pop(venue.name, None)
            self._loaded[venue.name] = time.monotonic()


def _lists(venue: Venue, symbol: str) -> bool:
    return any(listing.symbol == symbol for listing in venue.listings)
