"""Prints the tables of docs/accuracy.md anew: accuracy_tables.py RECORDING[:WARM_UP_DAYS]...

Each recording is scored by `python -m bot score`; what it holds decides which rows it has.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

WARM_UP_DAYS = "10"
HIGHER, LOWER = 1, -1
ROWS = {  # figure: (its name in the table, which way is better)
    "spearman": ("spearman", HIGHER),
    "nemd": ("nEMD (lower is better)", LOWER),
    "recall3": ("recall3", HIGHER),
    "mass_error": ("mass, ln of the factor (lower is better)", LOWER),
    "r1": ("information gain, nats", HIGHER),
    "hourly_r1_width": ("hourly: gain over width, nats", HIGHER),
    "hourly_r1_width_capped": ("hourly: the same, largest 1 % capped", HIGHER),
    "hourly_bucket_spearman": ("hourly: rank correlation", HIGHER),
    "half_hourly_r1_width": ("half-hourly: gain over width, nats", HIGHER),
    "half_hourly_r1_width_capped": ("half-hourly: the same, largest 1 % capped", HIGHER),
    "half_hourly_bucket_spearman": ("half-hourly: rank correlation", HIGHER),
}


def scored(recording: str, warm_up: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bot", "score", "--json", "--recording", recording]
    done = subprocess.run([*command, "--warm-up-days", warm_up], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(name: str, found: dict[str, Any]) -> list[str]:
    """Against totals per bucket the uniform map stands for the distance moved: `width`."""
    by_totals = "hourly_r1_width" in found["scores"]
    maps = {"map": found["scores"], **found["baselines"]}
    chosen = ["map", *(["uniform"] if by_totals else []), "distance", "volume", "interest"]
    titles = ["width" if one == "uniform" else one for one in chosen]
    names = [] if by_totals else [name]
    lines = [f"{'| ' * len(names)}| | {' | '.join(titles)} |", "|---" * (len(titles) + len(names) + 1) + "|"]
    for figure, (row, better) in ROWS.items():
        if figure in found["scores"]:
            values = [maps[one][figure] for one in chosen]
            if "r1_width" in figure:
                values[1] = 0.0  # of the guess over itself
            lines.append(f"| {' | '.join([*names, row, *_marked(values, better)])} |")
            names = [""] * len(names)
    return lines


def _marked(values: list[float | None], better: int) -> list[str]:
    best = max((value * better for value in values if value is not None), default=0.0)
    return [_cell(value, value is not None and value * better == best) for value in values]


def _cell(value: float | None, is_best: bool) -> str:
    text = "–" if value is None else f"{value:.3f}".replace("-", "−")
    return f"**{text}**" if is_best else text


def calibration(found: dict[str, Any]) -> list[str]:
    return [
        f"{one['over']}: predicted {_series(one['predicted'])}; realised {_series(one['realised'])}; "
        f"realised / predicted {one['factor']:.2f}"
        for one in found["calibration"]
    ]


def _series(values: list[float]) -> str:
    return " ".join(f"{value:.2f}" for value in values)


def main() -> None:
    for argument in sys.argv[1:]:
        recording, _, warm_up = argument.partition(":")
        name = Path(recording).name
        found = scored(recording, warm_up or WARM_UP_DAYS)
        print("\n".join([f"== {name}", *table(name, found), *calibration(found)]))
        if "coverage80" in found:
            print(f"80 % band covers {100 * found['coverage80']:.1f} %")
        print(flush=True)


if __name__ == "__main__":
    main()
