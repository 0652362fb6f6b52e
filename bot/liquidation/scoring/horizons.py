"""The time after a map in which it is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.scoring.scored_maps import ScoredMaps

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Horizons:
    """Stretches of time that do not overlap, one after some of the maps."""

    row: NDArray[np.int64]  # (horizons,) which map
    moved: Floats  # (horizons, 2 sides) log-distance from the map's price to the low and to the high
    close: Floats  # (horizons,) last close

    def __len__(self) -> int:
        return len(self.row)


def horizons(maps: ScoredMaps, candles: History, span_ms: int) -> Horizons:
    """The first map opens one, then the first map after it has ended; each lies inside the candles."""
    begin = np.searchsorted(candles.start_ms, maps.stamp_ms)
    end = np.searchsorted(candles.start_ms, maps.stamp_ms + span_ms)
    inside = (end > begin) & (maps.stamp_ms + span_ms <= candles.end_ms[-1])
    rows = _apart(maps.stamp_ms, np.flatnonzero(inside), span_ms)
    low = np.array([candles.low[begin[row] : end[row]].min() for row in rows])
    high = np.array([candles.high[begin[row] : end[row]].max() for row in rows])
    away = np.log(np.stack([maps.price[rows] / low, high / maps.price[rows]], axis=1)) if len(rows) else low
    return Horizons(rows, np.maximum(away.reshape(-1, 2), 0.0), candles.close[end[rows] - 1])


def _apart(stamps: NDArray[np.int64], candidates: NDArray[np.int64], span_ms: int) -> NDArray[np.int64]:
    chosen: list[int] = []
    for row in candidates.tolist():
        if not chosen or stamps[row] >= stamps[chosen[-1]] + span_ms:
            chosen.append(row)
    return np.array(chosen, dtype=np.int64)
