"""Measured accuracy as a chat reads it: a few figures of docs/accuracy.md, which a test holds equal to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.rules.kinds import Kind


@dataclass(frozen=True)
class Accuracy:
    """What the map reached, and what plain guesses reached on the same hours and markets."""

    measured_on: str  # a date
    real: str  # which real hours
    real_rank: float  # rank correlation with dollars really liquidated, hourly
    real_rank_width: float  # of the bare size of the move
    real_rank_volume: float  # of the usual recipe from volume
    real_gain: float  # nats beyond the size of the move
    real_gain_volume: float
    invented_rank: tuple[float, ...]  # rank correlation with hidden positions, a market each
    invented_rank_volume: tuple[float, ...]


MEASURED = Accuracy(
    measured_on="22 Nov 2026",
    real="BTC, real hours of Dec 2025 to Mar 2026",
    real_rank=0.821,
    real_rank_width=0.769,
    real_rank_volume=0.684,
    real_gain=0.448,
    real_gain_volume=0.101,
    invented_rank=(0.710, 0.641, 0.608, 0.785),
    invented_rank_volume=(0.515, 0.188, 0.379, 0.401),
)

# How much was force-closed in four hours where price got there, beside like levels without a zone.
LIFTS = {Kind.NEAR: "about 3 times", Kind.ENTERED: "about 4 times"}


def accuracy_lines(measured: Accuracy = MEASURED) -> list[str]:
    """The first line is a headline; the hours that were real come before the markets that were invented."""
    ours, recipe = measured.invented_rank, measured.invented_rank_volume
    return [
        f"<b>Measured</b> ({measured.measured_on}; rank correlation, 1 is perfect)",
        f"{measured.real}, against dollars really liquidated: {measured.real_rank:.2f}. The bare size of the "
        f"move reaches {measured.real_rank_width:.2f}, the usual recipe from volume "
        f"{measured.real_rank_volume:.2f}. It gave what was liquidated {_times(measured.real_gain)} the "
        f"chance that the size of the move gives, the recipe {_times(measured.real_gain_volume)}.",
        f"{len(ours)} invented markets, against their hidden positions: {min(ours):.2f} to {max(ours):.2f}, "
        f"the recipe {min(recipe):.2f} to {max(recipe):.2f}.",
        "Not shown on real data: whether a single zone lies at exactly the right price.",
    ]


def _times(nats: float) -> str:
    """A gain in information as the odds it is worth, in the geometric mean over liquidations."""
    return f"{math.exp(nats):.1f} times"
