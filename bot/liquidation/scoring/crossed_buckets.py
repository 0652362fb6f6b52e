"""Maps against totals per bucket of time: the mass that price crossed against what was liquidated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.scoring.calibration import Calibration
from bot.liquidation.scoring.horizons import horizons
from bot.liquidation.scoring.ranking import chance_ranked_above, rank_correlation
from bot.liquidation.scoring.scored_maps import BIN, BINS, ScoredMaps
from bot.liquidation.scoring.snapshots import shares
from bot.liquidation.scoring.truth import BucketTotals
from bot.liquidation.scoring.visited_cells import FLAT_SHARE, NO_MASS

Floats = NDArray[np.float64]

CAPPED_SHARE = 0.01  # the largest buckets, cut to the rest's size in one of the figures


@dataclass(frozen=True)
class CrossedBuckets:
    """The buckets that begin with a map."""

    period: str
    row: NDArray[np.int64]  # (buckets,) which map
    moved: Floats  # (buckets, 2 sides) log-distance
    quantity_base: Floats  # (buckets, 2 sides) liquidated

    @classmethod
    def of(cls, maps: ScoredMaps, candles: History, totals: BucketTotals) -> CrossedBuckets:
        after = horizons(maps, candles, totals.span_ms)
        stamps = maps.stamp_ms[after.row]
        known = np.isin(stamps, totals.stamp_ms)
        at = np.searchsorted(totals.stamp_ms, stamps[known])
        quantity = totals.liquidated_usd[at] / after.close[known][:, None]
        return cls(totals.period, after.row[known], after.moved[known], quantity)

    def amounts(self) -> dict[str, float]:
        return {f"{self.period}_buckets": len(self.row)}

    def crossed(self, mass: Floats) -> Floats:
        """(buckets, 2 sides): the mass between the price and the extreme, the last bin pro rata."""
        own = mass[self.row]
        reached = np.concatenate([np.zeros((*own.shape[:2], 1)), np.cumsum(own, axis=2)], axis=2)
        position = np.minimum(self.moved / BIN, BINS - 1e-6)[..., None]
        whole = position.astype(np.int64)
        below, above = (np.take_along_axis(reached, whole + step, axis=2) for step in (0, 1))
        return np.asarray((below + (above - below) * (position - whole))[..., 0])

    def score(self, mass: Floats) -> dict[str, float]:
        """`mass` is that of all maps, shape (maps, 2 sides, BINS).

        r1_width: nats, sum of q ln(p / w) over buckets and sides, q the share of what was liquidated, w that
        of the distance moved, p = 0.95 of the crossed mass's share + 0.05 w; capped: the largest 1 % of
        quantities cut. The other two compare crossed mass and quantity where price moved to that side.
        """
        crossed, visited = self.crossed(mass), self.moved > 0
        width = shares(self.moved.ravel() + 1e-12)
        density = (1 - FLAT_SHARE) * crossed.ravel() / max(crossed.sum(), NO_MASS) + FLAT_SHARE * width
        gain = np.log(density / width)
        capped = np.minimum(self.quantity_base, np.quantile(self.quantity_base, 1 - CAPPED_SHARE))
        figures = {
            "r1_width": float(shares(self.quantity_base.ravel()) @ gain),
            "r1_width_capped": float(shares(capped.ravel()) @ gain),
            "bucket_spearman": rank_correlation(crossed[visited], self.quantity_base[visited]),
            "bucket_auc": chance_ranked_above(crossed[visited], self.quantity_base[visited]),
        }
        return {f"{self.period}_{name}": value for name, value in figures.items()}

    def calibration(self, mass: Floats) -> Calibration:
        visited = self.moved > 0
        name = f"{self.period.replace('_', '-')} buckets"
        return Calibration.of(name, self.crossed(mass)[visited], self.quantity_base[visited])
