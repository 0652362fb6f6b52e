"""The market for one answer without a chat: what a comparison and an evolution ask of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.commands.errors import CommandError
from bot.commands.once import gathered, map_of, marks_of
from bot.liquidation.agreement import with_venues
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.expiry import Expiry
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.long_history import take_in
from bot.liquidation.pair_model import PairModel
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Surroundings
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Zone
from bot.market.expiries import expiry_ms
from bot.market.succession import dated_contracts
from bot.market.symbols import Ambiguous, Expired, Unknown, resolve
from bot.market.venue import Listing, Venue, VenueError
from bot.wording import problems
from bot.wording.escape import escaped
from bot.wording.refusal import Refusal

PATIENCE_SECONDS = 10.0
LONGEST_REASON = 300


@dataclass(frozen=True)
class _Pair:
    """A pair as it was read once."""

    model: PairModel
    zones: tuple[Zone, ...]
    tick_size: float
    marks: Mapping[str, float]
    troubles: Mapping[str, str]


@dataclass
class OnceMarket:
    venues: Mapping[str, Venue]
    now_ms: int
    is_past: bool  # a moment of the past has no mark prices and no surroundings
    _pairs: dict[str, asyncio.Task[_Pair]] = field(default_factory=dict)

    @property
    def suggestions(self) -> tuple[str, ...]:
        return ()

    @property
    def listings(self) -> list[Listing]:
        return [listing for venue in self.venues.values() for listing in venue.listings]

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        """A refusal names what would work; there are no buttons to tap."""
        found = resolve(typed, self.listings, self.now_ms)
        match found:
            case Unknown(near):
                raise Refusal(problems.unknown_symbol(typed, near))
            case Ambiguous(choices):
                raise Refusal(problems.several_symbols(typed, choices))
            case Expired(what, listed):
                raise Refusal(problems.expired_contract(typed, what.rpartition(" ")[2], listed))
        return found.symbol, found.venue_hint

    def dated_contracts(self, symbol: str) -> tuple[str, ...]:
        return dated_contracts(symbol, self.listings, self.now_ms)

    async def view(self, symbol: str, window: str = ALL, venue: str | None = None) -> Snapshot:
        """Raises Refusal."""
        try:
            return self._shown(await self._pair(symbol), symbol, window, venue)
        except CommandError as error:
            raise Refusal(escaped(str(error), LONGEST_REASON)) from None

    async def window_maps(
        self, symbol: str, windows: Sequence[str], venue: str | None = None
    ) -> tuple[LiquidationMap, ...]:
        """Of those of the windows that are covered."""
        found = []
        for window in windows:
            with suppress(Refusal):
                found.append((await self.view(symbol, window, venue)).found)
        return tuple(found)

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        """What the venues of the map say around it now."""
        if self.is_past:
            return Crosschecks()
        names = [share.venue for share in shown.found.venues]
        told = await asyncio.gather(*(self._around(self.venues[name], shown.found.symbol) for name in names))
        return Crosschecks(tuple(told))

    async def _around(self, venue: Venue, symbol: str) -> Surroundings:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await venue.surroundings(symbol)
        except (VenueError, TimeoutError):
            return Surroundings(venue.name)

    def _shown(self, pair: _Pair, symbol: str, window: str, venue: str | None) -> Snapshot:
        if venue is not None and venue not in pair.model.inventories:
            reason = pair.troubles.get(venue, "not a venue here")
            raise CommandError(f"{venue} has no share in {symbol}: {reason}.")
        names = tuple(self.venues) if venue is None else (venue,)
        found = map_of(pair.model, names, window, self.now_ms, pair.marks)
        ends_ms = expiry_ms(symbol, self.listings)
        expiry = None if ends_ms is None else Expiry(ends_ms)
        return Snapshot(replace(found, expiry=expiry), pair.zones, pair.tick_size, self.now_ms)

    async def _pair(self, symbol: str) -> _Pair:
        """Read once, whoever asks meanwhile."""
        if symbol not in self._pairs:
            self._pairs[symbol] = asyncio.create_task(self._read(symbol))
        return await self._pairs[symbol]

    async def _read(self, symbol: str) -> _Pair:
        contracts, histories, troubles = await gathered(self.venues, symbol, self.now_ms)
        model = PairModel(symbol)
        take_in(model, contracts, histories)
        marks = {} if self.is_past else await marks_of(self.venues, tuple(self.venues), symbol)
        zones = tuple(with_venues(model.map(), model.zones)) if model.zones else ()
        tick_size = min(contract.tick_size for contract in contracts.values())
        return _Pair(model, zones, tick_size, marks, troubles)
