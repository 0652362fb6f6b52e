"""The same map whether an invented market is asked through ccxt or read from its export."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from market_stage import MINUTE

from bot.liquidation.liquidation_map import LiquidationMap
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

NOW = INVENTED_START_MS
DAYS = 1.0
LINEAR, INVERSE = "BTC/USDT:USDT", "BTC/USD:BTC"
VENUES = ("binance", "okx", "bybit", "gate")
CASES = [*((venue, LINEAR) for venue in VENUES), ("okx", INVERSE), ("bybit", INVERSE)]


@pytest.fixture(scope="module")
def source() -> InventedSource:
    return InventedSource(2, NOW, DAYS, also=("gate",))


@pytest.fixture(scope="module")
def exported(source: InventedSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_recording(source, folder, NOW)
    for feed in folder.glob("*/*/liquidations.csv.gz"):  # no venue tells these when it is asked
        feed.unlink()
    for listing in source.listings:
        _write_marks(folder / listing.venue / listing.id, source.tape(listing, NOW).marks)
    return folder


def _write_marks(folder: Path, marks: Candles) -> None:
    rows = zip(marks.start_ms, marks.open, marks.low, marks.high, strict=True)
    lines = [",".join((str(start), *(f"{price:.10g}" for price in prices))) for start, *prices in rows]
    with gzip.open(folder / "mark_1m.csv.gz", "wt") as file:
        file.write("\n".join(["timestamp_ms,mark_price,mark_low,mark_high", *lines, ""]))


@pytest.fixture
async def root(source: InventedSource) -> AsyncIterator[str]:
    app = web.Application()
    add_exchange(app, Market(source, MarketClock(NOW, 1.0, None, lambda: 0.0)), FaultBoard())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _map(venue: Venue, symbol: str) -> LiquidationMap:
    await venue.load()
    contract = await venue.contract(symbol)
    parts = await venue.history(symbol, NOW - round(DAYS * 1440) * MINUTE, NOW)
    model = PairModel(symbol)
    model.advance({venue.name: contract}, {venue.name: parts})
    return model.map()


@pytest.mark.parametrize(("name", "symbol"), CASES)
async def test_served_and_exported_agree(name: str, symbol: str, root: str, exported: Path) -> None:
    asked = open_venue(name, root)
    served = await _map(asked, symbol)
    await asked.close()
    read = await _map(RecordedVenue(open_recording(exported), name, lambda: NOW), symbol)
    assert served.price == read.price
    apart = np.abs(served.mass - read.mass).sum()
    assert apart < 0.01 * read.mass.sum()
    assert served.open_interest_base == pytest.approx(read.open_interest_base, rel=0.01)
    assert served.open_interest_base > 100
