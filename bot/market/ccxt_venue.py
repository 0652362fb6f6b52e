"""What all venues reached through ccxt have in common: loading, time limits, plain errors, histories."""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from itertools import chain
from math import inf
from typing import Any, ClassVar, TypeVar

import structlog

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.feed import Feed
from bot.liquidation.history import History
from bot.liquidation.surroundings import Accounts, Funding, OrderBook, Surroundings
from bot.liquidation.windows import FINE_HISTORY_MS
from bot.market.candles import (
    FIVE_MINUTES_MS,
    MINUTE_MS,
    Candles,
    OpenInterest,
    Stretch,
    history_of,
    stretches,
)
from bot.market.careful_exchange import careful
from bot.market.forced_orders import Heard
from bot.market.lanes import Lane, Turns, backfill_lane, first_lane, in_lane, lane
from bot.market.live import Live, Topics
from bot.market.live_tape import LiveTape, Reading
from bot.market.margin_sources import margin_table
from bot.market.margin_table import NothingKept, Shelf, TableSource
from bot.market.pause import Pause
from bot.market.venue import Listing, MarkPrice, VenueError
from bot.market.venue_errors import plain_errors
from bot.market.wire import Ccxt, Market, Wire

REQUEST_TIMEOUT_MS = 10_000
AT_ONCE = 8  # besides the urgent ones
UPDATE_MS = 3_600_000  # a longer gap than this is a backfill and gives way to updates
REMEMBERED_READINGS = 64
STREAMED_MINUTES = 60  # a longer gap is asked for

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class CcxtVenue(ABC):
    """One exchange instance for the whole process; public data only.

    Subclasses say how a venue spells its requests and units. Everything they raise becomes a VenueError.
    """

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

    def __init__(
        self, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS, shelf: Shelf | None = None
    ) -> None:
        self._timeout_ms = timeout_ms
        self._shelf = shelf or NothingKept()
        self.root = root.rstrip("/") if root else None
        self._exchange: Ccxt = None
        self._markets: dict[str, Market] = {}
        self._listings: tuple[Listing, ...] = ()
        self._loading: asyncio.Task[None] | None = None
        self._closed = False
        self._slots = Turns(AT_ONCE)
        self._readings: dict[str, deque[Reading]] = {}
        self._contracts: dict[str, Contract] = {}
        self._live = Live(self.name, self._frames, self.mark_pause_s)

    # --- what the house asks ---

    async def load(self) -> None:
        """All who ask at the same time share one request and its outcome; one who gives up harms nobody."""
        if self._loading is None or self._loading.done():
            self._loading = asyncio.ensure_future(self._fetch_listings())
            self._loading.add_done_callback(_heard)
        await asyncio.shield(self._loading)

    @property
    def listings(self) -> Sequence[Listing]:
        return self._listings

    async def contract(self, symbol: str) -> Contract:
        market = await self._market(symbol)
        with plain_errors(self.name):
            sources = self._table_sources(market)
            table = await margin_table(self._shelf, self.name, symbol, sources, self.closing_fee)
            self._contracts[symbol] = Contract(
                venue=self.name,
                market_id=market["id"],
                symbol=symbol,
                tick_size=float(market["precision"]["price"]),
                tiers=table.tiers,
                inverse=bool(market["inverse"]),
                closing_fee=self.closing_fee,
                caps_in_base=self._caps_in_base(market),
                feed=self.feed,
                tiers_from=table.source,
                tiers_read_ms=table.read_ms,
                tiers_trouble=table.trouble,
            )
        return self._contracts[symbol]

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        market = await self._market(symbol)
        wanted = stretches(since_ms, until_ms)
        if not wanted:
            return ()
        whole = Stretch(FIVE_MINUTES_MS, wanted[0].start_ms, wanted[-1].end_ms)
        is_update = until_ms - since_ms <= UPDATE_MS
        with plain_errors(self.name), in_lane(lane() if is_update else first_lane()):
            interest, *candles = await together(
                self._interest(market, whole),
                *(self._candles(market, stretch, whole.end_ms) for stretch in wanted),
            )
            found = [history_of(*pair, interest) for pair in zip(wanted, candles, strict=True)]
        return tuple(history for history in found if len(history))

    async def page(self, symbol: str, page: Stretch, now_ms: int) -> History:
        market = await self._market(symbol)
        with plain_errors(self.name), in_lane(backfill_lane()):
            rows, candles = await together(
                self._interest_rows(market, page, now_ms), self._candles(market, page, now_ms)
            )
            return history_of(page, candles, self._as_interest(market, rows))

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]:
        """From the streams; what they do not tell now takes one request, whatever its number.

        Symbols that the venue does not list are left out.
        """
        if not self._markets:
            await self.load()
        markets = [self._markets[symbol] for symbol in symbols if symbol in self._markets]
        tapes = {market["id"]: self._live.tapes.get(market["id"]) for market in markets}
        marks = {name: tape.mark for name, tape in tapes.items() if tape and tape.alive and tape.mark}
        if silent := [market for market in markets if market["id"] not in marks]:
            with plain_errors(self.name), in_lane(Lane.NOW):
                marks |= await self._marks(silent)
        wanted = {market["symbol"]: marks.get(market["id"]) for market in markets}
        return {symbol: mark for symbol, mark in wanted.items() if mark and 0 < mark.price < inf}

    async def listen(self, symbols: Sequence[str]) -> None:
        """Symbols whose contract has not been asked for yet are left out."""
        contracts = [self._contracts[symbol] for symbol in symbols if symbol in self._contracts]
        if not contracts and not self._live.tapes:
            return
        with plain_errors(self.name):
            exchange = await self._connected()
            by_id = {market["id"]: market for market in self._markets.values()}
            self._live.listen(exchange, contracts, lambda market_id: self._topics(by_id[market_id]))

    def heard(self) -> Heard:
        return self._live.heard()

    async def surroundings(self, symbol: str) -> Surroundings:
        """Each part for itself; raises what one of them raised where none is to be had."""
        market = await self._market(symbol)
        errors: list[Exception] = []

        async def part(call: Coroutine[Any, Any, Answer | None]) -> Answer | None:
            try:
                return await call
            except Exception as error:  # of whatever kind: the others are told without it
                errors.append(error)
                return None

        found = await asyncio.gather(
            part(self._funding(market)), part(self._accounts(market)), part(self._book(market))
        )
        with plain_errors(self.name):
            if len(errors) == len(found):
                raise errors[0]
        return Surroundings(self.name, *found)

    async def server_time_ms(self) -> int:
        with plain_errors(self.name):
            exchange = await self._connected()
            with in_lane(Lane.NOW):
                return await self._server_time_ms(exchange)

    async def close(self) -> None:
        self._closed = True
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait([self._loading])
        await self._live.close()
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            await exchange.close()

    # --- what a venue says about itself ---

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
    async def _candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        """Rows as in `Candles`; the market is at `now_ms`."""

    @abstractmethod
    async def _mark_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        """Rows of (start_ms, low, high) of the mark price."""

    @abstractmethod
    async def _interest_rows(self, market: Market, span: Stretch, now_ms: int) -> Sequence[Reading]:
        """The venue's own history of open interest, one-sided, as fine as it keeps it at `now_ms`."""

    @abstractmethod
    async def _interest_now(self, market: Market) -> Reading | None: ...

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

    def _tape(self, market_id: str) -> LiveTape | None:
        return self._live.tapes.get(market_id)

    def _exchange_market(self, market_id: str) -> Market:
        return self._markets[self._live.tapes[market_id].symbol]

    def _told(self, url: str, message: Wire) -> bool:
        """An error here would end the line's reading, so it is told and left behind."""
        try:
            is_ours = self._hear(message)
        except Exception as error:
            log.warning("unreadable message", venue=self.name, reason=repr(error))
            return True
        if is_ours:
            self._live.heard_from(url)
        return is_ours

    # --- common care ---

    async def ask(self, method: str, **params: object) -> Wire:
        """One request by the name of ccxt's implicit method, a few at a time; an urgent one at once."""
        exchange = await self._connected()
        if lane() is Lane.NOW:
            return await getattr(exchange, method)(params)
        async with self._slots.turn():
            return await getattr(exchange, method)(params)

    async def _fetch_listings(self) -> None:
        with plain_errors(self.name):
            exchange = await self._connected()
            # Not load_markets: cancelling one waiter of it cancels all of them.
            markets = await exchange.fetch_markets()
            kept = {market["symbol"]: market for market in markets if _is_futures(market)}
            listings = tuple(_listing(self.name, market) for market in kept.values())
        if not listings:
            raise VenueError(self.name, "lists no futures")
        self._markets, self._listings = kept, listings

    async def _connected(self) -> Ccxt:
        if self._closed:
            raise VenueError(self.name, "is closed")
        if self._exchange is None:
            # Seconds of work, so it must not hold up the event loop.
            library = await asyncio.to_thread(importlib.import_module, "ccxt.pro")
            if self._exchange is None and not self._closed:
                kind = careful(getattr(library, self.ccxt_class), self._told, Pause(self.name))
                self._exchange = kind(self._common_options() | self._options())
                self._exchange.timeout_on_exit = 0
        return self._exchange

    def _common_options(self) -> dict[str, Any]:
        """On loopback nothing is throttled and no proxy asked."""
        live = self.root is None
        return {"timeout": self._timeout_ms, "enableRateLimit": live, "aiohttp_trust_env": live}

    async def _market(self, symbol: str) -> Market:
        if not self._markets:
            await self.load()
        if symbol not in self._markets:
            raise VenueError(self.name, "does not list it")
        return self._markets[symbol]

    async def _candles(self, market: Market, stretch: Stretch, now_ms: int) -> Candles:
        if (streamed := await self._streamed(market, stretch)) is not None:
            return streamed
        pages = [self._candle_page(market, page, now_ms) for page in stretch.pages(self.candles_a_page)]
        marks = [self._mark_page(market, page, now_ms) for page in self._mark_pages(stretch, now_ms)]
        found = await together(*pages, *marks)
        rows = [row for page in found[: len(pages)] for row in page]
        return Candles(rows, [row for page in found[len(pages) :] for row in page])

    async def _streamed(self, market: Market, stretch: Stretch) -> Candles | None:
        """A short gap as the streams filled it; None where they did not fill all of it."""
        tape = self._tape(market["id"])
        if tape is None or stretch.span_ms != MINUTE_MS or len(stretch) > STREAMED_MINUTES:
            return None
        rows = await tape.minutes(stretch)
        return (
            None if rows is None else Candles(rows, [(row[0], *tape.mark_range(int(row[0]))) for row in rows])
        )

    def _mark_pages(self, stretch: Stretch, now_ms: int) -> Iterator[Stretch]:
        """Liquidations trigger on the mark price: its range is worth asking for where candles are fine."""
        start = max(stretch.start_ms, (now_ms - self.marks_reach_ms) // stretch.span_ms * stretch.span_ms)
        if stretch.span_ms <= FIVE_MINUTES_MS and start < stretch.end_ms:
            yield from Stretch(stretch.span_ms, start, stretch.end_ms).pages(self.marks_a_page)

    async def _interest(self, market: Market, span: Stretch) -> OpenInterest:
        """The venue's history where it helps, what was read or streamed before, and a reading for the next.

        The newest reading is stamped later than any closed candle and therefore belongs to the candle that is
        open now: it is remembered until that one has closed.
        """
        remembered = self._remembered(market)
        calls = [self._interest_rows(market, span, span.end_ms)] if _history_helps(span, remembered) else []
        if not self._streams_interest(market):
            calls.append(self._reading_now(market))
        found = await together(*calls)
        rows = [*chain.from_iterable(found), *self._remembered(market)]
        return self._as_interest(market, rows)

    def _as_interest(self, market: Market, rows: Sequence[Reading]) -> OpenInterest:
        return OpenInterest.of(rows, self.interest_in_quote and bool(market["inverse"]))

    async def _reading_now(self, market: Market) -> Sequence[Reading]:
        now = await self._interest_now(market)
        if now is not None:
            self._readings[market["symbol"]].append(now)
        return ()

    def _remembered(self, market: Market) -> Sequence[Reading]:
        read = self._readings.setdefault(market["symbol"], deque(maxlen=REMEMBERED_READINGS))
        tape = self._tape(market["id"])
        return [*read, *(tape.readings if tape else ())]

    def _streams_interest(self, market: Market) -> bool:
        tape = self._tape(market["id"])
        return tape is not None and tape.streams_interest


async def together(*calls: Coroutine[Any, Any, Any]) -> list[Any]:
    """All answers in order; the first failure cancels the rest before it is raised."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _heard(loading: asyncio.Task[None]) -> None:
    """An outcome that nobody waits for any more is no news."""
    if not loading.cancelled():
        loading.exception()


def _history_helps(span: Stretch, remembered: Sequence[Reading]) -> bool:
    """Five-minute rows are fetched for a gap, not for the one minute that a reading already covers."""
    known = any(span.start_ms < stamp <= span.end_ms for stamp, _ in remembered)
    has_row = span.end_ms // FIVE_MINUTES_MS > span.start_ms // FIVE_MINUTES_MS
    return has_row and not (known and span.end_ms - span.start_ms <= FIVE_MINUTES_MS)


def _is_futures(market: Market) -> bool:
    return bool((market["swap"] or market["future"]) and (market["linear"] or market["inverse"]))


def _listing(venue: str, market: Market) -> Listing:
    expiry = market["expiry"]
    return Listing(
        venue=venue,
        market_id=market["id"],
        symbol=market["symbol"],
        base=market["base"],
        quote=market["quote"],
        settle=market["settle"],
        inverse=bool(market["inverse"]),
        expiry_ms=int(expiry) if market["future"] and expiry else None,
        active=market["active"] is not False,
        contract_size=float(market["contractSize"] or 1),
    )
