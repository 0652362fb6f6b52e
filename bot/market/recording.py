"""Reader of recordings: market history in plain files (folder `DIR/<exchange>/<market id>/*.csv.gz`)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.liquidation.contract import Contract, Tier, TierError
from bot.liquidation.feed import Feed
from bot.liquidation.history import History, align_open_interest
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.listened import Stretches
from bot.market.recorded_liquidations import read_liquidations
from bot.market.recorded_marks import read_mark_range
from bot.market.recorded_table import (
    Floats,
    RecordingError,
    check_positive,
    finest,
    read_table,
    refuse,
    span_of,
)

LIQUIDATIONS = "liquidations.csv.gz"
CANDLE_FIELDS = ("timestamp_ms", "open", "high", "low", "close", "volume_base")
FEED = {"binance": Feed.THROTTLED, "bybit": Feed.COMPLETE, "gate": Feed.COMPLETE}
CLOSING_FEE = {"okx": 0.0005}  # the venue that counts a taker fee in its liquidation price


@dataclass(frozen=True)
class RecordedMarket:
    """One entry of recording.json."""

    exchange: str
    contract: Contract
    listened: Stretches = ()  # to its liquidations, UTC ms; empty where the recording does not say


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

    def listened(self, contract: Contract) -> Stretches:
        """Stretches in which no liquidation can be missing; empty where the recording does not say."""
        return next(found.listened for found in self.markets if found.contract == contract)

    def history(self, exchange: str, market: str) -> History:
        """All candles of the finest span with the open interest known at each candle's end, mark prices and
        liquidations where they are recorded.

        Raises RecordingError for a missing file and for a value that is no number, out of order, duplicated,
        zero or negative where it cannot be, naming file, line and field.
        """
        contract = self.contract(exchange, market)
        folder = self.folder / exchange / contract.market_id
        candles = finest(folder, "candles")
        if candles is None:
            raise RecordingError(f"{folder.relative_to(self.folder)} holds no candles_*.csv.gz file.")
        plain = _history(candles, finest(folder, "open_interest"))
        mark_low, mark_high = read_mark_range(folder, plain) or (None, None)
        liquidations = read_liquidations(folder / LIQUIDATIONS, contract, plain)
        return replace(plain, mark_low=mark_low, mark_high=mark_high, liquidations=liquidations)

    def reported(self, exchange: str, market: str, candles: History) -> Liquidations:
        """Liquidations as they were told: nothing is made up for. Raises RecordingError."""
        contract = self.contract(exchange, market)
        path = self.folder / exchange / contract.market_id / LIQUIDATIONS
        return read_liquidations(path, contract, candles, as_told=True)


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
        in_base = entry.get("caps_in_base", False) is True
    except (KeyError, TypeError, ValueError) as error:
        field = error.args[0] if isinstance(error, KeyError) else "tiers or tick_size"
        raise RecordingError(f"{path} markets[{row}]: {field} is missing or malformed.") from error
    if not 0 < tick_size < math.inf:
        raise RecordingError(f"{path} markets[{row}]: tick_size must be positive.")
    for name, value in (("exchange", exchange), ("id", market_id)):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", value):
            raise RecordingError(f"{path} markets[{row}]: {name} {value!r} cannot name a folder.")
    pair, _, settle = symbol.partition(":")
    inverse = settle.partition("-")[0] == pair.partition("/")[0]
    fee, feed = CLOSING_FEE.get(exchange, 0.0), FEED.get(exchange, Feed.PARTIAL)
    try:
        contract = Contract(
            exchange, market_id, symbol, tick_size, tiers, inverse, fee, in_base, feed, "the recording"
        )
    except TierError as error:
        raise RecordingError(f"{path} markets[{row}]: {error}.") from error
    try:
        return RecordedMarket(exchange, contract, _stretches(entry.get("listened", [])))
    except (TypeError, ValueError) as error:
        raise RecordingError(f"{path} markets[{row}]: listened is malformed.") from error


def _stretches(entry: Sequence[Sequence[int]]) -> Stretches:
    """Raises TypeError or ValueError for what is no list of stretches in order of time."""
    found = tuple((int(begin), int(end)) for begin, end in entry)
    moments = [moment for stretch in found for moment in stretch]
    if moments != sorted(moments):
        raise ValueError("stretches are out of order")
    return found


def _history(candles: Path, interest: Path | None) -> History:
    span = span_of(candles, "candles")
    table = read_table(candles, CANDLE_FIELDS)
    _check_candles(candles, table)
    start = table["timestamp_ms"].astype(np.int64)
    assert span is not None  # the name was matched when the file was chosen
    held = np.full(len(start), np.nan)
    if interest is not None:
        stamped = read_table(interest, ("timestamp_ms", "open_interest_base"))
        check_positive(interest, stamped, ("open_interest_base",), zero=True)
        stamps = stamped["timestamp_ms"].astype(np.int64)
        held = align_open_interest(start + span, stamps, stamped["open_interest_base"])
    opened, high, low, close, volume = (table[name] for name in CANDLE_FIELDS[1:])
    return History(span, start, opened, high, low, close, volume, held)


def _check_candles(path: Path, table: Mapping[str, Floats]) -> None:
    check_positive(path, table, ("open", "high", "low", "close"))
    check_positive(path, table, ("volume_base",), zero=True)
    inner_low = np.minimum(table["open"], table["close"])
    inner_high = np.maximum(table["open"], table["close"])
    for field, wrong in (("low", table["low"] > inner_low), ("high", table["high"] < inner_high)):
        if wrong.any():
            refuse(path, int(np.argmax(wrong)), field, "does not enclose open and close")
