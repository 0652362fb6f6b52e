"""The sandbox exchange on a free port, and each venue through unmodified ccxt beside it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from market_stage import BTC, ETH, IDS, NOW, Stage, recorded_market, watched

from bot.market.exchanges import VENUES, open_venue
from bot.market.recording import open_recording
from bot.market.venue import Venue
from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.market import Market
from bot.sandbox.market.recorded.source import RecordedSource


@pytest.fixture(scope="session")
def small_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recording")
    markets = [recorded_market(folder, venue, market_id, BTC) for venue, market_id in IDS.items()]
    markets.append(recorded_market(folder, "bybit", "ETHUSDT", ETH, interest=False))
    (folder / "recording.json").write_text(json.dumps({"name": "small", "notes": "", "markets": markets}))
    return folder


@pytest.fixture(scope="session")
def recorded_source(small_recording: Path) -> RecordedSource:
    return RecordedSource(small_recording)


@pytest.fixture
async def stage(small_recording: Path, recorded_source: RecordedSource) -> AsyncIterator[Stage]:
    """All dialects on a free port; market time moves only when a test waits."""
    wall = [0.0]
    market = Market(recorded_source, MarketClock(NOW, 1.0, None, lambda: wall[0]))
    faults = FaultBoard()
    shown = Stage("", market, faults, open_recording(small_recording), wall)
    app = web.Application(middlewares=[watched(shown)])
    add_exchange(app, market, faults)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shown.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield shown
    faults.clear()
    await runner.cleanup()


@pytest.fixture(params=VENUES)
async def venue(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Venue]:
    """Each venue in turn, through unmodified ccxt."""
    opened = open_venue(request.param, stage.root)
    yield opened
    await opened.close()


@pytest.fixture
async def hasty_venue(venue: Venue, stage: Stage) -> AsyncIterator[Venue]:
    """The same venue with little patience, for tests in which it never answers."""
    opened = open_venue(venue.name, stage.root, timeout_ms=700)
    yield opened
    await opened.close()
