"""One csv.gz file of a recording as columns of numbers, or a sentence that says where it is wrong."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.side import Side

Floats = NDArray[np.float64]

SPAN_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
FILL, BANKRUPTCY = 0, 1  # what the price of a published liquidation is
WORDS = {
    "side": {side.word: str(int(side)) for side in Side},
    "price_kind": {"fill": str(FILL), "bankruptcy": str(BANKRUPTCY)},
}


class RecordingError(Exception):
    """A recording cannot be read; the text is one sentence that names the file and what is wrong in it."""


def finest(folder: Path, kind: str) -> Path | None:
    """The file of a kind with the shortest span in its name, None if there is none."""
    found = {span: path for path in sorted(folder.glob(f"{kind}_*.csv.gz")) if (span := span_of(path, kind))}
    return found[min(found)] if found else None


def span_of(path: Path, kind: str) -> int | None:
    """Milliseconds that a name like candles_5m.csv.gz states, None for another name."""
    match = re.fullmatch(kind + r"_([1-9]\d*)([mhd])\.csv\.gz", path.name)
    return int(match[1]) * SPAN_MS[match[2]] if match else None


def read_table(
    path: Path, fields: Sequence[str], optional: Sequence[str] = (), events: bool = False
) -> dict[str, Floats]:
    """Columns by name, shape (rows,), finite; words as numbers: `side` as a Side, `price_kind` as a kind.

    `timestamp_ms` ascends strictly; in a table of `events` stamps may repeat, and there may be no row at all.
    An optional column that the file has not is left out. Raises RecordingError.
    """
    names, rows = _read_text(path)
    for field in fields:
        if field not in names:
            raise RecordingError(f"{name_of(path)} has no column {field}.")
    if not rows and not events:
        raise RecordingError(f"{name_of(path)} has no rows.")
    values = _numbers(path, names, rows)
    known = [*fields, *(field for field in optional if field in names)]
    table = {field: values[:, names.index(field)] for field in known}
    _check_order(path, table["timestamp_ms"], events)
    return table


def check_positive(
    path: Path, table: Mapping[str, Floats], fields: Sequence[str], zero: bool = False
) -> None:
    """Raises RecordingError for the first value that is not positive (negative, where `zero` is allowed)."""
    for field in fields:
        wrong = table[field] < 0 if zero else table[field] <= 0
        if wrong.any():
            refuse(path, int(np.argmax(wrong)), field, "is negative" if zero else "is not positive")


def refuse(path: Path, row: int, field: str, what: str) -> NoReturn:
    """`row` counts data rows from 0; the sentence counts lines of the file, the header being line 1."""
    raise RecordingError(f"{name_of(path)} line {row + 2}: {field} {what}.")


def name_of(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _read_text(path: Path) -> tuple[list[str], list[str]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            header, *rows = lines.read().splitlines() or [""]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RecordingError(f"{name_of(path)} is not a readable gzip text file.") from error
    return header.split(","), rows


def _numbers(path: Path, names: Sequence[str], rows: Sequence[str]) -> Floats:
    if not rows:
        return np.zeros((0, len(names)))
    cells = [row.split(",") for row in rows]
    try:
        for name in WORDS.keys() & set(names):
            _translate(cells, names.index(name), WORDS[name])
        values = np.array(cells, dtype=np.float64)
    except (ValueError, KeyError, IndexError):
        _name_bad_row(path, names, rows)
    if values.ndim != 2 or values.shape[1] != len(names):
        _name_bad_row(path, names, rows)
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        refuse(path, int(row), names[column], "is not finite")
    return values


def _translate(cells: Sequence[list[str]], column: int, words: Mapping[str, str]) -> None:
    for row in cells:
        row[column] = words[row[column]]


def _name_bad_row(path: Path, names: Sequence[str], rows: Sequence[str]) -> NoReturn:
    for at, row in enumerate(rows):
        cells = row.split(",")
        if len(cells) != len(names):
            refuse(path, at, "row", f"has {len(cells)} fields, not {len(names)}")
        for name, cell in zip(names, cells, strict=True):
            if name in WORDS and cell not in WORDS[name]:
                refuse(path, at, name, f"{cell[:40]!r} is neither {' nor '.join(WORDS[name])}")
            elif name not in WORDS:
                _check_number(path, at, name, cell)
    raise AssertionError("the rows were refused as a whole and none of them is wrong")


def _check_number(path: Path, row: int, name: str, cell: str) -> None:
    try:
        float(cell)
    except ValueError:
        refuse(path, row, name, f"{cell[:40]!r} is not a number")


def _check_order(path: Path, stamps: Floats, events: bool) -> None:
    step = np.diff(stamps)
    wrong = step < 0 if events else step <= 0
    if wrong.any():
        row = int(np.argmax(wrong)) + 1
        refuse(path, row, "timestamp_ms", "is a duplicate" if step[row - 1] == 0 else "is out of order")
