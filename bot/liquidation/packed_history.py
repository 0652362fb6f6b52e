"""A history as one compact blob."""

from __future__ import annotations

from bot.liquidation.checkpoint import Arrays, CheckpointError, pack, unpack
from bot.liquidation.history import COLUMNS, History
from bot.liquidation.liquidations import Liquidations

VERSION = 1
ORDERS = ("stamp_ms", "side", "price", "quantity_base")
ORDER = "liquidations."  # before the names of their columns


def packed_history(history: History) -> bytes:
    """Every number exactly, liquidations included."""
    told = history.liquidations
    arrays: Arrays = {name: column for name in COLUMNS if (column := getattr(history, name)) is not None}
    arrays |= {ORDER + name: getattr(told, name) for name in ORDERS}
    facts = {"span_ms": history.span_ms, "covered_from_ms": told.covered_from_ms}
    return pack("history", VERSION, facts, arrays)


def unpacked_history(blob: bytes) -> History:
    """What was packed; raises CheckpointError for a blob that is damaged or of another version."""
    facts, arrays = unpack("history", VERSION, blob)
    try:
        orders = [arrays.pop(ORDER + name) for name in ORDERS]
        stamp_ms, side, price, quantity = orders
        told = Liquidations(stamp_ms, side, price, quantity, facts["covered_from_ms"])
        return History(span_ms=facts["span_ms"], liquidations=told, **arrays)
    except (LookupError, TypeError) as error:
        raise CheckpointError("the stored history is damaged") from error
