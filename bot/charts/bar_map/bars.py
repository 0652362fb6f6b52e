"""The bars of a map: stacked, on whole pixels, cut at the ceiling with a notch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.bar_map.frame import Frame
from bot.charts.bar_map.price_bars import LATE
from bot.charts.palette import Palette
from bot.charts.scene import Points, Scene, points, rectangle
from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.side import Side
from bot.look import Stack


@dataclass(frozen=True)
class Paint:
    colour: str
    hatch: str = ""  # colour of the lines over it


def layer_paints(drawn: MapDrawn, palette: Palette) -> list[Paint]:
    paint_of = _venue_paints(drawn, palette) if drawn.stack is Stack.VENUE else _tier_paints(palette)
    return [Paint(palette.late) if name == LATE else paint_of[name] for name in drawn.layers]


def _venue_paints(drawn: MapDrawn, palette: Palette) -> dict[str, Paint]:
    """A venue keeps its colour while another one is late."""
    names = [one.venue for one in drawn.facts.venues]
    return dict(zip(names, map(Paint, cycle(palette.venues)), strict=False))


def _tier_paints(palette: Palette) -> dict[str, Paint]:
    """The highest leverage is hatched where brightness alone tells tiers apart."""
    *lower, highest = palette.tiers
    hatch = palette.panel if palette.hatched else ""
    return dict(zip(LEVERAGE_BANDS, [*map(Paint, lower), Paint(highest, hatch)], strict=True))


def draw_bars(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    if drawn.ceiling <= 0:
        return
    tops = {side: np.cumsum(drawn.half(side).bars, axis=0) / drawn.ceiling for side in Side}
    for layer, paint in enumerate(layer_paints(drawn, palette)):
        shapes = [bar for side in Side for bar in _layer_bars(frame, drawn, side, layer, tops[side])]
        scene.fill(shapes, paint.colour, hatch=paint.hatch)


def _layer_bars(
    frame: Frame,
    drawn: MapDrawn,
    side: Side,
    layer: int,
    tops: NDArray[np.float64],
) -> list[Points]:
    """One layer's part of each bar of a side; `tops` are levels by layer and bin."""
    bars = []
    for at in tops[layer].nonzero()[0].tolist():
        left, right = (round(frame.x_of(price)) for price in drawn.span(side, at))
        below = float(tops[layer - 1, at]) if layer else 0.0
        top, bottom = (round(frame.y_of(min(1.0, level))) for level in (float(tops[layer, at]), below))
        if bottom > top and right - 1 > left:
            bars.append(rectangle(left, top, right - 1, bottom))
    return bars


def draw_notches(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    """A slanted cut through each bar that is taller than drawn, and an arrow on top of it."""
    cuts: list[Points] = []
    arrows: list[Points] = []
    for side in Side:
        for at in drawn.half(side).clipped:
            left, right = (frame.x_of(price) for price in drawn.span(side, at))
            y, middle = frame.y_of(1), (left + right) / 2
            cuts.append(points([(left, y + 17), (right, y + 9), (right, y + 16), (left, y + 24)]))
            arrows.append(points([(middle - 10, y - 3), (middle + 10, y - 3), (middle, y - 17)]))
    scene.fill(cuts, palette.panel, smooth=True)
    scene.fill(arrows, palette.text, smooth=True)
