"""Round steps for bins and ticks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_BINS = 110  # more would be narrower than 8 px on a phone picture
_BIN_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_TICK_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def bin_step(span: float, tick_size: float, most: int = MOST_BINS) -> float:
    """The smallest round step that needs at most `most` bins; whole ticks where ticks are coarse."""
    smallest = span / most
    if tick_size > 0 and smallest < 20 * tick_size:
        return math.ceil(smallest / tick_size - 1e-9) * tick_size
    return _at_least(smallest, _BIN_STEPS)


def tick_steps(span: float, most: int) -> list[float]:
    """Round steps from the finest with at most `most` ticks to coarser ones, to try in turn."""
    step = _at_least(span / most, _TICK_STEPS)
    steps = [step]
    while len(steps) < 8:
        steps.append(_at_least(steps[-1] * 1.01, _TICK_STEPS))
    return steps


def multiples(low: float, high: float, step: float) -> Floats:
    """The multiples of a step in [low, high]."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.asarray(np.arange(first, last + 1) * step, dtype=np.float64)


def _at_least(smallest: float, mantissas: tuple[float, ...]) -> float:
    power = 10.0 ** math.floor(math.log10(smallest))
    return next(m for m in mantissas if m * power >= smallest * (1 - 1e-9)) * power
