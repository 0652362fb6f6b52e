"""A history as the kernel reads it: one table of candles and one of liquidations, a row for each figure.

Two arrays of ours, whatever the history came from, so that the compiled kernel never meets a kind of array it
was not compiled for; and handing over one array is a good deal cheaper than handing over thirteen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.liquidations import Liquidations

Floats = NDArray[np.float64]

START_MS, OPEN, HIGH, LOW, CLOSE, VOLUME, INTEREST, MARK_LOW, MARK_HIGH = range(9)
STAMP_MS, SIDE, POSITION, QUANTITY = range(4)  # of a liquidation; its position is ln(price) / DISTANCE_BIN


def candle_table(history: History, interest: Floats) -> Floats:
    """Shape (9, n); `interest` (n,) is what of the published open interest can be believed.

    NaN where open interest or a mark price is unknown.
    """
    table = np.empty((9, len(history)))
    table[START_MS] = history.start_ms
    table[OPEN], table[HIGH], table[LOW] = history.open, history.high, history.low
    table[CLOSE], table[VOLUME], table[INTEREST] = history.close, history.volume_base, interest
    if history.mark_low is None or history.mark_high is None:
        table[MARK_LOW:] = np.nan
    else:
        table[MARK_LOW], table[MARK_HIGH] = history.mark_low, history.mark_high
    return table


def liquidation_table(found: Liquidations) -> Floats:
    """Shape (4, m)."""
    table = np.empty((4, len(found)))
    if len(found):
        table[STAMP_MS], table[SIDE], table[QUANTITY] = found.stamp_ms, found.side, found.quantity_base
        table[POSITION] = np.log(found.price) / DISTANCE_BIN
    return table
