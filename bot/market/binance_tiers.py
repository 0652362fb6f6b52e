"""Binance's margin tables: as its web page or its API publishes them, or from our own snapshot."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bot.liquidation.contract import Tier
from bot.market.margin_table import PublishedTier

_SNAPSHOT = Path(__file__).parent / "tiers" / "binance.json"


def published_tiers(answer: Mapping[str, Any]) -> dict[str, tuple[PublishedTier, ...]]:
    """Tables by market id from the key-less web endpoint."""
    return {
        row["symbol"]: tuple(_of_the_page(bracket) for bracket in row["riskBrackets"])
        for row in answer["data"]["brackets"]
    }


def tiers_with_key(answer: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> tuple[PublishedTier, ...]:
    """The table of the one contract that the signed endpoint was asked for, bare or in a list."""
    row = answer if isinstance(answer, Mapping) else answer[0]
    return tuple(_of_the_api(bracket) for bracket in row["brackets"])


def bundled_tiers(base: str, dated: bool) -> tuple[Tier, ...]:
    """The snapshot's table of a coin; empty where it has none."""
    tables = _snapshot()
    return _rows(tables["dated"] if dated else tables["coins"].get(base, []))


def cautious_tiers() -> tuple[Tier, ...]:
    """For a coin of which nothing is known."""
    return _rows(_snapshot()["default"])


def snapshot_words() -> str:
    return f"our snapshot of {date.fromisoformat(_snapshot()['as_of'] + '-01'):%b %Y}"


def snapshot_coins() -> Sequence[str]:
    return tuple(_snapshot()["coins"])


def _rows(rows: Sequence[Sequence[float]]) -> tuple[Tier, ...]:
    return tuple(Tier(float(cap), float(leverage), float(rate)) for cap, leverage, rate in rows)


def _of_the_page(row: Mapping[str, Any]) -> PublishedTier:
    return PublishedTier(
        notional_cap=float(row["bracketNotionalCap"]),
        max_leverage=float(row["maxOpenPosLeverage"]),
        maintenance_rate=float(row["bracketMaintenanceMarginRate"]),
        deduction=_number(row.get("cumFastMaintenanceAmount")),
    )


def _of_the_api(row: Mapping[str, Any]) -> PublishedTier:
    return PublishedTier(
        notional_cap=float(row["notionalCap"]),
        max_leverage=float(row["initialLeverage"]),
        maintenance_rate=float(row["maintMarginRatio"]),
        deduction=_number(row.get("cum")),
    )


def _number(value: object) -> float | None:
    return None if value in (None, "") else float(str(value))


@cache
def _snapshot() -> Mapping[str, Any]:
    tables: Mapping[str, Any] = json.loads(_SNAPSHOT.read_text(encoding="utf-8"))
    return tables
