"""Whether what is predicted ten times as high happens ten times as much."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GROUPS = 10
FEWEST = 4  # groups that a slope needs


@dataclass(frozen=True)
class Calibration:
    """Ten groups ordered by prediction, the lowest first; each mean is over the mean of all."""

    name: str
    predicted: Floats  # (groups,)
    realised: Floats  # (groups,)
    predicted_base: float  # totals, base coin
    realised_base: float

    @classmethod
    def of(cls, name: str, predicted: Floats, realised: Floats) -> Calibration:
        """`predicted` and `realised` have shape (n,), base coin."""
        means = [_over_mean(values, predicted) for values in (predicted, realised)]
        return cls(name, means[0], means[1], float(predicted.sum()), float(realised.sum()))

    @property
    def factor(self) -> float:
        """Realised over predicted; NaN if nothing was predicted."""
        return self.realised_base / self.predicted_base if self.predicted_base > 0 else math.nan


def log_slope(predicted: Floats, realised: Floats) -> float:
    """Slope of ln(mean realised) on ln(mean predicted) over ten groups; NaN without contrast.

    Groups in which nothing was predicted or nothing happened are left out.
    """
    x, y = (_group_means(values, predicted) for values in (predicted, realised))
    usable = (x > 0) & (y > 0)
    if usable.sum() < FEWEST or np.ptp(x[usable]) <= 1e-9 * x[usable].max():
        return math.nan
    across = np.log(x[usable]) - np.log(x[usable]).mean()
    return float(across @ np.log(y[usable]) / (across @ across))


def _over_mean(values: Floats, predicted: Floats) -> Floats:
    mean = values.mean()
    return _group_means(values, predicted) / mean if mean > 0 else np.zeros(min(GROUPS, len(values)))


def _group_means(values: Floats, predicted: Floats) -> Floats:
    groups = np.array_split(np.argsort(predicted), min(GROUPS, len(predicted)))
    return np.array([values[group].mean() for group in groups])
