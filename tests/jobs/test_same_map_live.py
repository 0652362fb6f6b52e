"""The same map from a recording and from live venues: history over HTTP, then streams, feed recorded."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web

from bot.jobs.kept_model import KeptModel
from bot.jobs.lessons import with_recorded
from bot.jobs.pair_watch import PairWatch
from bot.jobs.recorder import Recorder
from bot.liquidation.pair_model import PairModel
from bot.market.exchanges import open_venue
from bot.market.recorded import RecordedVenue
from bot.market.recording import open_recording
from bot.market.venue import Venue
from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.candles import Candles
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.export import export_recording
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.market import Market
from bot.sandbox.market.opening import INVENTED_START_MS
from bot.sandbox.market.tape import Tape
from bot.store.database import Database

MINUTE = 60_000
NOW = INVENTED_START_MS
DAYS = 1.0
LIVE_MINUTES = 8
STEP_S = 10.0  # of market time between two steps of the sandbox's pump
PUMP_S = 0.12
VENUES = ("binance", "okx", "bybit")
SINCE = NOW - round(DAYS * 1440) * MINUTE


@dataclass
class Lived:
    """What the bot came to in LIVE_MINUTES, by (venue, symbol)."""

    models: dict[tuple[str, str], PairModel]
    heard: dict[tuple[str, str], int]
    end_ms: int
    listening_ms: int
    source: InventedSource


@pytest.fixture(scope="module")
def source() -> InventedSource:
    return InventedSource(2, NOW, DAYS)


@pytest.fixture
async def lived(source: InventedSource, sqlite_url: str) -> AsyncIterator[Lived]:
    wall = [0.0]
    app = web.Application()
    add_exchange(app, Market(source, MarketClock(NOW, 1.0, None, lambda: wall[0])), FaultBoard())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root, database = f"http://127.0.0.1:{runner.addresses[0][1]}", Database.open(sqlite_url)
    venues: dict[str, Venue] = {name: open_venue(name, root) for name in VENUES}
    try:
        yield await _live(source, venues, database, wall)
    finally:
        await asyncio.gather(*(venue.close() for venue in venues.values()))
        await database.close()
        await runner.cleanup()


async def _live(
    source: InventedSource, venues: dict[str, Venue], database: Database, wall: list[float]
) -> Lived:
    models: dict[tuple[str, str], PairModel] = {}
    watches: dict[str, PairWatch] = {}
    for name, venue in venues.items():
        await venue.load()
        for symbol in _symbols(source, name):
            model = models[name, symbol] = PairModel(symbol)
            watch = watches.setdefault(symbol, PairWatch(symbol, KeptModel(symbol)))
            watch.contracts[name] = await venue.contract(symbol)
            model.advance({name: watch.contracts[name]}, {name: await venue.history(symbol, SINCE, NOW)})
    recorder = Recorder(venues, database)
    end_ms = NOW + LIVE_MINUTES * MINUTE
    while wall[0] * 1000 < end_ms - NOW + 15_000:
        await recorder.tick(tuple(watches.values()))
        wall[0] += STEP_S
        await asyncio.sleep(PUMP_S)
    await recorder.flush()
    heard = {}
    for (name, symbol), model in models.items():
        parts = await venues[name].history(symbol, NOW, end_ms)
        known = await with_recorded(database, watches[symbol].contracts[name], parts, end_ms)
        heard[name, symbol] = sum(len(part.liquidations) for part in known)
        model.advance({}, {name: known})
    return Lived(models, heard, end_ms, NOW + MINUTE, source)


def _symbols(source: InventedSource, venue: str) -> Iterator[str]:
    """Linear, inverse and dated contracts of one coin."""
    yield from (one.symbol for one in source.listings if one.venue == venue and one.base == "BTC")


async def test_live_and_recorded_agree(lived: Lived, tmp_path: Path) -> None:
    export_recording(lived.source, tmp_path, lived.end_ms)
    for listing in lived.source.listings:
        folder = tmp_path / listing.venue / listing.id
        _cut_feed(folder / "liquidations.csv.gz", lived.listening_ms)
        tape = lived.source.tape(listing, lived.end_ms)
        _write_marks(folder, tape.marks)
        if listing.venue != "binance":  # which streams none
            _write_interest(folder, tape, listing.inverse)
    recording = open_recording(tmp_path)
    apart = {}
    for (name, symbol), model in lived.models.items():
        venue = RecordedVenue(recording, name, lambda: lived.end_ms)
        told = PairModel(symbol)
        (whole,) = await venue.history(symbol, SINCE, lived.end_ms)
        # A recording knows of a feed from its first order on, the bot since it listens.
        feed = replace(whole.liquidations, covered_from_ms=lived.listening_ms)
        told.advance({name: await venue.contract(symbol)}, {name: [replace(whole, liquidations=feed)]})
        live, read = model.map(), told.map()
        assert live.as_of_ms == read.as_of_ms == lived.end_ms
        apart[name, symbol] = np.abs(live.mass - read.mass).sum() / read.mass.sum()
    assert max(apart.values()) < 0.01, apart
    assert len(apart) >= 8
    assert sum(lived.heard.values()) >= 4, lived.heard


def _cut_feed(path: Path, begin_ms: int) -> None:
    """Nobody had listened before."""
    with gzip.open(path, "rt") as file:
        header, *rows = file.read().splitlines()
    kept = [row for row in rows if int(row.partition(",")[0]) >= begin_ms]
    with gzip.open(path, "wt") as file:
        file.write("\n".join([header, *kept, ""]))


def _write_interest(folder: Path, tape: Tape, inverse: bool) -> None:
    """In five minutes while it was asked for as history, each minute once it was read live."""
    lines = ["timestamp_ms,open_interest_base"]
    ends = tape.minutes.start_ms + MINUTE
    for stamp, value in zip(tape.open_interest.stamp_ms, tape.open_interest.value, strict=True):
        if stamp % (5 * MINUTE) == 0 or stamp > NOW:
            price = tape.minutes.close[np.searchsorted(ends, stamp)] if inverse else 1.0
            lines.append(f"{stamp},{value / price:.12g}")
    (folder / "open_interest_5m.csv.gz").unlink()
    with gzip.open(folder / "open_interest_1m.csv.gz", "wt") as file:
        file.write("\n".join([*lines, ""]))


def _write_marks(folder: Path, marks: Candles) -> None:
    rows = zip(marks.start_ms, marks.open, marks.low, marks.high, strict=True)
    lines = [",".join((str(start), *(f"{price:.10g}" for price in prices))) for start, *prices in rows]
    with gzip.open(folder / "mark_1m.csv.gz", "wt") as file:
        file.write("\n".join(["timestamp_ms,mark_price,mark_low,mark_high", *lines, ""]))
