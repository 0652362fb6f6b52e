"""What one venue spells in its own way: its requests, its units and its streams."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from bot.liquidation.contract import Tier
from bot.liquidation.feed import Feed
from bot.liquidation.surroundings import Accounts, Funding, OrderBook
from bot.liquidation.windows import FINE_HISTORY_MS
from bot.market.candles import Stretch
from bot.market.live import Topics
from bot.market.live_tape import Reading
from bot.market.margin_table import TableSource
from bot.market.venue import MarkPrice
from bot.market.wire import Ccxt, Market, Wire


class VenueDialect(ABC):
    """A venue's adapter is a subclass of CcxtVenue that fills this in."""

    name: str
    ccxt_class: ClassVar[str]
    candles_a_page: ClassVar[int]
    marks_a_page: ClassVar[int]
    marks_reach_ms: ClassVar[int] = FINE_HISTORY_MS
    interest_reach_ms: int  # how far back its open interest goes
    interest_in_quote: ClassVar[bool] = False  # open interest of inverse contracts comes in quote currency
    closing_fee: ClassVar[float] = 0.0
    feed: ClassVar[Feed]
    mark_pause_s: ClassVar[float] = 4.0  # streamed mark prices come every second

    @abstractmethod
    def _options(self) -> dict[str, Any]:
        """Constructor options for ccxt, with the root's addresses where there is one."""

    @abstractmethod
    async def _tiers(self, market: Market) -> Sequence[Tier]:
        """As published, in any order; PublishedTier where there is something to check them by."""

    def _table_sources(self, market: Market) -> Sequence[TableSource]:
        """Where a margin table may be had, best first."""
        return [TableSource("its own table", lambda: self._tiers(market), must_answer=True)]

    def _caps_in_base(self, market: Market) -> bool:
        """Whether the caps of its margin table are coins rather than quote currency."""
        return False

    @abstractmethod
    async def candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        """Rows as in `Candles`; the market is at `now_ms`."""

    @abstractmethod
    async def mark_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        """Rows of (start_ms, low, high) of the mark price."""

    @abstractmethod
    async def interest_rows(self, market: Market, span: Stretch, now_ms: int) -> Sequence[Reading]:
        """The venue's own history of open interest, one-sided, as fine as it keeps it at `now_ms`."""

    @abstractmethod
    async def interest_now(self, market: Market) -> Reading | None: ...

    @abstractmethod
    async def _marks(self, markets: Sequence[Market]) -> dict[str, MarkPrice]:
        """Mark prices by market id; more than were asked for is fine."""

    async def _funding(self, market: Market) -> Funding | None:
        return None

    async def _accounts(self, market: Market) -> Accounts | None:
        return None

    async def _book(self, market: Market) -> OrderBook | None:
        return None

    @abstractmethod
    async def _server_time_ms(self, exchange: Ccxt) -> int: ...

    # --- its streams ---

    @abstractmethod
    def _topics(self, market: Market) -> Topics:
        """What one contract needs: liquidations, mark price, closed minutes, open interest where streamed."""

    @abstractmethod
    def _frames(self, topics: Sequence[str], subscribe: bool) -> Iterable[Wire]:
        """The messages that begin or end so many subscriptions."""

    @abstractmethod
    def _hear(self, message: Wire) -> bool:
        """Take in one message; False for what is ccxt's business, such as the answer to a ping."""
