"""The market as one venue shows it while faults of the data kinds are on."""

from dataclasses import replace
from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from bot.sandbox.faults import Fault, FaultBoard
from bot.sandbox.market.candles import Candles, Ints
from bot.sandbox.market.clock import MINUTE_MS
from bot.sandbox.market.liquidations import Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.series import (
    CANDLES,
    FUNDING,
    LIQUIDATIONS,
    LONG_SHORT,
    MARK_PRICE,
    OPEN_INTEREST,
)
from bot.sandbox.market.tape import Stamped, Tape

FOREVER_MS = 1 << 62


class Rows(Protocol):
    def __getitem__(self, rows: npt.NDArray[np.intp], /) -> Self: ...


R = TypeVar("R", bound=Rows)


class ShownMarket(Market):
    """Reads like the market; whatever a venue speaks through, it asks this."""

    def __init__(self, market: Market, venue: str, faults: FaultBoard) -> None:
        super().__init__(market.source, market.clock)
        self._behind = market
        self._venue = venue
        self._faults = faults

    def _clock_ms(self) -> int:
        off = self._faults.find(self._venue, "clock_off")
        return self._behind.now_ms() + (0 if off is None else int(off.number("by_ms")))

    def as_of(self, series: str, listing: Listing) -> int:
        """A stale series stands where it stood when the fault began."""
        stale = self._fault("stale", series, listing)
        return self.now_ms() if stale is None else min(self.now_ms(), stale.began_ms)

    def listings(self, venue: str) -> list[Listing]:
        return [self._as_listed(one) for one in self._behind.listings(venue) if self._is_listed(one)]

    def listing(self, venue: str, contract: str) -> Listing | None:
        found = self._behind.listing(venue, contract)
        return self._as_listed(found) if found is not None and self._is_listed(found) else None

    def _is_listed(self, listing: Listing) -> bool:
        """New wins over gone: that is how a contract appears that nobody has seen before."""
        gone = self._faults.active(self._venue, "delisted", symbol=listing.id)
        return not gone or self._faults.active(self._venue, "newly_listed", symbol=listing.id)

    def _as_listed(self, listing: Listing) -> Listing:
        new = self._faults.find(self._venue, "newly_listed", symbol=listing.id)
        return listing if new is None else replace(listing, listed_ms=_minute(new.began_ms))

    def candles(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Candles:
        rows = super().candles(listing, step_ms, begin_ms, end_ms)
        return self._with_gap(CANDLES, listing, rows, rows.start_ms)

    def mark_candles(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Candles:
        rows = super().mark_candles(listing, step_ms, begin_ms, end_ms)
        return self._with_gap(MARK_PRICE, listing, rows, rows.start_ms)

    def open_interest_history(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        rows = super().open_interest_history(listing, step_ms, begin_ms, end_ms)
        return self._with_gap(OPEN_INTEREST, listing, rows, rows.stamp_ms)

    def long_share_history(self, listing: Listing, step_ms: int, begin_ms: int, end_ms: int) -> Stamped:
        rows = super().long_share_history(listing, step_ms, begin_ms, end_ms)
        return self._with_gap(LONG_SHORT, listing, rows, rows.stamp_ms)

    def funding_history(self, listing: Listing, begin_ms: int, end_ms: int) -> Stamped:
        rows = super().funding_history(listing, begin_ms, end_ms)
        return self._with_gap(FUNDING, listing, rows, rows.stamp_ms)

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
        rows = super().liquidations(listing, begin_ms, end_ms)
        return self._with_gap(LIQUIDATIONS, listing, rows, rows.stamp_ms)

    def _with_gap(self, series: str, listing: Listing, rows: R, starts_ms: Ints) -> R:
        """Without the rows that start while the fault lasts, or in its first minutes if it names some."""
        gap = self._fault("gap", series, listing)
        if gap is None:
            return rows
        lasts_ms = int(gap.number("minutes")) * MINUTE_MS if "minutes" in gap.details else FOREVER_MS
        missing = (starts_ms >= gap.began_ms) & (starts_ms < gap.began_ms + lasts_ms)
        return rows[np.flatnonzero(~missing)]

    def _tape(self, listing: Listing) -> Tape:
        tape = super()._tape(listing)
        if new := self._faults.find(self._venue, "newly_listed", symbol=listing.id):
            tape = _since(tape, _minute(new.began_ms))
        if spike := self._fault("spike", CANDLES, listing):
            tape = replace(tape, minutes=_spiked(tape.minutes, spike))
        if spike := self._fault("spike", MARK_PRICE, listing):
            tape = replace(tape, marks=_spiked(tape.marks, spike))
        if spike := self._fault("interest_spike", OPEN_INTEREST, listing):
            tape = replace(tape, open_interest=_interest_spiked(tape.open_interest, spike))
        return tape

    def _fault(self, kind: str, series: str, listing: Listing) -> Fault | None:
        return self._faults.find(self._venue, kind, (series,), listing.id)


def _minute(stamp_ms: int) -> int:
    return stamp_ms // MINUTE_MS * MINUTE_MS


def _since(tape: Tape, begin_ms: int) -> Tape:
    return Tape(
        tape.minutes.between(begin_ms, FOREVER_MS),
        tape.marks.between(begin_ms, FOREVER_MS),
        tape.open_interest.between(begin_ms, FOREVER_MS),
        tape.long_share.between(begin_ms, FOREVER_MS),
        tape.funding.between(begin_ms, FOREVER_MS),
    )


def _spiked(minutes: Candles, spike: Fault) -> Candles:
    """From the minute on in which it began, that one whole: the last price must be off at once."""
    factor = np.where(minutes.start_ms >= _minute(spike.began_ms), spike.number("factor"), 1.0)
    return replace(
        minutes,
        open=minutes.open * factor,
        high=minutes.high * factor,
        low=minutes.low * factor,
        close=minutes.close * factor,
    )


def _interest_spiked(interest: Stamped, spike: Fault) -> Stamped:
    """From the reading on that was the newest when it began."""
    first = int(np.searchsorted(interest.stamp_ms, spike.began_ms, "right")) - 1
    factor = np.ones(len(interest))
    factor[max(0, first) :] = spike.number("factor")
    return Stamped(interest.stamp_ms, interest.value * factor)
