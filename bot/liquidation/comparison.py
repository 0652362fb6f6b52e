"""Two instruments, or one on two venues, side by side: who is denser, and how far apart their prices are."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding
from bot.liquidation.windows import DAY_MS

WITHIN = (0.01, 0.03, 0.05)  # fractions of each one's own price
ALIKE = 0.1  # densities that differ by less are the same: no more is known
YEAR_MS = 365 * DAY_MS
LEAST_BASIS = 5e-6  # prices that are less apart are level


@dataclass(frozen=True)
class Compared:
    """One of the two: the map of an instrument, on one venue or on several together."""

    shown: Snapshot
    funding: tuple[tuple[str, Funding], ...] = ()  # by venue, the largest share first; a dated one has none

    @property
    def found(self) -> LiquidationMap:
        return self.shown.found

    @property
    def base(self) -> str:
        return self.found.symbol.partition("/")[0]

    @property
    def quote(self) -> str:
        return self.found.symbol.partition("/")[2].partition(":")[0]

    @property
    def expires_ms(self) -> int | None:
        """None for a perpetual."""
        return None if self.found.expiry is None else self.found.expiry.at_ms

    def held(self, side: Side, within: float) -> float:
        """Base coin of a side between price and the price that lies a fraction away."""
        return self.found.mass_to(side, self.found.price * (1 + side.sign * within))

    def amount(self, within: float) -> float:
        """Both sides, in quote currency."""
        return sum(self.held(side, within) for side in Side) * self.found.price

    def density(self, within: float) -> float:
        """Share of all its open positions, longs and shorts, that would be liquidated within a fraction."""
        open_base = self.found.open_interest_base
        return sum(self.held(side, within) for side in Side) / (2 * open_base) if open_base > 0 else 0.0


@dataclass(frozen=True)
class Basis:
    """Where the second's price stands above (below, where negative) the first's."""

    fraction: float
    yearly: float | None  # the same over a year, simple, from the time between the two expiries; None where
    # that is under a day

    @property
    def is_level(self) -> bool:
        return abs(self.fraction) < LEAST_BASIS


@dataclass(frozen=True)
class Comparison:
    first: Compared
    second: Compared

    @property
    def both(self) -> tuple[Compared, Compared]:
        return self.first, self.second

    @property
    def is_one_symbol(self) -> bool:
        """One contract on two venues."""
        return self.first.found.symbol == self.second.found.symbol

    @property
    def apart_ms(self) -> int:
        """How far apart in time the two prices were told."""
        return abs(self.first.found.price_stamp_ms - self.second.found.price_stamp_ms)

    @property
    def basis(self) -> Basis | None:
        """None for two coins, and for prices in two currencies."""
        if not self._is_one_coin or not self._is_one_currency or not self.first.found.price > 0:
            return None
        fraction = self.second.found.price / self.first.found.price - 1
        return Basis(fraction, self._yearly(fraction))

    def ratio(self, within: float) -> float | None:
        """The first's amount over the second's; None where it says nothing."""
        amounts = [one.amount(within) for one in self.both]
        if min(amounts) <= 0 or not self._is_one_currency:
            return None
        return amounts[0] / amounts[1]

    def denser(self, within: float) -> Compared | None:
        """Of which the larger share of open positions stands within; None where they are alike."""
        first, second = (one.density(within) for one in self.both)
        if abs(first - second) <= ALIKE * max(first, second):
            return None
        return self.first if first > second else self.second

    @property
    def _is_one_coin(self) -> bool:
        return self.first.base == self.second.base

    @property
    def _is_one_currency(self) -> bool:
        """The same, or both dollars in one form or another."""
        quotes = {one.quote for one in self.both}
        return len(quotes) == 1 or all("USD" in quote for quote in quotes)

    def _yearly(self, fraction: float) -> float | None:
        """A perpetual counts as a contract that ends now."""
        first, second = (one.expires_ms or one.shown.now_ms for one in self.both)
        apart_ms = abs(second - first)
        return fraction * YEAR_MS / apart_ms if apart_ms >= DAY_MS else None
