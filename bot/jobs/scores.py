"""How alerts did, live and replayed, and how the pair's own maps did: what /score tells."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import structlog

from bot.jobs.pair_watch import PairWatch
from bot.jobs.score_tasks import PastScore, past_score
from bot.jobs.workers import Workers
from bot.liquidation.history import History
from bot.liquidation.scoring.recorded_gain import LEAST_ORDERS
from bot.market.lanes import Lane, in_lane
from bot.market.venue import Venue, VenueError
from bot.rules.grading import TOLD_MS, ForcedOrders
from bot.rules.presets import DAY
from bot.rules.record import Judged, Record, records
from bot.rules.replay_record import HeardOrders
from bot.rules.rule_set import RuleSet
from bot.store import grades, liquidations, pairs, subscriptions
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.grades import Graded
from bot.store.liquidations import Orders, Stretch
from bot.wording.score_text import ScoreReport

DAY_MS = 24 * 3_600_000
LIVE_MS = 90 * DAY_MS
PAST_MS = 30 * DAY_MS
RECORDED_MS = 7 * DAY_MS  # of liquidations: of a large pair these are hundreds of thousands
WARM_UP_MS = 2 * DAY_MS  # of candles before the first map that plain ones are beside
CANDLE_SECONDS = 20.0
GOOD_FOR_SECONDS = 600.0  # a past that was replayed, scores of all places
MOST_KEPT = 50


log = structlog.get_logger(__name__)


@dataclass
class Scores:
    database: Database
    workers: Workers
    venues: Mapping[str, Venue]
    clock_s: Callable[[], float] = time.monotonic
    _pasts: dict[tuple[str, RuleSet], tuple[float, PastScore]] = field(default_factory=dict)
    _everywhere: tuple[float, tuple[Record, ...]] | None = None

    async def everywhere(self, now_ms: int) -> tuple[Record, ...]:
        """Live, of all places and pairs; what was read minutes ago is good enough."""
        if self._everywhere is None or self.clock_s() - self._everywhere[0] >= GOOD_FOR_SECONDS:
            async with self.database.read() as tx:
                every = live_records(await grades.scored(tx, TOLD_MS, now_ms - LIVE_MS))
            self._everywhere = (self.clock_s(), every)
        return self._everywhere[1]

    async def of_place(self, destination: Destination, now_ms: int) -> ScoreReport:
        """All pairs together."""
        async with self.database.read() as tx:
            here = await grades.scored(tx, TOLD_MS, now_ms - LIVE_MS, destination=destination)
        return ScoreReport(None, live_records(here), await self.everywhere(now_ms))

    async def of_pair(self, watch: PairWatch, destination: Destination, now_ms: int) -> ScoreReport:
        symbol = watch.symbol
        async with self.database.read() as tx:
            since_ms = now_ms - LIVE_MS
            every = await grades.scored(tx, TOLD_MS, since_ms, symbol=symbol)
            here = await grades.scored(tx, TOLD_MS, since_ms, symbol=symbol, destination=destination)
            known = await subscriptions.find(tx, destination, symbol)
        rules = DAY if known is None else known.rules
        past = await self._past(watch, rules, now_ms)
        return ScoreReport(
            symbol,
            live_records(here),
            live_records(every),
            rules=rules,
            replayed=past.records,
            replayed_days=past.days,
            gain=past.gain,
        )

    async def _past(self, watch: PairWatch, rules: RuleSet, now_ms: int) -> PastScore:
        self._forget_old()
        key = (watch.symbol, rules)
        if key not in self._pasts:
            async with self.database.read() as tx:
                payloads = await pairs.packed_since(tx, watch.symbol, now_ms - PAST_MS)
                heard = await _heard(tx, watch, now_ms)
            candles = await self._candles(watch, now_ms) if len(heard.orders.stamp_ms) >= LEAST_ORDERS else ()
            found = await self.workers.run(past_score, watch.model, payloads, rules, heard, candles)
            self._pasts[key] = (self.clock_s(), found)
        return self._pasts[key][1]

    async def _candles(self, watch: PairWatch, now_ms: int) -> Sequence[History]:
        """What plain maps are made from, of the first venue of the pair; none where it does not answer."""
        venue = next((self.venues[name] for name in self.venues if name in watch.contracts), None)
        if venue is None:
            return ()
        try:
            with in_lane(Lane.FIRST):
                async with asyncio.timeout(CANDLE_SECONDS):
                    return await venue.history(watch.symbol, now_ms - RECORDED_MS - WARM_UP_MS, now_ms)
        except (VenueError, TimeoutError) as error:
            log.info("no candles for plain maps", symbol=watch.symbol, reason=str(error))
            return ()

    def _forget_old(self) -> None:
        fresh = {
            key: kept for key, kept in self._pasts.items() if self.clock_s() - kept[0] < GOOD_FOR_SECONDS
        }
        self._pasts = dict(list(fresh.items())[-MOST_KEPT:])


def live_records(graded: Iterable[Graded]) -> tuple[Record, ...]:
    return records(Judged(one.alert.telling, one.grade, one.null) for one in graded if one.grade is not None)


async def _heard(tx: Transaction, watch: PairWatch, now_ms: int) -> HeardOrders:
    """Of all venues of the pair, ascending in time."""
    begin_ms, symbol = now_ms - RECORDED_MS, watch.symbol
    orders = [await liquidations.between(tx, venue, symbol, begin_ms, now_ms) for venue in watch.contracts]
    stretches = [
        stretch
        for venue in watch.contracts
        for stretch in await liquidations.stretches(tx, venue, symbol, begin_ms, now_ms)
    ]
    return HeardOrders(_together(orders), _union(stretches))


def _together(orders: Sequence[Orders]) -> ForcedOrders:
    stamp_ms = np.concatenate([np.zeros(0, np.int64), *(one.stamp_ms for one in orders)])
    order = np.argsort(stamp_ms, kind="stable")
    side = np.concatenate([np.zeros(0, np.int64), *(one.side for one in orders)])
    price = np.concatenate([np.zeros(0), *(one.trigger_price for one in orders)])
    quantity = np.concatenate([np.zeros(0), *(one.quantity_base for one in orders)])
    return ForcedOrders(stamp_ms[order], side[order], price[order], quantity[order], at_least=True)


def _union(stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """When somebody listened."""
    found: list[tuple[int, int]] = []
    for one in sorted(stretches, key=lambda stretch: stretch.from_ms):
        if found and one.from_ms <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.until_ms))
        else:
            found.append((one.from_ms, one.until_ms))
    return found
