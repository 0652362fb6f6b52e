"""What price did after it entered zones, and after it went through them, on recorded markets.

    PYTHONPATH=. python benchmarks/after_zones.py RECORDING [RECORDING ...]

Prints a row of the table in docs/accuracy.md for each, and how the extension that a cascade says ranks beside
the one that came.
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from bot.liquidation.cascade import HOURS_A_DAY, IMPACTS, RANGE_TO_SIGMA
from bot.liquidation.history import History
from bot.liquidation.impact import Impact, Moves, learned_impact
from bot.liquidation.pair_model import PairModel
from bot.liquidation.reading import Reading
from bot.liquidation.zone import Zone
from bot.market.recorded import RecordedVenue
from bot.market.recording import open_recording

Floats = NDArray[np.float64]

DAY_MS = 86_400_000
REACHED_WITHIN, FOLLOWED = 60, 15  # minutes


async def judge(folder: Path) -> None:
    recording = open_recording(folder)
    market = recording.markets[0]
    symbol, name = market.contract.symbol, market.exchange
    venue = RecordedVenue(recording, name, lambda: time.time_ns())  # a moment after everything
    parts = await venue.history(symbol, 0, time.time_ns())
    model = PairModel(symbol)
    model.advance({name: await venue.contract(symbol)}, {name: parts})
    readings = model.take_annals().readings
    impact = learned_impact(readings, model.inventories[name].ranges())
    said, came = extensions(readings, parts)
    rank = float(spearmanr(said, came).statistic) if len(said) > 2 else math.nan
    print(row(folder.name, impact))
    medians = f"said {np.median(said):.2f} u, came {np.median(came):.2f} u"
    print(f"  through: {len(said)} zones, {medians}, rank correlation {rank:.2f}")


def row(name: str, impact: Impact) -> str:
    return f"| {name} | {' | '.join(map(cell, (*impact.by_band, impact.ordinary)))} |"


def cell(moves: Moves) -> str:
    if moves.interval_u is None:
        return "–"
    low, high = moves.interval_u
    return f"{moves.median_u:.1f} ({low:.1f} to {high:.1f}), {moves.count:,}"


def extensions(readings: Sequence[Reading], parts: Sequence[History]) -> tuple[Floats, Floats]:
    """In hourly ranges, of the zones that price went through within an hour of their reading."""
    start, volume = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("start_ms", "volume_base")
    )
    low, high = (np.log(np.concatenate([getattr(part, name) for part in parts])) for name in ("low", "high"))
    found: list[tuple[float, float]] = []
    for reading in readings:
        at = int(np.searchsorted(start, reading.as_of_ms))
        week = slice(int(np.searchsorted(start, reading.as_of_ms - 7 * DAY_MS)), at)
        for zone in reading.zones:
            extremes = (high if zone.side.sign > 0 else low)[at : at + REACHED_WITHIN + FOLLOWED]
            came = beyond(zone, reading, extremes)
            if came is not None:
                said = (
                    IMPACTS[1]
                    / RANGE_TO_SIGMA
                    * math.sqrt(HOURS_A_DAY * zone.mass_base * 7 / volume[week].sum())
                )
                found.append((said, came))
    said_all, came_all = np.array(found).reshape(-1, 2).T
    return said_all, came_all


def beyond(zone: Zone, reading: Reading, extremes: Floats) -> float | None:
    """How far price went beyond the far edge in the minutes after it got there; None where it did not."""
    if not zone.distance(reading.price):
        return None
    past = zone.side.sign * (extremes - math.log(zone.far_edge))
    through = np.flatnonzero(past[:REACHED_WITHIN] >= 0)
    if not len(through):
        return None
    first = int(through[0])
    return float(past[first : first + FOLLOWED].max()) / reading.hourly_range


if __name__ == "__main__":
    for one in sys.argv[1:]:
        asyncio.run(judge(Path(one)))
