"""Quiet gaps of a map: stretches with few forced orders, shaded faintly."""

from __future__ import annotations

from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.bar_map.frame import Frame, marker_box
from bot.charts.lettering import Box, Label, width_of
from bot.charts.palette import Palette
from bot.charts.scene import Scene, rectangle
from bot.liquidation.side import Side

SHADE = 0.07
WORD, SIZE = "quiet", 26
ROOM = 6  # px around the word
LEAST = 0.6  # of the word's width, for a gap that is named


def shade_gaps(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    bands = [rectangle(box.left, box.top, box.right, box.bottom) for box in _boxes(frame, drawn)]
    scene.fill(bands, palette.text, alpha=SHADE)


def name_gaps(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    """At the top of each that is wide enough, where nothing else stands."""
    width, marker = width_of(WORD, SIZE), marker_box(frame, drawn.price)
    for box in _boxes(frame, drawn):
        if box.right - box.left < LEAST * width:
            continue
        for left in ((box.left + box.right - width) / 2, box.left + ROOM, box.right - ROOM - width):
            label = Label(WORD, left, box.top + SIZE + ROOM, SIZE, palette.quiet)
            if scene.free(label.box.grown(ROOM)) and not label.box.overlaps(marker):
                scene.labels.append(label)
                break


def _boxes(frame: Frame, drawn: MapDrawn) -> list[Box]:
    return [
        Box(round(frame.x_of(low)), frame.top, round(frame.x_of(high)), frame.bottom)
        for side in Side
        for low, high in drawn.half(side).gaps
    ]
