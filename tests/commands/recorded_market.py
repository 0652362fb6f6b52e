"""A small recording: five hours of a random walk, with and without open interest and truth."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

START_MS = 1_767_225_600_000
MINUTE_MS = 60_000
MINUTES = 300
SIDES = ("long", "short")


def write_market(folder: Path) -> Path:
    """binance XUSDT with open interest every five minutes, bybit XUSDT without any."""
    random = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.001, MINUTES)))
    opened = np.r_[100.0, close[:-1]]
    low, high = np.minimum(opened, close) * 0.9995, np.maximum(opened, close) * 1.0005
    stamps = START_MS + MINUTE_MS * np.arange(MINUTES)
    rows = np.column_stack([stamps, opened, high, low, close, random.gamma(2.0, 1.0, MINUTES)])
    interest = np.column_stack(
        [stamps[::5] + 5 * MINUTE_MS, 1000 + random.normal(0, 5, MINUTES // 5).cumsum()]
    )
    for exchange in ("binance", "bybit"):
        path = folder / exchange / "XUSDT" / "candles_1m.csv.gz"
        write_table(path, "timestamp_ms,open,high,low,close,volume_base", rows)
    path = folder / "binance" / "XUSDT" / "open_interest_5m.csv.gz"
    write_table(path, "timestamp_ms,open_interest_base", interest)
    market = {"id": "XUSDT", "symbol": "X/USDT:USDT", "contract_size": 1, "tick_size": 0.01}
    market |= {"tiers": [[50_000, 75, 0.01], [1e9, 20, 0.025]]}
    markets = [{"exchange": exchange, **market} for exchange in ("binance", "bybit")]
    (folder / "recording.json").write_text(json.dumps({"name": "x", "notes": "", "markets": markets}))
    return folder


def write_truth(folder: Path) -> None:
    """Open positions at every hour and liquidations all the time, within 2 % of 100."""
    random = np.random.default_rng(2)
    hours = START_MS + 60 * MINUTE_MS * np.repeat(np.arange(1, 6), 200)
    moments = np.sort(START_MS + random.integers(0, MINUTES * MINUTE_MS, 2000))
    for name, stamps in (("open_positions", hours), ("liquidations", moments)):
        side = random.integers(0, 2, len(stamps))
        price = 100 * np.exp(np.where(side == 0, -1, 1) * random.exponential(0.01, len(stamps)))
        rows = zip(stamps.tolist(), side.tolist(), price.tolist(), strict=True)
        events = [[stamp, SIDES[one], at, 1 + at % 3] for stamp, one, at in rows]
        write_table(folder / "truth" / f"{name}.csv.gz", "timestamp_ms,side,price,quantity_base", events)


def write_feed(folder: Path) -> None:
    """Marks of binance XUSDT at a clock of their own, and a liquidation every twelve seconds or so."""
    random = np.random.default_rng(3)
    market = folder / "binance" / "XUSDT"
    moments = np.sort(START_MS + random.integers(0, MINUTES * MINUTE_MS, 5 * MINUTES))
    sides = random.integers(0, 2, len(moments)).tolist()
    orders = [[stamp, SIDES[side], 100.0, 1.0] for stamp, side in zip(moments.tolist(), sides, strict=True)]
    write_table(market / "liquidations.csv.gz", "timestamp_ms,side,price,quantity_base", orders)
    clock = START_MS + 60_300 * np.arange(MINUTES)
    marks = np.column_stack([clock, 100 * np.exp(random.normal(0, 0.0005, MINUTES).cumsum())])
    write_table(market / "mark_1m.csv.gz", "timestamp_ms,mark_price", marks)


def write_table(path: Path, header: str, rows: Sequence[Sequence[Any]] | np.ndarray[Any, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt") as lines:
        lines.write(header + "\n")
        lines.writelines(",".join([str(int(row[0])), *map(_cell, row[1:])]) + "\n" for row in rows)


def at(*minutes: int) -> list[int]:
    return [START_MS + minute * MINUTE_MS for minute in minutes]


def _cell(value: object) -> str:
    return value if isinstance(value, str) else repr(float(value))  # type: ignore[arg-type]
