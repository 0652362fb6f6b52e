"""One map as it is written down, and what makes it unfit to be scored."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.side import Side

Floats = NDArray[np.float64]

NEAREST_LOW, NEAREST_HIGH = math.exp(-0.1), 1.1  # a map has to reach these shares of its price
FINE_FROM, FINE_TO = 0.9, 1.1  # between them its bins have to be narrow
WIDEST_BIN = 1.0012
PRICE_TOLERANCE = 1e-6  # relative
MASS_TOLERANCE = 1e-9  # of a map's whole mass


class MapRefused(ValueError):
    """A map cannot be scored; the text says what is wrong with it, without a full stop."""


@dataclass(frozen=True)
class MapLine:
    """Quantities (base coin) between ascending prices: `edges` has one more entry than each of the others."""

    stamp_ms: int
    price: float
    edges: Floats  # (bins + 1,)
    sides: tuple[Floats, Floats]  # by Side, each (bins,)
    band: Floats | None = None  # (2 sides, 2 bounds, bins): four of five times the truth lies between them


def check_map(line: MapLine, close: float | None) -> None:
    """Raises MapRefused; `close` is that of the last candle which had ended by the map's moment."""
    if close is None:
        raise MapRefused("no candle had ended by then")
    if not abs(line.price / close - 1) <= PRICE_TOLERANCE:
        raise MapRefused(
            f"price {line.price:g} is not {close:g}, the close of the last candle that had ended"
        )
    _check_lengths(line)
    _check_edges(line)
    _check_sides(line)
    _check_band(line)


def _check_lengths(line: MapLine) -> None:
    bins = len(line.edges) - 1
    lengths = [len(quantity) for quantity in line.sides]
    if bins < 1 or any(length != bins for length in lengths):
        raise MapRefused(f"{len(line.edges)} edges do not fit {lengths[0]} long and {lengths[1]} short bins")
    if line.band is not None and line.band.shape != (2, 2, bins):
        raise MapRefused("the band has not as many bins as the map")
    if not all(np.isfinite(values).all() for values in (line.edges, *line.sides)):
        raise MapRefused("a number is not finite")


def _check_edges(line: MapLine) -> None:
    low, high = line.edges[0] / line.price, line.edges[-1] / line.price
    if line.edges[0] <= 0 or (np.diff(line.edges) <= 0).any():
        raise MapRefused("edges are not positive and ascending")
    if low > NEAREST_LOW * (1 + PRICE_TOLERANCE) or high < NEAREST_HIGH * (1 - PRICE_TOLERANCE):
        raise MapRefused(f"edges reach from {low:.4f} to {high:.4f} of the price, not 0.9048 to 1.1")
    near = (line.edges[:-1] > line.price * FINE_FROM) & (line.edges[1:] < line.price * FINE_TO)
    if (line.edges[1:][near] / line.edges[:-1][near] > WIDEST_BIN).any():
        raise MapRefused("bins are wider than 0.12 %")


def _check_sides(line: MapLine) -> None:
    if any((quantity < 0).any() for quantity in line.sides):
        raise MapRefused("a quantity is negative")
    tolerated = MASS_TOLERANCE * sum(float(quantity.sum()) for quantity in line.sides)
    if line.sides[Side.LONG][line.edges[:-1] >= line.price].sum() > tolerated:
        raise MapRefused("longs lie above the price, but a long is liquidated when price falls")
    if line.sides[Side.SHORT][line.edges[1:] <= line.price].sum() > tolerated:
        raise MapRefused("shorts lie below the price, but a short is liquidated when price rises")


def _check_band(line: MapLine) -> None:
    if line.band is None:
        return
    low, high = line.band[:, 0], line.band[:, 1]
    if not (np.isfinite(line.band).all() and (low >= 0).all() and (low <= high).all()):
        raise MapRefused("a bound of the band is negative, not finite or above its upper one")
