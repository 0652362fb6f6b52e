"""How a venue's past is put together from pages, from streams and from readings that were remembered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from bot.market.candles import FIVE_MINUTES_MS, MINUTE_MS, Candles, OpenInterest, Stretch
from bot.market.live_tape import LiveTape, Reading
from bot.market.venue_dialect import VenueDialect
from bot.market.wire import Market

REMEMBERED_READINGS = 64
STREAMED_MINUTES = 60  # a longer gap is asked for


class HistoryReader:
    """Of one venue; `tapes` are its streams by market id."""

    def __init__(self, dialect: VenueDialect, tapes: Mapping[str, LiveTape]) -> None:
        self._dialect, self._tapes = dialect, tapes
        self._readings: dict[str, deque[Reading]] = {}

    async def candles(self, market: Market, stretch: Stretch, now_ms: int) -> Candles:
        if (streamed := await self._streamed(market, stretch)) is not None:
            return streamed
        venue = self._dialect
        pages = [venue.candle_page(market, page, now_ms) for page in stretch.pages(venue.candles_a_page)]
        marks = [venue.mark_page(market, page, now_ms) for page in self._mark_pages(stretch, now_ms)]
        found = await together(*pages, *marks)
        rows = [row for page in found[: len(pages)] for row in page]
        return Candles(rows, [row for page in found[len(pages) :] for row in page])

    async def _streamed(self, market: Market, stretch: Stretch) -> Candles | None:
        """A short gap as the streams filled it; None where they did not fill all of it."""
        tape = self._tapes.get(market["id"])
        if tape is None or stretch.span_ms != MINUTE_MS or len(stretch) > STREAMED_MINUTES:
            return None
        rows = await tape.minutes(stretch)
        return (
            None if rows is None else Candles(rows, [(row[0], *tape.mark_range(int(row[0]))) for row in rows])
        )

    def _mark_pages(self, stretch: Stretch, now_ms: int) -> Iterator[Stretch]:
        """Liquidations trigger on the mark price: its range is worth asking for where candles are fine."""
        reach_ms = now_ms - self._dialect.marks_reach_ms
        start = max(stretch.start_ms, reach_ms // stretch.span_ms * stretch.span_ms)
        if stretch.span_ms <= FIVE_MINUTES_MS and start < stretch.end_ms:
            yield from Stretch(stretch.span_ms, start, stretch.end_ms).pages(self._dialect.marks_a_page)

    async def interest(self, market: Market, span: Stretch) -> OpenInterest:
        """The venue's history where it helps, what was read or streamed before, and a reading for the next.

        The newest reading is stamped later than any closed candle and therefore belongs to the candle that is
        open now: it is remembered until that one has closed.
        """
        calls = []
        if _history_helps(span, self._remembered(market)):
            calls.append(self._dialect.interest_rows(market, span, span.end_ms))
        if not self._streams_interest(market):
            calls.append(self._reading_now(market))
        found = await together(*calls)
        rows = [*chain.from_iterable(found), *self._remembered(market)]
        return self.as_interest(market, rows)

    def as_interest(self, market: Market, rows: Sequence[Reading]) -> OpenInterest:
        return OpenInterest.of(rows, self._dialect.interest_in_quote and bool(market["inverse"]))

    async def _reading_now(self, market: Market) -> Sequence[Reading]:
        now = await self._dialect.interest_now(market)
        if now is not None:
            self._readings[market["symbol"]].append(now)
        return ()

    def _remembered(self, market: Market) -> Sequence[Reading]:
        read = self._readings.setdefault(market["symbol"], deque(maxlen=REMEMBERED_READINGS))
        tape = self._tapes.get(market["id"])
        return [*read, *(tape.readings if tape else ())]

    def _streams_interest(self, market: Market) -> bool:
        tape = self._tapes.get(market["id"])
        return tape is not None and tape.streams_interest


async def together(*calls: Coroutine[Any, Any, Any]) -> list[Any]:
    """All answers in order; the first failure cancels the rest before it is raised."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _history_helps(span: Stretch, remembered: Sequence[Reading]) -> bool:
    """Five-minute rows are fetched for a gap, not for the one minute that a reading already covers."""
    known = any(span.start_ms < stamp <= span.end_ms for stamp, _ in remembered)
    has_row = span.end_ms // FIVE_MINUTES_MS > span.start_ms // FIVE_MINUTES_MS
    return has_row and not (known and span.end_ms - span.start_ms <= FIVE_MINUTES_MS)
