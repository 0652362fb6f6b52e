"""Maps on the bins they are scored on: 0.1 % of log-distance from the price, 100 a side."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import Stamps
from bot.liquidation.scoring.map_line import MapLine
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

BIN = 1e-3  # log-distance
BINS = 100  # a side
FARTHEST = math.exp(BIN * BINS)  # the last scored price over the map's price
DIGITS = 9  # of a map's largest bin; finer differences are rounding, and must not decide a rank


@dataclass(frozen=True)
class ScoredMaps:
    """Maps ascending in time. Quantities are base coin, counted away from the price."""

    stamp_ms: Stamps  # (maps,)
    price: Floats  # (maps,)
    mass: Floats  # (maps, 2 sides, BINS)
    band: Floats  # (maps, 2 sides, 2 bounds, BINS), NaN for a map without one
    short_of_reach: int = 0  # maps that end before the last scored price; beyond they count as empty

    @classmethod
    def of(cls, lines: Iterable[MapLine]) -> ScoredMaps:
        """Lay maps on the scored bins, one at a time."""
        rows = [
            (line.stamp_ms, line.price, _laid(line), _laid_band(line), _falls_short(line)) for line in lines
        ]
        stamps, prices, mass, band, short = zip(*rows, strict=True) if rows else ((), (), (), (), ())
        return cls(
            np.array(stamps, dtype=np.int64),
            np.array(prices),
            np.array(mass).reshape(-1, 2, BINS),
            np.array(band).reshape(-1, 2, 2, BINS),
            sum(short),
        )

    def __len__(self) -> int:
        return len(self.stamp_ms)

    def since(self, stamp_ms: float) -> ScoredMaps:
        kept = self.stamp_ms >= stamp_ms
        arrays = {name: getattr(self, name)[kept] for name in ("stamp_ms", "price", "mass", "band")}
        return replace(self, **arrays)


def bin_of(side: NDArray[np.int64], price: Floats, reference: Floats | float) -> NDArray[np.int64]:
    """Scored bin of each price, counted away from the reference on its side; below 0 on the wrong side."""
    distance = np.log(price / reference)
    outward = np.where(side == Side.LONG, -distance, distance)
    return np.floor(outward / BIN).astype(np.int64)


def _laid(line: MapLine) -> Floats:
    return np.stack([_outward(line, side, quantity) for side, quantity in zip(Side, line.sides, strict=True)])


def _laid_band(line: MapLine) -> Floats:
    if line.band is None:
        return np.full((2, 2, BINS), np.nan)
    return np.array([[_outward(line, side, bound) for bound in line.band[side]] for side in Side])


def _outward(line: MapLine, side: Side, quantity: Floats) -> Floats:
    """Quantity per scored bin by exact overlap in log price; the price's own bin goes to its side whole."""
    distance = np.log(line.edges / line.price)
    if side is Side.LONG:
        distance, quantity = -distance[::-1], quantity[::-1]
    reached = np.concatenate([[0.0], np.cumsum(quantity)])
    laid = np.diff(np.interp(np.arange(BINS + 1) * BIN, np.maximum(distance, 0.0), reached))
    largest = laid.max()
    if not largest > 0:
        return np.asarray(laid)
    return np.asarray(np.round(laid, DIGITS - math.ceil(math.log10(largest))))


def _falls_short(line: MapLine) -> bool:
    return bool(line.edges[-1] < line.price * FARTHEST * (1 - 1e-6))
