"""Reads the files of a recording."""

import csv
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.sandbox.market.candles import Candles, Floats, Ints
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.liquidations import LONG, SHORT, Liquidations
from bot.sandbox.market.listing import MarginTier
from bot.sandbox.market.tape import Stamped

UNITS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}


@dataclass(frozen=True)
class RecordedMarket:
    """One entry of recording.json."""

    folder: Path
    exchange: str
    id: str
    symbol: str
    contract_size: float
    tick_size: float
    tiers: tuple[MarginTier, ...]
    caps_in_base: bool

    @property
    def inverse(self) -> bool:
        pair, _, settle = self.symbol.partition(":")
        return settle.partition("-")[0] == pair.partition("/")[0]


def read_markets(folder: Path) -> list[RecordedMarket]:
    head = folder / "recording.json"
    if not head.is_file():
        raise ValueError(f"{folder} is not a recording: it holds no recording.json")
    try:
        rows = json.loads(head.read_text())["markets"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{head} is not JSON with a list 'markets'") from None
    return [_market(folder, row) for row in rows]


def _market(folder: Path, row: dict[str, Any]) -> RecordedMarket:
    return RecordedMarket(
        folder=folder / row["exchange"] / row["id"],
        exchange=row["exchange"],
        id=row["id"],
        symbol=row["symbol"],
        contract_size=float(row["contract_size"]),
        tick_size=float(row["tick_size"]),
        tiers=tuple(MarginTier(*(float(value) for value in tier)) for tier in row["tiers"]),
        caps_in_base=row.get("caps_in_base", False) is True,
    )


def _step(path: Path) -> int:
    """The length in ms that a name like candles_5m.csv.gz states."""
    found = re.fullmatch(r"[a-z_]+_(\d+)([mhd])\.csv\.gz", path.name)
    if found is None:
        raise ValueError(f"{path.name} does not say how long its steps are")
    return int(found[1]) * UNITS[found[2]]


def _finest(folder: Path, kind: str) -> Path | None:
    return min(folder.glob(f"{kind}_*.csv.gz"), key=_step, default=None)


def _columns(path: Path) -> dict[str, Floats]:
    with gzip.open(path, "rt") as lines:
        names = lines.readline().strip().split(",")
        rows = np.loadtxt(lines, delimiter=",", ndmin=2) if names else np.empty((0, 0))
    return {name: rows[:, number] if len(rows) else np.empty(0) for number, name in enumerate(names)}


def read_candles(market: RecordedMarket) -> tuple[Candles, int]:
    """The finest candles on record and their length."""
    path = _finest(market.folder, "candles")
    if path is None:
        raise ValueError(f"the recording holds no candles of {market.exchange} {market.id}")
    table = _columns(path)
    volume = table["volume_base"]
    bought = table.get("taker_buy_base", volume / 2)
    columns = [*(table[name] for name in ("open", "high", "low", "close")), volume, bought]
    candles = Candles(table["timestamp_ms"].astype(np.int64), *columns)
    return candles, _step(path)


def round_up(stamps: Ints, step_ms: int) -> Ints:
    """A recorder's clock put on the grid: what came between two candles is known when the next one opens."""
    return -(-stamps // step_ms) * step_ms


def read_stamped(market: RecordedMarket, kind: str, value: str, step_ms: int) -> Stamped:
    """A series on the grid of the candles, empty where the recording has none."""
    path = _finest(market.folder, kind)
    if path is None:
        return Stamped.nothing()
    table = _columns(path)
    series = Stamped(table["timestamp_ms"].astype(np.int64), table[value])
    return Stamped(round_up(series.stamp_ms, step_ms), series.value).on_grid(step_ms)


def read_plain(market: RecordedMarket, kind: str, value: str) -> Stamped:
    """A series whose file has no timeframe in its name."""
    path = market.folder / f"{kind}.csv.gz"
    if not path.is_file():
        return Stamped.nothing()
    table = _columns(path)
    return Stamped(table["timestamp_ms"].astype(np.int64), table[value])


def read_liquidations(market: RecordedMarket) -> Liquidations:
    path = market.folder / "liquidations.csv.gz"
    if not path.is_file():
        return Liquidations.none()
    with gzip.open(path, "rt") as lines:
        rows = list(csv.DictReader(lines))
    return _orders(rows, market.tiers[0].maintenance_rate, market.inverse)


def _orders(rows: list[dict[str, str]], maintenance_rate: float, inverse: bool) -> Liquidations:
    """The missing one of fill and bankruptcy price lies one maintenance margin away."""
    side = np.array([LONG if row["side"] == "long" else SHORT for row in rows], np.int8)
    price = np.array([float(row["price"]) for row in rows])
    broke = np.array([row.get("price_kind") == "bankruptcy" for row in rows], bool)
    toward = np.where(side == LONG, -maintenance_rate, maintenance_rate)
    margin = 1 / (1 - toward) if inverse else 1 + toward
    trigger = np.where(broke, price / margin, price)
    number: Callable[[str], float] = float
    return Liquidations(
        np.array([int(row["timestamp_ms"]) for row in rows], np.int64),
        side,
        trigger,
        trigger,
        np.where(broke, price, price * margin),
        np.array([number(row["quantity_base"]) for row in rows]),
    )
