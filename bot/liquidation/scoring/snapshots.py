"""Maps against the positions that were open at their moment."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.scoring.ranking import rank_correlation
from bot.liquidation.scoring.scored_maps import BINS, ScoredMaps, bin_of
from bot.liquidation.scoring.truth import PricedQuantities

Floats = NDArray[np.float64]

COARSE = 2  # scored bins that are ranked together: 0.2 %
ZONES = 3  # a side
ZONE_BINS = 5  # 0.5 %
FOUND_WITHIN = 2  # bins between the centres of a true zone and one that finds it
NO_MASS = 1e-300


@dataclass(frozen=True)
class Snapshots:
    """The maps that are stamped like a snapshot, and what was open then."""

    row: NDArray[np.int64]  # (snapshots,) which map
    true: Floats  # (snapshots, 2 sides, BINS) base coin

    @classmethod
    def of(cls, maps: ScoredMaps, positions: PricedQuantities) -> Snapshots:
        rows = np.flatnonzero(np.isin(maps.stamp_ms, positions.stamp_ms))
        if not len(rows):
            return cls(rows, np.zeros((0, 2, BINS)))
        at = np.minimum(np.searchsorted(maps.stamp_ms[rows], positions.stamp_ms), len(rows) - 1)
        cell = bin_of(positions.side, positions.price, maps.price[rows][at])
        counted = (maps.stamp_ms[rows][at] == positions.stamp_ms) & (cell >= 0) & (cell < BINS)
        true = np.zeros((len(rows), 2, BINS))
        place = (at[counted], positions.side[counted], cell[counted])
        np.add.at(true, place, positions.quantity_base[counted])
        return cls(rows, true)

    def amounts(self) -> dict[str, float]:
        return {"snapshots": len(self.row)}

    def score(self, mass: Floats) -> dict[str, float]:
        """`mass` is that of all maps, shape (maps, 2 sides, BINS).

        spearman: rank correlation of bins of 0.2 %, mean over snapshots. nemd: mean |difference| of the
        cumulated shares of a side (Wasserstein-1 over 10 %); an empty side counts as flat. recall3: share of
        the three densest true zones of a side that lie within 0.25 % of one of the map's three.
        mass_error: median |ln(mass / true mass)|.
        """
        mapped = mass[self.row]
        pairs = list(zip(self.true.reshape(-1, BINS), mapped.reshape(-1, BINS), strict=True))
        gap = np.cumsum(shares(self.true) - shares(mapped), axis=-1)
        return {
            "spearman": _mean([_profile_correlation(t, m) for t, m in zip(self.true, mapped, strict=True)]),
            "nemd": float(np.abs(gap).mean()),
            "recall3": _mean([_zone_recall(true, guess) for true, guess in pairs]),
            "mass_error": self._mass_error(mapped),
        }

    def coverage(self, band: Floats) -> float | None:
        """Share of the true bins inside `band` (maps, 2 sides, 2 bounds, BINS); None if no map has one."""
        own = band[self.row]
        banded = np.isfinite(own).all(axis=(1, 2, 3))
        if not banded.any():
            return None
        true, low, high = self.true[banded], own[banded, :, 0], own[banded, :, 1]
        return float(((low <= true) & (true <= high)).mean())

    def _mass_error(self, mapped: Floats) -> float:
        with np.errstate(divide="ignore"):
            ratio = np.maximum(mapped.sum((1, 2)), NO_MASS) / self.true.sum((1, 2))
        return float(np.median(np.abs(np.log(ratio))))


def shares(profile: Floats) -> Floats:
    """Along the last axis as shares of the sum; flat where that is zero."""
    total = profile.sum(axis=-1, keepdims=True)
    flat = np.full_like(profile, 1 / profile.shape[-1])
    return np.asarray(np.divide(profile, total, out=flat, where=total > 0))


def _profile_correlation(true: Floats, mapped: Floats) -> float:
    """Both sides together; a map without contrast knows nothing, a truth without any is no test."""
    coarse = [values.reshape(2, -1, COARSE).sum(axis=2).ravel() for values in (true, mapped)]
    return 0.0 if np.ptp(coarse[1]) == 0 else rank_correlation(coarse[0], coarse[1])


def _zone_recall(true: Floats, mapped: Floats) -> float:
    wanted, offered = _densest(true), _densest(mapped)
    if not wanted:
        return math.nan
    found = [any(abs(zone - near) <= FOUND_WITHIN for near in offered) for zone in wanted]
    return float(np.mean(found))


def _densest(profile: Floats) -> list[int]:
    """Centres of the densest windows of 0.5 %, the densest first, at least 0.5 % apart."""
    density = np.convolve(profile, np.ones(ZONE_BINS), "same")
    centres: list[int] = []
    while len(centres) < ZONES and density.max() > 0:
        centre = int(density.argmax())
        density[max(0, centre - ZONE_BINS + 1) : centre + ZONE_BINS] = -1.0
        centres.append(centre)
    return centres


def _mean(values: list[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan
