"""Narrow range: how far price went in the last hours, beside what is usual for the symbol."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.hourly_values import percentile_among
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.price_hours import HOUR_MS, price_hours
from bot.liquidation.reading import NarrowRange

Floats = NDArray[np.float64]

HOURS = 6
COMPARED_MS = 30 * 24 * HOUR_MS
FEWEST = 3 * 24  # stretches to compare with; fewer say nothing of what is usual


def narrow_range_of(rows: Floats, now_ms: int, ratio: float = 1.0) -> NarrowRange | None:
    """The last six hours among all stretches of six clock hours in up to 30 days; None where less than three
    days of them are known, or nothing of the last six hours.

    `rows` as a ledger has them, shape (n, 4); prices are multiplied by `ratio`, the reference price over the
    venue's.
    """
    recent = rows[rows[:, 1] > now_ms - HOURS * HOUR_MS]
    hours = price_hours(rows, now_ms - COMPARED_MS, now_ms)
    if not len(recent) or len(hours) < HOURS:
        return None
    low = np.lib.stride_tricks.sliding_window_view(hours[:, 0], HOURS).min(axis=1)
    high = np.lib.stride_tricks.sliding_window_view(hours[:, 1], HOURS).max(axis=1)
    usual = high - low  # NaN where an hour is unknown
    if np.isfinite(usual).sum() < FEWEST:
        return None
    least, most = float(recent[:, 2].min()), float(recent[:, 3].max())
    prices = [exp(at * DISTANCE_BIN) * ratio for at in (least, most)]
    return NarrowRange(HOURS, prices[0], prices[1], percentile_among(usual, most - least))
