"""How a picture looks: what a chat may choose, and what a question may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

USUAL_CONTRAST, MOST_CONTRAST = 3, 5


class PaletteName(StrEnum):
    SEED = "seed"  # longs green, shorts red
    EXCHANGE = "exchange"  # the reverse
    COLOUR_BLIND = "colour-blind"  # longs blue, shorts orange


class Theme(StrEnum):
    DARK = "dark"
    LIGHT = "light"


class Stack(StrEnum):
    """What the layers of a map's bars are."""

    TIER = "tier"
    VENUE = "venue"


class Overlay(StrEnum):
    """What else is drawn on a heatmap."""

    VOLUME = "volume"  # profile over price
    AVERAGE = "average"  # moving average of closes


@dataclass(frozen=True)
class Look:
    palette: PaletteName = PaletteName.SEED
    theme: Theme = Theme.DARK


@dataclass(frozen=True)
class Drawing:
    """How one picture is to be drawn."""

    look: Look = Look()
    stack: Stack = Stack.TIER
    overlays: frozenset[Overlay] = frozenset()
    contrast: int = USUAL_CONTRAST  # of a heatmap, 1..MOST_CONTRAST: more keeps more of it dark
    full: bool = False  # twice as many pixels each way, to be sent as a file


@dataclass(frozen=True)
class Wishes:
    """What a question says of how its picture is drawn; None where it says nothing."""

    palette: PaletteName | None = None
    theme: Theme | None = None
    stack: Stack | None = None
    overlays: frozenset[Overlay] = frozenset()
    contrast: int | None = None
    full: bool = False

    def drawing(self, own: Look) -> Drawing:
        """With the chat's own look where none is wished for."""
        return Drawing(
            Look(self.palette or own.palette, self.theme or own.theme),
            self.stack or Stack.TIER,
            self.overlays,
            self.contrast or USUAL_CONTRAST,
            self.full,
        )
