"""What alerts were worth: each beside like levels of the same market that were in no zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import islice
from math import isfinite, log, nan

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.zone import Zone
from bot.rules.day_blocks import Figure, by_days
from bot.rules.grading import TOLD_MS, ForcedOrders, Grade, grade, is_about_zone, is_hit
from bot.rules.null_levels import BACK_MS, null_levels, outside
from bot.rules.price_path import PricePath
from bot.rules.telling import Telling

Floats = NDArray[np.float64]
Stamps = NDArray[np.int64]

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
WEEK_MS = 7 * DAY_MS
LEVELS = 20  # beside each alert
MUCH_MINUTES = 0.3  # of usual volume; as much counts as "forced orders came"


@dataclass(frozen=True)
class JudgedMarket:
    """All that is known of one market's past, what came after its alerts too. `truth` is None where what was
    liquidated is not known; then only price is judged."""

    name: str
    path: PricePath
    volume_base: Floats  # of each row of the path
    zones_at: Mapping[int, Sequence[Zone]]  # by the moment of a map
    truth: ForcedOrders | None
    horizon_ms: int = TOLD_MS  # after an alert

    def usual_volume(self, stamp_ms: int) -> float:
        """Mean volume of a minute over the week before; NaN before the first row."""
        begin = int(np.searchsorted(self.path.start_ms, stamp_ms - WEEK_MS))
        end = int(np.searchsorted(self.path.end_ms, stamp_ms, "right"))
        known_ms = float((self.path.end_ms[begin:end] - self.path.start_ms[begin:end]).sum())
        return float(self.volume_base[begin:end].sum()) / known_ms * MINUTE_MS if known_ms else nan


@dataclass(frozen=True)
class Outcome:
    """What came of one alert or level within the horizon; of several the mean."""

    came: float  # what it points at, as grades have it; NaN where it is about no zone
    touched: float  # whether price was in its stretch or reached it
    reach_u: float  # how far price went towards it, in hourly ranges
    minutes: float  # liquidated in it, in minutes of usual volume; NaN where nobody knows
    much: float  # whether that was more than MUCH_MINUTES


@dataclass(frozen=True)
class Pair:
    """An alert beside the mean of its levels."""

    market: str
    telling: Telling
    own: Outcome
    null: Outcome


@dataclass(frozen=True)
class Worth:
    """Of alerts of one sort; `lift` compares what was liquidated where price got there."""

    alerts: int
    came: float
    null_came: float
    came_gain: Figure  # alerts - levels
    reach_u: float
    null_reach_u: float
    reach_gain_u: Figure
    minutes: float  # mean where price got there; NaN where nobody knows
    null_minutes: float
    lift: Figure  # alerts / levels of that
    much: float
    null_much: float
    much_gain: Figure


def paired(tellings: Sequence[Telling], market: JudgedMarket) -> Iterator[Pair]:
    """Those whose horizon is known and beside which there are like levels."""
    for seed, telling in enumerate(tellings):
        own = _outcome(telling, market)
        levels = (level for level in _levels(telling, market, seed))
        null = [found for level in islice(levels, LEVELS) if (found := _outcome(level, market))]
        if own is not None and null:
            yield Pair(market.name, telling, own, _mean(null))


def worth(pairs: Sequence[Pair]) -> Worth:
    """Intervals by the days of each market; there has to be a pair."""
    heard = [pair for pair in pairs if isfinite(pair.own.minutes + pair.null.minutes)]
    came, reach = _Beside.of(pairs, "came"), _Beside.of(pairs, "reach_u")
    forced, much = _Beside.of(heard, "minutes"), _Beside.of(heard, "much")
    there = _Beside.of(heard, "touched")
    return Worth(
        alerts=len(pairs),
        came=came.own_mean,
        null_came=came.null_mean,
        came_gain=came.gain(),
        reach_u=reach.own_mean,
        null_reach_u=reach.null_mean,
        reach_gain_u=reach.gain(),
        minutes=_over(forced.own_mean, there.own_mean),
        null_minutes=_over(forced.null_mean, there.null_mean),
        lift=forced.ratio(there),
        much=much.own_mean,
        null_much=much.null_mean,
        much_gain=much.gain(),
    )


@dataclass(frozen=True)
class _Beside:
    """One outcome of alerts beside that of their levels, both of shape (n,)."""

    days: Sequence[tuple[str, int]]
    own: Floats
    null: Floats

    @classmethod
    def of(cls, pairs: Sequence[Pair], name: str) -> _Beside:
        days = [(pair.market, pair.telling.at_ms // DAY_MS) for pair in pairs]
        values = np.array([(getattr(pair.own, name), getattr(pair.null, name)) for pair in pairs]).reshape(
            -1, 2
        )
        return cls(days, values[:, 0], values[:, 1])

    @property
    def own_mean(self) -> float:
        return float(self.own.mean()) if len(self.own) else nan

    @property
    def null_mean(self) -> float:
        return float(self.null.mean()) if len(self.null) else nan

    def gain(self) -> Figure:
        columns = np.column_stack([self.own - self.null, np.ones(len(self.own))])
        return by_days(self.days, columns, lambda sums: sums[:, 0] / sums[:, 1])

    def ratio(self, per: _Beside) -> Figure:
        """Own over null, each counted per unit of another outcome."""
        columns = np.column_stack([self.own, per.null, self.null, per.own])
        return by_days(self.days, columns, lambda sums: sums[:, 0] * sums[:, 1] / (sums[:, 2] * sums[:, 3]))


def _mean(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(*np.mean([astuple(one) for one in outcomes], axis=0).tolist())


def _levels(telling: Telling, market: JudgedMarket, seed: int) -> Iterator[Telling]:
    """Like levels at random full hours within half of BACK_MS before and after, outside the zones then."""
    last_ms = int(market.path.end_ms[-1])
    around = replace(telling, at_ms=min(last_ms, telling.at_ms + BACK_MS // 2))
    for level in null_levels(around, market.path, market.horizon_ms, seed):
        zones = market.zones_at.get(level.at_ms)
        if zones is not None and outside(level, zones):
            yield level


def _outcome(telling: Telling, market: JudgedMarket) -> Outcome | None:
    found = grade(telling, market.path, market.truth, market.horizon_ms)
    if not isinstance(found, Grade):
        return None
    minutes = came = nan
    if is_about_zone(telling):
        came = float(is_hit(telling, found))
        if found.liquidated_base is not None:
            minutes = found.liquidated_base / market.usual_volume(telling.at_ms)
    return Outcome(
        came=came,
        touched=float(found.touched_ms is not None),
        reach_u=_reach(telling, found) / telling.hourly_range,
        minutes=minutes,
        much=float(minutes > MUCH_MINUTES) if np.isfinite(minutes) else nan,
    )


def _reach(telling: Telling, found: Grade) -> float:
    """Log distance that price got towards the zone, or whichever way was farther where there is none."""
    ways = {1: log(found.high / telling.price), -1: log(telling.price / found.low)}
    if is_about_zone(telling) and telling.side is not None:
        return max(0.0, ways[telling.side.sign])
    return max(0.0, *ways.values())


def _over(above: float, below: float) -> float:
    return above / below if below else nan
