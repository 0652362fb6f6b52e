"""The last day of a map as a short animation.

What stays the same is painted once; the bars, the price and the clock of each frame are laid over it. All
frames have one price axis, one ceiling and one set of colours, so that nothing but the market moves.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from bot.charts import labels
from bot.charts.bar_map.axes import draw_levels, draw_percent_ticks, draw_price_ticks
from bot.charts.bar_map.frame import HEIGHT, WIDTH, Frame, draw_panel
from bot.charts.facts import Facts, draw_imprint, draw_title
from bot.charts.lettering import Label, draw_label, fitting, fitting_size, width_of
from bot.charts.palette import Palette, mixed, palette_of
from bot.charts.replay.drawn import MomentDrawn, ReplayDrawn
from bot.charts.scene import MARGIN, Points, Scene, pictured, rectangle
from bot.liquidation.side import Side
from bot.look import Look

SCALE = 0.625  # 800x640 px of 1280x1024
FRAME_MS, LAST_MS = 120, 3_000
LEFT, RIGHT, TOP, BOTTOM = 88, WIDTH - 40, 238, 760
CLOCK, WORDS, NOTE, LEAST_NOTE = 60, 38, 30, 26
CLOCK_BASE, WORDS_BASE, LEGEND_BASE, AGES_BASE = 128, 186, 894, 934
PASSED = (206, 218)  # top and bottom of the bar that fills while the day passes
GHOST = 0.3  # how strong the bars of the first moment stay
COLOURS = 128
SIDES = {Side.LONG: "▼ LONGS if price FALLS", Side.SHORT: "▲ SHORTS if price RISES"}
HOUR_MS = 3_600_000


def render_replay(drawn: ReplayDrawn, look: Look) -> bytes:
    """GIF, 800x640, played over and over; the last frame stays longer."""
    palette = palette_of(look)
    frames = list(_frames(drawn, palette))
    colours = _shared(frames)
    first, *others = [frame.quantize(palette=colours, dither=Image.Dither.NONE) for frame in frames]
    gif = io.BytesIO()
    lasting = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    first.save(gif, "GIF", save_all=True, append_images=others, duration=lasting, loop=0, disposal=1)
    return gif.getvalue()


def _shared(frames: Sequence[Image.Image]) -> Image.Image:
    """The colours of the first, the middle and the last frame."""
    some = [frames[0], frames[len(frames) // 2], frames[-1]]
    sheet = Image.new("RGB", (some[0].width, some[0].height * len(some)))
    for at, frame in enumerate(some):
        sheet.paste(frame, (0, at * frame.height))
    return sheet.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _frames(drawn: ReplayDrawn, palette: Palette) -> Iterator[Image.Image]:
    frame = Frame(LEFT, TOP, RIGHT, BOTTOM, drawn.edges[0], drawn.edges[-1])
    still = pictured(still_scene(drawn, frame, palette), SCALE)
    for at in range(len(drawn.moments)):
        picture = still.copy()
        _lay(picture, drawn, at, frame, palette)
        yield picture


def still_scene(drawn: ReplayDrawn, frame: Frame, palette: Palette) -> Scene:
    """What every frame shows."""
    scene = Scene(WIDTH, HEIGHT, palette.ground)
    _draw_title(scene, drawn, palette)
    for side in Side:
        left = MARGIN if side is Side.LONG else WIDTH - MARGIN - width_of(SIDES[side], WORDS)
        scene.labels.append(Label(SIDES[side], left, WORDS_BASE, WORDS, palette.side(side)))
    draw_panel(scene, frame, palette)
    scene.fill([rectangle(frame.left, PASSED[0], frame.right, PASSED[1])], palette.grid)
    first = drawn.moments[0]
    ghosts = [shape for side in Side for shape in _bars(drawn, first, side, frame)]
    scene.fill(ghosts, _ghost(palette))
    draw_levels(scene, frame, palette)
    draw_price_ticks(scene, frame, palette)
    draw_percent_ticks(scene, frame, drawn.moments[-1].price, palette)
    _draw_legend(scene, drawn, palette)
    draw_imprint(scene, drawn.facts, palette)
    return scene


def _ghost(palette: Palette) -> str:
    return mixed(palette.quiet, palette.panel, GHOST)


def _draw_title(scene: Scene, drawn: ReplayDrawn, palette: Palette) -> None:
    first, last = drawn.moments[0], drawn.moments[-1]
    hours = f"replay of {round((last.stamp_ms - first.stamp_ms) / HOUR_MS)} h"
    kinds = ("liquidation map", "map")
    ways = [(drawn.facts.name, kind, hours, drawn.facts.only) for kind in kinds]
    draw_title(scene, [" · ".join(part for part in parts if part) for parts in ways], palette)


def _draw_legend(scene: Scene, drawn: ReplayDrawn, palette: Palette) -> None:
    scene.fill([rectangle(MARGIN, LEGEND_BASE - 24, MARGIN + 28, LEGEND_BASE + 2)], _ghost(palette))
    begun = f"grey: at the beginning, {labels.moment(drawn.moments[0].stamp_ms)} · % from the last close"
    scene.labels.append(Label(begun, MARGIN + 38, LEGEND_BASE, NOTE, palette.text))
    scene.labels.append(_ages(drawn.facts, scene.width - 2 * MARGIN, palette))


def _ages(facts: Facts, room: float, palette: Palette) -> Label:
    """What its end rests on; on a plate where any of it is old."""
    told = _ages_text(facts)
    ways = (f"100 = tallest bar of the day · at its end: {told}", f"at its end: {told}", told)
    text, _ = fitting(ways, room - 16, LEAST_NOTE, LEAST_NOTE)
    if facts.is_stale or facts.late:
        return Label(text, MARGIN + 8, AGES_BASE, LEAST_NOTE, palette.ink, palette.warning)
    return Label(text, MARGIN, AGES_BASE, LEAST_NOTE, palette.quiet)


def _ages_text(facts: Facts) -> str:
    if facts.newest_ms is None or facts.interest_ms is None:
        return "no venue has data now"
    candle, interest = (labels.age(facts.now_ms - stamp) for stamp in (facts.newest_ms, facts.interest_ms))
    whose = f" ({labels.venue(facts.interest_venue)})" if len(facts.venues) > 1 else ""
    names = ", ".join(labels.venue(one.venue) for one in facts.late)
    late = f" · late: {names}" if names else ""
    return f"candles {candle} old, OI {interest}{whose}{late}"


def _bars(drawn: ReplayDrawn, one: MomentDrawn, side: Side, frame: Frame) -> list[Points]:
    return [rectangle(*bar) for bar in _boxes(drawn, one, side, frame)]


def _boxes(
    drawn: ReplayDrawn, one: MomentDrawn, side: Side, frame: Frame
) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right and bottom of the bars of a side, cut at the ceiling."""
    for at, mass in enumerate(one.half(side)):
        low, high = drawn.span(one, side, at)
        if mass > 0 and high > low:
            top = frame.y_of(min(1.0, mass / drawn.ceiling))
            yield frame.x_of(low), top, frame.x_of(high), frame.bottom


