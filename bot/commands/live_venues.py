"""The live exchanges for one command: opened, their clocks read, and a symbol found on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import typer

from bot.commands.errors import CommandError
from bot.market.clock import MarketClock
from bot.market.exchanges import open_venues
from bot.market.symbols import Resolved, Unknown, resolve
from bot.market.venue import Venue, VenueError
from bot.settings import Settings


@asynccontextmanager
async def live_venues(settings: Settings) -> AsyncIterator[tuple[dict[str, Venue], MarketClock]]:
    """The venues of the settings by name, and market time."""
    venues = open_venues(settings.exchange_roots, binance_key=settings.binance_key)
    clock = MarketClock()
    try:
        await clock.synchronise(tuple(venues.values()))
        yield venues, clock
    finally:
        await asyncio.gather(*(venue.close() for venue in venues.values()))


async def load(venues: Mapping[str, Venue]) -> None:
    """A venue whose market list does not come is named, and lists nothing."""
    await asyncio.gather(*(_load(venue) for venue in venues.values()))


async def _load(venue: Venue) -> None:
    try:
        await venue.load()
    except VenueError as error:
        typer.echo(f"{error}.", err=True)


def symbol_of(typed: str, venues: Mapping[str, Venue], now_ms: int) -> tuple[str, str | None]:
    """The unified symbol that was typed, and the venue if the text names one; raises CommandError."""
    listings = [listing for venue in venues.values() for listing in venue.listings]
    found = resolve(typed, listings, now_ms)
    if isinstance(found, Resolved):
        return found.symbol, found.venue_hint
    near = found.near if isinstance(found, Unknown) else ()
    hint = f" Near: {', '.join(near)}." if near else ""
    raise CommandError(f"No listed market is called {typed!r}, or several are.{hint}")
