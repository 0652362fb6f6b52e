"""Reads maps from a file as `estimate` writes them: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.commands.errors import CommandError
from bot.liquidation.scoring.map_line import MapLine, MapRefused, check_map
from bot.liquidation.scoring.truth import ScoredMarket

Floats = NDArray[np.float64]

BOUNDS = (("long_low_base", "long_high_base"), ("short_low_base", "short_high_base"))


def read_map_file(path: Path, market: ScoredMarket) -> Iterator[MapLine]:
    """The maps, checked, ascending in time, one held at a time.

    Raises CommandError that names the line for one that is malformed or that cannot be scored.
    """
    before = -1
    try:
        with path.open(encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                found = _read_line(f"{path.name} line {number}", text, market, before)
                before = found.stamp_ms
                yield found
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read.") from error
    if before < 0:
        raise CommandError(f"{path.name} holds no maps.")


def checked_map(row: Mapping[str, Any], market: ScoredMarket) -> MapLine:
    """A row of the `estimate` format, fit to be scored; raises MapRefused."""
    found = _parsed(row)
    last = market.last_ended_by(found.stamp_ms)
    check_map(found, float(market.candles.close[last]) if last >= 0 else None)
    return found


def _read_line(where: str, text: str, market: ScoredMarket, before: int) -> MapLine:
    try:
        row = json.loads(text)
        if not isinstance(row, dict):
            raise MapRefused("it is no JSON object")
        found = checked_map(row, market)
        if found.stamp_ms <= before:
            raise MapRefused("its time is not after that of the line before")
    except MapRefused as error:
        raise CommandError(f"{where}: {error}.") from error
    except ValueError as error:
        raise CommandError(f"{where}: it is not readable JSON.") from error
    return found


def _parsed(row: Mapping[str, Any]) -> MapLine:
    stamp, price = _number(row, "timestamp_ms"), _number(row, "price")
    if stamp != int(stamp) or stamp < 0:
        raise MapRefused("timestamp_ms is not a time in UTC milliseconds")
    sides = (_numbers(row, "long_base"), _numbers(row, "short_base"))
    return MapLine(int(stamp), price, _numbers(row, "edges"), sides, _band(row, len(sides[0])))


def _band(row: Mapping[str, Any], bins: int) -> Floats | None:
    named = [name for pair in BOUNDS for name in pair]
    given = [name for name in named if name in row]
    if not given:
        return None
    bounds = [_numbers(row, name) for name in named]
    if any(len(bound) != bins for bound in bounds):
        raise MapRefused("the band has not as many bins as the map")
    return np.array(bounds).reshape(2, 2, bins)


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise MapRefused(f"{name} is missing or no number")
    return float(value)


def _numbers(row: Mapping[str, Any], name: str) -> Floats:
    if name not in row:
        raise MapRefused(f"{name} is missing")
    try:
        values = np.array(row[name], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise MapRefused(f"{name} is not a list of numbers") from error
    if values.ndim != 1:
        raise MapRefused(f"{name} is not a list of numbers")
    return values
