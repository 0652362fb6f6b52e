"""What a rule set would have told of the past, and how that would have turned out."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.liquidation.reading import Reading
from bot.liquidation.zone import Zone
from bot.rules.grading import TOLD_MS, ForcedOrders, Grade, Unknown, grade, is_about_zone
from bot.rules.kinds import Kind, Loudness
from bot.rules.null_levels import LEVELS, null_levels, outside
from bot.rules.outcomes import NullMean, null_mean
from bot.rules.price_path import HOUR_MS, PricePath, finer
from bot.rules.record import Judged
from bot.rules.replay import UNBOUNDED, PriceRow, replay
from bot.rules.rule_set import RuleSet
from bot.rules.telling import Telling, Terms

STEP_MS = 5 * 60_000
READING_AGE_MS = 2 * HOUR_MS  # zones of an older reading are not those of the moment
MOST_LOOKED_AT = 4 * LEVELS


@dataclass(frozen=True)
class HeardOrders:
    """Recorded forced orders, and the stretches (from, until) in which somebody listened, ascending."""

    orders: ForcedOrders
    stretches: Sequence[tuple[int, int]]

    def after(self, telling: Telling) -> ForcedOrders | None:
        end_ms = telling.at_ms + TOLD_MS
        heard = any(begin <= telling.at_ms and end_ms <= until for begin, until in self.stretches)
        return self.orders if heard else None


@dataclass(frozen=True)
class Past:
    """What is known of a pair's past: readings and prices, ascending, and liquidations."""

    readings: Sequence[Reading]
    path: PricePath
    heard: HeardOrders | None = None

    def zones_at(self, at_ms: int) -> Sequence[Zone] | None:
        """As they were known then; None where no reading of about that time was kept."""
        at = bisect_right(self.readings, at_ms, key=lambda one: one.as_of_ms) - 1
        if at < 0 or self.readings[at].as_of_ms < at_ms - READING_AGE_MS:
            return None
        return self.readings[at].zones


def replayed(rules: RuleSet, past: Past) -> tuple[Judged, ...]:
    """Every kind that prices alone decide, without a budget, graded as live alerts are.

    Prices that are known by the hour only are walked (`finer`). What cannot be replayed, as bursts and thin
    books, is left out.
    """
    path = finer(past.path, STEP_MS)
    every = rules.with_loudness(dict.fromkeys(Kind, Loudness.ON))
    rows = [
        PriceRow(*(int(stamp) for stamp in stamps), *(float(price) for price in prices))
        for *stamps, low, high, close in zip(
            path.start_ms, path.end_ms, path.low, path.high, path.close, strict=True
        )
        for prices in [(low, high, close)]
    ]
    if not past.readings or not rows:
        return ()
    told = replay(every, past.readings, rows, terms=Terms(budget=UNBOUNDED)).told
    fine = replace(past, path=path)
    return tuple(_judged(telling, fine) for telling in told)


def _judged(telling: Telling, past: Past) -> Judged:
    found = _graded(telling, past)
    if isinstance(found, Unknown):
        return Judged(telling, found, None)
    return Judged(telling, found, _null(telling, past))


def _null(telling: Telling, past: Past) -> NullMean | None:
    levels: list[tuple[Telling, Grade]] = []
    found = null_levels(telling, past.path, TOLD_MS, seed=telling.at_ms % 2**32)
    for level in itertools.islice(found, MOST_LOOKED_AT):
        zones = past.zones_at(level.at_ms)
        if len(levels) < LEVELS and zones is not None and outside(level, zones):
            graded = _graded(level, past)
            levels += [] if isinstance(graded, Unknown) else [(level, graded)]
    return null_mean(levels)


def _graded(telling: Telling, past: Past) -> Grade | Unknown:
    known = past.heard is not None and is_about_zone(telling)
    orders = past.heard.after(telling) if known and past.heard is not None else None
    return grade(telling, past.path, orders, TOLD_MS)
