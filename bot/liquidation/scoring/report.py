"""Every figure of some maps on one market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.liquidation.scoring.calibration import Calibration
from bot.liquidation.scoring.crossed_buckets import CrossedBuckets
from bot.liquidation.scoring.plain_maps import plain_maps
from bot.liquidation.scoring.scored_maps import ScoredMaps
from bot.liquidation.scoring.snapshots import Snapshots
from bot.liquidation.scoring.truth import ScoredMarket, Truth
from bot.liquidation.scoring.visited_cells import VisitedCells

Yardstick = Snapshots | VisitedCells | CrossedBuckets
Figures = dict[str, float]

OWN = "map"


class NothingToScore(Exception):
    """No map meets anything it could be compared with."""


@dataclass(frozen=True)
class Report:
    amounts: Figures  # how much was scored
    scores: dict[str, Figures]  # OWN and the plain maps -> metric -> value, NaN where it is not defined
    calibrations: tuple[Calibration, ...]
    coverage80: float | None  # share of the true bins inside the maps' own 80 % band


def score(
    maps: ScoredMaps, market: ScoredMarket, truth: Truth, horizon_ms: int, *, beside_plain: bool
) -> Report:
    """Score maps with whatever the truth holds; raises NothingToScore if none of it meets a map."""
    yardsticks = list(_yardsticks(maps, market, truth, horizon_ms))
    if not yardsticks:
        raise NothingToScore(
            "no map is stamped like a snapshot or a bucket, and none has a horizon of liquidations after it"
        )
    candidates = {OWN: maps.mass} | (plain_maps(market, maps) if beside_plain else {})
    scores = {
        name: {metric: value for yardstick in yardsticks for metric, value in yardstick.score(mass).items()}
        for name, mass in candidates.items()
    }
    amounts = {name: value for yardstick in yardsticks for name, value in yardstick.amounts().items()}
    tables = tuple(found.calibration(maps.mass) for found in yardsticks if not isinstance(found, Snapshots))
    covered = [found.coverage(maps.band) for found in yardsticks if isinstance(found, Snapshots)]
    return Report({"maps": len(maps)} | amounts, scores, tables, covered[0] if covered else None)


def _yardsticks(maps: ScoredMaps, market: ScoredMarket, truth: Truth, horizon_ms: int) -> Iterator[Yardstick]:
    if truth.open_positions is not None:
        snapshots = Snapshots.of(maps, truth.open_positions)
        if len(snapshots.row):
            yield snapshots
    if truth.liquidations is not None:
        cells = VisitedCells.of(maps, market.candles, truth.liquidations, horizon_ms)
        if cells.count.sum() > 0:
            yield cells
    for totals in truth.totals:
        buckets = CrossedBuckets.of(maps, market.candles, totals)
        if buckets.quantity_base.sum() > 0 and buckets.moved.any():
            yield buckets
