"""The cumulative curves of a map: 0 at the price, rising outward."""

from __future__ import annotations

from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.bar_map.frame import Frame
from bot.charts.palette import Palette
from bot.charts.scene import Scene, points
from bot.liquidation.side import Side

CURVE, HALO = 5, 11
AREA = 0.16


def draw_areas(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    for side, line in _lines(frame, drawn):
        foot = [(line[-1][0], frame.bottom), (line[0][0], frame.bottom)]
        scene.fill([points(line + foot)], palette.side(side), alpha=AREA, smooth=True)


def draw_curves(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    for side, line in _lines(frame, drawn):
        scene.stroke(line, palette.ground, HALO)
        scene.stroke(line, palette.side(side), CURVE)


def _lines(frame: Frame, drawn: MapDrawn) -> list[tuple[Side, list[tuple[float, float]]]]:
    """In pixels, of the sides that hold anything."""
    top = drawn.curve_top
    return [
        (side, [(frame.x_of(price), frame.y_of(mass / top)) for price, mass in drawn.half(side).curve])
        for side in Side
        if not drawn.half(side).is_empty
    ]
