"""A year of history from each venue: as far as its open interest goes, in few requests."""

from __future__ import annotations

import asyncio
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
from bot.market.candles import Stretch
from bot.market.exchanges import VENUES, open_venue
from bot.market.page_plan import next_page, recent_from_ms
from bot.market.recorded import RecordedVenue
from bot.market.recording import open_recording
from bot.market.venue import Venue, needed_from_ms
from bot.sandbox.exchange import add_exchange
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MarketClock
from bot.sandbox.market.market import Market
from bot.sandbox.market.recorded.source import RecordedSource

MINUTE = 60_000
NOW = END - 2 * HOUR + 20 * MINUTE + 3_000
REACH = {"binance": 30 * DAY, "okx": 365 * DAY, "bybit": 365 * DAY, "gate": 365 * DAY}
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
    "/api/v4/futures/usdt/candlesticks": 0.05,
    "/api/v4/futures/usdt/contract_stats": 0.05,
}
OTHER_S = 0.22  # the dearest of the rest: margin tiers of OKX
FIRST_MAP_S = 15
MOST_REQUESTS = {
    "binance": 43,
    "okx": 120,
    "bybit": 98,
    "gate": 150,
}  # a year in pages, with the recent stretch


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
    assert found[0].start_ms[0] == NOW // HOUR * HOUR + HOUR - REACH[venue.name]
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
    assert found.end_ms[-1] == NOW // HOUR * HOUR + HOUR - FINE_HISTORY_MS
    (said,) = await RecordedVenue(open_recording(year), venue.name, lambda: NOW).history(
        BTC, int(found.start_ms[0]), int(found.end_ms[-1])
    )
    for name in ("open", "high", "low", "close", "volume_base"):
        np.testing.assert_allclose(getattr(found, name), getattr(said, name), rtol=1e-9)
    known = np.flatnonzero(np.isfinite(found.open_interest_base))
    # The recorder's stamps stand at the begin of an hour: they belong to the one that ended then.
    np.testing.assert_allclose(found.open_interest_base[known], said.open_interest_base[known], rtol=1e-9)
    assert len(known) > 600


async def test_minutes_that_a_venue_does_not_keep_so_long_are_left_out(venue: Venue) -> None:
    found = await venue.history(BTC, NOW - 300 * DAY + 7 * MINUTE, NOW)
    assert {history.span_ms for history in found} == {MINUTE, 5 * MINUTE, HOUR}
    minutes = [history for history in found if history.span_ms == MINUTE]
    assert len(minutes) == (1 if venue.name == "gate" else 2)  # the last day, and up to the first full hour


async def recent(venue: Venue) -> list[History]:
    since_ms = recent_from_ms(NOW, needed_from_ms(venue, NOW))
    return list(await venue.history(BTC, since_ms, NOW))


async def pages(venue: Venue) -> list[tuple[Stretch, History]]:
    """Newest first."""
    needed_ms = needed_from_ms(venue, NOW)
    read_from_ms = recent_from_ms(NOW, needed_ms)
    found = []
    while read_from_ms > needed_ms:
        page = next_page(read_from_ms, needed_ms, NOW)
        found.append((page, await venue.page(BTC, page, NOW)))
        read_from_ms = page.start_ms
    return found


def seconds(asked: list[str]) -> float:
    return sum(PACE_S.get(path, OTHER_S) for path in asked)


async def test_pages_and_the_recent_stretch_are_what_is_told_in_one_go(venue: Venue) -> None:
    parts = [found for _, found in reversed(await pages(venue))] + await recent(venue)
    for span_ms in (HOUR, 5 * MINUTE, MINUTE):
        at_once = [part for part in await whole(venue) if part.span_ms == span_ms]
        in_parts = [part for part in parts if part.span_ms == span_ms]
        for name in ("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base"):
            expected, found = (
                np.concatenate([np.zeros(0), *(getattr(part, name) for part in side)])
                for side in (at_once, in_parts)
            )
            np.testing.assert_array_equal(found, expected, name)


async def test_pages_come_newest_first_and_meet(venue: Venue) -> None:
    asked = [page for page, _ in await pages(venue)]
    assert asked[0].end_ms == recent_from_ms(NOW, 0)
    assert asked[-1].start_ms == needed_from_ms(venue, NOW)
    assert all(later.start_ms == earlier.end_ms for later, earlier in pairwise(asked))


async def test_reading_in_pages_costs_few_requests_more_than_in_one_go(stage: Stage, venue: Venue) -> None:
    await venue.load()
    stage.asked.clear()
    await recent(venue)
    await pages(venue)
    assert len(stage.asked) <= MOST_REQUESTS[venue.name], Counter(stage.asked)


async def test_the_first_map_of_a_pair_on_three_venues_stays_within_its_seconds(stage: Stage) -> None:
    """Even if the venues were asked one after the other."""
    venues = [open_venue(name, stage.root) for name in VENUES]
    await asyncio.gather(*(venue.load() for venue in venues))
    stage.asked.clear()
    for venue in venues:
        await venue.contract(BTC)
        assert {part.span_ms for part in await recent(venue)} == {5 * MINUTE, MINUTE}
    await asyncio.gather(*(venue.close() for venue in venues))
    assert len(stage.asked) > 3 * len(VENUES)
    assert seconds(stage.asked) < FIRST_MAP_S, Counter(stage.asked)
