"""A recording of more than a year in hours, small enough to be written by a test."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HOUR = 3_600_000
DAY = 24 * HOUR
DAYS = 372
BEGIN = 1_760_000_000_000 // DAY * DAY
END = BEGIN + DAYS * DAY
BTC = "BTC/USDT:USDT"
IDS = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT", "gate": "BTC_USDT"}
TIERS = [[300000, 100, 0.005], [3000000, 50, 0.01], [90000000, 10, 0.05]]


def write_year(folder: Path, venues: Sequence[str]) -> Path:
    """BTC on these venues, with open interest for every hour."""
    markets = [_market(folder, venue, seed) for seed, venue in enumerate(venues)]
    (folder / "recording.json").write_text(json.dumps({"name": "year", "notes": "", "markets": markets}))
    return folder


def _market(folder: Path, venue: str, seed: int) -> dict[str, object]:
    chance = np.random.default_rng(seed)
    files = folder / venue / IDS[venue]
    files.mkdir(parents=True)
    stamps = BEGIN + HOUR * np.arange(DAYS * 24)
    _write(
        files / "candles_1h.csv.gz", "timestamp_ms,open,high,low,close,volume_base", _candles(chance, stamps)
    )
    coins = 20_000 * np.exp(np.cumsum(chance.normal(0, 0.004, len(stamps))))
    rows = [f"{stamp},{coin:.3f}" for stamp, coin in zip(stamps, coins, strict=True)]
    _write(files / "open_interest_1h.csv.gz", "timestamp_ms,open_interest_base", rows)
    return {
        "exchange": venue, "id": IDS[venue], "symbol": BTC,
        "contract_size": {"okx": 0.01, "gate": 0.0001}.get(venue, 1.0), "tick_size": 0.1, "tiers": TIERS,
    }  # fmt: skip


def _candles(chance: np.random.Generator, stamps: NDArray[np.int64]) -> list[str]:
    """A walk that comes back, so that a year of it stays in sight of its beginning."""
    walk = np.zeros(len(stamps))
    for at, step in enumerate(chance.normal(0, 0.005, len(stamps) - 1), 1):
        walk[at] = 0.998 * walk[at - 1] + step
    close = np.round(90_000 * np.exp(walk), 1)
    opened = np.concatenate([close[:1], close[:-1]])
    high = np.round(np.maximum(opened, close) * 1.002, 1)
    low = np.round(np.minimum(opened, close) * 0.998, 1)
    volume = np.round(chance.uniform(500, 2000, len(stamps)), 3)
    columns = (stamps, opened, high, low, close, volume)
    return [",".join(str(cell) for cell in row) for row in zip(*columns, strict=True)]


def _write(path: Path, header: str, rows: list[str]) -> None:
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("\n".join([header, *rows, ""]))
