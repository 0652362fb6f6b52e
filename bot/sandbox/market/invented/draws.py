"""What chance decides, drawn ahead in blocks of fixed length so that a market depends on its seed alone."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from bot.sandbox.market.candles import Floats, Ints
from bot.sandbox.market.invented.coins import COINS, FUTURE_PREMIUM, Book, Coin
from bot.sandbox.market.invented.habits import Habits
from bot.sandbox.market.invented.prices import SharedPrices, SwingingPrices, WalkingPrices
from bot.sandbox.market.invented.wandering import BLOCK_MINUTES, wander

LOWEST_ODD, HIGHEST_ODD = 2.0, 110.0  # leverage settings
FAST_HOLDERS = 0.55
FAST_MINUTES, SLOW_MINUTES = 120.0, 2100.0
LONGEST_MINUTES = 20_000
SEED_SPREAD = 0.06  # how far a seed shifts the price level
YEAR_MINUTES = 365 * 1440
LEAST_INTEREST, GROWING_DAYS = 0.6, 7.0
SHARE_MEMORY_MINUTES = 600
MISREADING = 6  # beside a crowd's chances


@dataclass(frozen=True)
class Block:
    """One row a minute; then contract, or (contract, side, position)."""

    log_price: Floats
    wick: Floats
    volume: Floats
    taker: Floats
    flow: Floats
    appetite: Floats
    long_share: Floats
    leverage: Floats
    weight: Floats
    lifetime: Ints
    pick: Ints
    misread: Floats


def whole_block(parts: Sequence[Block]) -> Block:
    """The blocks of several crowds as one."""
    if len(parts) == 1:
        return parts[0]
    joined = {field.name: [getattr(part, field.name) for part in parts] for field in fields(Block)}
    return Block(**{name: np.concatenate(rows, 2 if name == "wick" else 1) for name, rows in joined.items()})


def prices_of(
    seed: int, first_minute: int, habits: Habits, coins: Sequence[Coin] = COINS, first: int = 0
) -> SharedPrices:
    """Prices of coins of which the first has that number among all coins; others change nothing in them."""
    shift = np.random.default_rng([seed, 15, first]).uniform(-SEED_SPREAD, SEED_SPREAD, len(coins))
    level = np.log([coin.price for coin in coins]) + shift
    if habits.walks:
        return SharedPrices(WalkingPrices(seed, level, coins, first, first_minute), first)
    return SharedPrices(SwingingPrices(seed, level, coins, first), first)


class Draws:
    """What chance decides for the contracts of one crowd."""

    def __init__(
        self,
        seed: int,
        books: Sequence[Book],
        first_minute: int,
        habits: Habits,
        prices: SharedPrices,
    ) -> None:
        stream = int(books[0].crowd)
        self._books = books
        self._habits = habits
        self._rng = np.random.default_rng([seed, stream])
        self._misreading = np.random.default_rng([seed, stream + MISREADING])
        self._prices = prices
        self._first_minute = first_minute
        self._coin = np.array([book.coin for book in books]) - prices.first
        self._crowd = np.zeros(len(books))
        self._hunger = np.zeros(len(books))
        self._basis = np.zeros(len(books))

    def block(self, number: int) -> Block:
        """The next block; they must be asked for in order."""
        rng, contracts, habits = self._rng, len(self._books), self._habits
        flat, wide = (BLOCK_MINUTES, contracts), (BLOCK_MINUTES, contracts, 2, habits.openings)
        self._basis, basis = wander(rng, self._basis, 240, 0.00015)
        self._hunger, appetite = wander(rng, self._hunger, *habits.appetite)
        self._crowd, crowd = wander(rng, self._crowd, SHARE_MEMORY_MINUTES, 0.06)
        leverage = _effective_leverage(rng, wide, habits)
        weight = np.exp(rng.standard_normal(wide))
        prices = self._prices.block(number, rng)
        wick, bustle = prices.wick[:, None, self._coin], prices.bustle[:, self._coin]
        return Block(
            log_price=prices.log_price[:, self._coin] + basis + self._premium(number),
            wick=np.abs(rng.standard_normal((BLOCK_MINUTES, 2, contracts))) * wick,
            volume=np.exp(0.45 * rng.standard_normal(flat)) * bustle,
            taker=rng.normal(0.0, 0.06, flat),
            flow=rng.normal(0.0, 1.0, flat),
            appetite=appetite + self._growth(number),
            long_share=np.clip(0.54 + crowd + rng.normal(0, habits.share_noise, flat), 0.2, 0.8),
            leverage=leverage,
            weight=weight / weight.sum(-1, keepdims=True),
            lifetime=_lifetimes(rng, leverage, habits),
            pick=rng.integers(0, 1 << 30, (BLOCK_MINUTES, 2 * contracts)),
            misread=self._misreading.normal(0, 1, flat) * habits.interest_noise,
        )

    def _growth(self, number: int) -> Floats:
        """Interest in the market rises over its first days, so that its zones are seldom thin."""
        days = (number * BLOCK_MINUTES + np.arange(BLOCK_MINUTES)) / 1440
        return (LEAST_INTEREST + (1 - LEAST_INTEREST) * np.minimum(1, days / GROWING_DAYS) - 1)[:, None]

    def _premium(self, number: int) -> Floats:
        """The venue's basis, and what a dated contract costs above the perpetual."""
        minute = self._first_minute + number * BLOCK_MINUTES + np.arange(BLOCK_MINUTES)
        columns = []
        for book in self._books:
            expiry = book.listing.expires_ms
            left = 0.0 if expiry is None else np.maximum(0.0, expiry / 60_000 - minute) / YEAR_MINUTES
            columns.append(book.basis + FUTURE_PREMIUM * left + np.zeros(BLOCK_MINUTES))
        return np.stack(columns, 1)


def _effective_leverage(rng: np.random.Generator, shape: tuple[int, ...], habits: Habits) -> Floats:
    """Nominal for isolated positions; a cross position has more behind it than its setting says."""
    settings, shares = np.array(habits.leverages).T
    nominal = rng.choice(settings, size=shape, p=shares)
    if habits.odd_leverages:
        odd = np.rint(np.exp(rng.uniform(np.log(LOWEST_ODD), np.log(HIGHEST_ODD), shape)))
        nominal = np.where(rng.random(shape) < habits.odd_leverages, odd, nominal)
    cross = rng.random(shape) < habits.cross
    behind = 1.2 + np.exp(rng.normal(*habits.behind, shape))
    return np.asarray(np.where(cross, np.maximum(nominal / behind, 1.0), nominal))


def _lifetimes(rng: np.random.Generator, leverage: Floats, habits: Habits) -> Ints:
    """Minutes until the owner closes."""
    if habits.half_lives is not None:
        shortest, longest = np.log(habits.half_lives)
        half_life = np.exp(rng.uniform(shortest, longest, leverage.shape))
        return np.asarray(np.ceil(rng.exponential(half_life / np.log(2))), np.int64)
    slow = rng.random(leverage.shape) >= FAST_HOLDERS
    shorter_when_levered = np.clip(10 / leverage, 0.1, 1.5) ** 0.4
    mean = np.where(slow, SLOW_MINUTES, FAST_MINUTES) * shorter_when_levered
    return np.clip(rng.exponential(mean), 1, LONGEST_MINUTES).astype(np.int64)
