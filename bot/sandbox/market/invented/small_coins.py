"""Small coins, as many as are asked for: a market of a hundred pairs for who wants to watch so many."""

from itertools import islice, product
from math import floor, log10

from bot.sandbox.market.invented.coins import Coin

TIERS = ((20e3, 50, 0.01), (60e3, 25, 0.02), (200e3, 10, 0.05), (600e3, 5, 0.1), (3e6, 2, 0.25))
DOLLARS_OPEN = 20e6  # on Binance
PRICES = (4.0, 0.7, 23.0, 0.06, 1.9, 0.011, 9.0)
SIGNIFICANT_DIGITS = 5
MOST_SMALL_COINS = 300
DRIFT, DAILY_VOLATILITY = 0.01, (0.05, 0.07)


def small_coins(count: int) -> tuple[Coin, ...]:
    """The first so many, the same for every seed; ValueError for more than there are."""
    if not 0 <= count <= MOST_SMALL_COINS:
        raise ValueError(f"there are from 0 to {MOST_SMALL_COINS} small coins, not {count}")
    names = ("".join(letters) + "O" for letters in product("BDFGKLMNPRTV", "AEIOU", "LNRSX"))
    return tuple(_coin(number, name) for number, name in enumerate(islice(names, count)))


def _coin(number: int, name: str) -> Coin:
    price = PRICES[number % len(PRICES)] * 1.03 ** (number // len(PRICES))
    return Coin(
        base=name,
        price=price,
        tick_size=round(10.0 ** (floor(log10(price)) + 1 - SIGNIFICANT_DIGITS), 10),
        lot_size=1.0,
        open_interest=round(DOLLARS_OPEN / price),
        swing=1.2 + 0.1 * (number % 5),
        own_swing=0.4,
        drift=DRIFT,
        daily_volatility=DAILY_VOLATILITY,
        tiers=TIERS,
    )
