"""How far price really went after it entered zones of each band, beside levels where no zone was.

Learned from one symbol's own past alone. A move is how far price went beyond the level within the hours that
follow, in log price; it is told in percent and in hourly ranges (u) of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.price_hours import price_hours
from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
LATEST_READING_MS = 5 * 60_000  # into an hour that it is to be told by
HOURS_A_DAY = 24
FOLLOWED_HOURS = 4  # from the beginning of the hour in which the level was reached
LEVEL_STEP_U, FARTHEST_LEVEL_U = 0.25, 3.0  # of the levels without a zone, from price
FEWEST_ENTRIES, FEWEST_DAYS = 10, 8  # less tells nothing: few days drawn anew are too alike
SURE = (5.0, 95.0)  # percentiles of the interval
DRAWS, SEED = 400, 20_260_205
LARGE = 80.0  # percentile that is told beside the median


@dataclass(frozen=True)
class Moves:
    """How far price went beyond levels of one kind; figures are None where there are too few of them."""

    count: int
    days: int
    median: float | None = None  # fraction of price
    median_u: float | None = None
    interval_u: tuple[float, float] | None = None  # of the median, by days drawn anew
    large_u: float | None = None  # one in five went farther


@dataclass(frozen=True)
class Impact:
    by_band: tuple[Moves, ...]  # in the order of Band
    ordinary: Moves  # from levels that lay in no zone
    hours: int  # that were looked at
    followed_hours: int = FOLLOWED_HOURS


@dataclass(frozen=True)
class _Move:
    hour: int  # since the epoch
    distance: float
    unit: float


def learned_impact(readings: Sequence[Reading], rows: Floats) -> Impact:
    """From the readings of past hours and where price went (`Inventory.ranges`).

    A zone is entered where price was outside at an hour's first reading and reached its near edge within that
    hour. Levels every quarter of u that were reached in the same way, and lay in no zone of that
    side, are what is ordinary. Hours with a gap in what followed are left out.
    """
    entries: dict[Band, list[_Move]] = {band: [] for band in Band}
    ordinary: list[_Move] = []
    seen = 0
    for reading, hours in _followed(readings, rows):
        seen += 1
        for side in Side:
            extremes = hours[:, 0] if side is Side.LONG else hours[:, 1]
            for zone in reading.zones:
                if zone.side is side and zone.distance(reading.price) != 0:
                    entries[zone.band] += _move(reading, side, float(np.log(zone.near_edge)), extremes)
            for level in _levels(reading, side):
                ordinary += _move(reading, side, level, extremes)
    return Impact(tuple(_summed(entries[band]) for band in Band), _summed(ordinary), seen)


def _followed(readings: Sequence[Reading], rows: Floats) -> Iterator[tuple[Reading, Floats]]:
    """Each hour's first reading with (low, high) in log price of that hour and the next ones, (hours, 2)."""
    by_hour: dict[int, Reading] = {}
    for reading in sorted(readings, key=lambda one: one.as_of_ms):
        if reading.hourly_range > 0 and reading.as_of_ms % HOUR_MS <= LATEST_READING_MS:
            by_hour.setdefault(reading.as_of_ms // HOUR_MS, reading)
    for hour, reading in by_hour.items():
        begin_ms = hour * HOUR_MS
        there = rows[(rows[:, 1] > begin_ms) & (rows[:, 0] < begin_ms + FOLLOWED_HOURS * HOUR_MS)]
        hours = price_hours(there, begin_ms, begin_ms + FOLLOWED_HOURS * HOUR_MS) * DISTANCE_BIN
        if len(hours) == FOLLOWED_HOURS and not np.isnan(hours).any():
            yield reading, hours


def _levels(reading: Reading, side: Side) -> list[float]:
    """Log prices outside every zone of the side, as a zone's near edge might lie."""
    away = np.arange(LEVEL_STEP_U, FARTHEST_LEVEL_U + LEVEL_STEP_U / 2, LEVEL_STEP_U) * reading.hourly_range
    levels = np.log(reading.price) + side.sign * away
    zones = [zone for zone in reading.zones if zone.side is side]
    return [level for level in levels.tolist() if not any(zone.contains(np.exp(level)) for zone in zones)]


def _move(reading: Reading, side: Side, level: float, extremes: Floats) -> list[_Move]:
    """One, where the level was reached within the first hour."""
    beyond = side.sign * (extremes - level)
    if beyond[0] < 0:
        return []
    return [_Move(reading.as_of_ms // HOUR_MS, float(beyond.max()), reading.hourly_range)]


def _summed(moves: Sequence[_Move]) -> Moves:
    days = np.array([move.hour // HOURS_A_DAY for move in moves], dtype=np.int64)
    known = len(np.unique(days))
    if len(moves) < FEWEST_ENTRIES or known < FEWEST_DAYS:
        return Moves(len(moves), known)
    distance = np.array([move.distance for move in moves])
    ratio = distance / np.array([move.unit for move in moves])
    return Moves(
        len(moves),
        known,
        float(np.median(distance)),
        float(np.median(ratio)),
        _interval(ratio, days),
        float(np.percentile(ratio, LARGE)),
    )


def _interval(ratio: Floats, days: NDArray[np.int64]) -> tuple[float, float]:
    """Of the median, by whole days drawn with replacement: entries of one day are not independent."""
    draw = np.random.default_rng(SEED)
    blocks = [ratio[days == day] for day in np.unique(days)]
    medians = [
        float(np.median(np.concatenate([blocks[at] for at in draw.integers(0, len(blocks), len(blocks))])))
        for _ in range(DRAWS)
    ]
    low, high = np.percentile(medians, SURE)
    return float(low), float(high)
