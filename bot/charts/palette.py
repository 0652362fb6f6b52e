"""Colours of a picture."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side


@dataclass(frozen=True)
class Palette:
    ground: str
    panel: str  # behind the bars
    grid: str
    text: str
    quiet: str  # text that steps back
    ink: str  # text on a coloured plate
    warning: str
    longs: str
    shorts: str
    tiers: tuple[str, ...]  # lowest leverage first
    venues: tuple[str, ...]
    late: str  # the share of venues whose data is old

    def side(self, side: Side) -> str:
        return self.longs if side is Side.LONG else self.shorts


SEED_DARK = Palette(
    ground="#131722",
    panel="#1b2132",
    grid="#2e3547",
    text="#e6e8ee",
    quiet="#a3a9b8",
    ink="#10131b",
    warning="#ffc403",
    longs="#2cc5ac",
    shorts="#ff5d69",
    tiers=("#4c8dd6", "#73d8da", "#ffc403", "#ff8300"),
    venues=("#ff8300", "#ffc403", "#73d8da", "#4c8dd6", "#b37feb", "#e6e8ee"),
    late="#7d8494",
)