def _lay(picture: Image.Image, drawn: ReplayDrawn, at: int, frame: Frame, palette: Palette) -> None:
    """What changes: bars, price, clock and how much of the day has passed."""
    one, canvas = drawn.moments[at], ImageDraw.Draw(picture)
    for side in Side:
        for box in _boxes(drawn, one, side, frame):
            _fill(canvas, box, palette.side(side), gap=1)
    passed = frame.left + (frame.right - frame.left) * (at + 1) / len(drawn.moments)
    _fill(canvas, (frame.left, PASSED[0], passed, PASSED[1]), palette.text)
    x = frame.x_of(one.price)
    _fill(canvas, (x - 3, frame.top, x + 3, frame.bottom), palette.text)
    for label in _moving_labels(drawn, one, x, palette):
        draw_label(picture, label, SCALE)


def _fill(
    canvas: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: str, gap: int = 0
) -> None:
    """On whole pixels, `gap` of them free at the right."""
    left, top, right, bottom = (round(side * SCALE) for side in box)
    if right - gap > left and bottom > top:
        canvas.rectangle((left, top, right - gap - 1, bottom - 1), fill=colour)


def _moving_labels(drawn: ReplayDrawn, one: MomentDrawn, x: float, palette: Palette) -> Iterator[Label]:
    yield Label(labels.moment(one.stamp_ms), MARGIN, CLOCK_BASE, CLOCK, palette.text)
    text = labels.price(one.price, drawn.facts.tick_size)
    left = min(max(x - width_of(text, NOTE) / 2, MARGIN), WIDTH - MARGIN - width_of(text, NOTE))
    yield Label(text, left, TOP + 34, NOTE, palette.ink, palette.text)
    told = f"{text} (close)"
    size = _price_size(drawn)
    yield Label(told, WIDTH - MARGIN - width_of(told, size), CLOCK_BASE, size, palette.text)


def _price_size(drawn: ReplayDrawn) -> int:
    """At which every price of the day stands beside the clock."""
    tick_size, clock = drawn.facts.tick_size, labels.moment(drawn.moments[0].stamp_ms)
    prices = tuple(f"{labels.price(one.price, tick_size)} (close)" for one in drawn.moments)
    return fitting_size(prices, WIDTH - 4 * MARGIN - width_of(clock, CLOCK), CLOCK, LEAST_NOTE)
