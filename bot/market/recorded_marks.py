"""The range of a recorded market's mark price in each candle."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.liquidation.history import History, Stamps
from bot.market.recorded_table import Floats, check_positive, finest, read_table, span_of

LONGEST_CANDLE_MS = 60_000
RANGE = ("mark_low", "mark_high")  # of the candle that starts at the stamp; our own recordings have them


def read_mark_range(folder: Path, candles: History) -> tuple[Floats, Floats] | None:
    """Low and high of the mark, shape (candles,) each: those recorded with the candle's start, else what the
    values at its start and end span.

    NaN where either is missing; None where no marks were recorded, where they come more rarely than candles
    or candles are longer than a minute. Raises RecordingError.
    """
    path = finest(folder, "mark")
    # A range spanned by two marks that lie further apart would hide wicks that did liquidate.
    if path is None or (span_of(path, "mark") or 0) > candles.span_ms or candles.span_ms > LONGEST_CANDLE_MS:
        return None
    table = read_table(path, ("timestamp_ms", "mark_price"), RANGE)
    check_positive(path, table, ("mark_price",))
    stamps, marks = table["timestamp_ms"].astype(np.int64), table["mark_price"]
    if all(column in table for column in RANGE):
        low, high = (_stamped(candles.start_ms, stamps, table[column]) for column in RANGE)
        return low, high
    begin = _known_at(candles.start_ms, candles.span_ms, stamps, marks)
    end = _known_at(candles.end_ms, candles.span_ms, stamps, marks)
    return np.minimum(begin, end), np.maximum(begin, end)


def _known_at(moments: Stamps, span_ms: int, stamps: Stamps, marks: Floats) -> Floats:
    """The newest mark of the candle before each moment: a stamp off the grid counts for the next start."""
    newest = np.searchsorted(stamps, moments, "right") - 1
    fresh = (newest >= 0) & (stamps[newest] > moments - span_ms)
    return np.where(fresh, marks[newest], np.nan)


def _stamped(starts_ms: Stamps, stamps: Stamps, values: Floats) -> Floats:
    """The value stamped with each start, NaN where there is none."""
    at = np.searchsorted(stamps, starts_ms)
    known = np.append(stamps, -1)[at] == starts_ms
    return np.where(known, np.append(values, np.nan)[at], np.nan)
