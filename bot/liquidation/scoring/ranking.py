"""Ranks, rank correlation and the area under the curve, with ties sharing their mean rank."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOP_SHARE = 0.1


def ranks(values: Floats) -> Floats:
    """Ranks from 1, shape (n,); equal values share the mean of theirs."""
    _, group, members = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(members)
    return np.asarray((last - (members - 1) / 2)[group], dtype=np.float64)


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's coefficient of two arrays of shape (n,); NaN if either is constant."""
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return math.nan
    first, second = (_centred(ranks(values)) for values in (one, other))
    return float(first @ second / math.sqrt((first @ first) * (second @ second)))


def chance_ranked_above(predicted: Floats, realised: Floats) -> float:
    """Chance that one of the top tenth by `realised` is predicted above one of the rest; NaN without both."""
    threshold = np.quantile(realised, 1 - TOP_SHARE)
    top = realised > max(threshold, 0.0)
    hits = int(top.sum())
    misses = len(top) - hits
    if not hits or not misses:
        return math.nan
    return float((ranks(predicted)[top].sum() - hits * (hits + 1) / 2) / (hits * misses))


def _centred(values: Floats) -> Floats:
    return np.asarray(values - values.mean())
