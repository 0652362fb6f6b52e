"""What the worker processes do; module-level so that it can be sent to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.snapshot import Snapshot

Stack = Literal["tier", "venue"]


def advance_pair(
    model: PairModel, contracts: Mapping[str, Contract], histories: Mapping[str, Sequence[History]]
) -> PairModel:
    model.advance(contracts, histories)
    return model


def restore_pair(contracts: Mapping[str, Contract], blob: bytes) -> PairModel:
    return PairModel.from_bytes(contracts, blob)


def window_map(
    model: PairModel, venues: Sequence[str], window: str, window_ms: int, prices: Mapping[str, float]
) -> LiquidationMap:
    return model.map(venues=venues, window_ms=window_ms, window=window, prices=prices)


def draw(shown: Snapshot, stack: Stack, handle: str) -> bytes:
    from bot.charts.map_picture import render_map

    return render_map(
        shown.found,
        shown.zones,
        now_ms=shown.now_ms,
        stack=stack,
        tick_size=shown.tick_size,
        handle=handle,
    )


def warm_up() -> None:
    """What costs seconds the first time: imports, and compiling the kernel (then cached on disk)."""
    import bot.charts.map_picture  # noqa: F401

    inventory = Inventory.empty(Contract("binance", "X", "X/USDT:USDT", 0.1, (Tier(1e9, 100.0, 0.004),)))
    inventory.advance(_two_candles())
    inventory.read_out(floor=True)
    inventory.window(60_000)


def _two_candles() -> History:
    price = np.array([100.0, 100.1])
    start = np.array([0, 60_000], dtype=np.int64)
    return History(60_000, start, price, price, price, price, np.ones(2), np.array([10.0, 11.0]))
