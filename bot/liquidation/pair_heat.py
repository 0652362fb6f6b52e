"""The heatmap of a pair: its venues' past on reference prices, summed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.heat_frame import SPANS_MS, Cells, cells_around, column_ends
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.inventory import Inventory
from bot.liquidation.ledger import COLUMNS
from bot.liquidation.liquidation_map import DISTANCE_BIN, LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.past_map import known_from_ms
from bot.liquidation.recall import Frame, recalled
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.traded import END, HIGH, LOW, candles_of, volume_by_price

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRICES = [COLUMNS.index(name) for name in ("low", "high", "close")]


def heat_of(
    model: PairModel,
    found: LiquidationMap,
    window: str,
    selection: Selection = EVERYTHING,
    wanted: Sequence[float] = (),
) -> HeatHistory:
    """Everything that was open on the map's venues, over a window of WINDOWS up to their newest candle; at
    least as far as the prices wanted, all of them near the present one.

    A venue's levels are moved by its present distance from the reference price. Candles are those of the
    venue with the largest share. Raises NoOpenInterest, and KeyError for a venue the model does not know.
    """
    inventories = [model.inventories[share.venue] for share in found.venues]
    shifts = [math.log(found.price / share.price) / DISTANCE_BIN for share in found.venues]
    weights = np.array([share.open_interest_base for share in found.venues])
    ledgers = [_moved(one.state.ledger.rows, by) for one, by in zip(inventories, shifts, strict=True)]
    largest = ledgers[int(weights.argmax())]

    stamp_ms = column_ends(window, max(one.as_of_ms for one in inventories))
    begin_ms = int(stamp_ms[0]) - SPANS_MS[window]
    cells = _cells(window, math.log(found.price) / DISTANCE_BIN, largest, begin_ms, wanted)
    parts = [_heat(one, stamp_ms, cells, by, selection) for one, by in zip(inventories, shifts, strict=True)]
    known_ms = max(map(known_from_ms, inventories))
    volumes = np.array([volume_by_price(rows, cells.edges, begin_ms) for rows in ledgers])
    return HeatHistory(
        venues=tuple(share.venue for share in found.venues),
        window=window,
        span_ms=SPANS_MS[window],
        stamp_ms=stamp_ms,
        known_from_ms=known_ms,
        edges=np.exp(cells.edges * DISTANCE_BIN),
        quantity=np.where(stamp_ms < known_ms, 0.0, np.sum(parts, axis=0)),
        candles=np.exp(candles_of(largest, stamp_ms, begin_ms) * DISTANCE_BIN),
        volume=np.asarray(weights @ volumes / weights.sum()),
    )


def _moved(rows: Floats, shift: float) -> Floats:
    """A ledger's rows with prices so many bins higher."""
    moved = rows.copy()
    moved[:, PRICES] += shift
    return moved


def _cells(window: str, position: float, rows: Floats, begin_ms: int, wanted: Sequence[float]) -> Cells:
    inside = rows[rows[:, END] > begin_ms]
    shown = np.log(np.array(wanted, dtype=np.float64)) / DISTANCE_BIN
    low, high = inside[:, LOW].min(initial=position), inside[:, HIGH].max(initial=position)
    return cells_around(window, position, (float(low), float(high)), shown)


def _heat(inventory: Inventory, stamp_ms: Ints, cells: Cells, shift: float, selection: Selection) -> Floats:
    """What a selection of the inventory held, moved by so many bins: (2 sides, cells, columns).

    Levels lie evenly in a bin, so a part of a bin takes that part of it.
    """
    begin = cells.first_bin - shift
    group = np.where(np.isin(inventory.tiers.band, list(selection.leverage)), 0, 1)
    frame = Frame(stamp_ms, math.floor(begin), cells.width * cells.cells + 1, group, 2)
    held, part = recalled(inventory, frame).quantity[:, :, 0], begin - math.floor(begin)
    moved = (1 - part) * held[:, :, :-1] + part * held[:, :, 1:]
    heat = moved.reshape(len(stamp_ms), 2, cells.cells, cells.width).sum(axis=3).transpose(1, 2, 0)
    if selection.side is not None:
        heat[1 - selection.side] = 0.0
    return np.asarray(heat)
