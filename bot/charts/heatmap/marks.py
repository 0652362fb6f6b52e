"""What stands on the heat: overlays, candles, ends of streaks and reported liquidations."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from bot.charts.heatmap.drawn import CandleDrawn, Dot, HeatDrawn
from bot.charts.heatmap.frame import Frame
from bot.charts.palette import Palette
from bot.charts.scene import Points, Scene, rectangle
from bot.liquidation.side import Side

Corners = tuple[int, int, int, int]  # left, top, right, bottom

BODY, WICK, EDGE = 0.7, 4, 2  # of a candle's room; px
CAP, FOOT = 4, 11  # px
LINE, HALO = 5, 9
VOLUME = 0.16  # of the plot's width
LARGEST_DOT, SMALLEST_DOT = 20.0, 5.0
LAYERS = (13.0, 8.0)  # by radius, largest first
ANGLES = np.linspace(0, 2 * np.pi, 20, endpoint=False)
UNIT = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)  # a circle's corners


def draw_volume(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """An outline from the left edge."""
    traded = [row for row, share in enumerate(drawn.volume) if share > 0]
    if not traded:
        return
    room, start = VOLUME * (frame.right - frame.left), frame.left + 4
    line: list[tuple[float, float]] = [(start, frame.y_of(drawn.edges[traded[0]]))]
    for row in range(traded[0], traded[-1] + 1):
        x = start + room * drawn.volume[row]
        line += [(x, frame.y_of(drawn.edges[row])), (x, frame.y_of(drawn.edges[row + 1]))]
    line.append((start, frame.y_of(drawn.edges[traded[-1] + 1])))
    _draw_line(scene, line, palette.text, palette, 4)


def draw_average(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    stretch: list[tuple[float, float]] = []
    for column, value in enumerate((*drawn.average, None)):
        if value is not None:
            stretch.append((frame.x_of_column(column + 0.5), frame.y_within(value)))
        elif stretch:
            _draw_line(scene, stretch, average_colour(palette), palette, LINE)
            stretch = []


def average_colour(palette: Palette) -> str:
    return palette.venues[4]


def _draw_line(
    scene: Scene, line: list[tuple[float, float]], colour: str, palette: Palette, width: int
) -> None:
    scene.stroke(line, palette.ground, width + HALO - LINE)
    scene.stroke(line, colour, width)


def draw_candles(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """Light and dark bodies with an outline, so that both are seen on any heat."""
    outlines: list[Points] = []
    bodies: dict[bool, list[Points]] = {True: [], False: []}
    for candle in drawn.candles:
        wick, body = _candle(frame, candle)
        for left, top, right, bottom in (wick, body):
            outlines.append(rectangle(left - EDGE, top - EDGE, right + EDGE, bottom + EDGE))
            bodies[candle.close >= candle.open].append(rectangle(left, top, right, bottom))
    scene.fill(outlines, palette.outline)
    for rising, colour in zip((True, False), palette.candles, strict=True):
        scene.fill(bodies[rising], colour)


def _candle(frame: Frame, candle: CandleDrawn) -> tuple[Corners, Corners]:
    """Left, top, right and bottom of its wick and of its body."""
    first, last = frame.x_of_column(candle.first), frame.x_of_column(candle.last + 1)
    middle, half = (first + last) / 2, max(2, round(BODY * (last - first) / 2) - 1)
    high, low = (round(frame.y_within(price)) for price in (candle.high, candle.low))
    ends = sorted(round(frame.y_within(price)) for price in (candle.open, candle.close))
    left = round(middle - WICK / 2)
    body = (round(middle) - half, ends[0], round(middle) + half, max(ends[1], ends[0] + 2))
    return (left, high, left + WICK, low), body


def draw_swept(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """A bracket that closes a bright streak, before the candle that swept it."""
    parts: list[Corners] = []
    for streak in drawn.swept:
        before = _before_candle(frame, drawn, round(frame.column_at(streak.end_ms))) - EDGE
        right = max(before, frame.left + FOOT + EDGE)
        top, bottom = round(frame.y_within(streak.high)), round(frame.y_within(streak.low))
        parts += bracket(right, top, max(bottom, top + 2 * CAP))
    scene.fill([rectangle(a - EDGE, b - EDGE, c + EDGE, d + EDGE) for a, b, c, d in parts], palette.outline)
    scene.fill([rectangle(*part) for part in parts], palette.candles[0])


def bracket(right: int, top: int, bottom: int) -> list[Corners]:
    """Open to the left."""
    left = right - FOOT
    return [
        (right - CAP, top, right, bottom),
        (left, top, right, top + CAP),
        (left, bottom - CAP, right, bottom),
    ]


def _before_candle(frame: Frame, drawn: HeatDrawn, column: int) -> int:
    """Left edge of the body that stands in a column."""
    bodies = [_candle(frame, candle)[1] for candle in drawn.candles if candle.first <= column <= candle.last]
    return bodies[0][0] - EDGE if bodies else round(frame.x_of_column(column))


def draw_dots(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """Areas tell amounts; in a few layers, so that small ones stand on large ones."""
    most = max((dot.amount for dot in drawn.dots), default=0.0)
    sized = [(max(SMALLEST_DOT, LARGEST_DOT * math.sqrt(dot.amount / most)), dot) for dot in drawn.dots]
    for first, last in pairwise((LARGEST_DOT + 1, *LAYERS, 0.0)):
        layer = [(radius, dot) for radius, dot in sized if last <= radius < first]
        places = [(*_place(frame, dot, radius), radius) for radius, dot in layer]
        scene.fill([circle(x, y, radius + EDGE) for x, y, radius in places], palette.outline, smooth=True)
        for side in Side:
            circles = [circle(*at) for at, (_, dot) in zip(places, layer, strict=True) if dot.side is side]
            scene.fill(circles, palette.side(side), smooth=True)


def _place(frame: Frame, dot: Dot, radius: float) -> tuple[float, float]:
    """Its middle, so that all of it is in the plot."""
    x = min(max(frame.x_of(dot.stamp_ms), frame.left + radius), frame.right - radius)
    return x, min(max(frame.y_of(dot.price), frame.top + radius), frame.bottom - radius)


def circle(x: float, y: float, radius: float) -> Points:
    return np.array([x, y]) + radius * UNIT
