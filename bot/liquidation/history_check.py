"""Whether a history can be processed at all, and if not, which number of which row says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Fault = tuple[str, Flags, str]  # field, rows that are wrong, what is wrong with them

PRICES = ("open", "high", "low", "close")
COLUMNS = ("start_ms", *PRICES, "volume_base", "open_interest_base")
MARKS = ("mark_low", "mark_high")  # a history may lack them; NaN where nothing is known


class HistoryError(ValueError):
    """A history that cannot be processed; the text names row and field.

    Row 0 is the first candle given or, where the field begins with `liquidations.`, the first liquidation.
    """

    def __init__(self, row: int, field: str, what: str, start_ms: int | None = None) -> None:
        super().__init__(row, field, what, start_ms)
        self.row = row
        self.field = field
        self.what = what
        self.start_ms = start_ms  # of the candle, None where it has no stamp or is a liquidation

    def __str__(self) -> str:
        stamp = "" if self.start_ms is None else f" (candle that starts at {self.start_ms})"
        return f"row {self.row}: {self.field} {self.what}{stamp}"


def check_history(history: History, as_of_ms: int) -> None:
    """Raises HistoryError for the first row that is wrong, of the candles before that of the liquidations.

    Wrong are: arrays of different lengths; a price that is not finite and positive; a volume that is negative
    or not finite; low and high that do not enclose open and close; a candle that starts before `as_of_ms` or
    before the one above it has ended; where they are known, mark prices that are not finite, positive and in
    order; liquidations that are out of order, of no side, or whose price or quantity is not finite and
    positive. Open interest has a judge of its own.
    """
    _check_candles(history, as_of_ms)
    _check_liquidations(history.liquidations)


def _check_candles(history: History, as_of_ms: int) -> None:
    columns = _columns(history)
    _check_lengths(columns)
    if len(history) == 1 and _is_sound({name: column.item() for name, column in columns.items()}, as_of_ms):
        return
    if fault := _first_fault(columns, _faults(history.span_ms, columns, as_of_ms)):
        raise HistoryError(*fault, start_ms=int(history.start_ms[fault[0]]))


def _columns(history: History) -> dict[str, NDArray[Any]]:
    columns = {name: getattr(history, name) for name in COLUMNS}
    for name in MARKS:
        if (column := getattr(history, name)) is not None:
            columns[name] = column
    return columns


def _check_liquidations(found: Liquidations) -> None:
    columns: dict[str, NDArray[Any]] = {
        "liquidations.stamp_ms": found.stamp_ms,
        "liquidations.side": found.side,
        "liquidations.price": found.price,
        "liquidations.quantity_base": found.quantity_base,
    }
    _check_lengths(columns)
    if len(found) and (fault := _first_fault(columns, _liquidation_faults(columns))):
        raise HistoryError(*fault)


def _check_lengths(columns: Mapping[str, NDArray[Any]]) -> None:
    """All as long as the first."""
    if len({len(column) for column in columns.values()}) == 1:
        return
    first = next(iter(columns))
    rows = len(columns[first])
    for field, column in columns.items():
        if len(column) != rows:
            raise HistoryError(min(len(column), rows), field, f"has {len(column)} values, {first} has {rows}")


def _first_fault(columns: Mapping[str, NDArray[Any]], faults: Iterable[Fault]) -> tuple[int, str, str] | None:
    """Row, field and what is wrong there; None if nothing is."""
    found = [fault for fault in faults if fault[1].any()]
    if not found:
        return None
    field, wrong, what = min(found, key=lambda fault: int(np.argmax(fault[1])))
    row = int(np.argmax(wrong))
    return row, field, f"{columns[field][row].item()} {what}"


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
    yield from _mark_faults(columns)


def _order_faults(span_ms: int, start_ms: NDArray[np.int64], as_of_ms: int) -> Iterator[Fault]:
    step = np.diff(start_ms, prepend=as_of_ms - span_ms)
    first = np.arange(len(step)) == 0
    yield "start_ms", first & (step < span_ms), f"is before {as_of_ms}, up to which candles are known"
    yield "start_ms", step == 0, "is a duplicate of the row before it"
    yield "start_ms", step < 0, "is out of order: earlier than the row before it"
    yield "start_ms", step < span_ms, "is before the end of the row before it"


def _mark_faults(columns: Mapping[str, Floats]) -> Iterator[Fault]:
    for field in MARKS:
        if field in columns:
            column = columns[field]
            yield field, (column <= 0) | (np.abs(column) == inf), "is not a positive number"
    if "mark_low" in columns and "mark_high" in columns:
        yield "mark_low", columns["mark_low"] > columns["mark_high"], "lies above mark_high"


def _liquidation_faults(columns: Mapping[str, NDArray[Any]]) -> Iterator[Fault]:
    stamp_ms, side, price, quantity = columns.values()
    late = np.diff(stamp_ms, prepend=stamp_ms[0]) < 0
    yield "liquidations.stamp_ms", late, "is out of order: earlier than the row before it"
    yield "liquidations.side", (side != Side.LONG) & (side != Side.SHORT), "is no side"
    yield "liquidations.price", ~((price > 0) & (price < inf)), "is not a positive number"
    yield "liquidations.quantity_base", ~((quantity > 0) & (quantity < inf)), "is not a positive number"
