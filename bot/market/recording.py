"""Reader of recordings: market history in plain files (folder `DIR/<exchange>/<market id>/*.csv.gz`)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History, align_open_interest

Floats = NDArray[np.float64]

CANDLE_FIELDS = ("timestamp_ms", "open", "high", "low", "close", "volume_base")
SPAN_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
CLOSING_FEE = {"okx": 0.0005}  # the venue that counts a taker fee in its liquidation price


class RecordingError(Exception):
    """A recording cannot be read; the text is one sentence that names the file and what is wrong in it."""


@dataclass(frozen=True)
class RecordedMarket:
    """One entry of recording.json."""

    exchange: str
    contract: Contract


class Recording:
    """A folder of recorded markets. `truth/` is never read."""

    def __init__(self, folder: Path, name: str, markets: Sequence[RecordedMarket]) -> None:
        self.folder = folder
        self.name = name
        self.markets = tuple(markets)

    def contract(self, exchange: str, market: str) -> Contract:
        """The contract by unified symbol or market id; raises RecordingError if it is not recorded."""
        for found in self.markets:
            named = market in (found.contract.symbol, found.contract.market_id)
            if found.exchange == exchange and named:
                return found.contract
        known = ", ".join(f"{found.exchange} {found.contract.market_id}" for found in self.markets)
        raise RecordingError(f"{self.name} holds no market {market} of {exchange}; it has {known}.")

    def history(self, exchange: str, market: str) -> History:
        """All candles of the finest span with the open interest known at each candle's end.

        Raises RecordingError for a missing file and for a value that is no number, out of order, duplicated,
        zero or negative where it cannot be, naming file, line and field.
        """
        folder = self.folder / exchange / self.contract(exchange, market).market_id
        candles = _finest(folder, "candles")
        if candles is None:
            raise RecordingError(f"{folder.relative_to(self.folder)} holds no candles_*.csv.gz file.")
        interest = _finest(folder, "open_interest")
        return _history(candles, interest)


def open_recording(folder: Path) -> Recording:
    """Read recording.json; market files are read when they are asked for. Raises RecordingError."""
    path = folder / "recording.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RecordingError(f"{folder} is not a recording: it has no recording.json.") from error
    except (OSError, ValueError) as error:
        raise RecordingError(f"{path} is not readable JSON.") from error
    if not isinstance(content, dict) or not isinstance(content.get("markets"), list):
        raise RecordingError(f"{path} has no list 'markets'.")
    markets = [_market(path, row, entry) for row, entry in enumerate(content["markets"])]
    return Recording(folder, str(content.get("name", folder.name)), markets)


def _market(path: Path, row: int, entry: Mapping[str, Any]) -> RecordedMarket:
    try:
        exchange, symbol, market_id = (str(entry[name]) for name in ("exchange", "symbol", "id"))
        tick_size = float(entry["tick_size"])
        tiers = tuple(
            Tier(float(cap), float(leverage), float(rate)) for cap, leverage, rate in entry["tiers"]
        )
    except (KeyError, TypeError, ValueError) as error:
        field = error.args[0] if isinstance(error, KeyError) else "tiers or tick_size"
        raise RecordingError(f"{path} markets[{row}]: {field} is missing or malformed.") from error
    for name, value in (("exchange", exchange), ("id", market_id)):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", value):
            raise RecordingError(f"{path} markets[{row}]: {name} {value!r} cannot name a folder.")
    _check_tiers(f"{path} markets[{row}]", tick_size, tiers)
    pair, _, settle = symbol.partition(":")
    inverse = settle.partition("-")[0] == pair.partition("/")[0]
    fee = CLOSING_FEE.get(exchange, 0.0)
    return RecordedMarket(exchange, Contract(exchange, market_id, symbol, tick_size, tiers, inverse, fee))


def _check_tiers(where: str, tick_size: float, tiers: tuple[Tier, ...]) -> None:
    if not tick_size > 0:
        raise RecordingError(f"{where}: tick_size must be positive.")
    if not tiers:
        raise RecordingError(f"{where}: tiers is empty.")
    caps = [tier.notional_cap for tier in tiers]
    if any(below >= above for below, above in pairwise(caps)):
        raise RecordingError(f"{where}: tiers are not ascending in their notional cap.")
    for row, tier in enumerate(tiers):
        if not (tier.notional_cap > 0 and tier.max_leverage >= 1 and 0 < tier.maintenance_rate < 1):
            raise RecordingError(
                f"{where}: tiers[{row}] has a cap, leverage or maintenance rate out of range."
            )


def _finest(folder: Path, kind: str) -> Path | None:
    """The file of a kind with the shortest span in its name, None if there is none."""
    found = {span: path for path in sorted(folder.glob(f"{kind}_*.csv.gz")) if (span := _span_of(path, kind))}
    return found[min(found)] if found else None


def _span_of(path: Path, kind: str) -> int | None:
    match = re.fullmatch(kind + r"_([1-9]\d*)([mhd])\.csv\.gz", path.name)
    return int(match[1]) * SPAN_MS[match[2]] if match else None


def _history(candles: Path, interest: Path | None) -> History:
    span = _span_of(candles, "candles")
    table = _read_table(candles, CANDLE_FIELDS)
    _check_candles(candles, table)
    start = table["timestamp_ms"].astype(np.int64)
    assert span is not None  # the name was matched when the file was chosen
    held = np.full(len(start), np.nan)
    if interest is not None:
        stamped = _read_table(interest, ("timestamp_ms", "open_interest_base"))
        _check_positive(interest, stamped, ("open_interest_base",), zero=True)
        stamps = stamped["timestamp_ms"].astype(np.int64)
        held = align_open_interest(start + span, stamps, stamped["open_interest_base"])
    prices = {name: table[name] for name in CANDLE_FIELDS[1:]}
    return History(span_ms=span, start_ms=start, open_interest_base=held, **prices)


def _check_candles(path: Path, table: Mapping[str, Floats]) -> None:
    _check_positive(path, table, ("open", "high", "low", "close"))
    _check_positive(path, table, ("volume_base",), zero=True)
    inner_low = np.minimum(table["open"], table["close"])
    inner_high = np.maximum(table["open"], table["close"])
    for field, wrong in (("low", table["low"] > inner_low), ("high", table["high"] < inner_high)):
        if wrong.any():
            _refuse(path, int(np.argmax(wrong)), field, "does not enclose open and close")


def _check_positive(
    path: Path, table: Mapping[str, Floats], fields: Sequence[str], zero: bool = False
) -> None:
    for field in fields:
        wrong = table[field] < 0 if zero else table[field] <= 0
        if wrong.any():
            _refuse(path, int(np.argmax(wrong)), field, "is negative" if zero else "is not positive")


def _read_table(path: Path, fields: Sequence[str]) -> dict[str, Floats]:
    """Columns by name, finite numbers, `timestamp_ms` strictly ascending."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            header, *rows = lines.read().splitlines() or [""]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RecordingError(f"{_name(path)} is not a readable gzip text file.") from error
    names = header.split(",")
    for field in fields:
        if field not in names:
            raise RecordingError(f"{_name(path)} has no column {field}.")
    if not rows:
        raise RecordingError(f"{_name(path)} has no rows.")
    values = _numbers(path, names, rows)
    table = {field: values[:, names.index(field)] for field in fields}
    _check_order(path, table["timestamp_ms"])
    return table


