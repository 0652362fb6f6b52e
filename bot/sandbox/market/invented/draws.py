"""What chance decides, drawn ahead in blocks of fixed length so that a market depends on its seed alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.sandbox.market.candles import Floats, Ints
from bot.sandbox.market.invented.coins import COINS, FUTURE_PREMIUM, Book
from bot.sandbox.market.invented.swings import Centre, Waves

BLOCK_MINUTES = 240
OPENINGS = 2  # positions a minute, contract and side
LEVERAGES = np.array([125.0, 100.0, 75.0, 50.0, 25.0, 20.0, 10.0, 5.0, 3.0])
LEVERAGE_SHARES = np.array([0.01, 0.02, 0.02, 0.07, 0.14, 0.2, 0.28, 0.16, 0.1])
CROSS_SHARE = 0.45
FAST_HOLDERS = 0.55
FAST_MINUTES, SLOW_MINUTES = 120.0, 2100.0
LONGEST_MINUTES = 20_000
SEED_SPREAD = 0.06  # how far a seed shifts the price level
PRICE_NOISE = 0.00025
YEAR_MINUTES = 365 * 1440
LEAST_INTEREST, GROWING_DAYS = 0.6, 7.0
SHARE_MEMORY_MINUTES = 600


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


class Draws:
    def __init__(self, seed: int, books: Sequence[Book], first_minute: int) -> None:
        self._books = books
        self._rng = np.random.default_rng([seed, 11])
        self._common = Waves(np.random.default_rng([seed, 12]))
        self._own = [Waves(np.random.default_rng([seed, 13, n])) for n in range(len(COINS))]
        self._centre = [Centre(np.random.default_rng([seed, 14, n]), c.drift) for n, c in enumerate(COINS)]
        shift = np.random.default_rng([seed, 15]).uniform(-SEED_SPREAD, SEED_SPREAD, len(COINS))
        self._level = np.log([coin.price for coin in COINS]) + shift
        self._first_minute = first_minute
        self._coin = np.array([book.coin for book in books])
        self._crowd = np.zeros(len(books))
        self._hunger = np.zeros(len(books))
        self._basis = np.zeros(len(books))

    def block(self, number: int) -> Block:
        """The next block; they must be asked for in order."""
        rng, contracts = self._rng, len(self._books)
        flat, wide = (BLOCK_MINUTES, contracts), (BLOCK_MINUTES, contracts, 2, OPENINGS)
        self._basis, basis = _wander(rng, self._basis, 240, 0.00015)
        self._hunger, appetite = _wander(rng, self._hunger, 1440, 0.06)
        self._crowd, crowd = _wander(rng, self._crowd, SHARE_MEMORY_MINUTES, 0.06)
        leverage = _effective_leverage(rng, wide)
        weight = np.exp(rng.standard_normal(wide))
        return Block(
            log_price=self._coin_prices()[:, self._coin] + basis + self._premium(number),
            wick=np.abs(rng.standard_normal((BLOCK_MINUTES, 2, contracts))) * 0.0003,
            volume=np.exp(0.45 * rng.standard_normal(flat)),
            taker=rng.normal(0.0, 0.06, flat),
            flow=rng.normal(0.0, 1.0, flat),
            appetite=appetite + self._growth(number),
            long_share=np.clip(0.54 + crowd + rng.normal(0, 0.004, flat), 0.2, 0.8),
            leverage=leverage,
            weight=weight / weight.sum(-1, keepdims=True),
            lifetime=_lifetimes(rng, leverage),
            pick=rng.integers(0, 1 << 30, (BLOCK_MINUTES, 2 * contracts)),
        )

    def _coin_prices(self) -> Floats:
        common = self._common.take(BLOCK_MINUTES)
        columns = []
        for number, coin in enumerate(COINS):
            own = self._own[number].take(BLOCK_MINUTES) * coin.own_swing
            noise = self._rng.standard_normal(BLOCK_MINUTES) * PRICE_NOISE * coin.swing
            centre = self._centre[number].take(BLOCK_MINUTES)
            columns.append(self._level[number] + common * coin.swing + own + centre + noise)
        return np.stack(columns, 1)

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


def _wander(rng: np.random.Generator, level: Floats, memory: float, spread: float) -> tuple[Floats, Floats]:
    """A mean-reverting walk over a block, in steps of ten minutes joined by straight lines."""
    nodes = BLOCK_MINUTES // 10
    pull = 10 / memory
    kicks = rng.standard_normal((nodes, len(level))) * spread * np.sqrt(2 * pull)
    walk = [level]
    for kick in kicks:
        walk.append(walk[-1] * (1 - pull) + kick)
    path = np.stack(walk)
    share = np.arange(1, 11)[None, :, None] / 10
    between = path[:-1, None] + (path[1:, None] - path[:-1, None]) * share
    return path[-1], between.reshape(BLOCK_MINUTES, len(level))


def _effective_leverage(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Nominal for isolated positions; a cross position has more behind it than its setting says."""
    nominal = rng.choice(LEVERAGES, size=shape, p=LEVERAGE_SHARES)
    cross = rng.random(shape) < CROSS_SHARE
    behind = 1.2 + np.exp(rng.normal(1.0, 0.9, shape))
    return np.asarray(np.where(cross, np.maximum(nominal / behind, 1.0), nominal))


def _lifetimes(rng: np.random.Generator, leverage: Floats) -> Ints:
    """Minutes until the owner closes; high leverage is held shorter."""
    slow = rng.random(leverage.shape) >= FAST_HOLDERS
    mean = np.where(slow, SLOW_MINUTES, FAST_MINUTES) * np.clip(10 / leverage, 0.1, 1.5) ** 0.4
    return np.clip(rng.exponential(mean), 1, LONGEST_MINUTES).astype(np.int64)
