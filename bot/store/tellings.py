"""What was told as JSON and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.liquidation.side import Side
from bot.liquidation.zone import restored_zone
from bot.rules.kinds import Kind
from bot.rules.telling import Reason, Telling


def telling_to_json(telling: Telling) -> dict[str, Any]:
    return asdict(telling)


def telling_from_json(stored: dict[str, Any]) -> Telling:
    fields = dict(stored)
    side, zone = fields.pop("side"), fields.pop("zone", None)
    kind, reason = Kind(fields.pop("kind")), Reason(fields.pop("reason"))
    return Telling(
        kind=kind,
        reason=reason,
        side=None if side is None else Side(side),
        zone=None if zone is None else restored_zone(zone),
        **fields,
    )
