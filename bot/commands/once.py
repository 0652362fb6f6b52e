"""`map` and `zones`: one answer from the live exchanges or a recording, without a chat."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from bot.commands.errors import CommandError
from bot.commands.live_venues import live_venues, load, symbol_of
from bot.commands.moment import parse_moment
from bot.liquidation.absence import ShortHistory
from bot.liquidation.ages import known_ages, with_ages
from bot.liquidation.agreement import with_venues
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.inventory import NoOpenInterest
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.liquidations import Liquidations, without_liquidations
from bot.liquidation.long_history import take_in
from bot.liquidation.pair_model import PairModel
from bot.liquidation.selection import Selection
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.uncertainty import line_with_band, quantity_band
from bot.liquidation.windows import ALL, WINDOWS, covering, drawable
from bot.liquidation.zone import Zone
from bot.look import Drawing, Look
from bot.market.recorded import RecordedVenue, recorded_venues
from bot.market.recorded_table import RecordingError
from bot.market.recording import open_recording
from bot.market.venue import Venue, VenueError, needed_from_ms
from bot.settings import load_settings
from bot.telegram.reading import read
from bot.wording.map_text import map_caption
from bot.wording.plain import without_markup
from bot.wording.problems import window_not_covered
from bot.wording.reach import reach_text
from bot.wording.refusal import Refusal
from bot.wording.zones_text import zones_text

MARK_PATIENCE_SECONDS = 10.0
PROJECT = "liquidation-map-bot"  # in a picture, where a bot would put its own name
STANDARD_OUTPUT = "-"
AT_EXAMPLE = "--at 2026-02-05T12:00"


@dataclass(frozen=True)
class MapOutputs:
    png: Path | None
    json: Path | None


@dataclass(frozen=True)
class Asked:
    """What the words of the command line came to."""

    typed: str
    window: str
    venue: str | None
    selection: Selection
    drawing: Drawing


@dataclass(frozen=True)
class Read:
    """What was read of the market for one answer."""

    shown: Snapshot
    model: PairModel
    contracts: Mapping[str, Contract]  # by venue, as are
    told: Mapping[str, Liquidations]  # the liquidations reported


def map_once(words: str, recording: Path | None, at: str | None, outputs: MapOutputs) -> None:
    asked = asked_of(words, "map")
    shown = asyncio.run(read_market(asked, recording, at)).shown.selected(asked.selection)
    if outputs.json is not None or outputs.png is not None:
        _write_picture(shown, asked.drawing, outputs)
    if outputs.json is None or str(outputs.json) != STANDARD_OUTPUT:
        typer.echo(without_markup(map_caption(shown)))


def _write_picture(shown: Snapshot, drawing: Drawing, outputs: MapOutputs) -> None:
    """The numbers drawn, beside the line of `estimate` in one JSON object, and the picture."""
    from bot.charts.bar_map.drawn import map_drawn
    from bot.charts.sheet import Sheet, render_sheet, sheet_record

    sheet = Sheet(drawing=drawing, drawn=map_drawn(shown, drawing.stack, handle=PROJECT))
    if outputs.json is not None:
        told = {**map_record(shown.found), **sheet_record(sheet)}
        write(outputs.json, json.dumps(told, allow_nan=False))
    if outputs.png is not None:
        outputs.png.write_bytes(render_sheet(sheet))


def zones_once(words: str, recording: Path | None, at: str | None, target: Path | None) -> None:
    asked = asked_of(words, "zones")
    shown, picked = asyncio.run(read_market(asked, recording, at)).shown, asked.selection
    zones = [zone for zone in shown.zones if picked.shows(zone)]
    if shown.zones and not zones:
        raise CommandError(f"No zone of {shown.found.symbol} is left with these filters.")
    if target is not None:
        write(target, json.dumps([zone_record(zone, shown.found) for zone in zones]))
    if target is None or str(target) != STANDARD_OUTPUT:
        text = zones_text(
            shown.found, zones, now_ms=shown.now_ms, tick_size=shown.tick_size, selection=picked
        )
        typer.echo(without_markup(text))


def map_record(found: LiquidationMap) -> dict[str, object]:
    """The line of `estimate`, and what it was made of."""
    venues = [venue.venue for venue in found.venues]
    return {**line_with_band(found), "window": found.window, "venues": venues, "as_of_ms": found.as_of_ms}


def zone_record(zone: Zone, found: LiquidationMap) -> dict[str, object]:
    low, high = quantity_band(zone.mass_base, found)
    return {
        "id": zone.id,
        "side": zone.side.word,
        "low": zone.low,
        "high": zone.high,
        "peak": zone.peak,
        "mass_base": zone.mass_base,
        "mass_low_base": low,
        "mass_high_base": high,
        "percentile": zone.percentile,
        "band": zone.band.word,
        "distance": zone.distance(found.price),
    }


def write(target: Path, text: str) -> None:
    if str(target) == STANDARD_OUTPUT:
        sys.stdout.write(text + "\n")
    else:
        target.write_text(text + "\n")


def asked_of(words: str, command: str) -> Asked:
    """Raises CommandError."""
    try:
        request = read(words, command)
    except Refusal as refusal:
        raise CommandError(without_markup(refusal.sentence)) from None
    if request.symbol_text is None:
        raise CommandError(f"Which symbol? For example: python -m bot {command} BTC")
    if (moment := request.picture.moment) is not None:
        raise CommandError(f"{moment.said!r} is not read here; a moment goes behind --at: {AT_EXAMPLE}.")
    drawing = request.picture.wishes.drawing(Look())
    return Asked(request.symbol_text, request.window or ALL, request.venue, request.selection, drawing)


async def read_market(asked: Asked, recording: Path | None, at: str | None) -> Read:
    """A mark price is of now: a moment in the past is read at its last closes."""
    async with open_market(recording, at) as (venues, clock):
        await load(venues)
        now_ms = clock()
        symbol, hint = symbol_of(asked.typed, venues, now_ms)
        wanted = asked.venue or hint
        contracts, histories, troubles = await gathered(venues, symbol, now_ms)
        model = PairModel(symbol)
        take_in(model, contracts, histories)
        if wanted and wanted not in histories:
            raise CommandError(
                f"{wanted} has no share in {symbol}: {troubles.get(wanted, 'not a venue here')}."
            )
        names = (wanted,) if wanted else tuple(venues)
        marks = await marks_of(venues, names, symbol) if at is None else {}
        found = map_of(model, names, asked.window, now_ms, marks)
        found = replace(found, reasons={**troubles, **found.reasons})
        told = {name: await _told(venues[name], symbol) for name in histories}
    tick_size = min(contract.tick_size for contract in contracts.values())
    zones = with_venues(model.map(), model.zones) if model.zones else ()
    return Read(Snapshot(found, zones, tick_size, now_ms), model, contracts, told)


async def _told(venue: Venue, symbol: str) -> Liquidations:
    """What a recording holds; nobody listened for a single answer of a live venue."""
    return await venue.reported(symbol) if isinstance(venue, RecordedVenue) else without_liquidations()


def map_of(
    model: PairModel, names: Sequence[str], window: str, now_ms: int, marks: Mapping[str, float]
) -> LiquidationMap:
    """The map of these venues; one whose history is shorter than the window is left out and named."""
    left_out: dict[str, ShortHistory] = {}
    if window in WINDOWS:
        left_out = left_out_of(model, names, window, now_ms)
        names = [name for name in names if name not in left_out]
    try:
        found = model.map(venues=names, window_ms=WINDOWS.get(window), window=window, prices=marks)
    except NoOpenInterest as error:
        raise CommandError(f"No map: {error}.") from None
    spans_ms = known_ages(_covered(model, [share.venue for share in found.venues]), window, now_ms)
    found = with_ages(model, found, spans_ms)
    return replace(found, missing=(*found.missing, *left_out), reasons=left_out)


def left_out_of(model: PairModel, names: Sequence[str], window: str, now_ms: int) -> dict[str, ShortHistory]:
    """Venues that do not cover the window, and why; raises CommandError where none does."""
    known = _covered(model, names)
    covered = covering(known, WINDOWS[window], now_ms)
    if known and not covered:
        reaches = [reach_text(name, now_ms - since_ms) for name, since_ms in known.items()]
        raise CommandError(without_markup(window_not_covered(window, reaches, drawable(known, now_ms))))
    return {name: ShortHistory(now_ms - since_ms) for name, since_ms in known.items() if name not in covered}


def _covered(model: PairModel, names: Sequence[str]) -> dict[str, int]:
    return {name: model.inventories[name].covers_from_ms for name in names if name in model.inventories}


async def marks_of(venues: Mapping[str, Venue], names: Sequence[str], symbol: str) -> dict[str, float]:
    """Mark prices of the venues that answer with one; the others are read at their last close."""
    found = await asyncio.gather(*(_mark(venues[name], symbol) for name in names))
    return {name: price for name, price in zip(names, found, strict=True) if price is not None}


async def _mark(venue: Venue, symbol: str) -> float | None:
    try:
        async with asyncio.timeout(MARK_PATIENCE_SECONDS):
            marks = await venue.mark_prices([symbol])
    except (VenueError, TimeoutError):
        return None
    return marks[symbol].price if symbol in marks else None


async def gathered(
    venues: Mapping[str, Venue], symbol: str, now_ms: int
) -> tuple[dict[str, Contract], dict[str, tuple[History, ...]], dict[str, str]]:
    """Contracts and histories of the venues that have both, and why the others have not."""
    contracts: dict[str, Contract] = {}
    histories: dict[str, tuple[History, ...]] = {}
    troubles: dict[str, str] = {}
    for name, venue in venues.items():
        try:
            contract = await venue.contract(symbol)
            parts = tuple(await venue.history(symbol, needed_from_ms(venue, now_ms), now_ms))
        except VenueError as error:
            troubles[name] = error.reason
            continue
        if any(part.has_open_interest for part in parts):
            contracts[name], histories[name] = contract, parts
        else:
            troubles[name] = "no open interest is known for it at that moment"
    for name, reason in troubles.items():
        typer.echo(f"{name} is missing: {reason}.", err=True)
    if not histories:
        raise CommandError(f"No venue has what a map of {symbol} needs.")
    return contracts, histories, troubles


@asynccontextmanager
async def open_market(
    recording: Path | None, at: str | None
) -> AsyncIterator[tuple[dict[str, Venue], Callable[[], int]]]:
    """The venues by name, and the clock that says when it is asked."""
    moment = None if at is None else parse_moment(at)
    if recording is not None:
        async with _recorded(recording, moment) as opened:
            yield opened
        return
    async with live_venues(load_settings()) as (venues, clock):
        yield venues, (lambda: moment if moment is not None else clock.now_ms())


@asynccontextmanager
async def _recorded(
    folder: Path, moment: int | None
) -> AsyncIterator[tuple[dict[str, Venue], Callable[[], int]]]:
    try:
        opened = open_recording(folder)
    except RecordingError as error:
        raise CommandError(str(error)) from None
    end = moment
    venues = recorded_venues(opened, lambda: end if end is not None else 2**62)
    try:
        end = moment if moment is not None else max([await venue.last_ms() for venue in venues])
    except VenueError as error:
        raise CommandError(f"{error.reason}.") from None
    yield {venue.name: venue for venue in venues}, (lambda: end or 0)
