"""How the figures of `alerts` are written down: tables for people, a record for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from bot.rules.day_blocks import Figure
from bot.rules.kinds import Kind
from bot.rules.tally import JUDGED, Tally
from bot.rules.worth import Worth, worth

PRICE = ("alerts a day", "came", "levels", "more often", "ATR farther", "levels", "farther by")
FORCED = ("minutes", "levels", "times the levels'", "over 0.3 min", "levels", "more often")


@dataclass(frozen=True)
class Row:
    """One kind of alert of one preset; `found` is None where none could be compared with like levels."""

    preset: str
    kind: Kind
    per_day: float  # and market
    found: Worth | None


def rows_of(tallies: Mapping[str, Tally]) -> list[Row]:
    return [
        Row(preset, kind, one.told[kind] / one.days, worth(one.pairs[kind]) if one.pairs[kind] else None)
        for preset, one in tallies.items()
        for kind in JUDGED
    ]


def worth_table(names: Sequence[str], tallies: Mapping[str, Tally]) -> str:
    """Markdown; brackets are 95 % intervals by blocks of days."""
    per_day = (f"{preset} {one.messages / one.days:.1f}" for preset, one in tallies.items())
    told = [row for row in rows_of(tallies) if row.per_day]
    forced = [row for row in told if row.found is not None and isfinite(row.found.null_minutes)]
    lines = [f"markets: {', '.join(names)}", f"messages a day and market as delivered: {', '.join(per_day)}"]
    lines += ["", *_table(PRICE, [(row, _price_cells(row)) for row in told])]
    if forced:
        lines += ["", *_table(FORCED, [(row, _forced_cells(row)) for row in forced])]
    return "\n".join(lines)


def worth_record(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """The same as plain values; what is not known is None."""
    record: dict[str, Any] = {
        preset: {"days": one.days, "messages_per_day": one.messages / one.days, "kinds": {}}
        for preset, one in tallies.items()
    }
    for row in rows_of(tallies):
        found = {} if row.found is None else asdict(row.found)
        record[row.preset]["kinds"][row.kind.value] = _plain({"per_day": row.per_day} | found)
    return record


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value if isfinite(value) else None


def _price_cells(row: Row) -> Sequence[str]:
    often, found = f"{row.per_day:.2f}", row.found
    if found is None:
        return [often, *["–"] * (len(PRICE) - 1)]
    came = (_number(found.came), _number(found.null_came), _figure(found.came_gain))
    return [often, *came, _number(found.reach_u), _number(found.null_reach_u), _figure(found.reach_gain_u)]


def _forced_cells(row: Row) -> Sequence[str]:
    assert row.found is not None
    found = row.found
    minutes = (_number(found.minutes, 1), _number(found.null_minutes, 1), _figure(found.lift, 1))
    return [*minutes, _number(found.much), _number(found.null_much), _figure(found.much_gain)]


def _figure(figure: Figure, digits: int = 2) -> str:
    if not isfinite(figure.low):
        return _number(figure.value, digits)
    return f"{_number(figure.value, digits)} [{_number(figure.low, digits)}, {_number(figure.high, digits)}]"


def _number(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".replace("-", "−") if isfinite(value) else "–"


def _table(head: Sequence[str], rows: Sequence[tuple[Row, Sequence[str]]]) -> list[str]:
    lines = [("preset", "kind", *head), *((row.preset, row.kind.value, *cells) for row, cells in rows)]
    first, *rest = (f"| {' | '.join(line)} |" for line in lines)
    return [first, "|---" * (len(head) + 2) + "|", *rest]
