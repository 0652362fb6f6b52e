"""The heat itself, its colour bar, what nobody knows, and what is still open beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.charts import labels
from bot.charts.heatmap.drawn import HeatDrawn, brightness
from bot.charts.heatmap.frame import PROFILE, Frame
from bot.charts.lettering import Label, fitting, width_of
from bot.charts.palette import Palette, rgb
from bot.charts.scene import MARGIN, Points, Raster, Scene, rectangle
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

SHADES = 48
BAR_WIDTH = 44
AMOUNT, LEAST_AMOUNT = 32, 26


def draw_cells(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    pixels = shaded(drawn.levels()[::-1], palette)
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    scene.rasters.append(Raster(pixels, left, top, right, bottom))
    ends = ((left - 2, top - 2, right + 2, top), (left - 2, bottom, right + 2, bottom + 2))
    sides = ((left - 2, top, left, bottom), (right, top, right + 2, bottom))
    scene.fill([rectangle(*edge) for edge in (*ends, *sides)], palette.grid)


def shaded(levels: Floats, palette: Palette) -> Pixels:
    """Levels 0..1 of shape (rows, columns) as colours, (rows, columns, 3)."""
    stops = np.array([rgb(colour) for colour in palette.heat], dtype=np.float64)
    at = np.linspace(0, len(stops) - 1, SHADES)
    table = np.stack([np.interp(at, np.arange(len(stops)), stops[:, part]) for part in range(3)], axis=1)
    shades = np.rint(levels * (SHADES - 1)).astype(np.int64)
    return np.asarray(np.rint(table).astype(np.uint8)[shades])


def draw_unknown(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """Hatched: nobody knows what was open then."""
    if drawn.unknown:
        right = round(frame.x_of_column(drawn.unknown))
        corners = rectangle(frame.left, frame.top, right, frame.bottom)
        scene.fill([corners], palette.panel, hatch=palette.grid)


def draw_colour_bar(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """From nothing to the most in a cell; on the left."""
    if drawn.most <= 0:
        return
    ways = (f"≈{labels.money(drawn.facts.symbol, drawn.most)}", labels.amount(drawn.most))
    most, size = fitting(ways, frame.left - MARGIN - 10, AMOUNT, LEAST_AMOUNT)
    top, bottom = frame.top + size + 14, frame.bottom - AMOUNT - 10
    left = round((MARGIN + frame.left - 10 - BAR_WIDTH) / 2)
    values = np.linspace(drawn.most, 0.0, bottom - top)
    levels = brightness(values, drawn.dark, drawn.most)
    scene.rasters.append(Raster(shaded(levels[:, None], palette), left, top, left + BAR_WIDTH, bottom))
    middle = left + BAR_WIDTH / 2
    for text, baseline, at in ((most, frame.top + size - 4, size), ("0", frame.bottom, AMOUNT)):
        start = max(float(MARGIN), middle - width_of(text, at) / 2)
        scene.labels.append(Label(text, start, baseline, at, palette.text))


def draw_profile(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """What is still open in each row, in the colour of its side."""
    most = max(max(drawn.open_now(side)) for side in Side)
    if most <= 0:
        return
    edges = [round(frame.y_of(price)) for price in drawn.edges]
    middle = frame.y_of(drawn.price)
    for side in Side:
        shapes: list[Points] = []
        for row, value in enumerate(drawn.open_now(side)):
            bottom, top = edges[row], edges[row + 1] + 1
            if side is Side.LONG:
                top = max(top, round(middle))
            else:
                bottom = min(bottom, round(middle))
            right = round(frame.right + 8 + PROFILE * value / most)
            if bottom > top and right > frame.right + 8:
                shapes.append(rectangle(frame.right + 8, top, right, bottom))
        scene.fill(shapes, palette.side(side))
