"""The axes of a heatmap: price and percent right, time below, and the price itself."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from bot.charts import labels
from bot.charts.heatmap.drawn import HeatDrawn
from bot.charts.heatmap.frame import PROFILE, Frame
from bot.charts.lettering import Label, fitting_size, width_of
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Scene, rectangle
from bot.charts.steps import multiples, tick_steps

TICK, LEAST_TICK = 32, 28
PRICE, LEAST_PRICE = 40, 28
MOST_TICKS = 7
PERCENT_UNDER, APART = 36, 25  # px
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
TIME_STEPS_MS = (
    *(hours * HOUR_MS for hours in (1, 2, 3, 4, 6, 12)),
    *(days * DAY_MS for days in (1, 2, 5, 10, 15, 30, 60, 90)),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def axis_left(frame: Frame) -> int:
    return frame.right + 8 + PROFILE + 18


def draw_price_line(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    y = frame.y_of(drawn.price)
    scene.stroke([(frame.left, y), (axis_left(frame) - 8, y)], palette.text, 4, dashed=True)


def draw_price(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """On a plate in the axis; drawn before the ticks, which make room."""
    text = labels.price(drawn.price, drawn.facts.tick_size)
    left = axis_left(frame) + 6
    size = fitting_size((text,), scene.width - 16 - left, PRICE, LEAST_PRICE)
    y = frame.y_of(drawn.price)
    scene.labels.append(Label(text, left, y + size * 0.36, size, palette.ink, palette.text))


def draw_price_ticks(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """The finest round prices of which at most seven have room, each with its percent where that has room."""
    for step in tick_steps(frame.highest - frame.lowest, 2 * MOST_TICKS):
        ticks = _price_ticks(scene, frame, step, palette)
        shown = {price: tick for price, tick in ticks.items() if _has_room(scene, frame, tick)}
        boxes = [tick.box.grown(0, APART) for tick in ticks.values()]
        if len(shown) <= MOST_TICKS and not any(one.overlaps(other) for one, other in pairwise(boxes)):
            break
    scene.labels += shown.values()
    for price, tick in shown.items():
        text = labels.signed_percent(price / drawn.price - 1)
        percent = Label(text, tick.left, tick.baseline + PERCENT_UNDER, TICK, palette.quiet)
        if _has_room(scene, frame, percent):
            scene.labels.append(percent)
        y, right = round(frame.y_of(price)), axis_left(frame) - 4
        scene.fill([rectangle(right - 8, y - 2, right, y + 2)], palette.quiet)


def _price_ticks(scene: Scene, frame: Frame, step: float, palette: Palette) -> dict[float, Label]:
    prices = multiples(frame.lowest, frame.highest, step).tolist()
    texts = tuple(f"{price:,.{labels.step_decimals(step)}f}" for price in prices)
    left = axis_left(frame)
    size = fitting_size(texts, scene.width - 16 - left, TICK, LEAST_TICK)
    return {
        price: Label(text, left, frame.y_of(price) + size * 0.36, size, palette.text)
        for price, text in zip(prices, texts, strict=True)
    }


def _has_room(scene: Scene, frame: Frame, label: Label) -> bool:
    beside = frame.top - 20 <= label.box.top and label.box.bottom <= frame.bottom + 20
    return beside and scene.free(label.box.grown(2, 4))


def draw_times(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette, baseline: float) -> None:
    """Round hours, and the date where a day begins."""
    unit = Label("UTC", frame.right + 18, baseline, TICK, palette.quiet)
    span_ms = drawn.stamp_ms[-1] - drawn.begin_ms
    for step_ms in (step_ms for step_ms in TIME_STEPS_MS if span_ms <= 2 * MOST_TICKS * step_ms):
        first = -(-drawn.begin_ms // step_ms) * step_ms
        stamps = range(first, drawn.stamp_ms[-1] + 1, step_ms)
        ticks = [_time_tick(frame, stamp_ms, baseline, palette) for stamp_ms in stamps]
        ticks = [tick for tick in ticks if tick.left >= MARGIN and tick.box.right < unit.left - 8]
        boxes = [tick.box.grown(9) for tick in ticks]
        if len(ticks) <= MOST_TICKS and not any(one.overlaps(other) for one, other in pairwise(boxes)):
            break
    scene.labels += [*ticks, unit]
    marks = [round(frame.x_of(stamp_ms)) for stamp_ms in stamps]
    scene.fill([rectangle(x - 2, frame.bottom, x + 2, frame.bottom + 10) for x in marks], palette.quiet)


def _time_tick(frame: Frame, stamp_ms: int, baseline: float, palette: Palette) -> Label:
    text = time_text(stamp_ms)
    return Label(text, frame.x_of(stamp_ms) - width_of(text, TICK) / 2, baseline, TICK, palette.text)


def time_text(stamp_ms: int) -> str:
    """ "06:00", or "Nov 21" at midnight."""
    at = datetime.fromtimestamp(stamp_ms / 1000, UTC)
    return date_text(stamp_ms) if (at.hour, at.minute) == (0, 0) else at.strftime("%H:%M")


def date_text(stamp_ms: int) -> str:
    at = datetime.fromtimestamp(stamp_ms / 1000, UTC)
    return f"{MONTHS[at.month - 1]} {at.day}"
