"""One watched pair in memory: its model, and what each venue said last."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.jobs.kept_model import KeptModel
from bot.jobs.past import Past
from bot.liquidation.contract import Contract
from bot.liquidation.data_quality import Limits, Series, VenueQuality, judged
from bot.liquidation.expiry import Expiry
from bot.liquidation.history import History
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.price_quality import PriceJudge
from bot.liquidation.reading import Reading
from bot.liquidation.snapshot import Snapshot
from bot.market.venue import MarkPrice

VOTING_MS = 10_000  # an older mark price has no vote while there is a fresher one

SAME_MOMENT_MS = 4_000  # marks farther apart may differ because price moved in between


@dataclass
class PairWatch:
    symbol: str
    model: KeptModel
    contracts: dict[str, Contract] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)  # venue -> why it has no share now
    marks: dict[str, MarkPrice] = field(default_factory=dict)
    price_off: dict[str, float] = field(
        default_factory=dict
    )  # venue -> fraction; these marks are not believed
    reference: LiquidationMap | None = None  # all venues that have a share, everything open
    reading: Reading | None = None  # what is read off it
    unsettled: set[str] = field(default_factory=set)  # venues stored perhaps, but without a contract so far
    backfills: dict[str, asyncio.Task[Sequence[History]]] = field(default_factory=dict)  # by venue
    pasts: dict[str, Past] = field(default_factory=dict)  # by venue, while any is being read
    readers: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # what does that
    whole: KeptModel | None = None  # of all that was read, for the model to take over
    limits: Limits = field(default_factory=Limits)
    voting_ms: int = VOTING_MS  # in market time
    same_moment_ms: int = SAME_MOMENT_MS  # in market time
    skews_ms: dict[str, int] = field(default_factory=dict)  # venue -> how far its clock is ahead
    expires_ms: int | None = None  # market time; None for a perpetual
    last_asked: float = 0.0  # monotonic seconds
    saved_s: float = -math.inf  # monotonic seconds
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one refresh at a time
    building: asyncio.Lock = field(default_factory=asyncio.Lock)  # one first build at a time
    _price_judge: PriceJudge = field(default_factory=PriceJudge)

    @property
    def tick_size(self) -> float:
        return min(contract.tick_size for contract in self.contracts.values())

    @property
    def built(self) -> bool:
        return self.reference is not None

    def keep_pace(self, speed: float, skews_ms: Mapping[str, int]) -> None:
        """What counts as late and as live is market time, which may run faster than the wall clock."""
        self.skews_ms = dict(skews_ms)
        self.limits = Limits.at_speed(speed)
        self.voting_ms = max(VOTING_MS, round(VOTING_MS * speed))
        self.same_moment_ms = max(SAME_MOMENT_MS, round(SAME_MOMENT_MS * speed))

    def take_mark(self, venue: str, mark: MarkPrice, skew_ms: int) -> None:
        """Stamped by a clock that is so far ahead of market time; kept in market time."""
        self.marks[venue] = MarkPrice(mark.price, mark.timestamp_ms - skew_ms)

    def judge_prices(self, now_ms: int) -> None:
        """To be asked with every round of marks, before they are used."""
        live = self._live_marks(now_ms)
        newest = max((mark.timestamp_ms for mark in live.values()), default=now_ms)
        behind = {name for name, mark in live.items() if mark.timestamp_ms < newest - self.same_moment_ms}
        prices = {name: mark.price for name, mark in live.items()}
        self.price_off = self._price_judge.judge(prices, now_ms, behind)

    def fresh_marks(self, now_ms: int) -> dict[str, MarkPrice]:
        """By venue; without those that are not believed."""
        live = self._live_marks(now_ms)
        return {venue: mark for venue, mark in live.items() if venue not in self.price_off}

    def _live_marks(self, now_ms: int) -> dict[str, MarkPrice]:
        """A venue that froze is outvoted by any that goes on, and stands in while none does."""
        fresh = {
            venue: mark
            for venue, mark in self.marks.items()
            if now_ms - mark.timestamp_ms <= self.limits.candles_ms
        }
        newest = max((mark.timestamp_ms for mark in fresh.values()), default=now_ms)
        oldest = (now_ms if now_ms - newest <= self.voting_ms else newest) - self.voting_ms
        return {venue: mark for venue, mark in fresh.items() if mark.timestamp_ms >= oldest}

    def reference_mark(self, now_ms: int) -> MarkPrice | None:
        """The reference price, the median of the believed live marks, with the newest of their stamps."""
        marks = self.fresh_marks(now_ms).values()
        if not marks:
            return None
        stamp_ms = max(mark.timestamp_ms for mark in marks)
        return MarkPrice(statistics.median(mark.price for mark in marks), stamp_ms)

    def map_prices(self, now_ms: int) -> dict[str, float]:
        """By venue, the price from which its share of a map is read; doubted ones are read at the others'."""
        reference = self.reference_mark(now_ms)
        if reference is None:
            return {}
        prices = {venue: mark.price for venue, mark in self.fresh_marks(now_ms).items()}
        stand_ins = {venue: self._price_judge.stand_in(venue, reference.price) for venue in self.price_off}
        return prices | stand_ins

    def quality(self, venue: str, now_ms: int) -> VenueQuality:
        standing = self.model.inventories.get(venue)
        there_ms = now_ms + self.skews_ms.get(venue, 0)  # by the clock that closes its candles
        told_ms = standing.open_interest_ms if standing else 0
        doubted = 0.0 if standing and standing.is_interest_doubted else None
        mark = self.marks.get(venue)
        return VenueQuality(
            venue,
            {
                Series.CANDLES: judged(
                    standing.as_of_ms if standing else None, there_ms, self.limits.candles_ms
                ),
                Series.OPEN_INTEREST: judged(
                    told_ms or None, there_ms, self.limits.open_interest_ms, doubted
                ),
                Series.MARK: judged(
                    mark.timestamp_ms if mark else None,
                    now_ms,
                    self.limits.mark_ms,
                    self.price_off.get(venue),
                ),
            },
        )

    def doubtful(self, now_ms: int) -> frozenset[str]:
        """Venues on whose shares no alert may rest: late ones, and those whose price is not believed."""
        shares = self.reference.venues if self.reference else ()
        late = {share.venue for share in shares if self.quality(share.venue, now_ms).is_late}
        return frozenset(late | self.price_off.keys())

    def snapshot(self, now_ms: int) -> Snapshot | None:
        if self.reference is None:
            return None
        found = self._as_believed(self.reference, now_ms)
        return Snapshot(found, self.model.zones, self.tick_size, now_ms, reading=self.reading)

    def _as_believed(self, found: LiquidationMap, now_ms: int) -> LiquidationMap:
        """With late shares named, and without venues whose price is doubted while there is another."""
        late = self.doubtful(now_ms) - self.price_off.keys()
        believed = [share.venue for share in found.venues if share.venue not in self.price_off]
        kept = found.only(believed) if believed else found
        expiry = None if self.expires_ms is None else Expiry(self.expires_ms)
        doubted, loading = dict(self.price_off), self.loading(now_ms)
        return replace(kept, late=late, doubted=doubted, expiry=expiry, loading=loading)

    def has_expired(self, now_ms: int) -> bool:
        return self.expires_ms is not None and self.expires_ms <= now_ms

    def loading(self, now_ms: int) -> dict[str, float]:
        """By venue whose history is still being read, which share of it has been."""
        return {name: past.share(now_ms) for name, past in self.pasts.items() if not past.adopted}

    def begin_backfill(self, venue: str, fetch: Coroutine[Any, Any, Sequence[History]]) -> None:
        """It goes on when the refresh that began it is over."""
        task = self.backfills[venue] = asyncio.create_task(fetch)
        task.add_done_callback(_heard)

    async def finished_backfill(self, venue: str, patience_s: float) -> Sequence[History] | None:
        """What it brought, or None while it goes on; raises what it raised."""
        task = self.backfills[venue]
        done, _ = await asyncio.wait({task}, timeout=patience_s)
        if not done:
            return None
        self.backfills.pop(venue, None)
        return () if task.cancelled() else task.result()

    def end(self) -> None:
        """Nobody wants this pair any more."""
        for task in (*self.backfills.values(), *self.readers.values()):
            task.cancel()


def _heard(task: asyncio.Task[Sequence[History]]) -> None:
    """An outcome that nobody waits for any more is no news."""
    if not task.cancelled():
        task.exception()
