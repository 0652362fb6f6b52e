"""A recording as a source of the market."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.sandbox.market.candles import Candles, Floats
from bot.sandbox.market.clock import DAY_MS, MINUTE_MS
from bot.sandbox.market.liquidations import Liquidations
from bot.sandbox.market.listing import VENUES, Listing, contract_id, contract_size
from bot.sandbox.market.recorded.reading import (
    RecordedMarket,
    read_candles,
    read_liquidations,
    read_markets,
    read_plain,
    read_stamped,
)
from bot.sandbox.market.recorded.split import split
from bot.sandbox.market.tape import Stamped, Tape

QUOTE_SERVED = "USDT"


@dataclass(frozen=True)
class Reel:
    """One recorded contract."""

    listing: Listing
    tape: Tape
    liquidations: Liquidations


class RecordedSource:
    def __init__(self, folder: Path, served_as: str | None = None) -> None:
        if served_as is not None and served_as not in VENUES:
            raise ValueError(f"a recording can be served as {', '.join(VENUES)}, not as {served_as}")
        self._reels: dict[tuple[str, str], Reel] = {}
        for market in read_markets(folder):
            reel = _reel(market, served_as)
            self._reels.setdefault((reel.listing.venue, reel.listing.id), reel)
        self.first_ms = min(int(reel.tape.minutes.start_ms[0]) for reel in self._reels.values())
        self.end_ms = max(int(reel.tape.minutes.start_ms[-1]) for reel in self._reels.values()) + MINUTE_MS

    @property
    def listings(self) -> tuple[Listing, ...]:
        return tuple(reel.listing for reel in self._reels.values())

    def moment(self, share: float) -> int:
        """The full minute at a share of the recording's length."""
        return (self.first_ms + int((self.end_ms - self.first_ms) * share)) // MINUTE_MS * MINUTE_MS

    def forget_before(self, begin_ms: int) -> None:
        """Leave out what is older."""
        for key, reel in self._reels.items():
            self._reels[key] = replace(reel, tape=_since(reel.tape, begin_ms))
        self.first_ms = max(self.first_ms, begin_ms)

    def tape(self, listing: Listing, now_ms: int) -> Tape:
        """The whole tape: readers look no further than now."""
        return self._reels[(listing.venue, listing.id)].tape

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
        orders = self._reels[(listing.venue, listing.id)].liquidations
        first, last = np.searchsorted(orders.stamp_ms, [begin_ms, end_ms])
        return orders[slice(int(first), int(last))]


def _reel(market: RecordedMarket, served_as: str | None) -> Reel:
    candles, step = read_candles(market)
    minutes = split(candles, step, market.tick_size)
    interest = read_stamped(market, "open_interest", "open_interest_base", step)
    tape = Tape(
        minutes,
        _marks(minutes, read_stamped(market, "mark", "mark_price", step)),
        interest,
        read_plain(market, "long_short", "long_share"),
        read_plain(market, "funding", "funding_rate"),
    )
    first = int(minutes.start_ms[0])
    listing = _listing(market, served_as, first, len(interest.stamp_ms) > 0)
    if listing.inverse:
        tape = replace(tape, open_interest=_in_quote(interest, minutes))
    return Reel(listing, tape, read_liquidations(market))


def _listing(market: RecordedMarket, served_as: str | None, first_ms: int, has_interest: bool) -> Listing:
    venue = served_as or market.exchange
    if venue not in VENUES:
        raise ValueError(
            f"the sandbox does not speak {venue}'s dialect: serve the recording as {', '.join(VENUES)}"
        )
    base, quote = market.symbol.split(":")[0].split("/")
    own = venue == market.exchange
    inverse = own and market.inverse
    return Listing(
        venue=venue,
        id=market.id if own else contract_id(venue, base, QUOTE_SERVED),
        base=base,
        quote=quote if own else QUOTE_SERVED,
        contract_size=market.contract_size if own else contract_size(venue, base),
        tick_size=market.tick_size,
        lot_size=market.contract_size if inverse else 0.001,
        tiers=market.tiers,
        listed_ms=first_ms - DAY_MS,
        has_open_interest=has_interest,
        inverse=inverse,
        caps_in_base=own and market.caps_in_base,
    )


def _in_quote(coins: Stamped, minutes: Candles) -> Stamped:
    """Open interest as an inverse contract counts it, at the newest close by then."""
    ended = np.searchsorted(minutes.start_ms + MINUTE_MS, coins.stamp_ms, "right") - 1
    return Stamped(coins.stamp_ms, coins.value * minutes.close[np.maximum(ended, 0)])


def _marks(minutes: Candles, marks: Stamped) -> Candles:
    """Mark candles between the marks on record; where none is, the mark price is the last price."""
    if len(marks.stamp_ms) == 0:
        return minutes
    opened = _mark_at(marks, minutes.start_ms, minutes.open)
    closed = _mark_at(marks, minutes.start_ms + MINUTE_MS, minutes.close)
    nothing = np.zeros(len(minutes))
    high, low = np.maximum(opened, closed), np.minimum(opened, closed)
    return Candles(minutes.start_ms, opened, high, low, closed, nothing, nothing)


def _mark_at(
    marks: Stamped, moments: np.ndarray[tuple[int, ...], np.dtype[np.int64]], otherwise: Floats
) -> Floats:
    at = np.minimum(np.searchsorted(marks.stamp_ms, moments), len(marks.stamp_ms) - 1)
    return np.where(marks.stamp_ms[at] == moments, marks.value[at], otherwise)


def _since(tape: Tape, begin_ms: int) -> Tape:
    far = 1 << 62
    series = (tape.open_interest, tape.long_share, tape.funding)
    return Tape(
        tape.minutes.between(begin_ms, far),
        tape.marks.between(begin_ms, far),
        *(one.between(begin_ms, far) for one in series),
    )
