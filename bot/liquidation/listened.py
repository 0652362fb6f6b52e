"""A history cut where somebody began or ceased to listen to liquidations: deafness is not silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from bot.liquidation.history import History, Stamps
from bot.liquidation.liquidations import Liquidations, without_liquidations

Stretches = Sequence[tuple[int, int]]  # (from, until) in ms, ascending, none touching another


def listened(history: History, told: Liquidations, stretches: Stretches) -> tuple[History, ...]:
    """The same candles in consecutive parts, each wholly inside one stretch or inside none.

    A part that lies inside carries what was told of it, since the begin of its stretch; the others carry no
    liquidations. A candle during which listening began or ceased belongs to no stretch.
    """
    stretch = _stretch_of(history, stretches)
    cuts = [0, *(np.flatnonzero(np.diff(stretch)) + 1).tolist(), len(history)]
    parts = []
    for first, last in pairwise(cuts):
        at = int(stretch[first]) if last > first else -1
        heard = replace(told, covered_from_ms=stretches[at][0]) if at >= 0 else without_liquidations()
        parts.append(replace(history, liquidations=heard).rows(slice(first, last)))
    return tuple(parts)


def _stretch_of(history: History, stretches: Stretches) -> Stamps:
    """The number of the stretch that each candle lies in, -1 for none, shape (n,)."""
    if not stretches:
        return np.full(len(history), -1)
    begin, end = np.array(stretches, dtype=np.int64).T
    last = np.searchsorted(begin, history.start_ms, "right") - 1
    return np.where((last >= 0) & (history.end_ms <= end[last]), last, -1)
