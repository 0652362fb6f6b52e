"""What all venues reached through ccxt have in common: loading, time limits, plain errors, histories."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Coroutine, Sequence
from math import inf
from typing import Any, ClassVar, TypeVar

import structlog

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.surroundings import OrderBook, Surroundings
from bot.market.candles import (
    FIVE_MINUTES_MS,
    Stretch,
    history_of,
    stretches,
)
from bot.market.careful_exchange import careful
from bot.market.forced_orders import Heard
from bot.market.history_reader import HistoryReader, together
from bot.market.lanes import Lane, Turns, backfill_lane, first_lane, in_lane, lane
from bot.market.listed import is_futures, listing_of
from bot.market.live import Live
from bot.market.live_tape import LiveTape
from bot.market.margin_sources import margin_table
from bot.market.margin_table import NothingKept, Shelf
from bot.market.pause import Pause
from bot.market.venue import Listing, MarkPrice, VenueError
from bot.market.venue_dialect import VenueDialect
from bot.market.venue_errors import plain_errors
from bot.market.wire import Ccxt, Market, Wire

REQUEST_TIMEOUT_MS = 10_000
AT_ONCE = 8  # besides the urgent ones
UNREADABLE_A_LINE = 1000  # messages that share one line of the log
UPDATE_MS = 3_600_000  # a longer gap than this is a backfill and gives way to updates
REMEMBERED_READINGS = 64
STREAMED_MINUTES = 60  # a longer gap is asked for

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class CcxtVenue(VenueDialect):
    """One exchange instance for the whole process; public data only.

    Subclasses say how a venue spells its requests and units. Everything they raise becomes a VenueError.
    """

    paced_beside_a_sandbox: ClassVar[bool] = False  # as live, for who counts the requests

    def __init__(
        self, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS, shelf: Shelf | None = None
    ) -> None:
        self._timeout_ms = timeout_ms
        self._shelf = shelf or NothingKept()
        self.root = root.rstrip("/") if root else None
        self._paced = root is None or self.paced_beside_a_sandbox
        self._exchange: Ccxt = None
        self._markets: dict[str, Market] = {}
        self._listings: tuple[Listing, ...] = ()
        self._loading: asyncio.Task[None] | None = None
        self._closed = False
        self._slots = Turns(AT_ONCE)
        self._contracts: dict[str, Contract] = {}
        self._unreadable = 0  # messages
        self._live = Live(self.name, self._frames, self.mark_pause_s)
        self._past = HistoryReader(self, self._live.tapes)

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
                self._past.interest(market, whole),
                *(self._past.candles(market, stretch, whole.end_ms) for stretch in wanted),
            )
            found = [history_of(*pair, interest) for pair in zip(wanted, candles, strict=True)]
        return tuple(history for history in found if len(history))

    async def page(self, symbol: str, page: Stretch, now_ms: int) -> History:
        market = await self._market(symbol)
        with plain_errors(self.name), in_lane(backfill_lane()):
            rows, candles = await together(
                self.interest_rows(market, page, now_ms), self._past.candles(market, page, now_ms)
            )
            return history_of(page, candles, self._past.as_interest(market, rows))

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

    async def order_book(self, symbol: str) -> OrderBook | None:
        market = await self._market(symbol)
        with plain_errors(self.name):
            return await self._book(market)

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

    def _tape(self, market_id: str) -> LiveTape | None:
        return self._live.tapes.get(market_id)

    def _exchange_market(self, market_id: str) -> Market:
        return self._markets[self._live.tapes[market_id].symbol]

    def _told(self, url: str, message: Wire) -> bool:
        """An error here would end the line's reading, so it is told, now and then, and left behind."""
        try:
            is_ours = self._hear(message)
        except Exception as error:
            if self._unreadable % UNREADABLE_A_LINE == 0:
                log.warning(
                    "unreadable message", venue=self.name, reason=repr(error), before=self._unreadable
                )
            self._unreadable += 1
            self._live.missed(url)
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
            kept = {market["symbol"]: market for market in markets if is_futures(market)}
            listings = tuple(listing_of(self.name, market) for market in kept.values())
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
        """Beside a sandbox no proxy is asked."""
        live = self.root is None
        return {"timeout": self._timeout_ms, "enableRateLimit": self._paced, "aiohttp_trust_env": live}

    async def _market(self, symbol: str) -> Market:
        if not self._markets:
            await self.load()
        if symbol not in self._markets:
            raise VenueError(self.name, "does not list it")
        return self._markets[symbol]


def _heard(loading: asyncio.Task[None]) -> None:
    """An outcome that nobody waits for any more is no news."""
    if not loading.cancelled():
        loading.exception()
