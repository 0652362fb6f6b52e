"""Open interest that jumps on one venue while the same symbol's stays where it was on the others.

`InterestJudge` knows one venue and lets a value of up to ten times the last one pass. A unit or a side that
a venue suddenly counts twice is less than that; siblings tell it from a market that really doubled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History

Floats = NDArray[np.float64]

LEAST_JUMP = float(np.log(1.8))  # counting both sides instead of one is 2
SHARED = 1 / 3  # of a jump; where siblings went so far along, it is the market
RECENT_MS = (
    3_600_000  # how long a level says what the next value should be; then a jump that stayed is believed
)


@dataclass(frozen=True)
class Level:
    """The last open interest of a venue that was believed."""

    value: float
    stamp_ms: int


def without_contradicted(
    levels: Mapping[str, Level], news: Mapping[str, Sequence[History]]
) -> dict[str, Sequence[History]]:
    """The news by venue, with 0 (published, not to be believed) for open interest that siblings contradict.

    A venue without a recent level, or without a sibling that has one and says something new, is left alone.
    """
    changes = {
        venue: change
        for venue, parts in news.items()
        if venue in levels and (change := _change(levels[venue], parts)) is not None
    }
    return {
        venue: _doubted(parts, levels[venue].value) if _is_contradicted(venue, changes) else parts
        for venue, parts in news.items()
    }


def _change(level: Level, parts: Sequence[History]) -> float | None:
    """Log of the newest value over the level, None where there is nothing to compare."""
    if not level.value > 0:
        return None
    told = [
        (int(part.end_ms[at]), float(part.open_interest_base[at]))
        for part in parts
        for at in np.flatnonzero(np.isfinite(part.open_interest_base) & (part.open_interest_base > 0))[-1:]
    ]
    if not told or told[-1][0] - level.stamp_ms > RECENT_MS:
        return None
    return float(np.log(told[-1][1] / level.value))


def _is_contradicted(venue: str, changes: Mapping[str, float]) -> bool:
    siblings = [change for name, change in changes.items() if name != venue]
    own = changes.get(venue, 0.0)
    return abs(own) > LEAST_JUMP and bool(siblings) and abs(own - median(siblings)) > (1 - SHARED) * abs(own)


def _doubted(parts: Sequence[History], level: float) -> Sequence[History]:
    def without_jump(values: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(np.abs(np.log(values / level)) > LEAST_JUMP, 0.0, values)

    return [replace(part, open_interest_base=without_jump(part.open_interest_base)) for part in parts]
