"""Faults in what a venue says: stale, off by a factor, missing, twice, delisted, by a wrong clock."""

from collections.abc import AsyncIterator
from types import ModuleType

import aiohttp
import pytest
from exchange_fixtures import START_MS, Client, Connect, Hand
from fault_hands import (
    CANDLES,
    HISTORIES,
    INTERESTS,
    LASTS,
    LISTINGS,
    MARKS,
    OTHERS,
    SYMBOLS,
    TIME,
    VENUES,
    Answered,
    Ask,
    closes,
    ids,
    interest,
    last,
    mark,
    now_ms,
    starts,
)

from bot.sandbox.exchange.shown_market import ShownMarket
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.clock import MINUTE_MS
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)

every_venue = pytest.mark.parametrize("venue", VENUES)


@pytest.fixture
async def ask(root: str) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession() as session:

        async def get(path: str) -> Answered:
            async with session.get(root + path) as answer:
                return Answered(answer.status, dict(answer.headers), await answer.text())

        yield get


def _forward(hand: Hand, minutes: float) -> None:
    hand.seconds += minutes  # the market runs sixty times as fast


@every_venue
async def test_a_stale_venue_stands_still_and_wakes_up(
    ask: Ask, switches: FaultBoard, hand: Hand, venue: str
) -> None:
    symbol, other = SYMBOLS[venue], OTHERS[venue]
    switches.switch(venue, "stale", 60, symbol=symbol)
    paths = [table[venue].format(symbol) for table in (CANDLES, HISTORIES)]
    before = [(await ask(path)).body for path in paths]
    values = [(mark, MARKS), (last, LASTS), (interest, INTERESTS)]
    stood = [read((await ask(table[venue].format(symbol))).body) for read, table in values]
    newest = max(starts((await ask(CANDLES[venue].format(other))).body))
    _forward(hand, 7.3)
    for path, body in zip(paths, before, strict=True):
        now = (await ask(path)).body
        assert _untimed(now) == _untimed(body)
    assert [read((await ask(table[venue].format(symbol))).body) for read, table in values] == stood
    assert max(starts((await ask(CANDLES[venue].format(other))).body)) == newest + 7 * MINUTE_MS
    switches.clear()
    assert max(starts((await ask(paths[0])).body)) == newest + 7 * MINUTE_MS
    assert mark((await ask(MARKS[venue].format(symbol))).body) != stood[0]


def _untimed(body: object) -> object:
    """Without the moment at which a whole answer was given."""
    return {key: value for key, value in body.items() if key != "time"} if isinstance(body, dict) else body


async def test_stale_stamps_stand_still_with_what_they_stamp(
    ask: Ask, switches: FaultBoard, hand: Hand
) -> None:
    switches.switch("binance", "stale", 60, series="open_interest")
    switches.switch("okx", "stale", 60, series="mark_price")
    _forward(hand, 5)
    began = START_MS + 24_000
    assert (await ask(INTERESTS["binance"].format("BTCUSDT"))).body["time"] == began
    assert (await ask(MARKS["binance"].format("BTCUSDT"))).body["time"] == began + 5 * MINUTE_MS
    assert (await ask(MARKS["okx"].format("BTC-USDT-SWAP"))).body["data"][0]["ts"] == str(began)
    assert (await ask(INTERESTS["okx"].format("BTC-USDT-SWAP"))).body["data"][0]["ts"] > str(began)


async def test_a_stale_bar_never_ends(ask: Ask, switches: FaultBoard, hand: Hand) -> None:
    switches.switch("okx", "stale", 60, series="candles")
    _forward(hand, 5)
    newest, *older = (await ask(CANDLES["okx"].format("BTC-USDT-SWAP"))).body["data"]
    assert newest[-1] == "0"
    assert {row[-1] for row in older} == {"1"}


@every_venue
@pytest.mark.parametrize("by_ms", [30_000, -90_000])
async def test_a_clock_can_be_wrong(ask: Ask, switches: FaultBoard, venue: str, by_ms: int) -> None:
    right = now_ms(venue, (await ask(TIME[venue])).body)
    switches.switch(venue, "clock_off", 60, by_ms=by_ms)
    assert now_ms(venue, (await ask(TIME[venue])).body) == right + by_ms
    newest = max(starts((await ask(CANDLES[venue].format(SYMBOLS[venue]))).body))
    assert newest == (right + by_ms) // MINUTE_MS * MINUTE_MS
    switches.clear()
    assert now_ms(venue, (await ask(TIME[venue])).body) == right


