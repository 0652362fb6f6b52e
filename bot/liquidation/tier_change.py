"""A stored inventory under other margin tiers: what is open stays where it is, only new openings differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import Book, weights
from bot.liquidation.habits import Habits, believed
from bot.liquidation.leverage_prior import LeverageTiers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def carried_over(book: Book, habits: Habits, leverage: Floats, tiers: LeverageTiers) -> tuple[Book, Habits]:
    """Book and habits for these tiers: quantities and levels as they were, each in the tier of nearest
    leverage, so that its closing goes on at about the same pace, with what was learned about it.

    `leverage` is that of the stored tiers, shape (K,). The same tiers leave everything untouched.
    """
    if np.array_equal(leverage, tiers.leverage):
        return book, habits
    apart = np.abs(np.log(leverage)[:, None] - np.log(tiers.leverage))
    nearest = np.r_[apart.argmin(axis=1), len(tiers.leverage)]
    learned = _habits_carried(habits, nearest, tiers)
    worth = weights(book, habits)
    new_worth = np.outer(learned.leverage_share, learned.holder_share)
    total = np.zeros((2, *new_worth.shape))
    quantity = np.zeros((2, len(tiers.leverage), *book.quantity.shape[2:]))
    for old, new in enumerate(nearest.tolist()):
        change = worth[old] / new_worth[new]
        total[:, new] += book.total[:, old] * change
        if old < len(leverage):
            quantity[:, new] += book.quantity[:, old] * change
    return book._replace(quantity=quantity, total=total, decay=np.ones(new_worth.shape)), learned


def _habits_carried(habits: Habits, nearest: Ints, tiers: LeverageTiers) -> Habits:
    """Sums of what was seen go with their tier; shares too where something was learned, else the prior's.
    A tier that no stored one is nearest to starts with a hundredth of its prior."""
    learned = believed(tiers)
    for target, stored in (
        (learned.holder_seen, habits.holder_seen),
        (learned.holder_due, habits.holder_due),
        (learned.crossed, habits.crossed),
    ):
        target[:] = stored
    if habits.tier_due.any():
        learned.holder_share[:] = habits.holder_share
        np.add.at(learned.tier_seen, nearest[:-1], habits.tier_seen)
        np.add.at(learned.tier_due, nearest[:-1], habits.tier_due)
        learned.leverage_share[:] *= 0.01
        np.add.at(learned.leverage_share, nearest, habits.leverage_share)
        learned.leverage_share[:] /= learned.leverage_share.sum()
    return learned
