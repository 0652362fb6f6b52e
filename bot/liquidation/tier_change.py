"""A stored inventory under other margin tiers: what is open stays where it is, only new openings differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import Book, weights
from bot.liquidation.habits import Habits, believed, prior_of, shares, with_prior
from bot.liquidation.leverage_prior import LeverageTiers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ANOTHER_KIND = 0.3  # of ln(leverage): a tier of another kind has to be so much nearer


def carried_over(
    book: Book, habits: Habits, leverage: Floats, tiers: LeverageTiers, interest: float
) -> tuple[Book, Habits]:
    """Book and habits for these tiers: quantities and levels as they were, each in the tier of nearest
    leverage, so that its closing goes on at about the same pace, with what was learned about it.

    `leverage` is that of the stored tiers, shape (K,); `interest` the published open interest, base coin. The
    same tiers under the same prior leave everything untouched.
    """
    if np.array_equal(leverage, tiers.leverage) and not _is_another_prior(habits, tiers):
        return book, habits
    nearest = _nearest(leverage, tiers.leverage)
    learned = _habits_carried(habits, nearest, tiers, interest)
    worth = weights(book, habits)
    new_worth = shares(learned)
    total = np.zeros((2, *new_worth.shape))
    quantity = np.zeros((2, len(tiers.leverage), *book.quantity.shape[2:]))
    for old, new in enumerate(nearest.tolist()):
        change = worth[old] / new_worth[new]
        total[:, new] += book.total[:, old] * change
        if old < len(leverage):
            quantity[:, new] += book.quantity[:, old] * change
    return book._replace(quantity=quantity, total=total, decay=np.ones(new_worth.shape)), learned


def _is_another_prior(habits: Habits, tiers: LeverageTiers) -> bool:
    """Where nothing was learned, shares are those of the prior they were stored under."""
    return not (habits.tier_due.any() or np.allclose(shares(habits), shares(believed(tiers)), 1e-9, 0.0))


def _nearest(leverage: Floats, other: Floats) -> Ints:
    """For each tier the one that goes on with it, shape (K + 1,): of like leverage and if possible of its
    kind, as small and larger positions and the slab stand at the same leverage. The last goes to the last."""
    apart = np.abs(np.log(leverage)[:, None] - np.log(other))
    apart = apart + ANOTHER_KIND * (_kinds(leverage)[:, None] != _kinds(other))
    return np.asarray(np.r_[apart.argmin(axis=1), len(other)])


def _kinds(leverage: Floats) -> Ints:
    """0 small spike, 1 larger spike, 2 slab: spikes descend, some standing twice, then the slab does."""
    kinds: Ints = (np.diff(leverage, prepend=np.inf) == 0).astype(np.int64)
    rises = np.flatnonzero(np.diff(leverage) > 0)
    kinds[rises[0] + 1 if len(rises) else len(kinds) :] = 2
    return kinds


def _habits_carried(habits: Habits, nearest: Ints, tiers: LeverageTiers, interest: float) -> Habits:
    """What was seen and due goes with its tier, due as under the prior of now; the shares are what the
    kernel will conclude from them with the next candle. Where nothing was learned they are the prior's."""
    learned = believed(tiers)
    for target, stored in (
        (learned.holder_seen, habits.holder_seen),
        (learned.holder_due, habits.holder_due),
        (learned.crossed, habits.crossed),
        (learned.squared, habits.squared),
    ):
        target[:] = stored
    if habits.tier_due.any():
        learned.holder_share[:] = habits.holder_share
        count, place = len(tiers.leverage), nearest[:-1]
        before = np.bincount(place, prior_of(habits, interest)[:-1], count)
        due = np.bincount(place, habits.tier_due, count) * tiers.weight[:-1]
        learned.tier_seen[:] = np.bincount(place, habits.tier_seen, count)
        learned.tier_due[:] = np.divide(due, before, out=np.zeros(count), where=before > 0)
        learned.leverage_share[:] = with_prior(learned, tiers, tiers.weight, interest)
    return learned
