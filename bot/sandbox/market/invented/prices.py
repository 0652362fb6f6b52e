"""Where price would go without liquidations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.sandbox.market.candles import Floats
from bot.sandbox.market.invented.coins import Coin
from bot.sandbox.market.invented.swings import Centre, Waves
from bot.sandbox.market.invented.wandering import BLOCK_MINUTES, wander

PRICE_NOISE = 0.00025
SWINGING_WICK = 0.0003
DAY_MINUTES = 1440
CALMING_MINUTES, UNREST = 2 * DAY_MINUTES, 0.35  # how volatility wanders: memory, deviation of its logarithm
BUSIEST_MINUTE, SEASON = 14.5 * 60, 0.35  # of the day in UTC, and how much more volatile it is
JUMPS_A_DAY, JUMP = 0.4, 0.4  # a jump's deviation is a share of the daily volatility
HOMING_MINUTES = 12 * DAY_MINUTES  # a weak pull keeps a month's walk within reason
WALKING_WICK = 0.5  # of a minute's volatility


@dataclass(frozen=True)
class PriceBlock:
    """(minute, coin): log-price, the scale of wicks, and how busy trading is beside its usual pace."""

    log_price: Floats
    wick: Floats
    bustle: Floats


class Prices(Protocol):
    def block(self, rng: np.random.Generator) -> PriceBlock: ...


class SharedPrices:
    """One price for several groups of traders: it takes the chances of the first who asks for a block.

    The first of its coins has the number `first` among all coins of the market.
    """

    def __init__(self, prices: Prices, first: int) -> None:
        self.first = first
        self._prices = prices
        self._known: tuple[int, PriceBlock] | None = None

    def block(self, number: int, rng: np.random.Generator) -> PriceBlock:
        if self._known is None or self._known[0] != number:
            self._known = number, self._prices.block(rng)
        return self._known[1]


class SwingingPrices:
    """Waves that all coins share, waves of their own, and a slowly wandering centre."""

    def __init__(self, seed: int, level: Floats, coins: Sequence[Coin], first: int) -> None:
        self._level = level
        self._coins = coins
        self._common = Waves(np.random.default_rng([seed, 12]))
        self._own = [Waves(np.random.default_rng([seed, 13, first + n])) for n in range(len(coins))]
        centres = [np.random.default_rng([seed, 14, first + n]) for n in range(len(coins))]
        self._centre = [Centre(rng, coin.drift) for rng, coin in zip(centres, coins, strict=True)]

    def block(self, rng: np.random.Generator) -> PriceBlock:
        common = self._common.take(BLOCK_MINUTES)
        columns = []
        for number, coin in enumerate(self._coins):
            own = self._own[number].take(BLOCK_MINUTES) * coin.own_swing
            noise = rng.standard_normal(BLOCK_MINUTES) * PRICE_NOISE * coin.swing
            centre = self._centre[number].take(BLOCK_MINUTES)
            columns.append(self._level[number] + common * coin.swing + own + centre + noise)
        path = np.stack(columns, 1)
        return PriceBlock(path, np.full_like(path, SWINGING_WICK), np.ones_like(path))


class WalkingPrices:
    """Random walks of changing volatility, with hours that are busier and a jump now and then."""

    def __init__(
        self, seed: int, level: Floats, coins: Sequence[Coin], first: int, first_minute: int
    ) -> None:
        self._rng = np.random.default_rng([seed, 16, first])
        self._level, self._away = level, np.zeros(len(coins))
        self._minute = first_minute
        low, high = np.array([coin.daily_volatility for coin in coins]).T
        self._usual = self._rng.uniform(low, high) / np.sqrt(DAY_MINUTES)
        self._unrest = self._rng.normal(0, UNREST, len(coins))

    def block(self, rng: np.random.Generator) -> PriceBlock:
        """The walk has chances of its own, so that a seed's price does not hang on who trades."""
        self._unrest, unrest = wander(self._rng, self._unrest, CALMING_MINUTES, UNREST)
        bustle = np.exp(unrest - UNREST**2) * self._season()
        volatility = self._usual * bustle
        steps = volatility * self._rng.standard_normal(bustle.shape) + self._jumps(bustle.shape)
        home = self._away * np.arange(1, BLOCK_MINUTES + 1)[:, None] / HOMING_MINUTES
        path = self._away + steps.cumsum(0) - home
        self._away = path[-1]
        return PriceBlock(self._level + path, WALKING_WICK * volatility, bustle)

    def _season(self) -> Floats:
        minute = self._minute + np.arange(BLOCK_MINUTES)
        self._minute += BLOCK_MINUTES
        wave = 1 + SEASON * np.cos(2 * np.pi * (minute - BUSIEST_MINUTE) / DAY_MINUTES)
        return np.asarray(wave / np.sqrt(1 + SEASON**2 / 2))[:, None]

    def _jumps(self, shape: tuple[int, ...]) -> Floats:
        falls = self._rng.random(shape) < JUMPS_A_DAY / DAY_MINUTES
        size = self._rng.standard_normal(shape) * JUMP * self._usual * np.sqrt(DAY_MINUTES)
        return np.asarray(falls * size)
