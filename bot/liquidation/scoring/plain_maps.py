"""Maps that know next to nothing, to measure a map by its distance from them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.scoring.scored_maps import BIN, BINS, ScoredMaps
from bot.liquidation.scoring.truth import ScoredMarket
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

FINE = 5e-4  # log price of a level
MARGIN = 0.8  # log price that levels may lie beyond the candles: 10x is ln 1.1 away
LEVERAGES = np.array([10.0, 25.0, 50.0, 100.0])
PER_BIN = round(BIN / FINE)


def plain_maps(market: ScoredMarket, maps: ScoredMaps) -> dict[str, Floats]:
    """By name, each of the shape of `maps.mass`, at the same moments.

    `uniform`: the same everywhere. `distance`: the mean of the maps so far, which knows how far from price
    positions lie and not where price has been. `volume` and `interest`: the public recipe, levels at four
    leverages from taker volume and from rises of open interest.
    """
    counted = np.arange(1, len(maps) + 1)[:, None, None]
    found = {
        "uniform": np.ones_like(maps.mass),
        "distance": np.cumsum(maps.mass, axis=0) / counted,
        "volume": _volume_maps(market, maps),
    }
    if len(market.interest_ms):
        found["interest"] = _interest_maps(market, maps)
    return found


def _volume_maps(market: ScoredMarket, maps: ScoredMaps) -> Floats:
    """Taker buys open longs and taker sells open shorts, at the candle's typical price."""
    candles = market.candles
    opened = np.stack([market.taker_buy_base, candles.volume_base - market.taker_buy_base], axis=1)
    return _level_maps(market, maps, opened, (candles.high + candles.low + candles.close) / 3)


def _interest_maps(market: ScoredMarket, maps: ScoredMaps) -> Floats:
    """A rise opens as much on both sides, at the close of the candle in which it was published."""
    candles = market.candles
    at = np.searchsorted(candles.end_ms, market.interest_ms[1:], "left")
    inside = at < len(candles)
    rise = np.maximum(np.diff(market.interest_base), 0.0)
    opened = np.bincount(at[inside], rise[inside], len(candles))
    return _level_maps(market, maps, np.stack([opened, opened], axis=1), candles.close)


def _level_maps(market: ScoredMarket, maps: ScoredMaps, opened: Floats, entry: Floats) -> Floats:
    """`opened` (candles, 2 sides) becomes levels around `entry` (candles,), each until price crosses it."""
    levels = _Levels(market, opened, entry)
    found = []
    for stamp in maps.stamp_ms.tolist():
        levels.advance(market.last_ended_by(stamp) + 1)
        found.append(levels.read())
    return np.array(found).reshape(-1, 2, BINS)


class _Levels:
    """Open levels by fine bin of log price."""

    def __init__(self, market: ScoredMarket, opened: Floats, entry: Floats) -> None:
        candles = market.candles
        self._origin = math.floor((math.log(candles.low.min()) - MARGIN) / FINE) * FINE
        self._low, self._high = (
            np.floor(self._position(prices)).astype(np.int64) for prices in (candles.low, candles.high)
        )
        self._entry, self._close = self._position(entry), self._position(candles.close)
        self._opened = opened / len(LEVERAGES)
        self._open = np.zeros((2, int(self._high.max()) + int(MARGIN / FINE)))
        self._done = 0

    def advance(self, until: int) -> None:
        """Candles up to that row: each removes what it crosses, then adds its own levels."""
        if until <= self._done:
            return
        block = slice(self._done, until)
        self._open[Side.LONG, max(int(self._low[block].min()), 0) :] = 0.0
        self._open[Side.SHORT, : int(self._high[block].max()) + 1] = 0.0
        for side in Side:
            self._lay(side, block)
        self._done = until

    def read(self) -> Floats:
        """(2 sides, BINS) around the last close; a level counts where the middle of its bin lies."""
        position = self._close[self._done - 1]
        reach = BINS * PER_BIN
        begin = max(int(position) - reach - 1, 0)
        distance = np.arange(begin, min(int(position) + reach + 2, self._open.shape[1])) + 0.5 - position
        cell = np.floor(np.abs(distance * FINE) / BIN).astype(np.int64)
        below = distance < 0
        return np.stack([self._binned(side, begin, cell, below == (side is Side.LONG)) for side in Side])

    def _binned(self, side: Side, begin: int, cell: Whole, counted: NDArray[np.bool_]) -> Floats:
        own = self._open[side, begin : begin + len(cell)]
        near = counted & (cell < BINS)
        return np.asarray(np.bincount(cell[near], own[near], BINS), dtype=np.float64)

    def _lay(self, side: Side, block: slice) -> None:
        """Levels that a later candle of the same block crosses never come to be."""
        shift = np.log(1 + side.sign / LEVERAGES) / FINE
        level = np.floor(self._entry[block][:, None] + shift).astype(np.int64)
        if side is Side.LONG:
            stays = level < _extreme_after(self._low[block], np.minimum, np.iinfo(np.int64).max)[:, None]
        else:
            stays = level > _extreme_after(self._high[block], np.maximum, np.iinfo(np.int64).min)[:, None]
        stays &= (level >= 0) & (level < self._open.shape[1])
        quantity = np.broadcast_to(self._opened[block, side, None], level.shape)
        np.add.at(self._open[side], level[stays], quantity[stays])

    def _position(self, prices: Floats) -> Floats:
        return np.asarray((np.log(prices) - self._origin) / FINE)


def _extreme_after(values: Whole, extreme: np.ufunc, nothing: int) -> Whole:
    """The extreme of all later values, shape (n,); `nothing` for the last."""
    later = extreme.accumulate(values[:0:-1])[::-1]
    return np.append(later, nothing)
