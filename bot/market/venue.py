"""What the rest of the house asks of an exchange, live or recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.surroundings import OrderBook, Surroundings
from bot.liquidation.windows import HOUR_MS, LONGEST_HISTORY_MS
from bot.market.candles import Stretch
from bot.market.forced_orders import Heard


@dataclass(frozen=True)
class Listing:
    """One futures market of a venue, as its market list names it."""

    venue: str
    market_id: str
    symbol: str  # ccxt's unified symbol
    base: str
    quote: str
    settle: str
    inverse: bool
    expiry_ms: int | None  # None for a perpetual
    active: bool
    contract_size: float = 1.0  # in base coins, of an inverse contract in its quote


@dataclass(frozen=True)
class MarkPrice:
    price: float
    timestamp_ms: int  # market time


class VenueError(Exception):
    """A venue could not give what was asked; `reason` is a plain sentence part that a chat may read."""

    def __init__(self, venue: str, reason: str) -> None:
        super().__init__(f"{venue}: {reason}")
        self.venue = venue
        self.reason = reason


class Venue(Protocol):
    """Every method raises VenueError, and nothing else, when the venue does not answer sensibly in time."""

    name: str
    interest_reach_ms: int  # how far back its open interest goes

    async def load(self) -> None:
        """Fetch the market list; safe to call again after a failure."""
        ...

    @property
    def listings(self) -> Sequence[Listing]:
        """Linear and inverse futures; empty until loaded."""
        ...

    async def contract(self, symbol: str) -> Contract: ...

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        """Closed candles that start at or after `since_ms` and end by `until_ms`, oldest first.

        Older stretches may come in coarser spans; consecutive items do not overlap in time.
        """
        ...

    async def page(self, symbol: str, page: Stretch, now_ms: int) -> History:
        """Candles of a stretch of the past with its open interest, as the venue keeps both at `now_ms`.

        Empty where there was no contract yet. Comes after everything else that is asked of the venue.
        """
        ...

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]: ...

    async def listen(self, symbols: Sequence[str]) -> None:
        """Keep the streams of exactly these contracts open; returns at once and may be called often.

        Candles, mark prices, open interest and liquidations come over them where the venue offers that;
        `history` and `mark_prices` answer from them while they are alive.
        """
        ...

    def heard(self) -> Heard:
        """Liquidations since the last call; each is told once."""
        ...

    async def surroundings(self, symbol: str) -> Surroundings:
        """Funding, accounts and order book as they are now; what the venue does not have is None."""
        ...

    async def order_book(self, symbol: str) -> OrderBook | None:
        """As it is now, as far as one request shows it; None where the venue does not have it."""
        ...

    async def server_time_ms(self) -> int: ...

    async def close(self) -> None: ...


def needed_from_ms(venue: Venue, now_ms: int) -> int:
    """From which full hour a contract is read: candles without open interest would tell its map nothing."""
    return -(-(now_ms - min(venue.interest_reach_ms, LONGEST_HISTORY_MS)) // HOUR_MS) * HOUR_MS
