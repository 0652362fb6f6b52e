"""What rules remember as JSON and back."""

from __future__ import annotations

from typing import Any

from bot.liquidation.side import Side
from bot.rules.memory import Memory, Told


def memory_to_json(memory: Memory) -> dict[str, Any]:
    told = [
        [one.topic, None if one.side is None else int(one.side), one.low, one.high, one.at_ms, one.level]
        for one in memory.told
    ]
    return {
        "armed": sorted(memory.armed),
        "near": sorted(memory.near),
        "told": told,
        "seen_ms": memory.seen_ms,
    }


def memory_from_json(stored: dict[str, Any]) -> Memory:
    """Also from what was written when zones were all that rules knew: their names stood for topics."""
    return Memory(
        frozenset(map(_topic, stored["armed"])),
        frozenset(map(_topic, stored["near"])),
        tuple(_told(row) for row in stored["told"]),
        stored.get("seen_ms", 0),
    )


def _told(row: list[Any]) -> Told:
    topic, side, low, high, *more = row
    at_ms, level = more or (0, 0)
    return Told(_topic(topic), None if side is None else Side(side), low, high, at_ms, level)


def _topic(stored: str) -> str:
    return stored if ":" in stored else f"near:{stored}"
