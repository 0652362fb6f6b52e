"""The sentinel: judges every mark price by the rules, and queues what is worth saying."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import structlog

from bot.jobs.followers import Followers
from bot.jobs.letters import alert_letter_buttons, composed
from bot.jobs.pair_watch import PairWatch
from bot.jobs.pictures import Pictures
from bot.jobs.present_terms import terms_now
from bot.jobs.refresh import Refresher
from bot.jobs.resting import Resting
from bot.jobs.scenes import scene_of
from bot.jobs.sleepers import Sleepers
from bot.jobs.withheld import withheld
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look
from bot.market.venue import Venue, VenueError
from bot.rules.deciding import Decision, decide
from bot.rules.kinds import Kind, Loudness
from bot.rules.scene import Scene
from bot.rules.telling import DIGESTED, Hold, Telling, Terms
from bot.store import alerts, chat_terms, chats, pictures
from bot.store.alerts import Raised
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.gathering import gather
from bot.store.subscriptions import Subscription
from bot.wording.alert_text import alert_words

MARK_PATIENCE_SECONDS = 4.0
LONGEST_MARK_REST_SECONDS = 8.0  # prices are worth asking for again soon

PATIENCE_SECONDS = 0.4  # what takes longer is looked at in the next tick
AT_ONCE = 50  # subscriptions in one transaction: a crash of many pairs shall not keep users' writes waiting
PICTURE_SECONDS = 5.0  # an alert waits no longer for its picture

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Verdict:
    """What a mark price meant for one subscription."""

    subscription: Subscription
    decision: Decision

    @property
    def changed(self) -> bool:
        return self.decision.memory != self.subscription.state or bool(self.to_record)

    @property
    def to_record(self) -> tuple[tuple[Telling, Hold | None], ...]:
        """What is told, and what is held back and comes in the digest."""
        held = [(one.telling, one.hold) for one in self.decision.held if one.hold in DIGESTED]
        return (*((telling, None) for telling in self.decision.told), *held)


@dataclass
class Sentinel:
    venues: Mapping[str, Venue]
    refresher: Refresher
    database: Database
    pictures: Pictures
    cover_of: Callable[[str], Mapping[str, float]]  # by zone, how thin the books before it are
    wake_courier: Callable[[], None]
    resting: Resting = field(default_factory=Resting)
    note_of: Callable[[Kind], str] = field(default=lambda kind: "")  # what a kind has to say of itself
    _asking: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # by venue
    _judging: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # by symbol

    def __post_init__(self) -> None:
        self._followers = Followers(self.database)
        self._sleepers = Sleepers()
        self._events: dict[Destination, int] = {}  # places that watch more densely, and until when

    async def tick(self, watches: Sequence[PairWatch]) -> None:
        """Mark prices, then every pair's rules; meant to run at least every 2 s.

        A venue that is slow and a pair that has something to say go on by themselves: neither holds up the
        others, nor the next tick.
        """
        symbols = {watch.symbol for watch in watches}
        self._followers.keep(symbols)
        self._sleepers.keep(symbols)
        async with self.database.read() as tx:
            self._events = await chat_terms.events_on(tx, self.refresher.clock.now_ms())
        for venue in self.venues.values():
            self._begin(self._asking, venue.name, self._ask(venue, watches))
        await _given_a_moment(self._asking)
        for watch in watches:
            self._begin(self._judging, watch.symbol, self._judge_safely(watch))
        await _given_a_moment(self._judging)

    async def stop(self) -> None:
        under_way = [*self._asking.values(), *self._judging.values()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _begin(
        self, under_way: dict[str, asyncio.Task[None]], name: str, work: Coroutine[Any, Any, None]
    ) -> None:
        if name in under_way:
            work.close()
            return
        under_way[name] = asyncio.create_task(work)
        under_way[name].add_done_callback(lambda _: under_way.pop(name, None))

    async def _ask(self, venue: Venue, watches: Sequence[PairWatch]) -> None:
        listed = [watch for watch in watches if venue.name in watch.contracts]
        if not listed or self.resting.rests(venue.name):
            return
        try:
            async with asyncio.timeout(MARK_PATIENCE_SECONDS):
                marks = await venue.mark_prices([watch.symbol for watch in listed])
        except (VenueError, TimeoutError) as error:
            self.resting.failed(venue.name, longest=LONGEST_MARK_REST_SECONDS)
            log.info("no mark prices", venue=venue.name, reason=str(error) or "no answer in time")
            return
        self.resting.recovered(venue.name)
        skew_ms = self.refresher.clock.offset_ms(venue.name)
        for watch in listed:
            if watch.symbol in marks:
                watch.take_mark(venue.name, marks[watch.symbol], skew_ms)

    async def _judge_safely(self, watch: PairWatch) -> None:
        try:
            await self._judge(watch)
        except Exception:
            # One pair's trouble must not silence the others; its state is unchanged, so nothing is lost.
            log.exception("rules of a pair failed", symbol=watch.symbol)

    async def _judge(self, watch: PairWatch) -> None:
        now = self.refresher.clock.now_ms()
        if watch.has_expired(now):  # what is open is settled, and no price means anything to it any more
            return
        watch.judge_prices(now)
        shown = watch.snapshot(now)
        if shown is None:
            return
        waiting = withheld(watch, now)
        if waiting.price is None or waiting.is_map_late:
            return
        followers = await self._followers.of(watch.symbol)
        if not followers:
            return
        thin = any(one.rules.loudness_of(Kind.THIN) is not Loudness.OFF for one in followers)
        cover = self.cover_of(watch.symbol) if thin else {}
        scene = scene_of(watch, shown, waiting, self.refresher.recorder.realised, cover, followers)
        awake = self._sleepers.awake(watch.symbol, followers, self._event_of, scene)
        verdicts = [self._verdict(one, scene, Terms(event_until_ms=self._event_of(one))) for one in awake]
        changed = await self._on_terms([verdict for verdict in verdicts if verdict.changed], scene)
        if changed:
            seen_now = replace(shown, found=shown.found.at_price(scene.price, waiting.price.timestamp_ms))
            await self._keep(seen_now, changed, scene)

    def _verdict(self, subscription: Subscription, scene: Scene, terms: Terms) -> Verdict:
        return Verdict(subscription, decide(subscription.rules, subscription.state, scene, terms))

    def _event_of(self, subscription: Subscription) -> int:
        return self._events.get(subscription.destination, 0)

    async def _on_terms(self, verdicts: Sequence[Verdict], scene: Scene) -> Sequence[Verdict]:
        """What is worth saying is judged again by what its chat asked for: only then that is looked up."""
        speaking = [verdict.subscription for verdict in verdicts if verdict.decision.told]
        if not speaking:
            return verdicts
        async with self.database.read() as tx:
            terms = await terms_now(tx, speaking, scene.now_ms)
        return self._again(verdicts, terms, scene)

    def _again(
        self, verdicts: Sequence[Verdict], terms: Mapping[int, Terms], scene: Scene
    ) -> Sequence[Verdict]:
        """Those whose terms are known now, by them."""
        return [
            self._verdict(one.subscription, scene, terms[one.subscription.id])
            if one.subscription.id in terms
            else one
            for one in verdicts
        ]

    async def _keep(self, shown: Snapshot, verdicts: Sequence[Verdict], scene: Scene) -> None:
        """New rule state, alert and outbox row are one transaction, for some subscriptions at a time."""
        told = {one.subscription.destination for one in verdicts if one.decision.told}
        drawn = await self._drawn(shown, told)
        for begin in range(0, len(verdicts), AT_ONCE):
            await self._keep_some(shown, verdicts[begin : begin + AT_ONCE], scene, drawn)
        if told:
            self.wake_courier()

    async def _keep_some(
        self,
        shown: Snapshot,
        verdicts: Sequence[Verdict],
        scene: Scene,
        drawn: Mapping[Destination, bytes],
    ) -> None:
        wall_ms = round(time.time() * 1000)
        async with self.database.begin() as tx:
            speaking = [verdict.subscription for verdict in verdicts if verdict.decision.told]
            await chats.lock_all(tx, {one.destination.chat_id for one in speaking}, wall_ms)
            # Another pair may have spent a chat's budget while the picture was drawn.
            terms = await terms_now(tx, speaking, scene.now_ms)
            wanted = {drawn[one.destination] for one in speaking if one.destination in drawn}
            keys = {png: await pictures.put(tx, png, now_ms=wall_ms) for png in wanted}
            for verdict in self._again(verdicts, terms, scene):
                png = drawn.get(verdict.subscription.destination)
                key = None if png is None else keys.get(png)
                raised = [
                    _raised(shown, verdict.subscription, *one, key, self.note_of(one[0].kind))
                    for one in verdict.to_record
                ]
                await self._record(tx, verdict, raised, shown.now_ms, wall_ms)

    async def _record(
        self, tx: Transaction, verdict: Verdict, raised: Sequence[Raised], now_ms: int, wall_ms: int
    ) -> None:
        recorded = await alerts.record(tx, verdict.subscription, verdict.decision.memory, raised)
        told = [alert for alert in recorded.alerts if alert.hold is None] if recorded else []
        if told:
            compose = partial(composed, now_ms=now_ms)
            await gather(tx, verdict.subscription.destination, told, compose, now_ms=wall_ms)

    async def _drawn(self, shown: Snapshot, places: Collection[Destination]) -> dict[Destination, bytes]:
        """Each place's picture in its own look; drawn once for all that look the same."""
        if not places:
            return {}
        async with self.database.read() as tx:
            looks = {place: terms.look for place, terms in (await chat_terms.of_all(tx, places)).items()}
        wanted = [look for look, _ in Counter(looks.values()).most_common()]
        pngs = await asyncio.gather(*(self._picture(shown, look) for look in wanted))
        drawn = dict(zip(wanted, pngs, strict=True))
        return {place: png for place, look in looks.items() if (png := drawn[look]) is not None}

    async def _picture(self, shown: Snapshot, look: Look) -> bytes | None:
        """An alert without its picture is better than none."""
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                return await self.pictures.draw(shown, Drawing(look))
        except Exception:
            log.exception("picture of an alert failed", symbol=shown.found.symbol)
            return None


async def _given_a_moment(under_way: Mapping[str, asyncio.Task[None]]) -> None:
    if under_way:
        await asyncio.wait(tuple(under_way.values()), timeout=PATIENCE_SECONDS)


def _raised(
    shown: Snapshot,
    subscription: Subscription,
    telling: Telling,
    hold: Hold | None,
    key: str | None,
    note: str,
) -> Raised:
    symbol = subscription.symbol
    said = alert_words(
        symbol,
        telling,
        shown.found,
        code=alerts.code_of(alerts.fingerprint_of(subscription.id, telling)),
        now_ms=shown.now_ms,
        tick_size=shown.tick_size,
        note=note,
    )
    zone_id = telling.zone.id if telling.zone else ""
    buttons = alert_letter_buttons(symbol, subscription.id, zone_id)
    return Raised(telling, alerts.Said(said.full, said.line, said.rank, key, buttons), hold)
