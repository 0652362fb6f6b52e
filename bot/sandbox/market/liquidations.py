"""Liquidation orders as a venue publishes them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.sandbox.market.candles import Floats, Ints

LONG, SHORT = 0, 1


@dataclass(frozen=True)
class Liquidations:
    """`trigger` is where margin ran out, `fill` what the order got, `bankruptcy` where nothing is left;
    `quantity` is in base coin."""

    stamp_ms: Ints
    side: npt.NDArray[np.int8]
    trigger: Floats
    fill: Floats
    bankruptcy: Floats
    quantity: Floats

    def __len__(self) -> int:
        return len(self.stamp_ms)

    def __getitem__(self, rows: slice | npt.NDArray[np.intp]) -> "Liquidations":
        return Liquidations(
            self.stamp_ms[rows],
            self.side[rows],
            self.trigger[rows],
            self.fill[rows],
            self.bankruptcy[rows],
            self.quantity[rows],
        )

    @staticmethod
    def none() -> "Liquidations":
        empty = np.empty(0)
        return Liquidations(np.empty(0, np.int64), np.empty(0, np.int8), empty, empty, empty, empty)


def latest_of_each_second(orders: Liquidations) -> Liquidations:
    """What is left of a feed that publishes only the latest order of a second."""
    if len(orders) == 0:
        return orders
    second = orders.stamp_ms // 1000
    return orders[np.flatnonzero(np.append(second[1:] != second[:-1], True))]
