"""A reading as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.liquidation.reading import Gap, Imbalance, Ladder, NarrowRange, Reading, Steepness
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone, restored_zone


def payload_of(reading: Reading) -> dict[str, Any]:
    """Its zones by themselves: they are also asked for alone."""
    row = asdict(reading)
    return {"zones": row.pop("zones"), "reading": row}


def zones_of(payload: Mapping[str, Any]) -> tuple[Zone, ...]:
    """Also where only the map was kept. Raises LookupError, TypeError or ValueError for what is damaged."""
    return tuple(restored_zone(one) for one in payload["zones"])


def reading_of(payload: Mapping[str, Any]) -> Reading | None:
    """None where only the map was kept. Raises LookupError, TypeError or ValueError for what is damaged."""
    row = payload.get("reading")
    if row is None:
        return None
    narrow = row["narrow_range"]
    return Reading(
        symbol=row["symbol"],
        as_of_ms=row["as_of_ms"],
        price=row["price"],
        hourly_range=row["hourly_range"],
        zones=zones_of(payload),
        steepness=tuple(Steepness(**_sided(one)) for one in row["steepness"]),
        ladders=tuple(
            Ladder(**{**_sided(one), "zone_ids": tuple(one["zone_ids"])}) for one in row["ladders"]
        ),
        gaps=tuple(Gap(**_sided(one)) for one in row["gaps"]),
        imbalance=tuple(Imbalance(**one) for one in row["imbalance"]),
        narrow_range=None if narrow is None else NarrowRange(**narrow),
    )


def _sided(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "side": Side(row["side"])}
