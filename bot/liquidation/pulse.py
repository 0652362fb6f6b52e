"""The market's running figures that the kernel carries from candle to candle: one array, a place for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

(
    PUBLISHED,  # open interest as last published and believed, base coin; NaN before the first
    PUBLISHED_MS,  # end of the candle it became known with
    TRUSTED,  # the same without the noise of its publication
    CHANGE,  # last change of its logarithm
    CHANGES,  # weight of the changes seen, of which
    VARIANCE,
    COVARIANCE,  # of a change and the one before it: below zero where publication is noisy
    SINCE_LOW,  # extremes since open interest was last published, positions
    SINCE_HIGH,
    USUAL_TURNOVER,  # volume per day over open interest, 7-day mean
    KNOWN_DAYS,
    ACTIVITY,  # turnover over the usual one, last hour
    PAST_HOURS,  # maps that the mean of the past holds
) = range(13)
SIZE = 13


def still() -> Floats:
    """Before the first candle."""
    pulse = np.zeros(SIZE)
    pulse[[PUBLISHED, TRUSTED, CHANGE]] = np.nan
    pulse[SINCE_LOW], pulse[SINCE_HIGH] = np.inf, -np.inf
    pulse[ACTIVITY] = 1.0
    return pulse
