"""The market as the dialects ask it: every answer is as of market now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.sandbox.market.candles import Candles, combine, cut_short, price_within, step_start
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS, MarketClock
from bot.sandbox.market.liquidations import Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.series import (
    BOOK,
    CANDLES,
    FUNDING,
    LIQUIDATIONS,
    LONG_SHORT,
    MARK_PRICE,
    OPEN_INTEREST,
)
from bot.sandbox.market.tape import Stamped, Tape

FUNDING_INTERVAL_MS = 8 * HOUR_MS


class Source(Protocol):
    """Where a market's past and present come from."""

    @property
    def listings(self) -> tuple[Listing, ...]: ...

    def tape(self, listing: Listing, now_ms: int) -> Tape: ...

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations: ...


@dataclass(frozen=True)
class DayTicker:
    """The last 24 hours."""

    open: float
    high: float
    low: float
    last: float
    volume: float
    turnover: float
    begin_ms: int


class Market:
    def __init__(self, source: Source, clock: MarketClock) -> None:
        self.source = source
        self.clock = clock
        self._held_ms: int | None = None
        self._by_id = {(listing.venue, listing.id): listing for listing in source.listings}

    def now_ms(self) -> int:
        return self._clock_ms() if self._held_ms is None else self._held_ms

    def as_of(self, series: str, listing: Listing) -> int:
        """The moment up to which a series of a contract is told: now."""
        return self.now_ms()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Time stands still, so that all parts of one answer are of the same moment."""
        self._held_ms = self._clock_ms()
        try:
            yield
        finally:
            self._held_ms = None

    def contracts(self, venue: str) -> list[str]:
        """The ids of all contracts a venue ever has, expired ones as well."""
        return [contract for of, contract in self._by_id if of == venue]

    def listings(self, venue: str) -> list[Listing]:
        """What the venue trades now; an expired contract is not listed."""
        now = self.now_ms()
        return [one for (of, _), one in self._by_id.items() if of == venue and _trades(one, now)]

    def listing(self, venue: str, contract: str) -> Listing | None:
        found = self._by_id.get((venue, contract))
        return found if found is not None and _trades(found, self.now_ms()) else None

    def candles(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Candles:
        """Candles that start in [begin, end), the newest as it stands now."""
        now = self.as_of(CANDLES, listing)
        return _cut(self._tape(listing).minutes, step_ms, begin_ms, end_ms, now)

    def mark_candles(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Candles:
        now = self.as_of(MARK_PRICE, listing)
        return _cut(self._tape(listing).marks, step_ms, begin_ms, end_ms, now)

    def last_price(self, listing: Listing) -> float:
        return _price(self._tape(listing).minutes, listing, self.as_of(CANDLES, listing))

    def book_price(self, listing: Listing) -> float:
        """The price that the order book stands around."""
        return _price(self._tape(listing).minutes, listing, self.as_of(BOOK, listing))

    def first_price(self, listing: Listing) -> float:
        """The oldest price on record."""
        return float(self._tape(listing).minutes.open[0])

    def mark_price(self, listing: Listing) -> float:
        return _price(self._tape(listing).marks, listing, self.as_of(MARK_PRICE, listing))

    def open_interest(self, listing: Listing) -> float | None:
        """In what the contract counts: coins of a linear one, quote currency of an inverse one."""
        return self._tape(listing).open_interest.latest(self.as_of(OPEN_INTEREST, listing))

    def open_interest_history(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        """Open interest stamped in [begin, end) on the grid; a stamp says what was known at that moment."""
        now = self.as_of(OPEN_INTEREST, listing)
        return _on_grid(self._tape(listing).open_interest, step_ms, begin_ms, end_ms, now)

    def long_share_history(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        """The share of accounts that are long."""
        now = self.as_of(LONG_SHORT, listing)
        return _on_grid(self._tape(listing).long_share, step_ms, begin_ms, end_ms, now)

    def funding_history(self, listing: Listing, begin_ms: int, end_ms: int) -> Stamped:
        return self._tape(listing).funding.between(begin_ms, min(end_ms, self.as_of(FUNDING, listing) + 1))

    def funding_rate(self, listing: Listing) -> float:
        return self._tape(listing).funding.latest(self.as_of(FUNDING, listing)) or 0.0

    def next_funding_ms(self) -> int:
        return (self.now_ms() // FUNDING_INTERVAL_MS + 1) * FUNDING_INTERVAL_MS

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
        """Every liquidation stamped in [begin, end) and not after now."""
        now = self.as_of(LIQUIDATIONS, listing)
        return self.source.liquidations(listing, begin_ms, min(end_ms, now + 1))

    def day_ticker(self, listing: Listing) -> DayTicker:
        now = self.as_of(CANDLES, listing)
        day = self.candles(listing, MINUTE_MS, now - DAY_MS, now + 1)
        if len(day) == 0:
            last = self.last_price(listing)
            return DayTicker(last, last, last, last, 0.0, 0.0, now - DAY_MS)
        turnover = float((day.volume * (day.high + day.low + day.close) / 3).sum())
        high, low = float(day.high.max()), float(day.low.min())
        first, last = float(day.open[0]), float(day.close[-1])
        return DayTicker(first, high, low, last, float(day.volume.sum()), turnover, now - DAY_MS)

    def _tape(self, listing: Listing) -> Tape:
        return self.source.tape(listing, self.now_ms())

    def _clock_ms(self) -> int:
        return self.clock.now_ms()


def _cut(minutes: Candles, step_ms: int, begin_ms: int, end_ms: int, now_ms: int) -> Candles:
    first = step_start(begin_ms - 1, step_ms) + step_ms
    known = minutes.between(first, min(step_start(end_ms - 1, step_ms) + step_ms, now_ms + 1))
    return combine(cut_short(known, now_ms), step_ms)


def _on_grid(series: Stamped, step_ms: int, begin_ms: int, end_ms: int, now_ms: int) -> Stamped:
    first = step_start(begin_ms - 1, step_ms)
    known = series.between(first + 1, now_ms + 1).on_grid(step_ms)
    return known.between(begin_ms, min(end_ms, now_ms + 1))


def _price(minutes: Candles, listing: Listing, now_ms: int) -> float:
    known = minutes.between(now_ms - DAY_MS, now_ms + 1)
    if len(known) == 0:
        known = minutes
    share = min(1.0, (now_ms - int(known.start_ms[-1])) / MINUTE_MS)
    path = [float(column[-1]) for column in (known.open, known.high, known.low, known.close)]
    decimals = max(0, 1 - round_places(listing.tick_size)) + 1
    return round(price_within(path, max(0.0, share)), decimals)


def round_places(step: float) -> int:
    """The power of ten of a step: 0.01 gives -2."""
    places = 0
    while round(step * 10**-places, 9) < 1:
        places -= 1
    return places


def _trades(listing: Listing, now_ms: int) -> bool:
    return listing.expires_ms is None or now_ms < listing.expires_ms
