"""Alerts against the levels that nobody alerted: better, no better, or too few to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.rules.day_blocks import LEAST_DAYS, by_days

Floats = NDArray[np.float64]

DAY_MS = 86_400_000
LEAST_ALERTS = 30


class Verdict(StrEnum):
    TOO_FEW = "too few"
    BETTER = "better"
    NO_BETTER = "no better"  # the interval of the difference holds 0
    WORSE = "worse"


@dataclass(frozen=True)
class Outcome:
    """One graded alert beside the mean of its levels."""

    at_ms: int
    hit: float  # 1 or 0; of an alert about no zone how far price went, in ATR
    null_hit: float
    amount: float | None = None  # liquidated in its stretch, quote currency; None where nobody listened
    null_amount: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Means over alerts, and a 95 % interval by blocks of days; NaN where it would rest on too few days."""

    alerts: int
    days: int
    own: float
    null: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    hits: Comparison  # the interval is that of own - null
    volume: Comparison | None = None  # that of own / null; None where nothing can be said of it

    @property
    def verdict(self) -> Verdict:
        if self.hits.alerts < LEAST_ALERTS or self.hits.days < LEAST_DAYS:
            return Verdict.TOO_FEW
        if self.hits.low > 0:
            return Verdict.BETTER
        return Verdict.WORSE if self.hits.high < 0 else Verdict.NO_BETTER

    @property
    def lift(self) -> float | None:
        """How many times the volume of a like level without a zone was liquidated."""
        return None if self.volume is None else self.volume.own / self.volume.null


def score(outcomes: Sequence[Outcome]) -> Score | None:
    """Of alerts of one kind or of several, about a zone or about none, not both; None without any.

    The interval comes from drawing whole UTC days, with replacement: alerts of one day share its moves.
    """
    if not outcomes:
        return None
    hits = _compared(outcomes, lambda one: (one.hit, one.null_hit), _difference)
    heard = [one for one in outcomes if one.amount is not None and one.null_amount is not None]
    if not sum(one.null_amount or 0.0 for one in heard) > 0:
        return Score(hits)
    amounts = _compared(heard, lambda one: (one.amount or 0.0, one.null_amount or 0.0), _ratio)
    return Score(hits, amounts)


def _compared(
    outcomes: Sequence[Outcome],
    values_of: Callable[[Outcome], tuple[float, float]],
    beside: Callable[[Floats], Floats],
) -> Comparison:
    """`beside` makes of sums of own, null and count, shape (draws, 3), what the interval is of."""
    values = np.array([(*values_of(one), 1.0) for one in outcomes])
    days = [one.at_ms // DAY_MS for one in outcomes]
    figure = by_days(days, values, beside)
    own, null, _ = values.mean(axis=0)
    return Comparison(len(outcomes), len(set(days)), float(own), float(null), figure.low, figure.high)


def _difference(sums: Floats) -> Floats:
    return (sums[:, 0] - sums[:, 1]) / sums[:, 2]


def _ratio(sums: Floats) -> Floats:
    """Infinite where the levels of the days drawn saw nothing."""
    return sums[:, 0] / sums[:, 1]
