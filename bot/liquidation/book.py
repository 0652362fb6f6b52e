"""Open positions by liquidation level, and the map read out of them. Needs no compiler.

Prices are positions here: ln(price) / DISTANCE_BIN, so that bin b holds positions [b, b + 1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.leverage_prior import LeverageTiers
from bot.liquidation.liquidation_map import DISTANCE_BINS, LEVERAGE_BANDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID_BINS = 3200  # a side: 2x longs and what price may travel before the grid follows


class Book(NamedTuple):
    """True quantity = quantity * decay * scale * weight of its tier."""

    quantity: Floats  # (2 sides, K, GRID_BINS, holders), for unit weight
    total: Floats  # (2, K + 1, holders): sums of quantity over bins; the last tier has no level
    decay: Floats  # (K + 1, holders): closing so far, applied lazily
    scale: Floats  # (2,): conservation so far, applied lazily
    origin: Ints  # (2,): absolute bin of each side's grid bin 0
    close: Floats  # (1,): position of the last close, NaN before the first candle


def empty_book(tiers: LeverageTiers) -> Book:
    count, holders = len(tiers.leverage), tiers.rate.shape[1]
    return Book(
        quantity=np.zeros((2, count, GRID_BINS, holders)),
        total=np.zeros((2, count + 1, holders)),
        decay=np.ones((count + 1, holders)),
        scale=np.ones(2),
        origin=np.zeros(2, np.int64),
        close=np.full(1, np.nan),
    )


def read(book: Book, tiers: LeverageTiers, position: float) -> Floats:
    """The map counted outward from a position, shape (2, bands, DISTANCE_BINS).

    The content of the close's bin lies wholly on its side of the close: longs below, shorts above.
    """
    mass = np.zeros((2, len(LEVERAGE_BANDS), DISTANCE_BINS))
    close, middle = float(book.close[0]), int(np.floor(position))
    for side, first in enumerate((middle - DISTANCE_BINS - 1, middle - 1)):
        held = _in_sight(book, tiers, side, first, DISTANCE_BINS + 3)
        lower = first + np.arange(held.shape[1], dtype=np.float64)
        upper = lower + 1.0
        if side == 0:
            upper = np.minimum(upper, close)
            near, far = position - upper, position - lower
        else:
            lower = np.maximum(lower, close)
            near, far = lower - position, upper - position
        there = (far > 0) & (upper > lower)
        _lay_outward(mass[side], held[:, there], near[there], far[there])
    return mass


def _in_sight(book: Book, tiers: LeverageTiers, side: int, first: int, count: int) -> Floats:
    """What the absolute bins [first, first + count) hold, shape (bands, count)."""
    held = np.zeros((len(LEVERAGE_BANDS), count))
    origin, size = int(book.origin[side]), book.quantity.shape[2]
    begin, end = max(first, origin), min(first + count, origin + size)
    if begin < end:
        weight = (tiers.weight * book.decay)[:-1] * book.scale[side]
        of_band = np.arange(len(LEVERAGE_BANDS))[:, None] == tiers.band
        holders = weight.shape[1]
        flat = book.quantity[side].reshape(len(weight), -1)[
            :, (begin - origin) * holders : (end - origin) * holders
        ]
        for holder in range(holders):  # summed for all holders each time: rows that lie side by side are fast
            summed = ((of_band * weight[:, holder]) @ flat)[:, holder::holders]
            held[:, begin - first : end - first] += summed
    return held


def _lay_outward(mass: Floats, held: Floats, near: Floats, far: Floats) -> None:
    """Add contents of [near, far), at most a bin wide, to the one or two bins of `mass` they lie in."""
    for step in (0, 1):
        at = np.floor(near).astype(np.int64) + step
        share = (np.minimum(far, at + 1.0) - np.maximum(near, at)) / (far - near)
        hit = (share > 0) & (at >= 0) & (at < mass.shape[1])
        for band in range(len(mass)):
            mass[band] += np.bincount(at[hit], held[band, hit] * share[hit], mass.shape[1])
