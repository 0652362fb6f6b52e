"""A year of history from each venue: as far as its open interest goes, in few requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from market_stage import Stage, watched
from year_recording import BTC, DAY, END, HOUR, IDS, write_year

from bot.liquidation.history import History
from bot.liquidation.windows import FINE_HISTORY_MS
from bot.market.exchanges import VENUES, open_venue
from bot.market.recorded import RecordedVenue
from bot.market.recording import open_recording
from bot.market.venue import Venue, needed_from_ms
from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.market import Market
from bot.sandbox.market.recorded.source import RecordedSource

NOW = END - 2 * HOUR + 3_000
MINUTE = 60_000
REACH = {"binance": 30 * DAY, "okx": 365 * DAY, "bybit": 365 * DAY}
# Seconds that ccxt keeps between two requests of a kind, and for Binance our own pace.
PACE_S = {
    "/api/v5/market/candles": 0.055,
    "/api/v5/market/history-candles": 0.11,
    "/api/v5/rubik/stat/contracts/open-interest-history": 0.22,
    "/api/v5/market/mark-price-candles": 0.11,
    "/api/v5/market/history-mark-price-candles": 0.22,
    "/v5/market/kline": 0.1,
    "/v5/market/mark-price-kline": 0.1,
    "/v5/market/open-interest": 0.1,
    "/futures/data/openInterestHist": 1 / 3,
}
FIRST_MAP_S = 15
MOST_REQUESTS = {"binance": 35, "okx": 112, "bybit": 88}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_year(tmp_path_factory.mktemp("year"), tuple(IDS))


@pytest.fixture(scope="module")
def source(year: Path) -> RecordedSource:
    return RecordedSource(year)


@pytest.fixture
async def stage(year: Path, source: RecordedSource) -> AsyncIterator[Stage]:
    wall = [0.0]
    market = Market(source, MarketClock(NOW, 1.0, None, lambda: wall[0]))
    shown = Stage("", market, FaultBoard(), open_recording(year), wall)
    app = web.Application(middlewares=[watched(shown)])
    add_exchange(app, market, shown.faults)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shown.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield shown
    await runner.cleanup()


@pytest.fixture(params=VENUES)
async def venue(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Venue]:
    opened = open_venue(request.param, stage.root)
    yield opened
    await opened.close()


async def whole(venue: Venue) -> list[History]:
    return list(await venue.history(BTC, needed_from_ms(venue, NOW), NOW))


async def test_a_new_contract_is_read_as_far_back_as_its_open_interest_goes(venue: Venue) -> None:
    found = await whole(venue)
    assert found[0].start_ms[0] == NOW // MINUTE * MINUTE + MINUTE - REACH[venue.name]
    assert {history.span_ms for history in found} == {MINUTE, 5 * MINUTE} | (
        {HOUR} if venue.name != "binance" else set()
    )
    for earlier, later in pairwise(found):
        assert earlier.end_ms[-1] == later.start_ms[0]
    known = np.concatenate([history.start_ms[np.isfinite(history.open_interest_base)] for history in found])
    assert known[0] <= NOW - REACH[venue.name] + 12 * HOUR
    assert np.diff(known).max() <= 12 * HOUR


async def test_the_hours_of_the_long_past_are_those_of_the_market(
    stage: Stage, year: Path, venue: Venue
) -> None:
    hours = [history for history in await whole(venue) if history.span_ms == HOUR]
    if venue.name == "binance":
        assert hours == []
        return
    (found,) = hours
    assert found.end_ms[-1] == NOW // HOUR * HOUR - FINE_HISTORY_MS
    (said,) = await RecordedVenue(open_recording(year), venue.name, lambda: NOW).history(
        BTC, int(found.start_ms[0]), int(found.end_ms[-1])
    )
    for name in ("open", "high", "low", "close", "volume_base"):
        np.testing.assert_allclose(getattr(found, name), getattr(said, name), rtol=1e-9)
    known = np.flatnonzero(np.isfinite(found.open_interest_base))
    # The recorder's stamps stand at the begin of an hour: they belong to the one that ended then.
    np.testing.assert_allclose(found.open_interest_base[known], said.open_interest_base[known], rtol=1e-9)
    assert len(known) > 600


async def test_the_first_map_of_a_pair_stays_within_its_seconds(stage: Stage, venue: Venue) -> None:
    await venue.load()
    stage.asked.clear()
    await whole(venue)
    asked = Counter(stage.asked)
    seconds = sum(count * PACE_S.get(path, 0.05) for path, count in asked.items())
    assert seconds < FIRST_MAP_S, asked
    assert asked.total() <= MOST_REQUESTS[venue.name], asked
