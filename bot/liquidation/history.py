"""What is known of one contract's past: closed candles, open interest, mark prices and liquidations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidations import Liquidations, without_liquidations

Floats = NDArray[np.float64]
Stamps = NDArray[np.int64]

COLUMNS = (
    *("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base"),
    *("mark_low", "mark_high", "taker_buy_base"),
)


@dataclass(frozen=True)
class History:
    """Closed candles of one span, ascending, without duplicates; gaps are allowed.

    All arrays have shape (n,). Quantities are base coin, one-sided.
    `open_interest_base[i]` is the last value that became known after candle i-1 ended and by the time
    candle i ended, NaN where there was none. `mark_low` and `mark_high` are the range of the mark price, on
    which liquidations trigger; NaN or None where only the last price is known. `taker_buy_base` is the part
    of the volume that takers bought, None where the venue does not say; the estimator has no use for it.
    """

    span_ms: int
    start_ms: Stamps
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume_base: Floats
    open_interest_base: Floats
    mark_low: Floats | None = None
    mark_high: Floats | None = None
    taker_buy_base: Floats | None = None
    liquidations: Liquidations = field(default_factory=without_liquidations)

    def __len__(self) -> int:
        return len(self.start_ms)

    @property
    def end_ms(self) -> Stamps:
        return self.start_ms + self.span_ms

    @property
    def has_open_interest(self) -> bool:
        return bool(np.isfinite(self.open_interest_base).any())

    def rows(self, which: slice) -> History:
        """The same history cut to some rows, and to the liquidations between the first and the last."""
        cut = {name: column[which] for name in COLUMNS if (column := getattr(self, name)) is not None}
        start_ms = cut["start_ms"]
        begin, end = (int(start_ms[0]), int(start_ms[-1]) + self.span_ms) if len(start_ms) else (0, 0)
        return replace(self, **cut, liquidations=self.liquidations.between(begin, end))

    def until(self, stamp_ms: int) -> History:
        """Only the candles that had ended by the stamp."""
        return self.rows(slice(0, int(np.searchsorted(self.end_ms, stamp_ms, "right"))))

    def after(self, stamp_ms: int) -> History:
        """Only the candles that start at the stamp or later."""
        return self.rows(slice(int(np.searchsorted(self.start_ms, stamp_ms, "left")), None))


def no_candles(span_ms: int) -> History:
    """A history in which nothing happened yet."""
    no = np.zeros(0)
    return History(span_ms, np.zeros(0, np.int64), no, no, no, no, no, no)


def align_open_interest(end_ms: Stamps, stamps_ms: Stamps, values: Floats) -> Floats:
    """Open interest per candle: a value stamped t belongs to the first candle that ends at or after t.

    A recorder's stamps may fall off the grid; rounding them up keeps the future out (`known when the next
    candle opens`). Of several values in one candle the last counts. Shapes (n,), (m,), (m,) -> (n,).
    """
    aligned = np.full(len(end_ms), np.nan)
    at = np.searchsorted(end_ms, stamps_ms, "left")
    inside = (at < len(end_ms)) & np.isfinite(values)
    aligned[at[inside]] = values[inside]
    return aligned
