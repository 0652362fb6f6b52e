from __future__ import annotations

import asyncio
import importlib
import threading
import time
from collections.abc import Awaitable
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from aiohttp import web
from market_stage import BTC, DAY, ETH, HOUR, IDS, MINUTE, NOW, START, Stage

from bot.liquidation.history import History
from bot.market.binance import Binance
from bot.market.clock import MarketClock
from bot.market.exchanges import VENUES, open_venue
from bot.market.recorded import RecordedVenue
from bot.market.venue import Venue, VenueError
from bot.sandbox.market.clock import MarketClock as SandboxClock

pytest_plugins = ("market_fixtures",)


async def recorded(stage: Stage, name: str, since: int, until: int) -> History:
    """What the recording says, read from its files."""
    (found,) = await RecordedVenue(stage.recording, name, lambda: until).history(BTC, since, until)
    return found


def joined(name: str, histories: list[History]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.concatenate([getattr(history, name) for history in histories])


async def test_a_venue_lists_its_contracts_by_their_unified_symbols(venue: Venue) -> None:
    assert not venue.listings
    await venue.load()
    listed = {listing.symbol: listing for listing in venue.listings}
    assert set(listed) == ({BTC, ETH} if venue.name == "bybit" else {BTC})
    btc = listed[BTC]
    assert (btc.venue, btc.market_id, btc.base, btc.quote) == (venue.name, IDS[venue.name], "BTC", "USDT")
    assert (btc.settle, btc.inverse, btc.expiry_ms, btc.active) == ("USDT", False, None, True)


async def test_minutes_are_what_the_market_holds(venue: Venue, stage: Stage) -> None:
    since, until = NOW // MINUTE * MINUTE - 2 * HOUR, stage.now_ms()
    (found,) = await venue.history(BTC, since, until)
    expected = await recorded(stage, venue.name, since, until)
    np.testing.assert_array_equal(found.start_ms, expected.start_ms)
    for name in ("open", "high", "low", "close", "volume_base"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-9)
    # The recorder's first stamp belongs to the candle before the span.
    np.testing.assert_allclose(found.open_interest_base[1:], expected.open_interest_base[1:], rtol=1e-9)
    assert np.isfinite(found.open_interest_base).sum() >= 23


async def test_a_long_past_comes_coarse_first_and_adds_up(venue: Venue, stage: Stage) -> None:
    since, until = START + 7 * MINUTE, stage.now_ms()
    found = list(await venue.history(BTC, since, until))
    assert [history.span_ms for history in found] == [MINUTE, 5 * MINUTE, MINUTE]
    for earlier, later in pairwise(found):
        assert earlier.end_ms[-1] == later.start_ms[0]
    expected = await recorded(stage, venue.name, since, until)
    assert found[0].start_ms[0] == since
    assert found[-1].end_ms[-1] == until // MINUTE * MINUTE
    assert joined("volume_base", found).sum() == pytest.approx(expected.volume_base.sum(), rel=1e-9)
    assert joined("high", found).max() == expected.high.max()
    assert joined("low", found).min() == expected.low.min()
    held = joined("open_interest_base", found)
    known = expected.open_interest_base[np.isfinite(expected.open_interest_base)]
    np.testing.assert_allclose(held[np.isfinite(held)][-280:], known[-280:], rtol=1e-9)


async def test_pages_stay_few(venue: Venue, stage: Stage) -> None:
    await venue.load()
    most = {"binance": 10, "okx": 40, "bybit": 17, "gate": 18}[venue.name]
    assert await stage.counted(venue.history(BTC, START, stage.now_ms())) <= most


async def test_one_more_minute_of_a_warm_pair_takes_three_requests(venue: Venue, stage: Stage) -> None:
    """Gate's tickers have no time of their own, so that its clock is asked too."""
    await venue.history(BTC, stage.now_ms() - HOUR, stage.now_ms())
    for _ in range(6):
        since = stage.now_ms() // MINUTE * MINUTE
        stage.wait(MINUTE)
        assert await stage.counted(venue.history(BTC, since, stage.now_ms())) == (
            4 if venue.name == "gate" else 3
        )


async def test_a_reading_counts_from_when_it_was_taken_and_not_before(venue: Venue, stage: Stage) -> None:
    await venue.history(BTC, stage.now_ms() - HOUR, stage.now_ms())
    known = stage.market.open_interest(stage.market.listings(venue.name)[0])
    since = stage.now_ms() // MINUTE * MINUTE
    stage.wait(MINUTE)
    (found,) = await venue.history(BTC, since, stage.now_ms())
    assert found.start_ms.tolist() == [since]
    assert found.open_interest_base[0] == pytest.approx(known, rel=1e-9)


async def test_the_candle_that_is_still_open_is_left_out(venue: Venue, stage: Stage) -> None:
    (found,) = await venue.history(BTC, stage.now_ms() - 10 * MINUTE, stage.now_ms())
    assert found.end_ms[-1] <= stage.now_ms()
    assert await venue.history(BTC, stage.now_ms() - 30_000, stage.now_ms()) == ()


async def test_a_venue_without_open_interest_gives_candles_and_says_nothing_of_it(stage: Stage) -> None:
    venue = open_venue("bybit", stage.root)
    (found,) = await venue.history(ETH, stage.now_ms() - HOUR, stage.now_ms())
    await venue.close()
    assert len(found) >= 59
    assert not found.has_open_interest


async def test_a_contract_carries_the_venues_own_margin_table(venue: Venue) -> None:
    contract = await venue.contract(BTC)
    assert (contract.venue, contract.symbol, contract.tick_size) == (venue.name, BTC, 0.1)
    assert contract.market_id == IDS[venue.name]
    assert contract.closing_fee == (0.0005 if venue.name == "okx" else 0.0)
    assert [tier.max_leverage for tier in contract.tiers] == [150, 100, 75]
    assert [tier.maintenance_rate for tier in contract.tiers] == [0.004, 0.005, 0.0065]
    caps = [tier.notional_cap for tier in contract.tiers]
    assert contract.caps_in_base == (venue.name == "okx")
    if contract.caps_in_base:  # the sandbox made coins of them at a price of its own
        assert [cap / caps[0] for cap in caps] == pytest.approx([1, 8 / 3, 10], rel=0.01)
    else:
        assert caps == pytest.approx([3e5, 8e5, 3e6])


async def test_binance_falls_back_on_the_snapshot_when_its_page_is_gone(stage: Stage) -> None:
    venue = Binance(stage.root)
    await venue.load()
    stage.answer_everything_with(404, "<html>gone</html>", "text/html")
    contract = await venue.contract(BTC)
    await venue.close()
    assert (contract.max_leverage, contract.first_maintenance_rate) == (150, 0.004)


async def test_binance_waits_for_its_page_only_shortly_and_does_not_ask_again_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.market.binance.BRACKETS_PATIENCE_S", 0.1)
    venue = Binance(stage.root)
    await venue.load()
    stage.faults.switch("binance", "silence", 60)
    began = time.monotonic()
    contract = await venue.contract(BTC)
    assert time.monotonic() - began < 2
    assert (contract.max_leverage, contract.first_maintenance_rate) == (150, 0.004)
    assert await stage.counted(venue.contract(BTC)) == 0
    await venue.close()


@pytest.mark.parametrize("symbols", [[BTC], [BTC, ETH, "DOGE/USDT:USDT"], [BTC, "<b>", "P-"]])
async def test_mark_prices_come_in_one_request_whatever_their_number(
    venue: Venue, stage: Stage, symbols: list[str]
) -> None:
    await venue.load()
    before = len(stage.asked)
    marks = await venue.mark_prices(symbols)
    assert len(stage.asked) - before == (2 if venue.name == "gate" else 1)  # the other one is for the time
    assert set(marks) == {one.symbol for one in venue.listings} & set(symbols)
    expected = stage.market.mark_price(stage.market.listings(venue.name)[0])
    assert marks[BTC].price == pytest.approx(expected, abs=0.05)
    assert marks[BTC].timestamp_ms == stage.now_ms()


async def test_the_venues_clock_is_market_time(venue: Venue, stage: Stage) -> None:
    assert await venue.server_time_ms() == stage.now_ms()
    stage.wait(12_345)
    assert await venue.server_time_ms() == stage.now_ms()


async def answered_or_refused(call: Awaitable[object]) -> object:
    try:
        return await call
    except VenueError as refused:
        return refused


async def refusals(venue: Venue, stage: Stage) -> list[str]:
    """What each question is refused with; every one must be refused."""
    now = stage.now_ms()
    answers = await asyncio.gather(
        venue.load(),
        venue.history(BTC, now - HOUR, now),
        venue.history(BTC, now - MINUTE - 5_000, now),
        venue.mark_prices([BTC]),
        venue.server_time_ms(),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [VenueError] * 5
    return [answer.reason for answer in answers if isinstance(answer, VenueError)]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("errors", "answered with an error (HTTP 500)"),
        ("garbage", "answered something unreadable"),
    ],
)
async def test_a_fault_is_told_plainly_and_passes(venue: Venue, stage: Stage, kind: str, reason: str) -> None:
    await venue.load()
    stage.faults.switch(venue.name, kind, 60)
    assert set(await refusals(venue, stage)) == {reason}
    stage.faults.clear()
    assert await venue.history(BTC, stage.now_ms() - HOUR, stage.now_ms())


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "refuses requests from here (HTTP 403)"),
        (451, "refuses requests from here (HTTP 451)"),
        (429, "asks us to slow down (HTTP 429)"),
        (418, "asks us to slow down (HTTP 418)"),
        (502, "answered with an error (HTTP 502)"),
        (503, "answered with an error (HTTP 503)"),
    ],
)
async def test_a_refusal_is_told_with_its_status(
    venue: Venue, stage: Stage, status: int, reason: str
) -> None:
    await venue.load()
    stage.answer_everything_with(status, "<html>no</html>", "text/html")
    assert set(await refusals(venue, stage)) == {reason}


