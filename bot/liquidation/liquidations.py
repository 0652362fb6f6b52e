"""Positions that a venue said it has force-closed: what the inventory learns from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.feed import Feed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MINUTE_MS = 60_000
SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Liquidations:
    """Forced orders of one contract, ascending in time; all arrays have shape (n,).

    `covered_from_ms` says since when the venue was listened to: before it, silence means nothing.
    """

    stamp_ms: Ints
    side: Ints  # of the position: Side.LONG or Side.SHORT
    price: Floats  # at which the position was taken over
    quantity_base: Floats
    covered_from_ms: int

    def __len__(self) -> int:
        return len(self.stamp_ms)

    def between(self, begin_ms: int, end_ms: int) -> Liquidations:
        """Those stamped in [begin, end)."""
        first, last = np.searchsorted(self.stamp_ms, [begin_ms, end_ms], "left").tolist()
        return Liquidations(
            self.stamp_ms[first:last],
            self.side[first:last],
            self.price[first:last],
            self.quantity_base[first:last],
            self.covered_from_ms,
        )


def without_liquidations() -> Liquidations:
    """Nobody listened."""
    nothing = np.zeros(0, np.int64)
    return Liquidations(nothing, nothing, np.zeros(0), np.zeros(0), np.iinfo(np.int64).max)


def as_sent(stamp_ms: Ints, quantity_base: Floats, feed: Feed) -> Floats:
    """Quantities as complete as a feed that tells these can be made, shapes (n,), (n,) -> (n,).

    A factor counts later orders of its minute: known all the same, as maps are read at full minutes.
    """
    return unthrottled(stamp_ms, quantity_base) if feed is Feed.THROTTLED else quantity_base


def unthrottled(stamp_ms: Ints, quantity_base: Floats) -> Floats:
    """Quantities made up for what a feed of at most one order a second leaves out, shapes (n,), (n,) -> (n,).

    With orders in m of a minute's 60 seconds about -60 ln(1 - m / 60) were sent, if they came independently
    (occupancy of a Poisson process); each one shown stands for its part of them.
    """
    minute = stamp_ms // MINUTE_MS
    _, at, shown = np.unique(minute, return_inverse=True, return_counts=True)
    shown = np.minimum(shown, SECONDS_A_MINUTE - 1)
    sent = -SECONDS_A_MINUTE * np.log1p(-shown / SECONDS_A_MINUTE)
    return np.asarray(quantity_base * (sent / shown)[at])
