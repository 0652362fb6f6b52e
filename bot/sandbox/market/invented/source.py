"""The invented market as a source: lives its minutes when somebody asks for them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.sandbox.market.candles import Candles, Floats, Ints, price_within
from bot.sandbox.market.clock import DAY_MS, MINUTE_MS
from bot.sandbox.market.invented.coins import Book, Coin, books
from bot.sandbox.market.invented.habits import USUAL, Habits
from bot.sandbox.market.invented.ledger import Ledger
from bot.sandbox.market.invented.simulation import Reached, Simulation, mark_range
from bot.sandbox.market.liquidations import LONG, Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS
from bot.sandbox.market.tape import Stamped, Tape

FILL_SLIP = 0.0002
USUAL_FUNDING, FUNDING_SLOPE, USUAL_LONG_SHARE = 0.0001, 0.002, 0.54


class InventedSource:
    """`also` names venues beside the usual ones, `only` the one (venue, id) that is traded.

    `soon_ms` is when the dated contracts expire that are listed besides those of the quarter; `small` coins
    are listed besides the usual ones.

    ValueError where there is no such venue or contract.

    Before the history begins lies a time that nobody sees: the first positions are opened in it.
    """

    def __init__(
        self,
        seed: int,
        start_ms: int,
        history_days: float,
        habits: Habits = USUAL,
        only: tuple[str, str] | None = None,
        also: Sequence[str] = (),
        soon_ms: int | None = None,
        small: Sequence[Coin] = (),
    ) -> None:
        history = round(history_days * DAY_MS / MINUTE_MS)
        self.first_ms = start_ms // MINUTE_MS * MINUTE_MS - history * MINUTE_MS
        self.books: tuple[Book, ...] = tuple(
            book
            for book in books(start_ms, self.first_ms, also, soon_ms, small)
            if only in (None, (book.listing.venue, book.listing.id))
        )
        if only is not None and not self.books:
            raise ValueError(f"no {only[1]} is traded on {only[0]}")
        self._place = {(book.listing.venue, book.listing.id): n for n, book in enumerate(self.books)}
        first_minute = self.first_ms // MINUTE_MS - habits.warm_up_minutes
        self.simulation = Simulation(seed, self.books, first_minute, habits, small)
        self.habits = habits
        self._ledger = Ledger(len(self.books), history + 1440)
        self._reached: list[Reached] = []
        self._tapes: dict[int, Tape] = {}  # as long as no minute is added to them
        for _ in range(habits.warm_up_minutes):
            self.simulation.live()

    @property
    def listings(self) -> tuple[Listing, ...]:
        return tuple(book.listing for book in self.books)

    def live_until(self, now_ms: int) -> None:
        """Live every minute that has begun by then."""
        while self.simulation.minute * MINUTE_MS <= now_ms:
            minute, reached = self.simulation.live()
            self._ledger.write(minute)
            self._tapes.clear()
            if len(reached.row):
                self._reached.append(reached)

    def tape(self, listing: Listing, now_ms: int) -> Tape:
        self.live_until(now_ms)
        place = self._place[(listing.venue, listing.id)]
        if place not in self._tapes:
            self._tapes[place] = self._taped(place)
        return self._tapes[place]

    def _taped(self, place: int) -> Tape:
        listing, minutes = self.books[place].listing, self._minutes(place)
        ended = minutes.start_ms + MINUTE_MS
        lots = self._ledger.column("open_lots", place)
        share = Stamped(ended, self._ledger.column("long_share", place))
        return Tape(
            minutes,
            _marks(minutes),
            Stamped(ended, np.round(lots * listing.lot_size, 8)),
            share,
            _funding(share) if listing.is_perpetual else Stamped.nothing(),
        )

    def _minutes(self, place: int) -> Candles:
        start = self.first_ms + MINUTE_MS * np.arange(self._ledger.count, dtype=np.int64)
        names = ("open", "high", "low", "close", "volume", "taker_buy")
        candles = Candles(start, *(self._ledger.column(name, place) for name in names))
        return _in_coins(candles) if self.books[place].listing.inverse else candles

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
        tape = self.tape(listing, end_ms - 1)
        place = self._place[(listing.venue, listing.id)]
        own = self._of(place, begin_ms // MINUTE_MS, (end_ms - 1) // MINUTE_MS)
        orders = self._orders(listing, tape, own)
        inside = (orders.stamp_ms >= begin_ms) & (orders.stamp_ms < end_ms)
        return orders[np.flatnonzero(inside)]

    def _of(self, place: int, first: int, last: int) -> tuple[Ints, Ints, Floats, Floats, Floats]:
        """(minute, side, trigger, bankruptcy, lots) of one contract's liquidations in [first, last]."""
        begin = bisect_left(self._reached, first, key=_minute)
        reached = self._reached[begin : bisect_right(self._reached, last, key=_minute)]
        if not reached:
            empty = np.empty(0)
            return np.empty(0, np.int64), np.empty(0, np.int64), empty, empty, empty
        kept = [(one, np.flatnonzero(one.row // 2 == place)) for one in reached]
        minute = np.concatenate([np.full(len(rows), one.minute, np.int64) for one, rows in kept])
        side = np.concatenate([one.row[rows] % 2 for one, rows in kept])
        trigger = np.concatenate([one.trigger[rows] for one, rows in kept])
        bankruptcy = np.concatenate([one.bankruptcy[rows] for one, rows in kept])
        return minute, side, trigger, bankruptcy, np.concatenate([one.lots[rows] for one, rows in kept])

    def _orders(
        self, listing: Listing, tape: Tape, own: tuple[Ints, Ints, Floats, Floats, Floats]
    ) -> Liquidations:
        minute, side, trigger, bankruptcy, lots = own
        at = minute - self.first_ms // MINUTE_MS
        stamp = minute * MINUTE_MS + _moment(tape.marks, at, side, trigger, self.habits.instants)
        slipped = trigger * (1 + np.where(side == LONG, -FILL_SLIP, FILL_SLIP))
        fill = np.clip(slipped, tape.minutes.low[at], tape.minutes.high[at])
        counted = np.round(lots * listing.lot_size, 8)
        quantity = counted / trigger if listing.inverse else counted
        orders = Liquidations(stamp, side.astype(np.int8), trigger, fill, bankruptcy, quantity)
        return orders[np.argsort(stamp, kind="stable")]


def _minute(reached: Reached) -> int:
    return reached.minute


def _in_coins(counted: Candles) -> Candles:
    """Volume in quote currency as what it is worth at the candles' typical price."""
    price = (counted.high + counted.low + counted.close) / 3
    return replace(counted, volume=counted.volume / price, taker_buy=counted.taker_buy / price)


def _marks(minutes: Candles) -> Candles:
    high, low = mark_range(minutes.open, minutes.high, minutes.low, minutes.close)
    nothing = np.zeros(len(minutes))
    return Candles(minutes.start_ms, minutes.open, high, low, minutes.close, nothing, nothing)


def _funding(share: Stamped) -> Stamped:
    """Crowded longs pay, every eight hours."""
    settled = share.stamp_ms % FUNDING_INTERVAL_MS == 0
    rate = USUAL_FUNDING + FUNDING_SLOPE * (share.value[settled] - USUAL_LONG_SHARE)
    return Stamped(share.stamp_ms[settled], np.round(rate, 8))


def _moment(marks: Candles, at: Ints, side: Ints, trigger: Floats, instants: int) -> Ints:
    """When in its minute the path of the mark price first reached each trigger, in ms."""
    moments = np.full(len(at), MINUTE_MS - 1, np.int64)
    for number, row in enumerate(at):
        path = [float(column[row]) for column in (marks.open, marks.high, marks.low, marks.close)]
        for instant in range(1, instants):
            price = price_within(path, instant / instants)
            if (price <= trigger[number]) if side[number] == LONG else (price >= trigger[number]):
                moments[number] = instant * MINUTE_MS // instants
                break
    return moments
