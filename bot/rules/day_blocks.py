"""How sure a figure is: whole days are drawn anew, since what happens within a day happens together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 2_000
SEED = 37
LEAST_DAYS = 10  # with fewer the draws say nothing
INTERVAL = (2.5, 97.5)  # percent


@dataclass(frozen=True)
class Figure:
    """A value and its 95 % interval, which is NaN where it rests on too few days."""

    value: float
    low: float
    high: float


def by_days(days: Sequence[Hashable], columns: Floats, figure: Callable[[Floats], Floats]) -> Figure:
    """`figure` of the columns' sums, with its day-block bootstrap interval.

    `days` names the day of each row of `columns`, shape (n, k); `figure` turns sums of shape (draws, k) into
    values of shape (draws,), and may give NaN or infinity for a draw that holds nothing to divide by.
    """
    if not len(columns):
        return Figure(nan, nan, nan)
    place = {name: at for at, name in enumerate(dict.fromkeys(days))}
    sums = np.zeros((len(place), columns.shape[1]))
    np.add.at(sums, [place[name] for name in days], columns)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(figure(sums.sum(axis=0, keepdims=True))[0])
        if len(place) < LEAST_DAYS:
            return Figure(value, nan, nan)
        drawn = np.random.default_rng(SEED).integers(0, len(place), (DRAWS, len(place)))
        values = figure(sums[drawn].sum(axis=1))
    known = values[~np.isnan(values)]
    low, high = np.percentile(known, INTERVAL, method="nearest") if len(known) else (nan, nan)
    return Figure(value, float(low), float(high))
