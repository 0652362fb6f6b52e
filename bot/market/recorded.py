"""A recording as one more venue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.liquidations import Liquidations, without_liquidations
from bot.liquidation.listened import listened
from bot.liquidation.surroundings import OrderBook, Surroundings
from bot.liquidation.windows import LONGEST_HISTORY_MS
from bot.market.candles import Stretch
from bot.market.expiries import split_expiry
from bot.market.forced_orders import Heard
from bot.market.recorded_table import RecordingError
from bot.market.recording import Recording
from bot.market.venue import Listing, MarkPrice, VenueError


class RecordedVenue:
    """One exchange of a recording, as it stood at the moment that `clock` tells (ms)."""

    interest_reach_ms = LONGEST_HISTORY_MS

    def __init__(self, recording: Recording, name: str, clock: Callable[[], int]) -> None:
        self.name = name
        self._recording = recording
        self._clock = clock
        self._read: dict[str, History] = {}

    async def load(self) -> None:
        if not self.listings:
            raise VenueError(self.name, f"is not in the recording {self._recording.name}")

    @property
    def listings(self) -> Sequence[Listing]:
        markets = [found.contract for found in self._recording.markets if found.exchange == self.name]
        return tuple(_listing(contract) for contract in markets)

    async def contract(self, symbol: str) -> Contract:
        with self._plain_errors():
            return self._recording.contract(self.name, symbol)

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        whole = await self._whole(symbol)
        found = whole.after(since_ms).until(min(until_ms, self._clock()))
        if not len(found):
            return ()
        stretches = self._recording.listened(await self.contract(symbol))
        return listened(found, found.liquidations, stretches) if stretches else (found,)

    async def reported(self, symbol: str) -> Liquidations:
        """Liquidations as the venue told them by now."""
        whole = (await self._whole(symbol)).until(self._clock())
        if not len(whole):
            return without_liquidations()
        with self._plain_errors():
            return await asyncio.to_thread(self._recording.reported, self.name, symbol, whole)

    async def page(self, symbol: str, page: Stretch, now_ms: int) -> History:
        whole = await self._whole(symbol)
        return whole.after(page.start_ms).until(min(page.end_ms, now_ms))

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]:
        """The close of the last candle that had ended; what is not recorded here is left out."""
        found = {}
        listed = {listing.symbol for listing in self.listings}
        for symbol in listed.intersection(symbols):
            known = (await self._whole(symbol)).until(self._clock())
            if len(known):
                found[symbol] = MarkPrice(float(known.close[-1]), int(known.end_ms[-1]))
        return found

    async def listen(self, symbols: Sequence[str]) -> None:
        """What was recorded comes with `history`."""

    def heard(self) -> Heard:
        return Heard(self._clock())

    async def surroundings(self, symbol: str) -> Surroundings:
        return Surroundings(self.name)  # none of it is recorded

    async def order_book(self, symbol: str) -> OrderBook | None:
        return None

    async def server_time_ms(self) -> int:
        return self._clock()

    async def last_ms(self) -> int:
        """The end of the newest candle of any market here: the latest moment one can ask for."""
        histories = [await self._whole(listing.symbol) for listing in self.listings]
        return max((int(history.end_ms[-1]) for history in histories if len(history)), default=0)

    async def close(self) -> None:
        self._read.clear()

    async def _whole(self, symbol: str) -> History:
        if symbol not in self._read:
            with self._plain_errors():
                self._read[symbol] = await asyncio.to_thread(self._recording.history, self.name, symbol)
        return self._read[symbol]

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except RecordingError as error:
            raise VenueError(self.name, str(error).rstrip(".")) from error


def recorded_venues(recording: Recording, clock: Callable[[], int]) -> tuple[RecordedVenue, ...]:
    """All exchanges of a recording, in its order."""
    names = dict.fromkeys(found.exchange for found in recording.markets)
    return tuple(RecordedVenue(recording, name, clock) for name in names)


def _listing(contract: Contract) -> Listing:
    pair, _, rest = contract.symbol.partition(":")
    base, _, quote = pair.partition("/")
    return Listing(
        venue=contract.venue,
        market_id=contract.market_id,
        symbol=contract.symbol,
        base=base,
        quote=quote,
        settle=rest.partition("-")[0],
        inverse=contract.inverse,
        expiry_ms=_expiry_ms(contract.symbol),
        active=True,
    )


def _expiry_ms(symbol: str) -> int | None:
    """Dated contracts settle at 08:00 UTC on the day that their unified symbol ends with."""
    _, dates = split_expiry(symbol)
    if not dates:
        return None
    return int(datetime.combine(dates[0], time(8), UTC).timestamp() * 1000)
