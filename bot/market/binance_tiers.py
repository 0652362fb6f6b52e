"""Binance's margin tables: as its web page publishes them, or from our own snapshot of the first tiers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot.liquidation.contract import Tier

_SNAPSHOT = Path(__file__).parent / "tiers" / "binance.json"


def published_tiers(answer: Mapping[str, Any]) -> dict[str, tuple[Tier, ...]]:
    """Tables by market id from the key-less web endpoint."""
    return {
        row["symbol"]: tuple(_bracket(bracket) for bracket in row["riskBrackets"])
        for row in answer["data"]["brackets"]
    }


def bundled_tiers(base: str, dated: bool) -> tuple[Tier, ...]:
    """The snapshot's table of a coin, or a cautious one: few coins go beyond 25x or below 2 %."""
    tables = _snapshot()
    rows = tables["dated"] if dated else tables["coins"].get(base, tables["default"])
    return tuple(Tier(float(cap), float(leverage), float(rate)) for cap, leverage, rate in rows)


def _bracket(row: Mapping[str, Any]) -> Tier:
    return Tier(
        notional_cap=float(row["bracketNotionalCap"]),
        max_leverage=float(row["maxOpenPosLeverage"]),
        maintenance_rate=float(row["bracketMaintenanceMarginRate"]),
    )


@cache
def _snapshot() -> Mapping[str, Any]:
    tables: Mapping[str, Any] = json.loads(_SNAPSHOT.read_text(encoding="utf-8"))
    return tables


def snapshot_coins() -> Sequence[str]:
    return tuple(_snapshot()["coins"])
