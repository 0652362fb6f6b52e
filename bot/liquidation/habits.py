"""What liquidations have taught about leverage and about how long positions are held.

Liquidations are a Poisson process whose intensity at a level is the quantity that the map has there times an
unknown share per tier and holder; Gamma priors on the shares keep their form (Gamma-Poisson), and each
liquidation is divided among the tiers and holders that had something at its price.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.leverage_prior import LeverageTiers

Floats = NDArray[np.float64]

PRIOR_STRENGTH = 0.001  # of open interest: liquidated quantity after which shares follow what was seen
USUAL_LUMP = 8e-4  # of open interest, on the invented markets of the shared recordings
FORGETTING_DAYS = 20.0  # half-life of what was learned


class Habits(NamedTuple):
    """K tiers that can be liquidated, then the never-liquidated one; all arrays are changed in place."""

    leverage_share: Floats  # (K + 1,) of what is opened, sums to 1
    holder_share: Floats  # (holders,), sums to 1
    tier_seen: Floats  # (K,) liquidated quantity that fell to each tier
    tier_due: Floats  # (K,) what would have, had the prior been right
    holder_seen: Floats  # (holders,)
    holder_due: Floats  # (holders,)
    crossed: Floats  # (2,) liquidated quantity, and what the map said was crossed
    squared: Floats  # (1,) sum of squared quantities: how large the positions are that get liquidated


def believed(tiers: LeverageTiers) -> Habits:
    """The prior, before anything was seen."""
    count, holders = len(tiers.leverage), len(tiers.holder)
    return Habits(
        tiers.weight.copy(),
        tiers.holder.copy(),
        *(np.zeros(size) for size in (count, count, holders, holders, 2, 1)),
    )


def shares(habits: Habits) -> Floats:
    """Share of each tier and holder in what is opened, shape (K + 1, holders)."""
    return np.outer(habits.leverage_share, habits.holder_share)


def realised_ratio(habits: Habits, interest: float) -> float:
    """Liquidated over what the map said was crossed, near 1 before much was; `interest` in base coin."""
    prior = PRIOR_STRENGTH * interest
    return float((habits.crossed[0] + prior) / (habits.crossed[1] + prior))


def lump_base(habits: Habits, interest: float) -> float:
    """The position that an average coin is liquidated with, base coin: sum of squares over sum.

    Before much was seen, USUAL_LUMP of the open interest.
    """
    prior = PRIOR_STRENGTH * interest
    return float((habits.squared[0] + prior * USUAL_LUMP * interest) / (habits.crossed[0] + prior))


def with_prior(habits: Habits, tiers: LeverageTiers, weight: Floats, interest: float) -> Floats:
    """Leverage shares as they would be now under another prior, shapes (K + 1,) -> (K + 1,)."""
    strength, known, prior = PRIOR_STRENGTH * interest, tiers.weight[:-1], weight[:-1]
    seen = strength + habits.tier_seen / realised_ratio(habits, interest)
    found = prior * seen / (strength + habits.tier_due * prior / known)
    return np.asarray(np.r_[found / found.sum() * (1 - weight[-1]), weight[-1]])


def prior_of(habits: Habits, interest: float) -> Floats:
    """The prior from which the leverage shares were concluded, shape (K + 1,): `with_prior` turned round."""
    strength, share = PRIOR_STRENGTH * interest, habits.leverage_share[:-1]
    seen = strength + habits.tier_seen / realised_ratio(habits, interest)
    found = share * (strength + habits.tier_due) / seen
    return np.asarray(np.r_[found / found.sum() * share.sum(), habits.leverage_share[-1]])