BODIES: tuple[str | bytes, ...] = (
    "", "{", "[]", "{}", "null", "7", '"text"', "[[1,2]]", "[null]", "<html></html>", b"\xff\xfe\x00",
    '{"code":"0","data":[{}]}', '{"code":"0","data":null}', '{"code":"0","data":[["x"]]}',
    '{"retCode":0,"result":{"list":[[]]}}', '{"retCode":0,"result":null}', '{"code":0,"data":7}',
    '{"retCode":0,"result":{"list":{}}}', '{"retCode":10001,"retMsg":"<b>params</b> error"}',
    '{"code":"51001","msg":"<script>","data":[]}', '{"code":-1121,"msg":"Invalid symbol."}',
    '{"serverTime":"soon"}',
)  # fmt: skip


async def test_whatever_a_venue_answers_nothing_but_a_plain_error_comes_out(
    venue: Venue, stage: Stage
) -> None:
    await venue.load()
    listed, now = venue.listings, stage.now_ms()
    for body in BODIES:
        stage.answer_everything_with(200, body)
        for call in (
            venue.load(),
            venue.history(BTC, now - HOUR, now),
            venue.mark_prices([BTC]),
            venue.contract(BTC),
            venue.server_time_ms(),
        ):
            answer = await answered_or_refused(call)
            if isinstance(answer, VenueError):
                assert "<" not in answer.reason, body
            else:
                # An empty list is an answer: no candles, no marks. Binance's margin table has its stand-in.
                assert not answer or venue.name == "binance", body
        assert venue.listings == listed


