"""Open positions by liquidation level, and the map read out of them. Needs no compiler.

Prices are positions here: ln(price) / DISTANCE_BIN, so that bin b holds positions [b, b + 1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.habits import Habits, shares
from bot.liquidation.leverage_prior import LeverageTiers
from bot.liquidation.liquidation_map import DISTANCE_BINS, LEVERAGE_BANDS
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID_BINS = 3200  # a side: 2x longs and what price may travel before the grid follows


class Book(NamedTuple):
    """True quantity = quantity * decay * scale * the share of its tier and holder (habits.shares)."""

    quantity: Floats  # (2 sides, K, GRID_BINS, holders), for unit weight
    total: Floats  # (2, K + 1, holders): sums of quantity over bins; the last tier has no level
    decay: Floats  # (K + 1, holders): closing so far, applied lazily
    scale: Floats  # (2,): conservation so far, applied lazily
    origin: Ints  # (2,): absolute bin of each side's grid bin 0
    close: Floats  # (1,): position of the last close, NaN before the first candle
    noise: Floats  # (1,): published less believed open interest, counted with the never-liquidated


def empty_book(tiers: LeverageTiers) -> Book:
    count, holders = len(tiers.leverage), len(tiers.holder)
    return Book(
        quantity=np.zeros((2, count, GRID_BINS, holders)),
        total=np.zeros((2, count + 1, holders)),
        decay=np.ones((count + 1, holders)),
        scale=np.ones(2),
        origin=np.zeros(2, np.int64),
        close=np.full(1, np.nan),
        noise=np.zeros(1),
    )


def weights(book: Book, habits: Habits) -> Floats:
    """What a stored quantity is worth but for its side's scale, shape (K + 1, holders)."""
    return np.asarray(shares(habits) * book.decay)


def side_totals(book: Book, habits: Habits) -> Floats:
    """Open quantity per side summed over all levels and the never-liquidated, shape (2,)."""
    worth = weights(book, habits)
    levels = np.einsum("skbh,kh->s", book.quantity, worth[:-1]) * book.scale
    return np.asarray(levels + never_liquidated(book, habits))


def never_liquidated(book: Book, habits: Habits) -> Floats:
    """Quantity per side that no move reaches, shape (2,)."""
    held = book.total[:, -1] @ weights(book, habits)[-1]
    return np.asarray(held * book.scale + book.noise)


def read(book: Book, tiers: LeverageTiers, habits: Habits, position: float) -> Floats:
    """The map counted outward from a position, shape (2, bands, DISTANCE_BINS)."""
    return read_grouped(book, habits, position, tiers.band, len(LEVERAGE_BANDS), DISTANCE_BINS)


def read_grouped(book: Book, habits: Habits, position: float, group: Ints, groups: int, bins: int) -> Floats:
    """The map counted outward from a position, summed over the tiers of each group: (2, groups, bins)."""
    close, mass = float(book.close[0]), np.zeros((2, groups, bins))
    for side, first in enumerate(firsts_in_sight(position, bins)):
        held = _in_sight(book, habits, side, first, bins + 3, group, groups)
        mass[side] = laid_outward(held, first, Side(side), close, position, bins)
    return mass


def firsts_in_sight(position: float, bins: int) -> tuple[int, int]:
    """By side, the first of the bins + 3 absolute bins that a map from a position may have something of."""
    middle = int(np.floor(position))
    return middle - bins - 1, middle - 1


def laid_outward(held: Floats, first: int, side: Side, close: float, position: float, bins: int) -> Floats:
    """What absolute bins from `first` on hold, (groups, n), counted outward from a position: (groups, bins).

    The content of the close's bin lies wholly on its side of the close: longs below, shorts above.
    """
    lower = first + np.arange(held.shape[1], dtype=np.float64)
    upper = lower + 1.0
    if side is Side.LONG:
        upper = np.minimum(upper, close)
        near, far = position - upper, position - lower
    else:
        lower = np.maximum(lower, close)
        near, far = lower - position, upper - position
    there = (far > 0) & (upper > lower)
    mass = np.zeros((len(held), bins))
    _lay_outward(mass, held[:, there], near[there], far[there])
    return mass


def _in_sight(
    book: Book, habits: Habits, side: int, first: int, count: int, group: Ints, groups: int
) -> Floats:
    """What the absolute bins [first, first + count) hold, shape (groups, count)."""
    held = np.zeros((groups, count))
    origin, size = int(book.origin[side]), book.quantity.shape[2]
    begin, end = max(first, origin), min(first + count, origin + size)
    if begin < end:
        worth = weights(book, habits)[:-1] * book.scale[side]
        of_group = np.arange(groups)[:, None] == group
        holders = worth.shape[1]
        flat = book.quantity[side].reshape(len(worth), -1)[
            :, (begin - origin) * holders : (end - origin) * holders
        ]
        for holder in range(holders):  # summed for all holders each time: rows that lie side by side are fast
            summed = ((of_group * worth[:, holder]) @ flat)[:, holder::holders]
            held[:, begin - first : end - first] += summed
    return held


def _lay_outward(mass: Floats, held: Floats, near: Floats, far: Floats) -> None:
    """Add contents of [near, far), at most a bin wide, to the one or two bins of `mass` they lie in."""
    for step in (0, 1):
        at = np.floor(near).astype(np.int64) + step
        share = (np.minimum(far, at + 1.0) - np.maximum(near, at)) / (far - near)
        hit = (share > 0) & (at >= 0) & (at < mass.shape[1])
        for group in range(len(mass)):
            mass[group] += np.bincount(at[hit], held[group, hit] * share[hit], mass.shape[1])
