"""A rule's state as JSON and back."""

from __future__ import annotations

from typing import TypedDict

from bot.liquidation.side import Side
from bot.rules.proximity import Approach, ProximityState


class StateJson(TypedDict):
    armed: list[str]
    near: list[str]
    told: list[tuple[str, int, float, float]]


def to_json(state: ProximityState) -> StateJson:
    told = [(one.zone_id, int(one.side), one.low, one.high) for one in state.told]
    return {"armed": sorted(state.armed), "near": sorted(state.near), "told": told}


def from_json(stored: StateJson) -> ProximityState:
    told = tuple(Approach(str(zone), Side(int(side)), low, high) for zone, side, low, high in stored["told"])
    return ProximityState(frozenset(stored["armed"]), frozenset(stored["near"]), told)
