"""What rules remember as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.liquidation.side import Side
from bot.liquidation.zone import restored_zone
from bot.rules.kinds import Kind
from bot.rules.memory import Memory, Passage, Stage, Told


def memory_to_json(memory: Memory) -> dict[str, Any]:
    return {
        "seen": sorted(memory.seen),
        "near": sorted(memory.near),
        "told": [{**asdict(one), "side": None if one.side is None else int(one.side)} for one in memory.told],
        "passages": [asdict(one) for one in memory.passages],
        "since_ms": memory.since_ms,
    }


def memory_from_json(stored: Mapping[str, Any]) -> Memory:
    """Also what was written when nearness was all that rules knew: zones went by their bare names."""
    told = tuple(_told(row) for row in stored["told"])
    if "seen" in stored:
        passages = tuple(_passage(row) for row in stored["passages"])
        near = frozenset(stored["near"])
        return Memory(frozenset(stored["seen"]), near, told, passages, stored["since_ms"])
    about = {*stored["armed"], *stored["near"], *(row[0] for row in stored["told"])}
    return Memory(frozenset(about), frozenset(f"{Kind.NEAR.value}:{name}" for name in stored["near"]), told)


def _told(stored: Mapping[str, Any] | Sequence[Any]) -> Told:
    if not isinstance(stored, Mapping):
        name, side, low, high = stored
        return Told(f"{Kind.NEAR.value}:{name}", Side(side), low, high, at_ms=0)
    fields = dict(stored)
    side, stage = fields.pop("side"), Stage(fields.pop("stage"))
    return Told(side=None if side is None else Side(side), stage=stage, **fields)


def _passage(stored: Mapping[str, Any]) -> Passage:
    return Passage(restored_zone(stored["zone"]), stored["at_ms"], stored["is_swept"])
