"""Walks that are pulled back to where they belong, a block of minutes at a time."""

import numpy as np

from bot.sandbox.market.candles import Floats

BLOCK_MINUTES = 240


def wander(rng: np.random.Generator, level: Floats, memory: float, spread: float) -> tuple[Floats, Floats]:
    """A mean-reverting walk over a block, in steps of ten minutes joined by straight lines.

    Returns where it ends and its path (minute, walk). `memory` is in minutes, `spread` the usual deviation.
    """
    nodes = BLOCK_MINUTES // 10
    pull = 10 / memory
    kicks = rng.standard_normal((nodes, len(level))) * spread * np.sqrt(2 * pull)
    walk = [level]
    for kick in kicks:
        walk.append(walk[-1] * (1 - pull) + kick)
    path = np.stack(walk)
    share = np.arange(1, 11)[None, :, None] / 10
    between = path[:-1, None] + (path[1:, None] - path[:-1, None]) * share
    return path[-1], between.reshape(BLOCK_MINUTES, len(level))
