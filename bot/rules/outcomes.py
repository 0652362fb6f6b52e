"""A graded alert beside its null levels, as scores count it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.grading import Grade, farthest, is_about_zone, is_hit
from bot.rules.score import Outcome
from bot.rules.telling import Telling

LEAST_LEVELS = 3  # one or two are whatever corner of a range is outside every zone


@dataclass(frozen=True)
class NullMean:
    """What happened at an alert's null levels, in the mean."""

    levels: int
    hit: float
    amount: float | None = None  # quote currency; None where nobody listened


def null_mean(levels: Sequence[tuple[Telling, Grade]]) -> NullMean | None:
    """Volume counts the levels that somebody listened to; None of fewer than LEAST_LEVELS."""
    if len(levels) < LEAST_LEVELS:
        return None
    hits = [_hit(*level) for level in levels]
    amounts = [amount for level in levels if (amount := _amount(*level)) is not None]
    return NullMean(len(levels), sum(hits) / len(hits), sum(amounts) / len(amounts) if amounts else None)


def outcome_of(telling: Telling, found: Grade, null: NullMean) -> Outcome:
    return Outcome(telling.at_ms, _hit(telling, found), null.hit, _amount(telling, found), null.amount)


def _hit(telling: Telling, found: Grade) -> float:
    """1 or 0; of an alert about no zone how far price went, in ATR."""
    if is_about_zone(telling):
        return float(is_hit(telling, found))
    return farthest(telling, found) / telling.hourly_range


def _amount(telling: Telling, found: Grade) -> float | None:
    return None if found.liquidated_base is None else found.liquidated_base * telling.price
