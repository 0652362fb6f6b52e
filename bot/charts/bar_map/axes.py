"""The axes of a map: intensity left, money right, prices and percents below, the price itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.charts import labels
from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.bar_map.frame import Frame
from bot.charts.lettering import Label, cut_to, fitting_size, width_of
from bot.charts.palette import Palette
from bot.charts.scene import Points, Scene, points, rectangle
from bot.charts.steps import multiples, tick_steps

TICK, LEAST_TICK = 32, 28  # px; 32 is the smallest that a phone shows
PRICE_SIZE, PRICE_WIDTH = 40, 240
MOST_TICKS = 7
FIRST_ROW, SECOND_ROW = 45, 92  # baselines under the frame
LEVELS = (0, 25, 50, 75, 100)


def draw_levels(scene: Scene, frame: Frame, palette: Palette) -> None:
    """Relative intensity on the left."""
    for level in LEVELS:
        text = str(level)
        left = frame.left - 14 - width_of(text, TICK)
        scene.labels.append(Label(text, left, frame.y_of(level / 100) + TICK * 0.36, TICK, palette.quiet))


def draw_amounts(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    """What the cumulative curves reach, on the right, in money."""
    top_value = drawn.curve_top * drawn.price
    if top_value <= 0:
        return
    values = [value for value in multiples(0, top_value, tick_steps(top_value, 4)[0]) if value > 0]
    room = scene.width - frame.right - 28
    texts = tuple(labels.money(drawn.facts.symbol, value) for value in values)
    if any(width_of(text, LEAST_TICK) > room for text in texts):  # the legend says of what
        texts = tuple(labels.amount(value) for value in values)
    size = fitting_size(texts, room, TICK, LEAST_TICK)
    for value, text in zip(values, (cut_to(text, size, room) for text in texts), strict=True):
        baseline = frame.y_of(value / top_value) + size * 0.36
        scene.labels.append(Label(text, frame.right + 12, baseline, size, palette.quiet))


def draw_price(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    """The marker: a dashed line with a foot and an arrow, its price on a plate in the tick row."""
    x = frame.x_of(drawn.price)
    scene.stroke([(x, frame.top + 26), (x, frame.bottom)], palette.text, 4, dashed=True)
    scene.fill([_triangle(x, frame.top + 4, 14, 24)], palette.text, smooth=True)
    scene.fill([rectangle(x - 7, frame.bottom - 7, x + 7, frame.bottom + 7)], palette.text)
    draw_price_plate(scene, frame, drawn.price, drawn.facts.tick_size, palette)


def draw_price_plate(scene: Scene, frame: Frame, price: float, tick_size: float, palette: Palette) -> None:
    """In the row of prices under the frame; drawn before the ticks that give way to it."""
    text = labels.price(price, tick_size)
    size = fitting_size((text,), PRICE_WIDTH, PRICE_SIZE, TICK)
    width = width_of(text, size)
    left = _kept_inside(frame.x_of(price) - width / 2, width, scene)
    scene.labels.append(Label(text, left, frame.bottom + 47, size, palette.ink, palette.text))


def _triangle(x: float, top: float, half: float, height: float) -> Points:
    return points([(x - half, top + height), (x + half, top + height), (x, top)])


def _kept_inside(left: float, width: float, scene: Scene) -> float:
    return min(max(left, 16.0), scene.width - 16.0 - width)


def draw_price_ticks(scene: Scene, frame: Frame, palette: Palette) -> None:
    rows = []
    for step in tick_steps(frame.highest - frame.lowest, 2 * MOST_TICKS):
        decimals = labels.step_decimals(step)
        rows.append([(v, f"{v:,.{decimals}f}") for v in multiples(frame.lowest, frame.highest, step)])
    _draw_row(scene, rows, frame.x_of, frame.bottom + FIRST_ROW, palette.text)


def draw_percent_ticks(
    scene: Scene, frame: Frame, price: float, palette: Palette, below: float = SECOND_ROW
) -> None:
    """`below` is how far under the frame they stand."""
    low, high = (100 * (end / price - 1) for end in (frame.lowest, frame.highest))

    def x_of(percent: float) -> float:
        return frame.x_of(price * (1 + percent / 100))

    steps = tick_steps(high - low, 2 * MOST_TICKS)
    rows = [
        [(v, labels.tick_percent(float(f"{v:.6g}"))) for v in multiples(low, high, step)] for step in steps
    ]
    _draw_row(scene, rows, x_of, frame.bottom + below, palette.quiet)


def _draw_row(
    scene: Scene,
    rows: Sequence[Sequence[tuple[float, str]]],
    x_of: Callable[[float], float],
    baseline: float,
    colour: str,
) -> None:
    """The fullest of several rows whose labels have room beside each other; what is taken is left out."""
    fullest: list[Label] = []
    for row in rows:
        ticks = [_centred(text, x_of(value), baseline, colour) for value, text in row]
        shown = [tick for tick in ticks if scene.free(tick.box.grown(10))]
        shown = shown if _apart(ticks) else shown[:1]
        if len(fullest) < len(shown) <= MOST_TICKS:
            fullest = shown
    scene.labels += fullest


def _centred(text: str, x: float, baseline: float, colour: str) -> Label:
    return Label(text, x - width_of(text, TICK) / 2, baseline, TICK, colour)


def _apart(ticks: Sequence[Label]) -> bool:
    boxes = [tick.box.grown(12) for tick in ticks]
    return not any(left.overlaps(right) for left, right in pairwise(boxes))
