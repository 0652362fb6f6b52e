"""How the figures of `score` are written down: a table for people, a record for programs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.liquidation.scoring.calibration import Calibration
from bot.liquidation.scoring.report import OWN, Figures, Report

NAME_WIDTH = 28
CELL_WIDTH = 10


class Better(Enum):
    """Which way a figure should go."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NEAR_ONE = "1 is best"

    def cost(self, value: float) -> float:
        costs = {Better.HIGHER: -value, Better.LOWER: value, Better.NEAR_ONE: abs(value - 1)}
        return costs[self]


@dataclass(frozen=True)
class Meaning:
    better: Better
    text: str


MEANINGS = {
    "spearman": Meaning(Better.HIGHER, "do map and open positions rank the 0.2 % steps alike? 1: exactly"),
    "nemd": Meaning(Better.LOWER, "how far mass must be moved to become the open positions, of 10 %"),
    "recall3": Meaning(
        Better.HIGHER, "share of the 3 densest true zones a side that the map's 3 densest find"
    ),
    "mass_error": Meaning(Better.LOWER, "how far the total is off: 0.69 is a factor of 2 (median)"),
    "r1": Meaning(Better.HIGHER, "nats a liquidation gained over calling every visited price alike"),
    "auc": Meaning(
        Better.HIGHER, "chance that a price with much liquidated is ranked above another; 0.5: luck"
    ),
    "slope": Meaning(Better.NEAR_ONE, "does twice the prediction come with twice the liquidations?"),
    "r1_width": Meaning(Better.HIGHER, "nats gained over 'the farther price moves, the more is liquidated'"),
    "r1_width_capped": Meaning(Better.HIGHER, "the same, the largest 1 % of buckets cut down"),
    "bucket_spearman": Meaning(
        Better.HIGHER, "do crossed mass and liquidated quantity rank the buckets alike?"
    ),
    "bucket_auc": Meaning(Better.HIGHER, "chance that a heavy bucket is ranked above another; 0.5: luck"),
}


def report_text(report: Report) -> str:
    amounts = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in report.amounts.items())
    parts = [f"scored: {amounts}", *_score_lines(report)]
    if report.coverage80 is not None:
        parts.append(f"80 % band covers {100 * report.coverage80:.1f} % of the true bins")
    for calibration in report.calibrations:
        parts += ["", *_calibration_lines(calibration)]
    return "\n".join(parts)


def report_record(report: Report) -> dict[str, Any]:
    """The same as plain values; what is not defined is None."""
    rows = {
        name: {metric: _plain(value) for metric, value in row.items()} for name, row in report.scores.items()
    }
    record: dict[str, Any] = {
        "scored": {name: _plain(value) for name, value in report.amounts.items()},
        "scores": rows.pop(OWN),
        "baselines": rows,
        "calibration": [_calibration_record(calibration) for calibration in report.calibrations],
    }
    return record if report.coverage80 is None else record | {"coverage80": report.coverage80}


def meaning_of(metric: str) -> Meaning:
    """Of a figure's name, with or without the period of its buckets before it."""
    known = [name for name in MEANINGS if metric == name or metric.endswith(f"_{name}")]
    return MEANINGS[max(known, key=len)]


def best_of(metric: str, row: Figures) -> str:
    """The name of the maps that do best, empty if none has a value."""
    better = meaning_of(metric).better
    costs = {name: better.cost(value) for name, value in row.items() if not math.isnan(value)}
    return min(costs, key=costs.__getitem__) if costs else ""


def _score_lines(report: Report) -> list[str]:
    beside = len(report.scores) > 1
    head = "".join(f"{name:>{CELL_WIDTH}}" for name in report.scores)
    lines = [f"{'metric':<{NAME_WIDTH}}{head}{'  best    ' if beside else ''}  meaning"]
    for metric in report.scores[OWN]:
        row = {name: figures[metric] for name, figures in report.scores.items()}
        best = f"  {best_of(metric, row):<8}" if beside else ""
        meaning = meaning_of(metric)
        cells = "".join(f"{_cell(value):>{CELL_WIDTH}}" for value in row.values())
        lines.append(f"{metric:<{NAME_WIDTH}}{cells}{best}  {meaning.text} ({meaning.better.value})")
    return lines


def _calibration_lines(calibration: Calibration) -> list[str]:
    groups = range(1, len(calibration.predicted) + 1)
    return [
        f"calibration over {calibration.name}, ten groups by predicted mass, means over the mean of all",
        f"{'group':<{NAME_WIDTH}}" + "".join(f"{group:>8}" for group in groups),
        f"{'predicted':<{NAME_WIDTH}}" + "".join(f"{value:>8.3f}" for value in calibration.predicted),
        f"{'realised':<{NAME_WIDTH}}" + "".join(f"{value:>8.3f}" for value in calibration.realised),
        f"{'total, base coin':<{NAME_WIDTH}}predicted {calibration.predicted_base:.6g}, realised "
        f"{calibration.realised_base:.6g}: {_cell(calibration.factor)} times the prediction",
    ]


def _calibration_record(calibration: Calibration) -> dict[str, Any]:
    return {
        "over": calibration.name,
        "predicted": calibration.predicted.tolist(),
        "realised": calibration.realised.tolist(),
        "predicted_base": calibration.predicted_base,
        "realised_base": calibration.realised_base,
        "factor": _plain(calibration.factor),
    }


def _cell(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
