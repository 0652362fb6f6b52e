"""Funding, accounts and order books: each venue's units against the market that the sandbox serves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp import web
from market_stage import BTC, IDS, Stage
from test_inverse_and_dated import bybit_inverse, okx_instrument, play

from bot.liquidation.side import Side
from bot.market.exchanges import open_venue
from bot.market.venue import Venue, VenueError
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import FUNDING_INTERVAL_MS
from bot.sandbox.market.trading import depth

pytest_plugins = ("market_fixtures",)

LEVELS = {"binance": 1000, "okx": 400, "bybit": 500, "gate": 300}


def listing(stage: Stage, venue: Venue) -> Listing:
    found = stage.market.listing(venue.name, IDS[venue.name])
    assert found is not None
    return found


async def test_funding_is_the_markets_own(venue: Venue, stage: Stage) -> None:
    funding = (await venue.surroundings(BTC)).funding
    assert funding is not None
    assert funding.rate == pytest.approx(stage.market.funding_rate(listing(stage, venue)), abs=1e-8)
    assert funding.interval_ms == FUNDING_INTERVAL_MS
    assert funding.next_ms == stage.market.next_funding_ms()
    assert funding.stamp_ms == stage.now_ms()


async def test_the_share_of_long_accounts_is_the_markets_own(venue: Venue, stage: Stage) -> None:
    accounts = (await venue.surroundings(BTC)).accounts
    now = stage.now_ms()
    series = stage.market.long_share_history(listing(stage, venue), 300_000, 0, now + 1)
    if len(series) == 0:
        assert accounts is None
        return
    assert accounts is not None
    assert accounts.stamp_ms == int(series.stamp_ms[-1])
    assert accounts.long_share == pytest.approx(float(series.value[-1]), abs=1e-4)


RATIOS: dict[str, Any] = {
    "binance": [
        {"symbol": "BTCUSDT", "longShortRatio": "3", "longAccount": "0.75", "shortAccount": "0.25",
         "timestamp": 1700000000000}
    ],
    "okx": {"code": "0", "msg": "", "data": [["1700000000000", "3"]]},
    "bybit": {"retCode": 0, "retMsg": "OK", "time": 1, "result": {"list": [
        {"symbol": "BTCUSDT", "buyRatio": "0.75", "sellRatio": "0.25", "timestamp": "1700000000000"}]}},
    "gate": [{"time": 1700000000, "lsr_account": 3}],
}  # fmt: skip
PERIODS = {"binance": "5m", "okx": "5m", "bybit": "5min", "gate": "5m"}


async def test_three_longs_to_a_short_are_three_quarters(venue: Venue, stage: Stage) -> None:
    asked: list[str] = []

    def instead(request: web.Request) -> web.Response | None:
        if not request.path.endswith("/" + PARTS["accounts"][venue.name]):
            return None
        asked.append(request.query["interval" if venue.name == "gate" else "period"])
        return _answer(RATIOS[venue.name])

    stage.override = instead
    accounts = (await venue.surroundings(BTC)).accounts
    assert accounts is not None
    assert (accounts.long_share, accounts.stamp_ms) == (0.75, 1_700_000_000_000)
    assert asked == [PERIODS[venue.name]]


async def test_the_book_is_in_base_coin_whatever_the_venue_counts(venue: Venue, stage: Stage) -> None:
    book = (await venue.surroundings(BTC)).book
    assert book is not None
    bids, asks = depth(stage.market, listing(stage, venue), LEVELS[venue.name])
    assert len(book.bids) == len(book.asks) == LEVELS[venue.name]
    for side, levels in ((Side.LONG, bids), (Side.SHORT, asks)):
        whole = sum(size for _, size in levels)
        assert book.quantity_to(side, levels[-1][0]) == pytest.approx(whole, rel=0.01)
    assert book.bids[0][0] < book.asks[0][0]
    assert book.stamp_ms == stage.now_ms()


async def test_the_sandboxs_book_is_thin_beside_the_open_interest_and_reaches_far(stage: Stage) -> None:
    found = stage.market.listing("binance", "BTCUSDT")
    assert found is not None
    price, interest = stage.market.last_price(found), stage.market.open_interest(found) or 0
    for sign, levels in zip((-1, 1), depth(stage.market, found, 1000), strict=True):
        near = sum(size for at, size in levels if abs(at / price - 1) <= 0.01)
        assert 0.01 < near / interest < 0.02
        assert sign * (levels[-1][0] / price - 1) > 0.015
        assert all(size > 0 for _, size in levels)


# --- inverse and dated ---


def book_of(*levels: tuple[str, str]) -> list[list[str]]:
    return [list(level) for level in levels]


async def test_okx_inverse_books_are_contracts_of_quote_currency(stage: Stage) -> None:
    play(stage, {
        ("instruments", "instType", "SWAP"): [okx_instrument("BTC-USD-SWAP", "SWAP", True)],
        ("books", "instId", "BTC-USD-SWAP"): [
            {"bids": book_of(("79990", "80"), ("79980", "8")), "asks": book_of(("80000", "40")), "ts": "7"}
        ],
    })  # fmt: skip
    venue = open_venue("okx", stage.root)
    found = await venue.surroundings("BTC/USD:BTC")
    await venue.close()
    assert found.book is not None
    assert found.book.bids[0][1] == pytest.approx(80 * 100 / 79_990)
    assert found.book.asks == ((80_000.0, 40 * 100 / 80_000),)
    assert found.book.stamp_ms == 7
    assert found.funding is None


async def test_bybit_inverse_books_are_quote_currency(stage: Stage) -> None:
    answers = bybit_inverse(openInterest="1")
    play(stage, answers)
    normal = stage.override
    assert normal is not None

    def instead(request: web.Request) -> web.Response | None:
        if request.path.endswith("orderbook"):
            book = {"s": "BTCUSD", "b": book_of(("79990", "160")), "a": book_of(("80000", "80")), "ts": 9}
            return _answer({"retCode": 0, "retMsg": "OK", "result": book, "time": 9})
        return normal(request)

    stage.override = instead
    venue = open_venue("bybit", stage.root)
    found = await venue.surroundings("BTC/USD:BTC")
    await venue.close()
    assert found.book is not None
    assert found.book.asks == ((80_000.0, 80 / 80_000),)
    assert found.book.bids[0][1] == pytest.approx(160 / 79_990)


async def test_binance_says_the_interval_only_where_it_is_unusual(stage: Stage) -> None:
    hours = {"answer": [{"symbol": "BTCUSDT", "fundingIntervalHours": 4}]}

    def instead(request: web.Request) -> web.Response | None:
        return _answer(hours["answer"]) if request.path.endswith("fundingInfo") else None

    stage.override = instead
    for answer, interval in ((hours["answer"], 4), ([], 8)):
        hours["answer"] = answer
        venue = open_venue("binance", stage.root)
        funding = (await venue.surroundings(BTC)).funding
        await venue.close()
        assert funding is not None
        assert funding.interval_ms == interval * 3_600_000


# --- what is missing ---

PARTS: Mapping[str, Mapping[str, str]] = {
    "funding": {
        "binance": "premiumIndex",
        "okx": "funding-rate",
        "bybit": "tickers",
        "gate": "contracts/BTC_USDT",
    },
    "accounts": {
        "binance": "globalLongShortAccountRatio",
        "okx": "long-short-account-ratio-contract",
        "bybit": "account-ratio",
        "gate": "contract_stats",
    },
    "book": {"binance": "depth", "okx": "books", "bybit": "orderbook", "gate": "order_book"},
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("body", ["{}", "[]", '{"code":"0","data":[]}', '{"retCode":0,"result":{"list":[]}}'])
async def test_a_part_that_makes_no_sense_is_left_out_and_the_others_stay(
    venue: Venue, stage: Stage, part: str, body: str
) -> None:
    await venue.load()
    before = await venue.surroundings(BTC)
    stage.override = lambda request: (
        web.Response(body=body.encode(), content_type="application/json")
        if request.path.endswith("/" + PARTS[part][venue.name])
        else None
    )
    after = await venue.surroundings(BTC)
    assert getattr(after, part) is None
    for other in set(PARTS) - {part}:
        assert (getattr(after, other) is None) == (getattr(before, other) is None)


async def test_a_venue_that_says_nothing_at_all_is_an_error(venue: Venue, stage: Stage) -> None:
    await venue.load()
    stage.answer_everything_with(500, "{}")
    with pytest.raises(VenueError):
        await venue.surroundings(BTC)


def _answer(content: Any) -> web.Response:  # noqa: ANN401 - JSON
    return web.Response(body=json.dumps(content).encode(), content_type="application/json")


@pytest.fixture(autouse=True)
async def _quiet(stage: Stage) -> AsyncIterator[None]:
    yield
    stage.override = None
