"""Where the plot of a map stands on the picture."""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.lettering import Box, Label, width_of
from bot.charts.palette import Palette
from bot.charts.scene import Scene, rectangle

WIDTH, HEIGHT = 1280, 1024
LEFT, RIGHT, BOTTOM = 88, WIDTH - 132, 802
NOTE = 36
HEADROOM = 78  # above the level 100, for the tags of zones


@dataclass(frozen=True)
class Frame:
    left: float
    top: float
    right: float
    bottom: float
    lowest: float  # price at the left
    highest: float

    def x_of(self, price: float) -> float:
        return self.left + (price - self.lowest) / (self.highest - self.lowest) * (self.right - self.left)

    def y_of(self, level: float) -> float:
        """Of a level, 1 for the tallest bar."""
        return self.bottom - level * (self.bottom - self.top - HEADROOM)


def frame_of(drawn: MapDrawn, top: float) -> Frame:
    return Frame(LEFT, top, RIGHT, BOTTOM, drawn.edges[0], drawn.edges[-1])


def marker_box(frame: Frame, price: float) -> Box:
    """What the line of the price and its arrow take."""
    return Box(frame.x_of(price) - 16, frame.top, frame.x_of(price) + 16, frame.bottom)


def draw_panel(scene: Scene, frame: Frame, palette: Palette) -> None:
    scene.fill([rectangle(frame.left, frame.top, frame.right, frame.bottom)], palette.panel)
    lines = [rectangle(frame.left, y - 1, frame.right, y + 1) for y in map(frame.y_of, (0.25, 0.5, 0.75, 1))]
    scene.fill(lines, palette.grid)


def say_nothing(scene: Scene, frame: Frame, palette: Palette) -> None:
    """In the middle of a plot without bars."""
    text = "nothing is modelled as open here"
    left = (frame.left + frame.right - width_of(text, NOTE)) / 2
    scene.labels.append(Label(text, left, (frame.top + frame.bottom) / 2, NOTE, palette.ink, palette.quiet))
