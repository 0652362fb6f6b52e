"""Whether candles can be processed at all, and if not, which number of which row says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Fault = tuple[str, Flags, str]  # field, rows that are wrong, what is wrong with them

PRICES = ("open", "high", "low", "close")
COLUMNS = ("start_ms", *PRICES, "volume_base", "open_interest_base")
OPTIONAL = ("mark_low", "mark_high", "long_share")  # a history may lack them; NaN where nothing is known


class HistoryError(ValueError):
    """Candles that cannot be processed; the text names row and field, row 0 being the first candle given."""

    def __init__(self, row: int, field: str, what: str, start_ms: int | None = None) -> None:
        super().__init__(row, field, what, start_ms)
        self.row = row
        self.field = field
        self.what = what
        self.start_ms = start_ms  # of the candle, None where it has no stamp

    def __str__(self) -> str:
        stamp = "" if self.start_ms is None else f" (candle that starts at {self.start_ms})"
        return f"row {self.row}: {self.field} {self.what}{stamp}"


def check_history(history: History, as_of_ms: int) -> None:
    """Raises HistoryError for the first row that is wrong.

    Wrong are: arrays of different lengths; a price that is not finite and positive; a volume that is negative
    or not finite; low and high that do not enclose open and close; a candle that starts before `as_of_ms` or
    before the one above it has ended; and, where the history carries them and they are not NaN, mark prices
    that are not finite, positive and in order, and a long share outside 0 to 1. Open interest has a judge of
    its own.
    """
    columns = _columns(history)
    _check_lengths(columns)
    if len(history) == 1 and _is_sound({name: column.item() for name, column in columns.items()}, as_of_ms):
        return
    faults = [fault for fault in _faults(history.span_ms, columns, as_of_ms) if fault[1].any()]
    if faults:
        field, wrong, what = min(faults, key=lambda fault: int(np.argmax(fault[1])))
        row = int(np.argmax(wrong))
        value = columns[field][row].item()
        raise HistoryError(row, field, f"{value} {what}", int(history.start_ms[row]))


def _columns(history: History) -> dict[str, NDArray[Any]]:
    columns = {name: getattr(history, name) for name in COLUMNS}
    for name in OPTIONAL:
        if (column := getattr(history, name, None)) is not None:
            columns[name] = column
    return columns


def _check_lengths(columns: Mapping[str, NDArray[Any]]) -> None:
    rows = len(columns["start_ms"])
    for field, column in columns.items():
        if len(column) != rows:
            raise HistoryError(min(len(column), rows), field, f"has {len(column)} values for {rows} candles")


def _is_sound(row: Mapping[str, float], as_of_ms: int) -> bool:
    """The checks below for one candle, a tenth of their price: every candle of every pair passes here."""
    mark_low, mark_high = row.get("mark_low", nan), row.get("mark_high", nan)
    return (
        row["start_ms"] >= as_of_ms
        and 0 < row["low"] <= row["open"] <= row["high"] < inf
        and row["low"] <= row["close"] <= row["high"]
        and 0 <= row["volume_base"] < inf
        and (mark_low != mark_low or 0 < mark_low < inf)
        and (mark_high != mark_high or 0 < mark_high < inf)
        and not mark_low > mark_high
        and not abs(row.get("long_share", nan) - 0.5) > 0.5
    )


def _faults(span_ms: int, columns: Mapping[str, NDArray[Any]], as_of_ms: int) -> Iterator[Fault]:
    """What can be wrong with rows; of two causes in one row the first is told."""
    opened, high, low, close = (columns[field] for field in PRICES)
    for field in PRICES:
        yield field, ~((columns[field] > 0) & (columns[field] < inf)), "is not a positive number"
    volume = columns["volume_base"]
    yield "volume_base", ~((volume >= 0) & (volume < inf)), "is not zero or a positive number"
    yield "low", ~(low <= np.minimum(opened, close)), "does not lie below open and close"
    yield "high", ~(high >= np.maximum(opened, close)), "does not lie above open and close"
    yield from _order_faults(span_ms, columns["start_ms"], as_of_ms)
    yield from _optional_faults(columns)


def _order_faults(span_ms: int, start_ms: NDArray[np.int64], as_of_ms: int) -> Iterator[Fault]:
    step = np.diff(start_ms, prepend=as_of_ms - span_ms)
    first = np.arange(len(step)) == 0
    yield "start_ms", first & (step < span_ms), f"is before {as_of_ms}, up to which candles are known"
    yield "start_ms", step == 0, "is a duplicate of the row before it"
    yield "start_ms", step < 0, "is out of order: earlier than the row before it"
    yield "start_ms", step < span_ms, "is before the end of the row before it"


def _optional_faults(columns: Mapping[str, Floats]) -> Iterator[Fault]:
    for field in ("mark_low", "mark_high"):
        if field in columns:
            column = columns[field]
            yield field, (column <= 0) | (np.abs(column) == inf), "is not a positive number"
    if "mark_low" in columns and "mark_high" in columns:
        yield "mark_low", columns["mark_low"] > columns["mark_high"], "lies above mark_high"
    if "long_share" in columns:
        share = columns["long_share"]
        yield "long_share", (share < 0) | (share > 1), "is not between 0 and 1"