def _numbers(path: Path, names: Sequence[str], rows: Sequence[str]) -> Floats:
    try:
        values = np.array([row.split(",") for row in rows], dtype=np.float64)
    except ValueError:
        _name_bad_row(path, names, rows)
    if values.ndim != 2 or values.shape[1] != len(names):
        _name_bad_row(path, names, rows)
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        _refuse(path, int(row), names[column], "is not finite")
    return values


def _name_bad_row(path: Path, names: Sequence[str], rows: Sequence[str]) -> NoReturn:
    for at, row in enumerate(rows):
        cells = row.split(",")
        if len(cells) != len(names):
            _refuse(path, at, "row", f"has {len(cells)} fields, not {len(names)}")
        for name, cell in zip(names, cells, strict=True):
            try:
                float(cell)
            except ValueError:
                _refuse(path, at, name, f"{cell[:40]!r} is not a number")
    raise AssertionError("the rows were refused as a whole and none of them is wrong")


def _check_order(path: Path, stamps: Floats) -> None:
    step = np.diff(stamps)
    if (step <= 0).any():
        row = int(np.argmax(step <= 0)) + 1
        _refuse(path, row, "timestamp_ms", "is a duplicate" if step[row - 1] == 0 else "is out of order")


def _refuse(path: Path, row: int, field: str, what: str) -> NoReturn:
    """`row` counts data rows from 0; the sentence counts lines of the file, the header being line 1."""
    raise RecordingError(f"{_name(path)} line {row + 2}: {field} {what}.")


def _name(path: Path) -> str:
    return "/".join(path.parts[-3:])
