"""A recording of one market and three minutes, as text that a test can change."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

MARKET = {
    "exchange": "binance",
    "id": "XUSDT",
    "symbol": "X/USDT:USDT",
    "contract_size": 1,
    "tick_size": 0.01,
    "tiers": [[50_000, 75, 0.01], [1e9, 20, 0.025]],
}
CANDLES = """timestamp_ms,open,high,low,close,volume_base,taker_buy_base
60000,10,11,9,10.5,5,2
120000,10.5,11,10,10,0,0
240000,10,10,10,10,1,1
"""
INTEREST = """timestamp_ms,open_interest_base
120000,100
180001,110
239999,111
"""


def store(
    folder: Path,
    changes: Mapping[str, object] | None = None,
    *,
    candles: str = CANDLES,
    interest: str | None = INTEREST,
    others: Mapping[str, str] | None = None,  # text by name, e.g. mark_1m
) -> Path:
    market = MARKET | dict(changes or {})
    files = {"candles_1m": candles, "open_interest_5m": interest, **(others or {})}
    for name, text in files.items():
        if text is not None:
            pack_text(folder / str(market["exchange"]) / "XUSDT" / f"{name}.csv.gz", text)
    (folder / "recording.json").write_text(json.dumps({"name": "x", "markets": [market]}))
    return folder


def pack_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt") as lines:
        lines.write(text)
