"""Maps as lines of the `estimate` format that no model made, for testing the scorer alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from bot.liquidation.scoring.truth import ScoredMarket

STEP = 7e-4  # log-distance: fits the scored bins nowhere
REACH = 160


def invented_line(stamp: int, price: float, seed: int) -> dict[str, Any]:
    """Random masses, a third of them zero, falling with the distance, longs below and shorts above."""
    random = np.random.default_rng(seed)
    steps = np.arange(-REACH, REACH + 1)
    middle = (steps[:-1] + 0.5) * STEP
    mass = random.gamma(0.5, 100.0, 2 * REACH) * np.exp(-np.abs(middle) / 0.03)
    mass[random.random(2 * REACH) < 1 / 3] = 0.0
    return {
        "timestamp_ms": stamp,
        "price": price,
        "edges": (price * np.exp(steps * STEP)).tolist(),
        "long_base": np.where(middle < 0, mass, 0.0).tolist(),
        "short_base": np.where(middle > 0, mass, 0.0).tolist(),
    }


def invented_lines(market: ScoredMarket, stamps: Iterable[int]) -> list[dict[str, Any]]:
    close = market.candles.close
    return [
        invented_line(stamp, float(close[market.last_ended_by(stamp)]), seed)
        for seed, stamp in enumerate(stamps)
    ]


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
