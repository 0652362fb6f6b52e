"""Prices that people look at: extremes of the day and week before, swings, round numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.price_hours import HOUR_MS, price_hours
from bot.liquidation.zone import Zone

Floats = NDArray[np.float64]

DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
MONDAY_MS = 4 * DAY_MS  # 5 January 1970 was one
SWING_HOURS = 12  # an extreme that nothing exceeded so long before and after
ROUND_DIGITS = 2


class LandmarkKind(IntEnum):
    """In the order of their weight."""

    WEEK_HIGH = 0
    WEEK_LOW = 1
    DAY_HIGH = 2
    DAY_LOW = 3
    SWING_HIGH = 4
    SWING_LOW = 5
    ROUND = 6


@dataclass(frozen=True)
class Landmark:
    kind: LandmarkKind
    price: float


def past_landmarks(rows: Floats, now_ms: int) -> tuple[Landmark, ...]:
    """Extremes of the last whole UTC day and week (Monday to Sunday), and swings of the last seven days.

    `rows` are (start_ms, end_ms, low, high) as a ledger has them, low and high in bins of log price, shape
    (n, 4). A day or week that is not covered whole is left out.
    """
    day, week = now_ms // DAY_MS * DAY_MS, (now_ms - MONDAY_MS) // WEEK_MS * WEEK_MS + MONDAY_MS
    return (
        *_extremes(rows, week - WEEK_MS, week, LandmarkKind.WEEK_HIGH, LandmarkKind.WEEK_LOW),
        *_extremes(rows, day - DAY_MS, day, LandmarkKind.DAY_HIGH, LandmarkKind.DAY_LOW),
        *_swings(price_hours(rows, now_ms - WEEK_MS, now_ms)),
    )


def held_by(zone: Zone, landmarks: Sequence[Landmark]) -> tuple[Landmark, ...]:
    """The landmarks in a zone, weightiest first and each price once, then the roundest number in it."""
    inside = sorted((one for one in landmarks if zone.contains(one.price)), key=lambda one: one.kind)
    once = {one.price: one for one in reversed(inside)}
    number = round_number(zone.low, zone.high)
    rounds = () if number is None else (Landmark(LandmarkKind.ROUND, number),)
    return (*sorted(once.values(), key=lambda one: one.kind), *rounds)


def round_number(low: float, high: float) -> float | None:
    """The roundest number in [low, high]: of one significant digit, else of two; None where there is none."""
    for digits in range(1, ROUND_DIGITS + 1):
        power = math.floor(math.log10(high)) - digits + 1
        number = math.floor(high / 10.0**power + 1e-9)
        if number * 10.0**power >= low * (1 - 1e-12):
            return float(f"{number}e{power}")
    return None


def _extremes(
    rows: Floats, begin_ms: int, end_ms: int, high: LandmarkKind, low: LandmarkKind
) -> Iterator[Landmark]:
    inside = rows[(rows[:, 0] >= begin_ms) & (rows[:, 1] <= end_ms)]
    if not len(inside) or inside[0, 0] > begin_ms or inside[-1, 1] < end_ms:
        return
    yield Landmark(high, _price(inside[:, 3].max()))
    yield Landmark(low, _price(inside[:, 2].min()))


def _swings(hours: Floats) -> Iterator[Landmark]:
    """Hours that exceed SWING_HOURS on either side, all of them known; the first of equal ones."""
    for at in range(SWING_HOURS, len(hours) - SWING_HOURS):
        before, after = hours[at - SWING_HOURS : at], hours[at + 1 : at + SWING_HOURS + 1]
        low, high = hours[at]
        if np.isnan([low, high]).any() or np.isnan(before).any() or np.isnan(after).any():
            continue
        if high > before[:, 1].max() and high >= after[:, 1].max():
            yield Landmark(LandmarkKind.SWING_HIGH, _price(high))
        if low < before[:, 0].min() and low <= after[:, 0].min():
            yield Landmark(LandmarkKind.SWING_LOW, _price(low))


def _price(bins: float) -> float:
    return float(math.exp(bins * DISTANCE_BIN))
