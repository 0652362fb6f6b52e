"""Order books in base coin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.liquidation.surroundings import Level, OrderBook

Rows = Sequence[Sequence[object]]  # (price, size, ...) from the best price outwards


def order_book(
    bids: Rows, asks: Rows, stamp_ms: int, *, worth: float = 1.0, in_quote: bool = False
) -> OrderBook:
    """Sizes are contracts worth so much base coin each, or so much quote currency."""
    return OrderBook(_levels(bids, worth, in_quote), _levels(asks, worth, in_quote), stamp_ms)


def _levels(rows: Rows, worth: float, in_quote: bool) -> tuple[Level, ...]:
    numbers: Iterable[Level] = ((float(str(row[0])), float(str(row[1])) * worth) for row in rows)
    return tuple((price, size / price if in_quote else size) for price, size in numbers)
