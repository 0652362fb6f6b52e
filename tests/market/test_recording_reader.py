"""Reading recordings: what is offered, and how malformed files are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stored_recording import CANDLES, INTEREST, pack_text, store

from bot.market.recorded_table import RecordingError
from bot.market.recording import open_recording

SHARED = Path(__file__).parents[3] / "shared" / "recordings"


def test_a_market_is_found_by_symbol_and_by_id(tmp_path: Path) -> None:
    recording = open_recording(store(tmp_path))
    contract = recording.contract("binance", "XUSDT")
    assert contract == recording.contract("binance", "X/USDT:USDT")
    assert (contract.venue, contract.max_leverage, contract.first_maintenance_rate) == ("binance", 75, 0.01)
    assert [market.contract for market in recording.markets] == [contract]
    assert (contract.inverse, contract.closing_fee) == (False, 0.0)


def test_okx_contracts_count_a_fee_and_coin_settled_ones_are_inverse(tmp_path: Path) -> None:
    contract = open_recording(store(tmp_path, {"exchange": "okx", "symbol": "X/USD:X"})).contract(
        "okx", "XUSDT"
    )
    assert contract.inverse
    assert contract.closing_fee > 0


def test_candles_come_with_the_open_interest_known_when_they_ended(tmp_path: Path) -> None:
    history = open_recording(store(tmp_path)).history("binance", "XUSDT")
    assert history.start_ms.tolist() == [60_000, 120_000, 240_000]
    assert history.close.tolist() == [10.5, 10, 10]
    np.testing.assert_array_equal(history.open_interest_base, [100, np.nan, 111])  # off the grid: rounded up


def test_the_finest_candles_are_read(tmp_path: Path) -> None:
    folder = store(tmp_path)
    pack_text(folder / "binance" / "XUSDT" / "candles_5m.csv.gz", CANDLES)
    assert open_recording(folder).history("binance", "XUSDT").span_ms == 60_000


def test_a_market_may_lack_open_interest(tmp_path: Path) -> None:
    assert not open_recording(store(tmp_path, interest=None)).history("binance", "XUSDT").has_open_interest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("120000,10.5,", "120000,nan,", r"candles_1m.csv.gz line 3: open is not finite"),
        ("120000,10.5,", "120000,ten,", r"line 3: open 'ten' is not a number"),
        ("60000,10,11,9", "60000,10,11,0", r"line 2: low is not positive"),
        ("10.5,5,2", "10.5,-5,2", r"line 2: volume_base is negative"),
        ("60000,10,11,9", "60000,10,10.2,9", r"line 2: high does not enclose open and close"),
        ("240000", "120000", r"line 4: timestamp_ms is a duplicate"),
        ("240000", "90000", r"line 4: timestamp_ms is out of order"),
        ("240000,10,", "240000,", r"line 4: row has 6 fields, not 7"),
        ("volume_base", "volume", r"has no column volume_base"),
    ],
)
def test_a_malformed_candle_is_refused_by_file_line_and_field(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in CANDLES
    recording = open_recording(store(tmp_path, candles=CANDLES.replace(old, new, 1)))
    with pytest.raises(RecordingError, match=message):
        recording.history("binance", "XUSDT")


def test_negative_open_interest_is_refused(tmp_path: Path) -> None:
    recording = open_recording(store(tmp_path, interest=INTEREST.replace(",110", ",-1")))
    with pytest.raises(
        RecordingError, match=r"open_interest_5m.csv.gz line 3: open_interest_base is negative"
    ):
        recording.history("binance", "XUSDT")


def test_missing_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"has no recording\.json"):
        open_recording(tmp_path / "nowhere")
    folder = store(tmp_path / "x")
    candles = folder / "binance" / "XUSDT" / "candles_1m.csv.gz"
    candles.write_bytes(b"plain text")
    with pytest.raises(RecordingError, match="not a readable gzip"):
        open_recording(folder).history("binance", "XUSDT")
    candles.unlink()
    with pytest.raises(RecordingError, match=r"binance/XUSDT holds no candles"):
        open_recording(folder).history("binance", "XUSDT")


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    recording = open_recording(store(tmp_path, candles=CANDLES.splitlines()[0]))
    with pytest.raises(RecordingError, match="has no rows"):
        recording.history("binance", "XUSDT")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("tiers", [], r"markets\[0\]: tiers\[0\]: row is missing"),
        ("tiers", [[1, 2]], "tiers or tick_size is missing or malformed"),
        ("tiers", [[50_000, 75, 1.5]], r"tiers\[0\]: maintenance_rate 1.5 is not between 0 and 0.5"),
        ("tiers", [[2, 75, 0.01], [1, 20, 0.02]], r"tiers\[1\]: notional_cap 1 does not follow 2"),
        ("tick_size", 0, "tick_size must be positive"),
        ("id", "../truth", "cannot name a folder"),
    ],
)
def test_a_malformed_market_is_refused_by_field(
    tmp_path: Path, field: str, value: object, message: str
) -> None:
    with pytest.raises(RecordingError, match=message):
        open_recording(store(tmp_path, {field: value}))


@pytest.mark.parametrize("text", ["{", "[]", '{"markets": 3}'])
def test_a_malformed_recording_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "recording.json").write_text(text)
    with pytest.raises(RecordingError, match=r"recording\.json"):
        open_recording(tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")
def test_every_market_of_the_shared_recordings_can_be_read() -> None:
    recording = open_recording(SHARED / "seven-coins-1m")
    for market in recording.markets:
        history = recording.history(market.exchange, market.contract.symbol)
        assert history.has_open_interest
        assert len(history) > 10_000
