"""An invented market written as a recording can be played and scored."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.export import export_recording
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.opening import INVENTED_START_MS
from bot.sandbox.market.recorded.source import RecordedSource

pytest_plugins = ("exchange_plugin",)

BTC = ("binance", "BTCUSDT")


@pytest.fixture(scope="module")
def source() -> InventedSource:
    return InventedSource(2, INVENTED_START_MS, 0.55)


@pytest.fixture(scope="module")
def exported(source: InventedSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_recording(source, folder, INVENTED_START_MS, BTC)
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") as lines:
        return list(csv.DictReader(lines))


def test_it_plays_as_what_it_was(source: InventedSource, exported: Path) -> None:
    played = RecordedSource(exported)
    (listing,) = played.listings
    assert (listing.venue, listing.id) == BTC
    lived = source.tape(source.listings[0], INVENTED_START_MS).minutes.between(0, INVENTED_START_MS)
    again = played.tape(listing, INVENTED_START_MS).minutes
    assert again.start_ms.tolist() == lived.start_ms.tolist()
    assert np.allclose(again.close, lived.close, rtol=1e-11)
    assert np.allclose(again.taker_buy, lived.taker_buy, rtol=1e-9)


def test_open_interest_is_stamped_when_it_is_known(source: InventedSource, exported: Path) -> None:
    rows = _rows(exported / "binance" / "BTCUSDT" / "open_interest_5m.csv.gz")
    assert all(int(row["timestamp_ms"]) % (5 * MINUTE_MS) == 0 for row in rows)
    series = source.tape(source.listings[0], INVENTED_START_MS).open_interest
    for row in rows[::20]:
        assert float(row["open_interest_base"]) == pytest.approx(series.latest(int(row["timestamp_ms"])))


def test_positions_of_the_truth_lie_on_their_side(exported: Path) -> None:
    closes = {
        int(row["timestamp_ms"]) + MINUTE_MS: float(row["close"])
        for row in _rows(exported / "binance" / "BTCUSDT" / "candles_1m.csv.gz")
    }
    rows = _rows(exported / "truth" / "open_positions.csv.gz")
    assert {int(row["timestamp_ms"]) % (6 * HOUR_MS) for row in rows} == {0}
    for row in rows:
        gap = float(row["price"]) / closes[int(row["timestamp_ms"])] - 1
        assert 0 < (gap if row["side"] == "short" else -gap) <= 0.3 + 1e-9


def test_the_feed_is_cut_to_one_order_a_second(exported: Path) -> None:
    feed = _rows(exported / "binance" / "BTCUSDT" / "liquidations.csv.gz")
    truth = _rows(exported / "truth" / "liquidations.csv.gz")
    seconds = [int(row["timestamp_ms"]) // 1000 for row in feed]
    assert len(set(seconds)) == len(seconds)
    assert set(seconds) == {int(row["timestamp_ms"]) // 1000 for row in truth}
    assert len(truth) >= len(feed) > 10
    assert {row["price_kind"] for row in feed} == {"fill"}


def test_okx_publishes_bankruptcy_prices(tmp_path: Path) -> None:
    source = InventedSource(2, INVENTED_START_MS, 0.3)
    export_recording(source, tmp_path, INVENTED_START_MS - DAY_MS // 4, ("okx", "BTC-USDT-SWAP"))
    rows = _rows(tmp_path / "okx" / "BTC-USDT-SWAP" / "liquidations.csv.gz")
    assert {row["price_kind"] for row in rows} == {"bankruptcy"}


def test_a_whole_market_is_exported_with_each_markets_truth(tmp_path: Path) -> None:
    export_recording(InventedSource(2, INVENTED_START_MS, 0.05), tmp_path, INVENTED_START_MS)
    head = json.loads((tmp_path / "recording.json").read_text())
    assert len(head["markets"]) == 16
    for one in head["markets"]:
        assert (tmp_path / one["exchange"] / one["id"] / "candles_1m.csv.gz").is_file()
        assert (tmp_path / "truth" / one["exchange"] / one["id"] / "liquidations.csv.gz").is_file()
    assert (tmp_path / "truth" / "liquidations.csv.gz").is_file()


def test_the_scorer_reads_it(shared: Path, exported: Path, tmp_path: Path) -> None:
    scorer = shared / "score_maps.py"
    if not scorer.is_file():
        pytest.skip("../shared is absent: no scorer")
    maps = tmp_path / "maps.jsonl"
    maps.write_text("".join(_flat_maps(exported)))
    command = [sys.executable, str(scorer), str(maps), str(exported), "--json", "--warm-up-days", "0"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "nemd" in said
    assert "auc" in said


def _flat_maps(folder: Path) -> list[str]:
    """One map an hour with as much at every price."""
    lines = []
    for row in _rows(folder / "binance" / "BTCUSDT" / "candles_1m.csv.gz"):
        ends, price = int(row["timestamp_ms"]) + MINUTE_MS, float(row["close"])
        if ends % HOUR_MS:
            continue
        edges = price * np.exp(np.arange(-101, 102) * 1e-3)
        below = edges[1:] <= price * (1 + 1e-9)
        told = {
            "timestamp_ms": ends,
            "price": price,
            "edges": edges.tolist(),
            "long_base": below.astype(float).tolist(),
            "short_base": (~below).astype(float).tolist(),
        }
        lines.append(json.dumps(told) + "\n")
    return lines