@every_venue
async def test_a_delisted_contract_is_unknown(ask: Ask, switches: FaultBoard, venue: str) -> None:
    symbol, other = SYMBOLS[venue], OTHERS[venue]
    unknown = await ask(CANDLES[venue].format("NOSUCHUSDT"))
    switches.switch(venue, "delisted", 60, symbol=symbol)
    assert symbol not in ids((await ask(LISTINGS[venue])).body)
    gone = await ask(CANDLES[venue].format(symbol))
    assert gone.status == unknown.status
    assert _code(gone) == _code(unknown)
    assert len(starts((await ask(CANDLES[venue].format(other))).body)) == 20
    switches.clear()
    assert symbol in ids((await ask(LISTINGS[venue])).body)


def _code(answer: Answered) -> object:
    return [answer.body.get(name) for name in ("retCode", "code", "label")]


@every_venue
async def test_a_newly_listed_contract_appears_without_a_past(
    ask: Ask, switches: FaultBoard, hand: Hand, venue: str
) -> None:
    symbol = SYMBOLS[venue]
    switches.switch(venue, "delisted", 60, symbol=symbol)
    _forward(hand, 2)
    switches.switch(venue, "newly_listed", 60, symbol=symbol)
    _forward(hand, 3)
    listing = (await ask(LISTINGS[venue])).body
    assert symbol in ids(listing)
    assert str((START_MS + 2 * MINUTE_MS) // 1000) in str(listing)
    assert min(starts((await ask(CANDLES[venue].format(symbol))).body)) == START_MS + 2 * MINUTE_MS
    assert len(starts((await ask(CANDLES[venue].format(symbol))).body)) == 4
    assert interest((await ask(INTERESTS[venue].format(symbol))).body) > 0


@every_venue
async def test_a_spike_is_on_one_venue_while_it_lasts(
    ask: Ask, switches: FaultBoard, hand: Hand, venue: str
) -> None:
    symbol = SYMBOLS[venue]
    paths = [CANDLES[venue].format(symbol), MARKS[venue].format(symbol), LASTS[venue].format(symbol)]
    bars, marked, traded = [(await ask(path)).body for path in paths]
    switches.switch(venue, "spike", 60, factor=1.5)
    high_bars, high_mark, high_last = [(await ask(path)).body for path in paths]
    assert mark(high_mark) == pytest.approx(1.5 * mark(marked), rel=1e-5)
    assert last(high_last) == pytest.approx(1.5 * last(traded), rel=1e-5)
    for start, close in closes(high_bars).items():
        factor = 1.5 if start == START_MS else 1.0
        assert close == pytest.approx(factor * closes(bars)[start], rel=1e-5)
    for other in set(VENUES) - {venue}:
        assert mark((await ask(MARKS[other].format(SYMBOLS[other]))).body) < 1.4 * mark(marked)
    switches.clear()
    assert closes((await ask(paths[0])).body) == closes(bars)


@every_venue
async def test_open_interest_can_jump_alone(ask: Ask, switches: FaultBoard, venue: str) -> None:
    path = INTERESTS[venue].format(SYMBOLS[venue])
    before = (await ask(path)).body
    switches.switch(venue, "interest_spike", 60)
    assert interest((await ask(path)).body) == pytest.approx(10 * interest(before), rel=1e-6)
    assert interest((await ask(INTERESTS[venue].format(OTHERS[venue]))).body) > 0
    assert last((await ask(LASTS[venue].format(SYMBOLS[venue]))).body) > 0
    switches.clear()
    assert interest((await ask(path)).body) == interest(before)


@every_venue
async def test_rows_of_a_gap_come_when_it_is_over(
    ask: Ask, switches: FaultBoard, hand: Hand, venue: str
) -> None:
    bars, readings = CANDLES[venue].format(SYMBOLS[venue]), HISTORIES[venue].format(SYMBOLS[venue])
    switches.switch(venue, "gap", 60)
    price = last((await ask(LASTS[venue].format(SYMBOLS[venue]))).body)
    _forward(hand, 8)
    began = START_MS + 24_000
    assert max(starts((await ask(bars)).body)) == START_MS
    assert max(starts((await ask(readings)).body)) < began
    assert last((await ask(LASTS[venue].format(SYMBOLS[venue]))).body) != price
    switches.clear()
    assert max(starts((await ask(bars)).body)) == START_MS + 8 * MINUTE_MS
    assert max(starts((await ask(readings)).body)) == START_MS + 5 * MINUTE_MS


@every_venue
async def test_a_gap_of_some_minutes_lies_in_the_middle(
    ask: Ask, switches: FaultBoard, hand: Hand, venue: str
) -> None:
    switches.switch(venue, "gap", 60, series="candles", minutes=3)
    _forward(hand, 8)
    told = sorted(starts((await ask(CANDLES[venue].format(SYMBOLS[venue]))).body))
    after = [(start - START_MS) // MINUTE_MS for start in told if start >= START_MS]
    assert after == [0, 4, 5, 6, 7, 8]


@every_venue
async def test_rows_can_come_twice(ask: Ask, switches: FaultBoard, venue: str) -> None:
    bars, readings = CANDLES[venue].format(SYMBOLS[venue]), HISTORIES[venue].format(SYMBOLS[venue])
    plain = starts((await ask(bars)).body)
    listed = ids((await ask(LISTINGS[venue])).body)
    switches.switch(venue, "duplicates", 60)
    assert starts((await ask(bars)).body) == [start for start in plain for _ in range(2)]
    assert len(starts((await ask(readings)).body)) == 24
    assert ids((await ask(LISTINGS[venue])).body) == listed
    switches.clear()
    switches.switch(venue, "duplicates", 60, series="open_interest")
    assert starts((await ask(bars)).body) == plain


@every_venue
async def test_rows_can_come_in_the_wrong_order(ask: Ask, switches: FaultBoard, venue: str) -> None:
    path = CANDLES[venue].format(SYMBOLS[venue])
    plain = starts((await ask(path)).body)
    switches.switch(venue, "reordered", 60)
    told = starts((await ask(path)).body)
    assert told != plain
    assert sorted(told) == sorted(plain)
    assert told not in (sorted(plain), sorted(plain, reverse=True))


@every_venue
async def test_through_ccxt_a_contract_goes_and_a_price_jumps(
    ccxt: ModuleType, connect: Connect, root: str, switches: FaultBoard, venue: str
) -> None:
    client: Client = connect(venue, root)
    plain = await client.fetch_ohlcv("BTC/USDT:USDT", "1m", limit=5)
    switches.switch(venue, "spike", 60, symbol=SYMBOLS[venue])
    spiked = await client.fetch_ohlcv("BTC/USDT:USDT", "1m", limit=5)
    assert spiked[-1][4] == pytest.approx(1.2 * plain[-1][4], rel=1e-5)
    assert spiked[:-1] == plain[:-1]
    switches.switch(venue, "delisted", 60, symbol=SYMBOLS[venue])
    with pytest.raises(ccxt.BaseError):
        await client.fetch_ohlcv("BTC/USDT:USDT", "1m")
    assert "BTC/USDT:USDT" not in await client.load_markets(True)


def test_a_gap_and_standing_still_hold_back_liquidations(
    market: Market, switches: FaultBoard, hand: Hand
) -> None:
    switches.attach(market)
    shown = ShownMarket(market, "binance", switches)
    listing = market.listing("binance", "BTCUSDT")
    assert listing is not None
    _forward(hand, 240)
    began = market.now_ms()
    for kind in ("gap", "stale"):
        switches.switch("binance", kind, 60, series="liquidations")
        _forward(hand, 120)
        everything = market.liquidations(listing, 0, market.now_ms())
        assert everything.stamp_ms[-1] > began
        shown_stamps = shown.liquidations(listing, 0, market.now_ms()).stamp_ms
        assert 0 < len(shown_stamps) < len(everything)
        assert shown_stamps[-1] <= began
        switches.clear()
        assert len(shown.liquidations(listing, 0, market.now_ms())) == len(everything)
        began = market.now_ms()
