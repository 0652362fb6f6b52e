"""`python -m bot estimate`: maps of a recorded market at given moments, one JSON line each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.commands.errors import CommandError
from bot.liquidation.history import History
from bot.liquidation.inventory import HistoryError, Inventory, NoOpenInterest
from bot.liquidation.liquidation_map import LiquidationMap, line_of
from bot.market.recorded_table import RecordingError
from bot.market.recording import open_recording


def estimate(recording: Path, exchange: str, symbol: str, at_file: Path, out: Path) -> None:
    """Write one line per moment of `at_file` (UTC ms, any order, blank lines ignored), ascending in time.

    A map rests on candles that ended and open interest that was published by its moment, whatever else is
    asked.
    `symbol` is the unified symbol or the market id. Raises CommandError with a sentence for whatever is
    missing or malformed; `out` is then not touched.
    """
    stamps = _read_stamps(at_file)
    try:
        market = open_recording(recording)
        inventory = Inventory.empty(market.contract(exchange, symbol))
        history = market.history(exchange, symbol)
    except RecordingError as error:
        raise CommandError(str(error)) from error
    if not history.has_open_interest:
        raise CommandError(
            f"{exchange} {symbol} has no open interest in this recording, so there is no map of it."
        )
    try:
        lines = list(_lines(inventory, history, stamps))
    except HistoryError as error:
        raise CommandError(f"{exchange} {symbol}: {error}.") from error
    try:
        out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error


def _lines(inventory: Inventory, history: History, stamps: Sequence[int]) -> Iterator[str]:
    first = int(history.end_ms[0])
    if stamps[0] < first:
        raise CommandError(f"{stamps[0]} is before the first candle ended ({first}).")
    done = 0
    for stamp in stamps:
        ended = len(history.until(stamp))
        inventory.advance(history.rows(slice(done, ended)))
        done = ended
        yield json.dumps(_line(inventory, stamp))


def _line(inventory: Inventory, stamp: int) -> dict[str, object]:
    try:
        share = replace(
            inventory.read_out(floor=True), as_of_ms=stamp
        )  # the line carries the moment asked for
    except NoOpenInterest as error:
        raise CommandError(
            f"{stamp} is before the first open interest of {inventory.contract.market_id}."
        ) from error
    return line_of(LiquidationMap(inventory.contract.symbol, share.price, "all", (share,)))


def _read_stamps(at_file: Path) -> list[int]:
    """The distinct moments of the file, ascending."""
    try:
        rows = at_file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{at_file} cannot be read.") from error
    stamps = {_stamp(at_file, number, row.strip()) for number, row in enumerate(rows, 1) if row.strip()}
    if not stamps:
        raise CommandError(f"{at_file} holds no moments.")
    return sorted(stamps)


def _stamp(at_file: Path, number: int, row: str) -> int:
    if not (row.isascii() and row.isdigit() and len(row) <= 15):
        raise CommandError(f"{at_file} line {number}: {row[:40]!r} is not a time in UTC milliseconds.")
    return int(row)
