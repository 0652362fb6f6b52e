"""A stored inventory under other margin tiers: what is open stays where it is, only new openings differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.leverage_prior import LeverageTiers

Arrays = dict[str, NDArray[Any]]


def carried_over(stored: Arrays, tiers: LeverageTiers) -> Arrays:
    """The kernel's stored arrays for these tiers: quantities and levels as they were, each in the tier of
    nearest leverage, so that its closing goes on at about the same pace.

    `stored` holds the Book's arrays and the "leverage" and "weight" they were kept for.
    """
    same = [np.array_equal(stored[name], getattr(tiers, name)) for name in ("leverage", "weight")]
    if all(same) or "quantity" not in stored:
        return stored
    count = len(tiers.leverage)
    apart = np.abs(np.log(stored["leverage"])[:, None] - np.log(tiers.leverage))
    nearest = [*apart.argmin(axis=1).tolist(), count]
    share = stored["weight"] * stored["decay"]
    shape = stored["quantity"].shape
    quantity = np.zeros((2, count, *shape[2:]))
    total = np.zeros((2, count + 1, shape[3]))
    for old, new in enumerate(nearest):
        change = share[old] / tiers.weight[new]
        total[:, new] += stored["total"][:, old] * change
        if new < count:
            quantity[:, new] += stored["quantity"][:, old] * change
    return {**stored, "quantity": quantity, "total": total, "decay": np.ones((count + 1, shape[3]))}
