"""Which coins the invented market trades, where, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from bot.sandbox.market.clock import DAY_MS
from bot.sandbox.market.listing import (
    INVERSE_CONTRACT_SIZES,
    Listing,
    MarginTier,
    contract_id,
    contract_size,
)

QUOTE, INVERSE_QUOTE = "USDT", "USD"
DAYS_LISTED = 700
DAYS_TO_EXPIRY = 14  # a dated contract is listed at least that long before it expires


@dataclass(frozen=True)
class Coin:
    """`swing` scales the common waves, `own_swing` the coin's own, `open_interest` is Binance's in coins;
    `daily_volatility` is the range from which a seed draws it where price walks instead of swinging."""

    base: str
    price: float
    tick_size: float
    lot_size: float
    open_interest: float
    swing: float
    own_swing: float
    drift: float
    daily_volatility: tuple[float, float]
    tiers: tuple[tuple[float, float, float], ...]


BTC_TIERS = (
    (300e3, 150, 0.004),
    (800e3, 100, 0.005),
    (3e6, 75, 0.0065),
    (12e6, 50, 0.01),
    (70e6, 25, 0.02),
    (100e6, 20, 0.025),
    (230e6, 10, 0.05),
)
ETH_TIERS = (*BTC_TIERS[:4], (50e6, 25, 0.02), (65e6, 20, 0.025), (150e6, 10, 0.05))
SOL_TIERS = (
    (50e3, 100, 0.005),
    (400e3, 75, 0.0065),
    (1e6, 50, 0.01),
    (4e6, 25, 0.02),
    (8e6, 20, 0.025),
    (40e6, 10, 0.05),
)
ZRX_TIERS = ((5e3, 50, 0.015), (10e3, 20, 0.025), (20e3, 10, 0.05), (50e3, 5, 0.1), (200e3, 2, 0.25))
DATED_TIERS = ((50e3, 50, 0.01), (375e3, 25, 0.02), (2e6, 10, 0.05), (20e6, 5, 0.1))

COINS = (
    Coin("BTC", 97_000.0, 0.1, 0.001, 9_000.0, 1.0, 0.0, 0.006, (0.025, 0.04), BTC_TIERS),
    Coin("ETH", 3_600.0, 0.01, 0.01, 110_000.0, 1.15, 0.25, 0.007, (0.03, 0.045), ETH_TIERS),
    Coin("SOL", 180.0, 0.01, 0.1, 900_000.0, 1.3, 0.35, 0.008, (0.04, 0.055), SOL_TIERS),
    Coin("ZRX", 0.25, 0.00001, 1.0, 9_000_000.0, 1.5, 0.4, 0.01, (0.05, 0.07), ZRX_TIERS),
)

USUAL_VENUES = ("binance", "okx", "bybit")
FURTHER_VENUES = ("gate",)  # traded only where they are asked for: each book costs time in every minute
VENUE_SHARE = {"binance": 1.0, "okx": 0.4, "bybit": 0.6, "gate": 0.3}
VENUE_BASIS = {"binance": 0.0, "okx": 0.0003, "bybit": -0.0004, "gate": 0.0002}
LONGER_TIERS = {"binance": 1.0, "okx": 0.75, "bybit": 1.5, "gate": 0.5}  # how far each venue's tiers reach
UNLISTED = {("okx", "ZRX")}
FUTURE_SHARE = 0.05
FUTURE_PREMIUM = 0.06  # a year
INVERSE_SHARE = 0.15
INVERSE_TIERS = {  # OKX caps them in dollars, Bybit in coins
    "okx": ((200e3, 100, 0.004), (1e6, 75, 0.0055), (5e6, 50, 0.01), (20e6, 20, 0.025), (60e6, 10, 0.05)),
    "bybit": ((2, 100, 0.005), (8, 50, 0.01), (40, 25, 0.02), (150, 10, 0.05)),
}


class Crowd(IntEnum):
    """Who trades a contract. Each crowd has chances of its own, its number being their stream, and only the
    first moves price: for it the market is the same whether there are others or not. The last has coins of
    its own."""

    LINEAR = 11
    INVERSE = 21
    FURTHER = 31
    SMALL = 41


@dataclass(frozen=True)
class Book:
    """One contract of the invented market and the people in it; open interest in what it counts.

    `coin` is its number among the usual coins and, after them, the small ones.
    """

    listing: Listing
    coin: int
    open_interest: float
    basis: float
    crowd: Crowd = Crowd.LINEAR


def _tiers(venue: str, rows: tuple[tuple[float, float, float], ...]) -> tuple[MarginTier, ...]:
    reach = LONGER_TIERS[venue]
    return tuple(MarginTier(cap * reach, leverage, rate) for cap, leverage, rate in rows)


def quarterly_expiry(after_ms: int) -> int:
    """08:00 UTC on the last Friday of a quarter, at least two weeks on."""
    earliest = datetime.fromtimestamp(after_ms / 1000, UTC) + timedelta(days=DAYS_TO_EXPIRY)
    year, month = earliest.year, -(-earliest.month // 3) * 3
    while (expiry := _last_friday(year, month)) < earliest:
        year, month = (year + 1, 3) if month == 12 else (year, month + 3)
    return int(expiry.timestamp() * 1000)


def _last_friday(year: int, month: int) -> datetime:
    following = datetime(year + month // 12, month % 12 + 1, 1, 8, tzinfo=UTC)
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - 4) % 7)


def books(
    start_ms: int,
    first_ms: int,
    also: Sequence[str] = (),
    soon_ms: int | None = None,
    small: Sequence[Coin] = (),
) -> tuple[Book, ...]:
    """Every contract that is listed when market time starts, in the order of the crowds.

    `also` names the further venues; ValueError for one that is not known. `soon_ms` is when contracts expire
    that are listed besides those of the quarter. `small` coins have a perpetual on each of the usual venues.
    """
    for venue in also:
        if venue not in FURTHER_VENUES:
            raise ValueError(f"the invented market can also have {', '.join(FURTHER_VENUES)}, not {venue}")
    expiries = (quarterly_expiry(start_ms),) if soon_ms is None else (soon_ms, quarterly_expiry(soon_ms))
    inverse = (_inverse_book(venue, 0, first_ms) for venue in INVERSE_TIERS)
    usual, further = (_linear(venues, expiries, first_ms) for venues in (USUAL_VENUES, also))
    return (*usual, *inverse, *further, *_small(small, first_ms))


def _linear(venues: Sequence[str], expiries_ms: Sequence[int], first_ms: int) -> list[Book]:
    perpetuals = [
        _book(venue, number, coin, None, first_ms, _crowd(venue))
        for number, coin in enumerate(COINS)
        for venue in venues
        if (venue, coin.base) not in UNLISTED
    ]
    dated = (
        _book(venue, 0, COINS[0], at_ms, first_ms, _crowd(venue)) for at_ms in expiries_ms for venue in venues
    )
    return [*perpetuals, *dated]


def _crowd(venue: str) -> Crowd:
    return Crowd.FURTHER if venue in FURTHER_VENUES else Crowd.LINEAR


def _small(coins: Sequence[Coin], first_ms: int) -> list[Book]:
    numbered = [(len(COINS) + number, coin) for number, coin in enumerate(coins)]
    return [
        _book(venue, number, coin, None, first_ms, Crowd.SMALL)
        for number, coin in numbered
        for venue in USUAL_VENUES
    ]


def _book(venue: str, number: int, coin: Coin, expires_ms: int | None, first_ms: int, crowd: Crowd) -> Book:
    size = contract_size(venue, coin.base)
    tiers = _tiers(venue, coin.tiers if expires_ms is None else DATED_TIERS)
    listing = Listing(
        venue=venue,
        id=contract_id(venue, coin.base, QUOTE, expires_ms),
        base=coin.base,
        quote=QUOTE,
        contract_size=size,
        tick_size=coin.tick_size,
        lot_size=size if crowd is Crowd.FURTHER else coin.lot_size,
        tiers=tiers,
        listed_ms=first_ms - DAYS_LISTED * DAY_MS,
        expires_ms=expires_ms,
    )
    share = VENUE_SHARE[venue] * (1.0 if expires_ms is None else FUTURE_SHARE)
    return Book(listing, number, coin.open_interest * share, VENUE_BASIS[venue], crowd)


def _inverse_book(venue: str, number: int, first_ms: int) -> Book:
    coin, size = COINS[number], INVERSE_CONTRACT_SIZES[venue]
    listing = Listing(
        venue=venue,
        id=contract_id(venue, coin.base, INVERSE_QUOTE),
        base=coin.base,
        quote=INVERSE_QUOTE,
        contract_size=size,
        tick_size=coin.tick_size,
        lot_size=size,
        tiers=tuple(MarginTier(*row) for row in INVERSE_TIERS[venue]),
        listed_ms=first_ms - DAYS_LISTED * DAY_MS,
        inverse=True,
        caps_in_base=venue == "bybit",
    )
    coins = coin.open_interest * VENUE_SHARE[venue] * INVERSE_SHARE
    return Book(listing, number, coins * coin.price, VENUE_BASIS[venue], Crowd.INVERSE)
