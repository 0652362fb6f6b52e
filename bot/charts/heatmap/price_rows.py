"""A heatmap's cells gathered into rows of round prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.charts.steps import bin_step, multiples
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

MOST_ROWS = 90  # more would be lower than 8 px
LEAST_ROWS = 20  # where ticks are coarser, rows are not whole ticks
LEAST_REACH = 0.01  # of the price that is shown on either side of it


def row_edges(history: HeatHistory, price: float, tick_size: float) -> Floats:
    """Round prices, ascending; the price lies between the first and the last."""
    low, high = float(history.edges[0]), float(history.edges[-1])
    low, high = min(low, price * (1 - LEAST_REACH)), max(high, price * (1 + LEAST_REACH))
    coarse = tick_size * LEAST_ROWS > high - low
    step = bin_step(high - low, 0.0 if coarse else tick_size, MOST_ROWS)
    return multiples(low, high, step)


def in_rows(history: HeatHistory, rows: Floats, price: float) -> Floats:
    """What was open in each row at each column's end, base coin, shape (2, rows, columns).

    A cell counts as evenly spread, but longs lie wholly below the close of their column and shorts above it;
    what the price has crossed since the last column is gone.
    """
    found = np.zeros((2, len(rows) - 1, len(history.stamp_ms)))
    for column, close in enumerate(history.candles[:, 3].tolist()):
        for side in Side:
            held = history.quantity[side, :, column]
            found[side, :, column] = _between(held, beyond(history.edges, side, close), rows)
    for side in Side:
        held, close = history.quantity[side, :, -1], float(history.candles[-1, 3])
        ahead = beyond(rows, side, price)
        found[side, :, -1] = _between(held, beyond(history.edges, side, close), ahead)
    return found


def beyond(prices: Floats, side: Side, price: float) -> Floats:
    """Prices, moved to that price where they lie on the wrong side of it for this side's liquidations."""
    if np.isnan(price):
        return prices
    return np.minimum(prices, price) if side is Side.LONG else np.maximum(prices, price)


def volume_in_rows(history: HeatHistory, rows: Floats) -> Floats:
    """Shape (rows,)."""
    return _between(history.volume, history.edges, rows)


def _between(held: Floats, edges: Floats, rows: Floats) -> Floats:
    """What lies between neighbouring prices of `rows`; cells without a width count at their price."""
    return np.diff(np.interp(rows, edges, np.append(0.0, np.cumsum(held))))