async def test_a_server_that_is_gone_cannot_be_reached() -> None:
    for name in VENUES:
        venue = open_venue(name, "http://127.0.0.1:9")
        with pytest.raises(VenueError, match="cannot be reached"):
            await venue.load()
        await venue.close()


async def test_a_venue_that_lists_nothing_says_so(
    venue: Venue, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.market, "listings", lambda _: [])
    with pytest.raises(VenueError, match="lists no futures"):
        await venue.load()


async def test_a_symbol_that_is_not_listed_is_refused_without_a_request(venue: Venue, stage: Stage) -> None:
    await venue.load()
    before = len(stage.asked)
    for symbol in ("DOGE/USDT:USDT", "btc", "BTC-C", "P-", "BTCUSDT", "", "<b>"):
        with pytest.raises(VenueError, match="does not list"):
            await venue.history(symbol, START, NOW)
        with pytest.raises(VenueError, match="does not list"):
            await venue.contract(symbol)
    assert len(stage.asked) == before


async def test_senseless_rows_are_dropped_on_the_way(stage: Stage) -> None:
    venue = Binance(stage.root)
    await venue.load()
    minute = stage.now_ms() // MINUTE * MINUTE - 5 * MINUTE
    rows = [
        [minute, "1", "2", "0.5", "1.5", "3", 0, 0, 0, "1"],
        [minute, "1", "2", "0.5", "1.6", "3", 0, 0, 0, "1"],
        [minute - MINUTE, "NaN", "2", "0.5", "1.5", "3", 0, 0, 0, "1"],
        [minute + MINUTE, "0", "2", "0", "1.5", "3", 0, 0, 0, "1"],
        [minute + 2 * MINUTE, "1", "2", "0.5", "1.5", "-3", 0, 0, 0, "1"],
        [minute + 3 * MINUTE, "1", "2", "0.5", "1.5", "3", 0, 0, 0, "1"],
    ]
    stage.override = lambda asked: web.json_response(rows) if asked.path == "/fapi/v1/klines" else None
    (found,) = await venue.history(BTC, minute - 2 * MINUTE, stage.now_ms())
    await venue.close()
    assert found.start_ms.tolist() == [minute, minute + 3 * MINUTE]
    assert found.close.tolist() == [1.6, 1.5]


