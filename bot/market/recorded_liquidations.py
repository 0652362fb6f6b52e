"""Liquidations and positions of a recorded market, at the prices that set them off."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.liquidation.contract import Contract
from bot.liquidation.history import History, Stamps
from bot.liquidation.levels import trigger_of_bankruptcy
from bot.liquidation.liquidations import Liquidations, as_sent, without_liquidations
from bot.liquidation.side import Side
from bot.market.recorded_table import BANKRUPTCY, Floats, check_positive, read_table

PRICED = ("timestamp_ms", "side", "price", "quantity_base")


def read_priced(path: Path, contract: Contract, zero: bool = False) -> tuple[Stamps, Stamps, Floats, Floats]:
    """Stamps, sides of the positions, trigger prices and quantities in base coin, shape (rows,) each.

    A price is taken as it is unless its `price_kind` says that it is a bankruptcy price. Raises
    RecordingError for a malformed row, and for a quantity of nothing unless `zero` is allowed.
    """
    table = read_table(path, PRICED, ("price_kind",), events=True)
    check_positive(path, table, ("price",))
    check_positive(path, table, ("quantity_base",), zero)
    side = table["side"].astype(np.int64)
    price = table["price"]
    if "price_kind" in table:
        triggers = [trigger_of_bankruptcy(contract, one, price) for one in Side]
        price = np.where(table["price_kind"] == BANKRUPTCY, np.choose(side, triggers), price)
    return table["timestamp_ms"].astype(np.int64), side, price, table["quantity_base"]


def read_liquidations(
    path: Path, contract: Contract, candles: History, *, as_told: bool = False
) -> Liquidations:
    """What a venue told of forced orders while it had candles, complete as far as that can be made up for
    unless it is wanted as it was told.

    One stamped t belongs to the candle with start <= t < end; those between candles belong to none and are
    left out. Somebody listened from the candle of the first one on: silence before it may be that of a
    recorder that was not running yet. Raises RecordingError.
    """
    if not path.exists():
        return without_liquidations()
    stamp_ms, side, price, quantity = read_priced(path, contract)
    quantity = quantity if as_told else as_sent(stamp_ms, quantity, contract.feed)
    row = np.searchsorted(candles.start_ms, stamp_ms, "right") - 1
    inside = (row >= 0) & (stamp_ms < candles.end_ms[row])
    if not inside.any():
        return without_liquidations()
    first_ms = int(candles.start_ms[row[inside][0]])
    return Liquidations(stamp_ms[inside], side[inside], price[inside], quantity[inside], first_ms)
