"""What all venues reached through ccxt have in common: loading, time limits, plain errors, histories."""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from math import inf
from typing import Any, ClassVar, TypeVar

from bot.liquidation.contract import HIGHEST_RATE, Contract, Tier
from bot.liquidation.history import History
from bot.market.candles import FIVE_MINUTES_MS, OpenInterest, Stretch, history_of, stretches
from bot.market.forced_orders import Heard
from bot.market.lanes import Lane, Turns, in_lane, lane
from bot.market.venue import Listing, MarkPrice, VenueError
from bot.market.venue_errors import plain_errors

REQUEST_TIMEOUT_MS = 10_000
AT_ONCE = 8  # besides the urgent ones
UPDATE_MS = 3_600_000  # a longer gap than this is a backfill and gives way to updates
REMEMBERED_READINGS = 64

Wire = Any  # JSON as a venue sent it, of any shape until it has been read
Ccxt = Any  # an exchange class or instance of ccxt, which has no types
Market = Mapping[str, Wire]
Reading = tuple[float, float]  # stamp in ms, open interest
Answer = TypeVar("Answer")


class CcxtVenue(ABC):
    """One exchange instance for the whole process; public data only.

    Subclasses say how a venue spells its requests and units. Everything they raise becomes a VenueError.
    """

    name: str
    ccxt_class: ClassVar[str]
    candles_a_page: ClassVar[int]
    interest_reach_ms: int  # how far back its open interest goes
    interest_in_quote: ClassVar[bool] = False  # open interest of inverse contracts comes in quote currency
    closing_fee: ClassVar[float] = 0.0

    def __init__(self, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS) -> None:
        self._timeout_ms = timeout_ms
        self.root = root.rstrip("/") if root else None
        self._exchange: Ccxt = None
        self._markets: dict[str, Market] = {}
        self._listings: tuple[Listing, ...] = ()
        self._loading: asyncio.Task[None] | None = None
        self._closed = False
        self._slots = Turns(AT_ONCE)
        self._readings: dict[str, deque[Reading]] = {}

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
            return Contract(
                venue=self.name,
                market_id=market["id"],
                symbol=symbol,
                tick_size=float(market["precision"]["price"]),
                tiers=_ordered(await self._tiers(market)),
                inverse=bool(market["inverse"]),
                closing_fee=self.closing_fee,
                caps_in_base=self._caps_in_base(market),
            )

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        market = await self._market(symbol)
        wanted = stretches(since_ms, until_ms)
        if not wanted:
            return ()
        whole = Stretch(FIVE_MINUTES_MS, wanted[0].start_ms, wanted[-1].end_ms)
        is_update = until_ms - since_ms <= UPDATE_MS
        with plain_errors(self.name), in_lane(lane() if is_update else Lane.BACKFILL):
            interest, *candles = await together(
                self._interest(market, whole),
                *(self._candles(market, stretch, whole.end_ms) for stretch in wanted),
            )
            found = [history_of(*pair, interest) for pair in zip(wanted, candles, strict=True)]
        return tuple(history for history in found if len(history))

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]:
        """One request whatever their number; symbols that the venue does not list are left out."""
        if not self._markets:
            await self.load()
        markets = [self._markets[symbol] for symbol in symbols if symbol in self._markets]
        if not markets:
            return {}
        with plain_errors(self.name), in_lane(Lane.NOW):
            marks = await self._marks(markets)
        wanted = {market["symbol"]: marks.get(market["id"]) for market in markets}
        return {symbol: mark for symbol, mark in wanted.items() if mark and 0 < mark.price < inf}

    async def listen(self, symbols: Sequence[str]) -> None:
        await asyncio.sleep(0)  # no streams so far

    def heard(self) -> Heard:
        return Heard(0)

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
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            await exchange.close()

    # --- what a venue says about itself ---

    @abstractmethod
    def _options(self) -> dict[str, Any]:
        """Constructor options for ccxt, with the root's addresses where there is one."""

    @abstractmethod
    async def _tiers(self, market: Market) -> Sequence[Tier]: ...

    def _caps_in_base(self, market: Market) -> bool:
        """Whether the caps of its margin table are coins rather than quote currency."""
        return False

    @abstractmethod
    async def _candle_page(self, market: Market, page: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        """Rows of (start_ms, open, high, low, close, volume_base); the market is at `now_ms`."""

    @abstractmethod
    async def _interest_rows(self, market: Market, span: Stretch) -> Sequence[Reading]:
        """The venue's own history of open interest, one-sided, as fine as it keeps it."""

    @abstractmethod
    async def _interest_now(self, market: Market) -> Reading | None: ...

    @abstractmethod
    async def _marks(self, markets: Sequence[Market]) -> dict[str, MarkPrice]:
        """Mark prices by market id; more than were asked for is fine."""

    @abstractmethod
    async def _server_time_ms(self, exchange: Ccxt) -> int: ...

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
            library = await asyncio.to_thread(importlib.import_module, "ccxt.async_support")
            if self._exchange is None and not self._closed:
                kind = _careful(getattr(library, self.ccxt_class))
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

    async def _candles(self, market: Market, stretch: Stretch, now_ms: int) -> Sequence[Sequence[object]]:
        pages = [self._candle_page(market, page, now_ms) for page in stretch.pages(self.candles_a_page)]
        return [row for page in await together(*pages) for row in page]

    async def _interest(self, market: Market, span: Stretch) -> OpenInterest:
        """The venue's history where it helps, what was read on earlier calls, and a reading for the next.

        The newest reading is stamped later than any closed candle and therefore belongs to the candle that is
        open now: it is remembered until that one has closed.
        """
        remembered = self._readings.setdefault(market["symbol"], deque(maxlen=REMEMBERED_READINGS))
        rows: Sequence[Reading] = ()
        if _history_helps(span, remembered):
            rows, now = await together(self._interest_rows(market, span), self._interest_now(market))
        else:
            now = await self._interest_now(market)
        if now is not None:
            remembered.append(now)
        in_quote = self.interest_in_quote and bool(market["inverse"])
        return OpenInterest.of([*rows, *remembered], in_quote)


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


def _careful(kind: Ccxt) -> Ccxt:
    """The same exchange class; its errors carry their HTTP status, and what is no JSON is an error too.

    Of those that wait for the rate limit one at a time stands in ccxt's own queue, which knows no urgency.
    """
    queue = Turns(1)

    class Careful(kind):  # type: ignore[misc]
        async def throttle(self, cost: float | None = None) -> None:
            async with queue.turn():
                await super().throttle(cost)

        async def fetch(self, *request: object, **details: object) -> Wire:
            answer = await super().fetch(*request, **details)
            if not isinstance(answer, dict | list):  # ccxt takes a page of HTML for an empty market list
                raise ValueError("no JSON")
            return answer

        def handle_errors(self, code: int, *rest: object) -> Wire:
            try:
                return super().handle_errors(code, *rest)
            except Exception as error:
                error.http_status = code  # type: ignore[attr-defined]
                raise

        def handle_http_status_code(self, code: int, *rest: object) -> None:
            try:
                super().handle_http_status_code(code, *rest)
            except Exception as error:
                error.http_status = code  # type: ignore[attr-defined]
                raise

    return Careful


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
    )


def _ordered(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """Ascending, without the tail of OKX's long tables: sizes that nobody can open with borrowed money."""
    ordered = sorted(tiers, key=lambda tier: tier.notional_cap)
    while ordered and _is_beyond_use(ordered[-1]):
        ordered.pop()
    return tuple(ordered)


def _is_beyond_use(tier: Tier) -> bool:
    """True of a row as a venue may mean it; NaN, zero and negative numbers stay, to be refused."""
    return 0 < tier.max_leverage < 1 or HIGHEST_RATE < tier.maintenance_rate < 1
