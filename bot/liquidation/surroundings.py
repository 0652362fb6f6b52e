"""What a venue says around a contract: who pays funding, how many accounts are long, what its book holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.side import Side

Level = tuple[float, float]  # price, base coin


@dataclass(frozen=True)
class Funding:
    rate: float  # fraction of notional for each interval; longs pay shorts where it is positive
    interval_ms: int | None  # None where the venue does not say
    next_ms: int | None
    stamp_ms: int


@dataclass(frozen=True)
class Accounts:
    long_share: float  # of accounts with a position
    stamp_ms: int


@dataclass(frozen=True)
class OrderBook:
    """Each side from the best price outwards, as far as one request shows it."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    stamp_ms: int

    def ahead(self, side: Side) -> tuple[Level, ...]:
        """What a move towards a side's zones has to go through: asks before shorts, bids before longs."""
        return self.asks if side is Side.SHORT else self.bids

    def shows(self, side: Side, price: float) -> bool:
        """Whether it reaches as far as a price."""
        levels = self.ahead(side)
        return bool(levels) and (levels[-1][0] - price) * side.sign >= 0

    def quantity_to(self, side: Side, price: float) -> float:
        """Base coin up to a price."""
        return sum(size for at, size in self.ahead(side) if (price - at) * side.sign >= 0)


@dataclass(frozen=True)
class Surroundings:
    """None where the venue does not have it or did not say it in time."""

    venue: str
    funding: Funding | None = None
    accounts: Accounts | None = None
    book: OrderBook | None = None


def shown_to(books: Sequence[OrderBook], side: Side) -> float | None:
    """The price up to which all of these books are shown; None where one has nothing on that side."""
    ends = [book.ahead(side)[-1][0] for book in books if book.ahead(side)]
    if not ends or len(ends) < len(books):
        return None
    return min(ends) if side is Side.SHORT else max(ends)
