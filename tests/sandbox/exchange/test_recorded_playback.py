"""A recording served as a market."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from exchange_fixtures import Connect, Hand, Serve

from bot.sandbox.market import Market, MarketOptions, open_market
from bot.sandbox.market.clock import DAY_MS, MarketClock
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.recorded.source import RecordedSource

pytest_plugins = ("exchange_plugin",)

STEP = 300_000
FIRST = 1_790_000_100_000
COUNT = 40


def _write(path: Path, header: str, rows: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join([header, *rows, ""]).encode()))


def _market(folder: Path, exchange: str, contract: str, symbol: str) -> dict[str, Any]:
    rows = [
        f"{FIRST + n * STEP},{100 + n},{103 + n},{99 + n},{101 + n},{7.5}" for n in range(COUNT) if n != 10
    ]
    _write(
        folder / exchange / contract / "candles_5m.csv.gz",
        "timestamp_ms,open,high,low,close,volume_base",
        rows,
    )
    return {
        "exchange": exchange,
        "id": contract,
        "symbol": symbol,
        "contract_size": 1,
        "tick_size": 0.1,
        "tiers": [[300000.0, 150, 0.004], [800000.0, 100, 0.005]],
    }


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Hyperliquid with stamps off the grid, and Bybit without open interest."""
    markets = [
        _market(tmp_path, "hyperliquid", "BTC", "BTC/USDC:USDC"),
        _market(tmp_path, "bybit", "ETHUSDT", "ETH/USDT:USDT"),
    ]
    folder = tmp_path / "hyperliquid" / "BTC"
    off_grid = [f"{FIRST + n * STEP + 1_234},{1000 + n}" for n in range(COUNT)]
    _write(folder / "open_interest_5m.csv.gz", "timestamp_ms,open_interest_base", off_grid)
    marks = [f"{FIRST + n * 60_000 - 777},{100 + n / 10}" for n in range(COUNT * 5)]
    _write(folder / "mark_1m.csv.gz", "timestamp_ms,mark_price", marks)
    (tmp_path / "recording.json").write_text(json.dumps({"name": "small", "notes": "", "markets": markets}))
    return tmp_path


def _at(folder: Path, now_ms: int, served_as: str | None, hand: Hand) -> Market:
    return Market(RecordedSource(folder, served_as), MarketClock(now_ms, 60.0, wall=hand))


def _only(market: Market, venue: str, contract: str) -> Listing:
    found = market.listing(venue, contract)
    assert found is not None
    return found


def test_a_coin_of_hyperliquid_becomes_a_contract_of_binance(recording: Path, hand: Hand) -> None:
    market = _at(recording, FIRST + 20 * STEP, "binance", hand)
    listing = _only(market, "binance", "BTCUSDT")
    assert listing.symbol == "BTC/USDT:USDT"
    assert {one.id for one in market.listings("binance")} == {"BTCUSDT", "ETHUSDT"}
    assert market.listings("bybit") == []


def test_as_okx_a_contract_is_a_hundredth_of_a_coin(recording: Path, hand: Hand) -> None:
    market = _at(recording, FIRST + 20 * STEP, "okx", hand)
    assert _only(market, "okx", "BTC-USDT-SWAP").contract_size == 0.01


def test_a_dialect_that_nobody_speaks_is_refused_by_name(recording: Path) -> None:
    with pytest.raises(ValueError, match="hyperliquid"):
        RecordedSource(recording)
    with pytest.raises(ValueError, match="kraken"):
        RecordedSource(recording, "kraken")


def test_a_folder_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a recording"):
        RecordedSource(tmp_path, "binance")


def test_open_interest_is_known_from_the_next_candle_on(recording: Path, hand: Hand) -> None:
    now = FIRST + 5 * STEP
    market = _at(recording, now, "binance", hand)
    listing = _only(market, "binance", "BTCUSDT")
    history = market.open_interest_history(listing, STEP, FIRST, now + 1)
    assert history.stamp_ms.tolist() == [FIRST + n * STEP for n in range(1, 6)]
    assert history.value.tolist() == [1000.0 + n for n in range(5)]
    assert market.open_interest(listing) == 1004


