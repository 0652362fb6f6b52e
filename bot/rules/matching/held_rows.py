"""What differs from row to row, held so that one row changes cheaply and all are read at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

WIDTH = 8
_NOTHING: Floats = np.zeros((0, WIDTH))


class Ragged:
    """A table of its own for each row."""

    def __init__(self) -> None:
        self._parts: list[Floats] = []
        self._whole: tuple[Rows, Floats] | None = None

    def grow(self, count: int) -> None:
        self._parts += [_NOTHING] * count

    def put(self, at: int, entries: Sequence[tuple[float, ...]]) -> None:
        if entries or len(self._parts[at]):
            self._parts[at] = np.array(entries, dtype=float).reshape(-1, WIDTH)
            self._whole = None

    def of(self, at: Rows) -> tuple[Rows, Floats]:
        """Index into `at`, and the entries."""
        if len(at) < len(self._parts):
            return _joined([self._parts[row] for row in at])
        if self._whole is None:
            self._whole = _joined(self._parts)
        return self._whole


class NameTable:
    """Which rows hold a name, for the names that were asked for."""

    def __init__(self) -> None:
        self._holds: dict[str, Bools] = {}
        self._tables: dict[tuple[str, ...], Bools] = {}  # rows x names

    def put(self, at: int, names: frozenset[str]) -> None:
        for name, holds in self._holds.items():
            holds[at] = name in names
        for asked, table in self._tables.items():
            table[at] = [name in names for name in asked]

    def forget(self, but: Collection[str] = ()) -> None:
        self._holds = {name: holds for name, holds in self._holds.items() if name in but}
        self._tables = {
            names: table for names, table in self._tables.items() if all(name in but for name in names)
        }

    def of(self, names: tuple[str, ...], at: Rows, of_all: Callable[[], Sequence[frozenset[str]]]) -> Bools:
        """Rows x names; `of_all` tells the names of every row, for what was not asked for before."""
        if names not in self._tables:
            self._tables[names] = self._table(names, of_all())
        table = self._tables[names]
        return table if len(at) == len(table) else table[at]

    def _table(self, names: tuple[str, ...], all_names: Sequence[frozenset[str]]) -> Bools:
        for name in names:
            if name not in self._holds:
                self._holds[name] = np.array([name in held for held in all_names], dtype=bool)
        columns = [self._holds[name] for name in names]
        return np.stack(columns, axis=1) if columns else np.zeros((len(all_names), 0), dtype=bool)


def _joined(parts: Sequence[Floats]) -> tuple[Rows, Floats]:
    counts = [len(part) for part in parts]
    return np.repeat(np.arange(len(parts)), counts), np.concatenate([_NOTHING, *parts])
