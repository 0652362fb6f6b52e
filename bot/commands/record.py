"""`python -m bot record`: what the bot heard of liquidations and the venues' own history, as a recording."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.commands.errors import CommandError
from bot.commands.live_venues import live_venues, load, symbol_of
from bot.liquidation.side import Side
from bot.market.candles import DAY_MS, FIVE_MINUTES_MS, MINUTE_MS, Stretch
from bot.market.forced_orders import ForcedOrder
from bot.market.recording_writer import MarketToRecord, write_recording
from bot.market.venue import Listing, Venue, VenueError
from bot.settings import Settings, load_settings
from bot.store import liquidations
from bot.store.connecting import DatabaseUnavailable, plain_errors
from bot.store.database import Database, upgrade
from bot.store.liquidations import Orders, kept_from_ms
from bot.wording.numbers import stamp_text

LONGEST_IN_MINUTES_MS = 30 * DAY_MS


@dataclass(frozen=True)
class RecordWishes:
    """What was asked for on the command line."""

    symbols: Sequence[str]  # in any spelling
    days: float
    out: Path
    exchange: str | None  # default: all of the settings


def record(wishes: RecordWishes) -> None:
    """Raises CommandError with a sentence for whatever cannot be had; nothing is overwritten."""
    if wishes.out.exists() and (not wishes.out.is_dir() or any(wishes.out.iterdir())):
        raise CommandError(f"{wishes.out} is there already; choose a folder that is new or empty.")
    settings = load_settings()
    try:
        with plain_errors(settings.database):
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            upgrade(settings.database)
    except DatabaseUnavailable as error:
        raise CommandError(str(error)) from None
    markets = asyncio.run(_gathered(settings, wishes))
    write_recording(wishes.out, markets)
    for market in markets:
        typer.echo(_told(market))
    typer.echo(f"Written to {wishes.out}.")


async def _gathered(settings: Settings, wishes: RecordWishes) -> list[MarketToRecord]:
    database = Database.open(settings.database)
    try:
        async with live_venues(settings) as (opened, clock):
            venues = _asked(opened, wishes.exchange)
            await load(venues)
            now_ms = clock.now_ms()
            stretch = _stretch(wishes.days, now_ms)
            wanted = _wanted(venues, wishes.symbols, now_ms)
            found = [await _market(venue, listing, stretch, database) for venue, listing in wanted]
    finally:
        await database.close()
    markets = [market for market in found if market is not None]
    if not markets:
        raise CommandError("No venue gave candles, so there is nothing to record.")
    return markets


def _stretch(days: float, now_ms: int) -> Stretch:
    """Minutes up to a month, five of them for longer."""
    span_ms = MINUTE_MS if days * DAY_MS <= LONGEST_IN_MINUTES_MS else FIVE_MINUTES_MS
    end_ms = now_ms // span_ms * span_ms
    return Stretch(span_ms, end_ms - round(days * DAY_MS) // span_ms * span_ms, end_ms)


def _asked(venues: Mapping[str, Venue], exchange: str | None) -> Mapping[str, Venue]:
    if exchange is None:
        return venues
    if exchange not in venues:
        raise CommandError(f"{exchange} is not read here; choose from {', '.join(venues)}.")
    return {exchange: venues[exchange]}


def _wanted(venues: Mapping[str, Venue], symbols: Sequence[str], now_ms: int) -> list[tuple[Venue, Listing]]:
    """Each symbol on each venue that lists it, or on the one that the text names; raises CommandError."""
    named = [symbol_of(typed, venues, now_ms) for typed in symbols]
    wanted = [
        (venue, listing)
        for symbol, hint in named
        for venue in venues.values()
        for listing in venue.listings
        if listing.symbol == symbol and (hint not in venues or hint == venue.name)
    ]
    return list(dict.fromkeys(wanted))


async def _market(
    venue: Venue, listing: Listing, stretch: Stretch, database: Database
) -> MarketToRecord | None:
    """One contract, or None where the venue gives no candles of it; says so."""
    try:
        contract = await venue.contract(listing.symbol)
        history = await venue.page(listing.symbol, stretch, stretch.end_ms)
    except VenueError as error:
        typer.echo(f"{venue.name} {listing.symbol} is missing: {error.reason}.", err=True)
        return None
    if not len(history):
        typer.echo(f"{venue.name} {listing.symbol} is missing: it gave no candles.", err=True)
        return None
    begin_ms = max(int(history.start_ms[0]), kept_from_ms(stretch.end_ms))
    span = (venue.name, listing.symbol, begin_ms, stretch.end_ms)
    async with database.read() as tx:
        listened = [(one.from_ms, one.until_ms) for one in await liquidations.stretches(tx, *span)]
        orders = _orders(listing.symbol, await liquidations.between(tx, *span))
    return MarketToRecord(contract, listing.contract_size, history, orders, listened)


def _orders(symbol: str, found: Orders) -> list[ForcedOrder]:
    columns = (found.stamp_ms, found.side, found.price, found.trigger_price, found.quantity_base)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        ForcedOrder(symbol, stamp_ms, Side(side), price, trigger, quantity)
        for stamp_ms, side, price, trigger, quantity in rows
    ]


def _told(market: MarketToRecord) -> str:
    """ "binance BTC/USDT:USDT: 1,440 candles since 2026-02-04 14:05 UTC, 12 liquidations." """
    history, contract = market.history, market.contract
    since = stamp_text(int(history.start_ms[0]))
    interest = "" if history.has_open_interest else ", no open interest"
    heard = f"{len(market.orders):,} liquidations" if market.listened else "no liquidations: not listened to"
    return f"{contract.venue} {contract.symbol}: {len(history):,} candles since {since}{interest}, {heard}."
