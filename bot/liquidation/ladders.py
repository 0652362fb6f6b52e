"""Ladders: zones of a side so close together that one may push price into the next."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from bot.liquidation.reading import Ladder
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone

GAP_U = 1.0


def ladders_of(zones: Sequence[Zone], hourly_range: float) -> tuple[Ladder, ...]:
    """Runs of two zones and more with gaps of at most 1 u between them, longs first, each outward."""
    found = []
    for side in Side:
        outward = sorted(
            (one for one in zones if one.side is side), key=lambda one: side.sign * one.near_edge
        )
        found += [_ladder(side, run) for run in _runs(outward, hourly_range) if len(run) > 1]
    return tuple(found)


def _runs(outward: Sequence[Zone], hourly_range: float) -> list[list[Zone]]:
    runs: list[list[Zone]] = []
    for zone in outward:
        gap = abs(log(zone.near_edge / runs[-1][-1].far_edge)) if runs else 0.0
        if runs and gap <= GAP_U * hourly_range:
            runs[-1].append(zone)
        else:
            runs.append([zone])
    return runs


def _ladder(side: Side, run: Sequence[Zone]) -> Ladder:
    low, high = min(zone.low for zone in run), max(zone.high for zone in run)
    return Ladder(side, tuple(zone.id for zone in run), low, high, sum(zone.share for zone in run))
