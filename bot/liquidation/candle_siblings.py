"""Candles that leave the same symbol's on other venues far behind: a spike that only one venue tells.

Taken at its word such a candle would sweep every level on its way out of that venue's inventory. The move of
the others stands in for it; turnover and open interest stay the venue's own. Liquidations go by mark prices,
which follow an index of several venues, so a wick that the others do not know liquidates few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History

Floats = NDArray[np.float64]

FARTHEST = 0.05  # log price between a candle's high or low and the siblings'
RECENT_MS = 3_600_000  # how old the close may be from which moves are counted
PRICES = ("open", "high", "low", "close")
HIGH, LOW = 1, 2


@dataclass(frozen=True)
class LastClose:
    price: float
    stamp_ms: int


def with_siblings_moves(
    closes: Mapping[str, LastClose], news: Mapping[str, Sequence[History]]
) -> dict[str, Sequence[History]]:
    """The news by venue, candles that their siblings contradict replaced by the venues' median move.

    `closes` are the last ones taken in; candles are compared where the same minute is new on several venues.
    Of two venues the one that moved more from its last close is the odd one.
    """
    moves = {
        venue: _moves(closes[venue], parts)
        for venue, parts in news.items()
        if venue in closes and _is_recent(closes[venue], parts)
    }
    return {
        venue: [_mended(venue, part, moves, closes[venue].price) for part in parts]
        if venue in moves
        else parts
        for venue, parts in news.items()
    }


def _is_recent(close: LastClose, parts: Sequence[History]) -> bool:
    return (
        any(len(part) for part in parts)
        and max(int(part.end_ms[-1]) for part in parts if len(part)) - close.stamp_ms <= RECENT_MS
    )


def _moves(close: LastClose, parts: Sequence[History]) -> dict[tuple[int, int], Floats]:
    """By span and start: log of open, high, low and close over the last close."""
    return {
        (part.span_ms, int(part.start_ms[row])): np.log(
            np.array([getattr(part, name)[row] for name in PRICES]) / close.price
        )
        for part in parts
        for row in range(len(part))
    }


def _mended(
    venue: str, part: History, moves: Mapping[str, Mapping[tuple[int, int], Floats]], close: float
) -> History:
    found = {
        row: stand_in
        for row, start_ms in enumerate(part.start_ms.tolist())
        if (stand_in := _stand_in(venue, (part.span_ms, start_ms), moves)) is not None
    }
    if not found:
        return part
    rows, prices = list(found), close * np.exp(np.array(list(found.values())))
    columns: dict[str, Any] = {name: getattr(part, name).copy() for name in PRICES}
    for place, name in enumerate(PRICES):
        columns[name][rows] = prices[:, place]
    return replace(part, **columns, **_without_marks(part, rows))


def _stand_in(
    venue: str, at: tuple[int, int], moves: Mapping[str, Mapping[tuple[int, int], Floats]]
) -> Floats | None:
    """The move to believe of a candle instead of its own, None where its own can be believed."""
    told = {name: theirs[at] for name, theirs in moves.items() if at in theirs}
    if len(told) < 2:
        return None
    own = told[venue]
    others = [move for name, move in told.items() if name != venue]
    middle = others[0] if len(told) == 2 else np.asarray(np.median(list(told.values()), axis=0))
    if np.abs(own - middle)[[HIGH, LOW]].max() <= FARTHEST:
        return None
    is_odd = len(told) > 2 or np.abs(own).max() > np.abs(middle).max()
    return middle if is_odd else None


def _without_marks(part: History, rows: Sequence[int]) -> dict[str, Any]:
    """Marks of such a candle are no better: the stand-in's own range counts."""
    marks = {}
    for name in ("mark_low", "mark_high"):
        column = getattr(part, name)
        if column is not None:
            marks[name] = column.copy()
            marks[name][list(rows)] = np.nan
    return marks
