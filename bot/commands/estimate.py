"""`python -m bot estimate`: maps of a recorded market at given moments, one JSON line each."""

from __future__ import annotations

import json
from pathlib import Path

from bot.commands.errors import CommandError
from bot.commands.recorded_maps import recorded_maps
from bot.liquidation.uncertainty import line_with_band
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
        contract = market.contract(exchange, symbol)
        history, stretches = market.history(exchange, symbol), market.listened(contract)
    except RecordingError as error:
        raise CommandError(str(error)) from error
    lines = [
        json.dumps(line_with_band(found)) for found in recorded_maps(contract, history, stretches, stamps)
    ]
    try:
        out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error


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
