"""Colours of a picture. Side and layer say who and what; only in heat does colour say how much."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.liquidation.side import Side
from bot.look import Look, PaletteName, Theme


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
    heat: tuple[str, ...]  # from nothing to the most
    candles: tuple[str, str]  # rising, falling
    outline: str  # around what stands on heat
    hatched: bool = False  # the highest leverage is told by a pattern too

    def side(self, side: Side) -> str:
        return self.longs if side is Side.LONG else self.shorts


BLACK_TO_YELLOW = ("#0d1017", "#2e2410", "#6e480c", "#b98407", "#ffe53b")
PALE_TO_RED = ("#f6f7fa", "#fde9a6", "#fbb43f", "#e0601f", "#8c1226")
_SEED_DARK = Palette(
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
    heat=BLACK_TO_YELLOW,
    candles=("#f4f6fb", "#8fa3c8"),
    outline="#0b0d13",
)
_SEED_LIGHT = Palette(
    ground="#ffffff",
    panel="#f1f3f8",
    grid="#d5dae4",
    text="#131722",
    quiet="#59617a",
    ink="#ffffff",
    warning="#8a5a00",
    longs="#0a7d69",
    shorts="#d0243a",
    tiers=("#2f6fbf", "#1f9aa0", "#c98700", "#c44a00"),
    venues=("#c44a00", "#c98700", "#1f9aa0", "#2f6fbf", "#7d45bd", "#3a4358"),
    late="#8b93a5",
    heat=PALE_TO_RED,
    candles=("#ffffff", "#7fa6e6"),
    outline="#131722",
)


def _exchange(seed: Palette) -> Palette:
    return replace(seed, longs=seed.shorts, shorts=seed.longs)


PALETTES = {
    (PaletteName.SEED, Theme.DARK): _SEED_DARK,
    (PaletteName.SEED, Theme.LIGHT): _SEED_LIGHT,
    (PaletteName.EXCHANGE, Theme.DARK): _exchange(_SEED_DARK),
    (PaletteName.EXCHANGE, Theme.LIGHT): _exchange(_SEED_LIGHT),
    (PaletteName.COLOUR_BLIND, Theme.DARK): replace(
        _SEED_DARK,
        longs="#58a6f0",
        shorts="#f5a623",
        tiers=("#45546f", "#7388ab", "#a9bddb", "#f2f6ff"),
        venues=("#fff3b0", "#98e24a", "#b0447f", "#4f5fd6", "#f7b6d2", "#5b7a1e"),
        late="#9c8f80",
        heat=("#00204c", "#31446b", "#666970", "#a69d75", "#ffe945"),
        hatched=True,
    ),
    (PaletteName.COLOUR_BLIND, Theme.LIGHT): replace(
        _SEED_LIGHT,
        longs="#1765b3",
        shorts="#b35900",
        tiers=("#a1b0ca", "#677b9f", "#384c72", "#152340"),
        venues=("#e07ab0", "#00795a", "#2a1a8e", "#8a5cf0", "#7a1d10", "#131722"),
        late="#b09a7e",
        heat=("#f6f7fa", "#cdd3ea", "#8fa0cf", "#5260a3", "#2a1a5e"),
        hatched=True,
    ),
}


def palette_of(look: Look) -> Palette:
    return PALETTES[look.palette, look.theme]


def rgb(colour: str) -> tuple[int, int, int]:
    """Of #rrggbb."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def mixed(colour: str, ground: str, strength: float) -> str:
    """A colour so strong over a ground: 1 is the colour itself. Both are written #rrggbb."""
    parts = zip(rgb(colour), rgb(ground), strict=True)
    return "#" + bytes(round(strength * a + (1 - strength) * b) for a, b in parts).hex()