async def test_loading_can_be_cancelled_without_harm_to_others(venue: Venue) -> None:
    first, other = asyncio.ensure_future(venue.load()), asyncio.ensure_future(venue.load())
    await asyncio.sleep(0)
    first.cancel()
    await other
    assert venue.listings


async def test_silence_is_not_waited_for_and_passes(venue: Venue, hasty_venue: Venue, stage: Stage) -> None:
    await hasty_venue.load()
    stage.faults.switch(venue.name, "silence", 60)
    assert set(await refusals(hasty_venue, stage)) == {"did not answer in time"}
    stage.faults.clear()
    assert await venue.history(BTC, stage.now_ms() - HOUR, stage.now_ms())


async def test_all_who_wait_for_a_silent_venue_are_told_at_once(hasty_venue: Venue, stage: Stage) -> None:
    stage.faults.switch(hasty_venue.name, "silence", 60)
    started = time.perf_counter()
    calls = [hasty_venue.history(BTC, START, NOW) for _ in range(20)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert {str(answer) for answer in answers} == {f"{hasty_venue.name}: did not answer in time"}
    assert time.perf_counter() - started < 10  # and not twenty times the patience


async def test_a_venue_can_be_closed_at_any_moment(venue: Venue, stage: Stage) -> None:
    await venue.close()
    with pytest.raises(VenueError, match="is closed"):
        await venue.server_time_ms()
    other = open_venue(venue.name, stage.root)
    loading = asyncio.ensure_future(other.load())
    await asyncio.sleep(0.005)
    await other.close()
    with pytest.raises(asyncio.CancelledError):
        await loading


async def test_a_span_beyond_what_statistics_reach_is_answered_all_the_same(
    venue: Venue, stage: Stage
) -> None:
    found = await venue.history(BTC, NOW - 40 * DAY, stage.now_ms())
    assert found[0].start_ms[0] == START
    assert all(history.has_open_interest for history in found)


async def test_market_time_is_learned_from_venues_at_sixty_times_the_speed(
    venue: Venue, stage: Stage
) -> None:
    stage.market.clock = SandboxClock(NOW, 60.0)
    clock = MarketClock()
    assert await clock.synchronise([venue])
    assert clock.speed == pytest.approx(60, rel=0.05)
    assert clock.now_ms() == pytest.approx(stage.now_ms(), abs=60 * 500)


async def test_ccxt_is_imported_beside_the_event_loop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    importers, really = [], importlib.import_module

    def watched(name: str) -> ModuleType:
        importers.append((name, threading.current_thread()))
        return really(name)

    monkeypatch.setattr("bot.market.ccxt_venue.importlib.import_module", watched)
    venue = open_venue("okx", stage.root)
    await venue.server_time_ms()
    await venue.close()
    name, thread = importers[0]
    assert name == "ccxt.pro"
    assert thread is not threading.main_thread()


def test_an_unknown_exchange_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="binance, okx, bybit"):
        open_venue("bitmex", None)