def test_marks_are_rounded_up_to_the_next_candle(recording: Path, hand: Hand) -> None:
    market = _at(recording, FIRST + 20 * STEP, "binance", hand)
    marks = market.mark_candles(_only(market, "binance", "BTCUSDT"), STEP, FIRST + STEP, FIRST + 2 * STEP)
    assert float(marks.open[0]) == pytest.approx(100.5)
    assert float(marks.close[0]) == pytest.approx(101.0)


def test_candles_add_up_and_a_gap_stays_a_gap(recording: Path, hand: Hand) -> None:
    market = _at(recording, FIRST + 20 * STEP, "binance", hand)
    candles = market.candles(_only(market, "binance", "BTCUSDT"), STEP, FIRST, FIRST + 20 * STEP)
    assert candles.start_ms.tolist() == [FIRST + n * STEP for n in range(20) if n != 10]
    assert (candles.open[3], candles.high[3], candles.low[3], candles.close[3]) == (103, 106, 102, 104)
    assert float(candles.volume[3]) == pytest.approx(7.5, abs=1e-9)


def test_nothing_of_the_future_is_told(recording: Path, hand: Hand) -> None:
    now = FIRST + 5 * STEP + 90_000
    market = _at(recording, now, "binance", hand)
    listing = _only(market, "binance", "BTCUSDT")
    candles = market.candles(listing, 60_000, 0, 1 << 60)
    assert int(candles.start_ms[-1]) == now - 30_000
    assert market.open_interest_history(listing, STEP, 0, 1 << 60).stamp_ms[-1] <= now


async def test_a_market_without_open_interest_answers_empty_lists(
    recording: Path, hand: Hand, serve: Serve, connect: Connect
) -> None:
    root = await serve(_at(recording, FIRST + 20 * STEP, "bybit", hand))
    client = connect("bybit", root)
    await client.load_markets()
    assert await client.fetch_open_interest_history("ETH/USDT:USDT", "5m") == []
    assert len(await client.fetch_open_interest_history("BTC/USDT:USDT", "5m")) > 10


async def test_an_unlisting_venue_has_no_markets(
    recording: Path, hand: Hand, serve: Serve, connect: Connect
) -> None:
    client = connect("okx", await serve(_at(recording, FIRST + 20 * STEP, "binance", hand)))
    assert await client.load_markets() == {}


def test_two_thirds_of_a_recording_are_history_and_its_end_stops_the_clock(recording: Path) -> None:
    market = open_market(MarketOptions(recording=recording, served_as="binance", speed=1e9))
    assert market.clock.origin_ms == pytest.approx(FIRST + 0.65 * COUNT * STEP, abs=60_000)
    assert market.now_ms() == FIRST + COUNT * STEP


def test_a_start_outside_the_recording_is_refused(recording: Path) -> None:
    with pytest.raises(ValueError, match="recording runs from"):
        open_market(MarketOptions(recording=recording, served_as="binance", start_ms=FIRST - DAY_MS))


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_description_that_is_no_list_of_markets_is_named(recording: Path, text: str) -> None:
    (recording / "recording.json").write_text(text)
    with pytest.raises(ValueError, match=r"recording\.json is not JSON with a list 'markets'"):
        open_market(MarketOptions(recording=recording))


@pytest.mark.parametrize(
    ("name", "served_as"), [("seven-coins-1m", "binance"), ("majors-5m-development", None)]
)
def test_the_shared_recordings_can_be_played(shared: Path, name: str, served_as: str | None) -> None:
    folder = shared / "recordings" / name
    if not folder.is_dir():
        pytest.skip(f"../shared is absent: no recording {name}")
    market = open_market(MarketOptions(recording=folder, served_as=served_as))
    listing = _only(market, "binance", "BTCUSDT")
    now = market.now_ms()
    day = market.candles(listing, 300_000, now - DAY_MS, now)
    assert len(day) > 280
    assert float(day.low.min()) <= market.mark_price(listing) * 1.01
    assert (market.open_interest(listing) or 0) > 1000
