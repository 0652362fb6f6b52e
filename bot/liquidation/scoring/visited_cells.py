"""Maps against each liquidation of the time after them, in the bins that price visited."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.scoring.calibration import Calibration, log_slope
from bot.liquidation.scoring.horizons import horizons
from bot.liquidation.scoring.ranking import chance_ranked_above
from bot.liquidation.scoring.scored_maps import BIN, BINS, ScoredMaps, bin_of
from bot.liquidation.scoring.truth import PricedQuantities

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

FLAT_SHARE = 0.05  # mixed into every prediction, so that an empty bin costs at most ln 20
NO_MASS = 1e-300


@dataclass(frozen=True)
class VisitedCells:
    """One row per (horizon, side, bin) that price touched; arrays have shape (cells,)."""

    row: Whole  # which map
    side: Whole
    bin: Whole
    quantity_base: Floats  # liquidated there
    count: Whole
    windows: int
    outside: float  # share of the liquidated quantity at prices that no candle of its horizon shows

    @classmethod
    def of(cls, maps: ScoredMaps, candles: History, events: PricedQuantities, span_ms: int) -> VisitedCells:
        after = horizons(maps, candles, span_ms)
        touched = np.minimum((after.moved / BIN).astype(np.int64) + 1, BINS)
        touched[after.moved <= 0] = 0
        first = np.concatenate([[0], np.cumsum(touched.ravel())])  # of each horizon and side
        cells = int(first[-1])
        column = np.repeat(np.arange(touched.size), touched.ravel())
        place, weight, lost = _placed(maps, after.row, events, span_ms, touched, first)
        total = weight.sum() + lost
        return cls(
            row=after.row[column // 2],
            side=column % 2,
            bin=np.arange(cells) - first[column],
            quantity_base=np.asarray(np.bincount(place, weight, cells), dtype=np.float64),
            count=np.bincount(place, minlength=cells),
            windows=len(after),
            outside=float(lost / total) if total else math.nan,
        )

    def amounts(self) -> dict[str, float]:
        return {
            "windows": self.windows,
            "liquidations": int(self.count.sum()),
            "liquidated_outside_cells": round(self.outside, 4),
        }

    def predicted(self, mass: Floats) -> Floats:
        return np.asarray(mass[self.row, self.side, self.bin])

    def score(self, mass: Floats) -> dict[str, float]:
        """`mass` is that of all maps, shape (maps, 2 sides, BINS).

        r1: nats per liquidation, sum of q ln(p / flat) over cells, q the share of liquidations in a cell and
        p = 0.95 of the map's share + 0.05 of the flat share. auc: the cells of the top tenth by quantity
        against the others. slope: see `log_slope`.
        """
        predicted = self.predicted(mass)
        over_flat = predicted * len(predicted) / max(predicted.sum(), NO_MASS)
        gain = np.log((1 - FLAT_SHARE) * over_flat + FLAT_SHARE)
        return {
            "r1": float((self.count / self.count.sum()) @ gain),
            "auc": chance_ranked_above(predicted, self.quantity_base),
            "slope": log_slope(predicted, self.quantity_base),
        }

    def calibration(self, mass: Floats) -> Calibration:
        return Calibration.of("visited cells", self.predicted(mass), self.quantity_base)


def _placed(
    maps: ScoredMaps, rows: Whole, events: PricedQuantities, span_ms: int, touched: Whole, first: Whole
) -> tuple[Whole, Floats, float]:
    """(cell of each liquidation that lies in one, its quantity, the quantity of those that do not)."""
    if not len(rows):
        return np.zeros(0, np.int64), np.zeros(0), 0.0
    at = np.searchsorted(maps.stamp_ms[rows], events.stamp_ms, "right") - 1
    follows = (at >= 0) & (events.stamp_ms < maps.stamp_ms[rows][at] + span_ms)
    at, side, quantity = at[follows], events.side[follows], events.quantity_base[follows]
    cell = bin_of(side, events.price[follows], maps.price[rows][at])
    inside = (cell >= 0) & (cell < touched[at, side])
    place = first[2 * at + side][inside] + cell[inside]
    return place, quantity[inside], float(quantity[~inside].sum())
