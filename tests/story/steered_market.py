"""A market whose price goes where the story wants it, and whose venues publish the liquidations it names."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bot.sandbox.market.candles import Candles
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.liquidations import LONG, Liquidations
from bot.sandbox.market.listing import Listing, MarginTier, contract_id, contract_size
from bot.sandbox.market.tape import Stamped, Tape

VENUES = ("binance", "bybit")
TIERS = (MarginTier(300_000, 100, 0.005), MarginTier(3_000_000, 50, 0.01), MarginTier(90_000_000, 10, 0.05))
HISTORY_HOURS = 40
SWING = 0.0006  # of price in a minute of the history
CALM = 0.0001  # of price in a minute that nothing is planned for
PULL = 0.01  # back to where it began, each minute
FIRST_INTEREST, HOURLY_INTEREST = 20_000.0, 900.0  # coins
VOLUME = 20.0  # coins a minute
ORDERS_A_MINUTE = 8  # more than a second apart, so that Binance publishes all of them
COINS_A_PERCENT = 60.0  # of longs that one venue liquidates where price falls by a percent


@dataclass(frozen=True)
class Order:
    """A long that was liquidated: when, at which mark price, and how much in base coin."""

    stamp_ms: int
    price: float
    quantity: float


@dataclass
class Course:
    """One coin: the minutes that were, and closes of those to come."""

    base: str
    first_ms: int
    rows: list[tuple[float, float, float, float]]  # open, high, low, close
    planned: deque[float] = field(default_factory=deque)

    @property
    def next_ms(self) -> int:
        """When the first minute begins that is not planned."""
        return self.first_ms + (len(self.rows) + len(self.planned)) * MINUTE_MS

    @property
    def price(self) -> float:
        return self.rows[-1][3]

    def live_until(self, now_ms: int) -> None:
        """Minutes that nothing is planned for tremble around the price that there is."""
        while self.first_ms + len(self.rows) * MINUTE_MS <= now_ms:
            opened = self.price
            close = self.planned.popleft() if self.planned else opened
            room = opened * CALM / 2
            self.rows.append((opened, max(opened, close) + room, min(opened, close) - room, close))

    def candles(self) -> Candles:
        opened, high, low, close = np.array(self.rows).T
        volume = np.full(len(self.rows), VOLUME)
        starts = self.first_ms + MINUTE_MS * np.arange(len(self.rows), dtype=np.int64)
        return Candles(starts, opened, high, low, close, volume, volume / 2)


class SteeredSource:
    """Perpetuals of these coins on all of VENUES at one price."""

    def __init__(self, prices: Mapping[str, float], now_ms: int) -> None:
        first_ms = now_ms // MINUTE_MS * MINUTE_MS - HISTORY_HOURS * HOUR_MS
        self.courses = {
            base: Course(base, first_ms, _history(price, seed))
            for seed, (base, price) in enumerate(prices.items(), 1)
        }
        self.listings = tuple(_listing(venue, base, first_ms) for venue in VENUES for base in prices)
        self.orders: dict[str, list[Order]] = {}  # by coin; each of the venues publishes these

    def walk(self, base: str, to: float, minutes: int) -> None:
        """From the last price that is known or planned, evenly, from the next minute on.

        A fall takes longs with it, as many in each step of price; every venue publishes its share of them.
        """
        course = self.courses[base]
        begin = course.planned[-1] if course.planned else course.price
        closes = np.linspace(begin, to, minutes + 1)[1:].tolist()
        for opened, close in zip((begin, *closes), closes, strict=False):
            if close < opened:
                self._liquidate(base, course.next_ms, opened, close)
            course.planned.append(close)

    def published(self, base: str, low: float, high: float, until_ms: int) -> float:
        """Base coin of longs at these prices that all venues together have published until then."""
        told = [one for one in self.orders[base] if low <= one.price <= high and one.stamp_ms <= until_ms]
        return len(VENUES) * sum(one.quantity for one in told)

    def _liquidate(self, base: str, begin_ms: int, opened: float, close: float) -> None:
        """At the end of a minute in which price fell to `close`."""
        prices = np.linspace(opened, close, ORDERS_A_MINUTE + 1)[1:]
        quantity = COINS_A_PERCENT * 100 * (1 - close / opened) / ORDERS_A_MINUTE
        stamps = begin_ms + MINUTE_MS - 1_500 * np.arange(ORDERS_A_MINUTE, 0, -1)
        self.orders.setdefault(base, []).extend(
            Order(int(stamp_ms), float(price), float(np.round(quantity, 3)))
            for stamp_ms, price in zip(stamps, prices, strict=True)
        )

    def tape(self, listing: Listing, now_ms: int) -> Tape:
        course = self.courses[listing.base]
        course.live_until(now_ms)
        candles = course.candles()
        ended = candles.start_ms + MINUTE_MS
        interest = FIRST_INTEREST + HOURLY_INTEREST / 60 * np.minimum(
            np.arange(len(ended)), HISTORY_HOURS * 60
        )
        return Tape(
            candles,
            candles,
            Stamped(ended, np.round(interest, 3)),
            Stamped(ended, np.full(len(ended), 0.5)),
            Stamped(ended[:1], np.array([0.0001])),
        )

    def liquidations(self, listing: Listing, begin_ms: int, end_ms: int) -> Liquidations:
        told = self.orders.get(listing.base, [])
        rows = [one for one in told if begin_ms <= one.stamp_ms < end_ms]
        price = np.array([one.price for one in rows])
        return Liquidations(
            np.array([one.stamp_ms for one in rows], np.int64),
            np.full(len(rows), LONG, np.int8),
            price,
            price,
            price * 0.995,
            np.array([one.quantity for one in rows]),
        )


def _history(price: float, seed: int) -> list[tuple[float, float, float, float]]:
    """A walk that is drawn back to its beginning and ends there."""
    chance, rows, opened = np.random.default_rng(seed), [], price
    for left in range(HISTORY_HOURS * 60, 0, -1):
        pull = max(PULL, 1 / left)
        close = opened * np.exp(chance.normal(0, SWING)) * (price / opened) ** pull
        room = abs(chance.normal(0, SWING / 2)) * opened
        rows.append((opened, max(opened, close) + room, min(opened, close) - room, close))
        opened = close
    return rows


def _listing(venue: str, base: str, first_ms: int) -> Listing:
    return Listing(
        venue=venue,
        id=contract_id(venue, base, "USDT"),
        base=base,
        quote="USDT",
        contract_size=contract_size(venue, base),
        tick_size=0.1,
        lot_size=0.001,
        tiers=TIERS,
        listed_ms=first_ms - DAY_MS,
    )
