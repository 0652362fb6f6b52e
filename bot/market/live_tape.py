"""What the streams told of one contract lately."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from math import inf, nan
from time import monotonic

from bot.market.candles import MINUTE_MS, Stretch
from bot.market.venue import MarkPrice

KEPT_MINUTES = 90
READING_STEP_MS = 20_000  # open interest may come ten times a second; a grid that minutes end on
ENOUGH_MARKS = 30  # fewer in a minute say too little about its range: a sandbox may run very fast
CLOSING_SECONDS = 2.0  # how long a closed candle may be on its way

Reading = tuple[float, float]  # stamp in ms, open interest
Row = tuple[float, ...]  # start_ms, open, high, low, close, volume_base
MarkRange = tuple[float, float]  # low, high


class LiveTape:
    """Stamps are the venue's own; everything is bounded. `pause_s`: the longest between two mark prices.

    `told` is told the stamp of each mark price before it counts.
    """

    def __init__(self, symbol: str, pause_s: float, told: Callable[[int], None] = lambda _: None) -> None:
        self.symbol = symbol
        self._pause_s, self._told = pause_s, told
        self.mark: MarkPrice | None = None
        self.readings: deque[Reading] = deque(maxlen=KEPT_MINUTES * 3)
        self.listening_since_ms: int | None = None  # nothing was missed since
        self._minutes: dict[int, Row] = {}
        self._ranges: dict[int, tuple[float, float, int]] = {}  # by minute: low, high, how many prices
        self._heard_s = -inf
        self._closed = asyncio.Event()

    @property
    def alive(self) -> bool:
        return monotonic() - self._heard_s <= self._pause_s

    def price_before(self, stamp_ms: int) -> float | None:
        """Where the minute before that of the stamp began, if it was told."""
        before = self._minutes.get(stamp_ms // MINUTE_MS * MINUTE_MS - MINUTE_MS)
        return None if before is None else before[1]

    def hear_mark(self, price: float, stamp_ms: int) -> None:
        if not 0 < price < inf or self._is_older(stamp_ms):
            return
        self._told(stamp_ms)
        if not self.alive or self.listening_since_ms is None:
            self.listening_since_ms = stamp_ms
        self.mark, self._heard_s = MarkPrice(price, stamp_ms), monotonic()
        minute = stamp_ms // MINUTE_MS * MINUTE_MS
        low, high, count = self._ranges.get(minute, (price, price, 0))
        self._ranges[minute] = (min(low, price), max(high, price), count + 1)
        _keep_newest(self._ranges)

    def _is_older(self, stamp_ms: int) -> bool:
        """Than the newest; one that is much older says that the newest was stamped wrongly."""
        if self.mark is None or stamp_ms >= self.mark.timestamp_ms:
            return False
        if self.mark.timestamp_ms - stamp_ms > MINUTE_MS:
            self.broke()
            return False
        return True

    def hear_minute(self, row: Sequence[object]) -> None:
        """A closed candle; of two tellings the later one stays."""
        numbers = tuple(float(str(cell)) for cell in row)
        self._minutes[int(numbers[0])] = numbers
        _keep_newest(self._minutes)
        self._closed.set()
        self._closed.clear()

    @property
    def streams_interest(self) -> bool:
        """Whether the newest reading is of these minutes."""
        known = self.mark is not None and bool(self.readings)
        return known and self.alive and self.mark.timestamp_ms - self.readings[-1][0] <= 2 * MINUTE_MS  # type: ignore[union-attr]

    def hear_interest(self, value: float, stamp_ms: int) -> None:
        """Of several readings in a third of a minute the last counts."""
        if self.readings and _step(self.readings[-1][0]) == _step(stamp_ms):
            self.readings.pop()
        self.readings.append((float(stamp_ms), value))

    def broke(self) -> None:
        """From here on something may have been missed."""
        self.listening_since_ms, self._heard_s, self.mark = None, -inf, None

    async def minutes(self, stretch: Stretch) -> list[Row] | None:
        """All minutes of the stretch, or None where one is not known; a last one may still be on its way."""
        starts = range(stretch.start_ms, stretch.end_ms, MINUTE_MS)
        missing = [start for start in starts if start not in self._minutes]
        if missing and self.alive and missing == [starts[-1]]:
            await self._wait_for(starts[-1])
            missing = [start for start in starts if start not in self._minutes]
        return None if missing else [self._minutes[start] for start in starts]

    async def _wait_for(self, start_ms: int) -> None:
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                while start_ms not in self._minutes:
                    await self._closed.wait()
        except TimeoutError:
            return

    def mark_range(self, start_ms: int) -> MarkRange:
        """Of a minute that was listened to from beginning to end; else NaN."""
        low, high, count = self._ranges.get(start_ms, (nan, nan, 0))
        since_ms = self.listening_since_ms
        is_whole = count >= ENOUGH_MARKS and since_ms is not None and since_ms <= start_ms + READING_STEP_MS
        return (low, high) if is_whole else (nan, nan)


def _keep_newest(by_minute: dict[int, Row] | dict[int, tuple[float, float, int]]) -> None:
    while len(by_minute) > KEPT_MINUTES:
        del by_minute[min(by_minute)]


def _step(stamp_ms: float) -> int:
    """A stamp on the grid belongs to what ended there."""
    return -int(-stamp_ms // READING_STEP_MS)
