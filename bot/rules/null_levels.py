"""Levels as near as an alert's, where no zone was: what alerts have to be better than.

Touching a level is mostly a matter of how near it is, so each alert is compared with levels on the same side,
at the same distance and of the same width in u, at earlier times at which price had just moved that way,
outside every zone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.zone import Zone
from bot.rules.grading import far_edge, is_about_zone, near_edge, sign_of
from bot.rules.price_path import HOUR_MS, PricePath
from bot.rules.telling import Telling

Floats = NDArray[np.float64]

LEVELS = 8  # for each alert
RANGE_HOURS = 24
LEAST_RANGE_HOURS = 12  # known ones, for a range to be believed
BACK_MS = 30 * 24 * HOUR_MS  # how far before an alert its levels may lie


def null_levels(telling: Telling, path: PricePath, horizon_ms: int, seed: int) -> Iterator[Telling]:
    """Every level there is, in a random order that the seed decides; the caller takes the first that are
    `outside` the zones of their moment.

    Each looks like the alert, moved to the end of a full hour whose horizon was over when the alert came.
    The level of an alert about no zone is any moment, with no stretch.
    """
    hours = path.within(telling.at_ms - BACK_MS, telling.at_ms).by_hour()
    unit = _hourly_ranges(hours)
    usable = np.isfinite(unit) & (unit > 0) & (hours.end_ms + horizon_ms <= telling.at_ms)
    if is_about_zone(telling):
        usable &= _just_moved(hours) == sign_of(telling)
    chosen = np.random.default_rng(seed).permutation(np.flatnonzero(usable))
    for at in chosen.tolist():
        yield _moved(telling, float(hours.close[at]), int(hours.end_ms[at]), float(unit[at]))


def outside(level: Telling, zones: Sequence[Zone]) -> bool:
    """Whether no zone of the level's side overlaps its stretch; always for one without a stretch."""
    if not is_about_zone(level):
        return True
    theirs = [zone for zone in zones if zone.side is level.side]
    return not any(zone.low <= level.high and zone.high >= level.low for zone in theirs)


def _moved(telling: Telling, price: float, at_ms: int, unit: float) -> Telling:
    """The alert's geometry in u, around another price at another time."""
    there = replace(telling, price=price, at_ms=at_ms, hourly_range=unit, zone=None, distance=0.0)
    if not is_about_zone(telling):
        return replace(there, low=price, high=price)
    edges = (near_edge(telling), far_edge(telling))
    away = [math.log(edge / telling.price) / telling.hourly_range for edge in edges]
    low, high = sorted(price * math.exp(steps * unit) for steps in away)
    return replace(there, low=low, high=high)


def _hourly_ranges(hours: PricePath) -> Floats:
    """The mean log range of the RANGE_HOURS before each hour's end, NaN where too few are known; (n,)."""
    ranges = np.concatenate([[0.0], np.cumsum(np.log(hours.high / hours.low))])
    first = np.searchsorted(hours.start_ms, hours.end_ms - RANGE_HOURS * HOUR_MS, "left")
    last = np.arange(len(hours)) + 1
    known = last - first
    mean = (ranges[last] - ranges[first]) / np.maximum(known, 1)
    return np.where(known >= LEAST_RANGE_HOURS, mean, np.nan)


def _just_moved(hours: PricePath) -> NDArray[np.int64]:
    """The direction of each hour after a known one, 0 for none; shape (n,)."""
    moved = np.zeros(len(hours), dtype=np.int64)
    follows = hours.start_ms[1:] == hours.end_ms[:-1]
    moved[1:] = np.where(follows, np.sign(np.diff(hours.close)), 0)
    return moved
