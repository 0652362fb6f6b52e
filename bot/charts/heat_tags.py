"""The brightest rows of a heatmap in words over the plot, each with a mark at its price."""

from __future__ import annotations

from bot.charts import labels
from bot.charts.heat_axes import axis_left
from bot.charts.heat_drawn import HeatDrawn, RowTag
from bot.charts.heat_frame import MARGIN, WIDTH, Frame
from bot.charts.lettering import PLATE_PAD, Label, cut_to, fitting_size, width_of
from bot.charts.palette import Palette
from bot.charts.scene import Scene, rectangle
from bot.liquidation.side import Side

LARGEST, READABLE, SMALLEST = 44, 34, 22
MARK = 34
NUDGES = sorted(range(-80, 81, 8), key=abs)  # px down from its prices to where there is room
BASELINES = (172, 226)
COLUMNS = ((MARGIN, 632), (650, WIDTH - MARGIN))
GAP = 0.3  # of the size
SIDES = {
    Side.SHORT: "▲ SHORTS: liquidated if price RISES",
    Side.LONG: "▼ LONGS: liquidated if price FALLS",
}
SIDE, NOTE, LEAST_NOTE = 34, 32, 22


def draw_tags(scene: Scene, drawn: HeatDrawn, palette: Palette) -> None:
    """Two columns; the last place says what a colour means."""
    room = COLUMNS[0][1] - COLUMNS[0][0]
    names = [tag_name(drawn, at) for at in range(len(drawn.tags))]
    texts, size = _texts(drawn, names, room)
    places = [(left, baseline) for baseline in BASELINES for left, _ in COLUMNS]
    for (left, baseline), tag, name, text in zip(places, drawn.tags, names, texts, strict=False):
        plate = palette.side(tag.side)
        badge = Label(name, left + PLATE_PAD * size, baseline, size, palette.ink, plate)
        start = badge.box.right + GAP * size
        told = cut_to(text, size, left + room - start)
        scene.labels += [badge, Label(told, start, baseline, size, palette.text)]
    left, baseline = places[-1]
    note = _note(drawn)
    size = fitting_size((note,), room, NOTE, LEAST_NOTE)
    scene.labels.append(Label(cut_to(note, size, room), left, baseline, size, palette.quiet))


def _note(drawn: HeatDrawn) -> str:
    if not drawn.tags:
        return "nothing is open in these prices"
    step = drawn.edges[1] - drawn.edges[0]
    money = "≈$" if labels.currency(drawn.facts.symbol) == "$" else f"≈{labels.currency(drawn.facts.symbol)}"
    return f"colour: {money} in each {step:,.{labels.step_decimals(step)}f} of price"


def tag_name(drawn: HeatDrawn, at: int) -> str:
    zone = drawn.tags[at].zone
    return labels.zone_id(zone) if zone else f"#{at + 1}"


def _texts(drawn: HeatDrawn, names: list[str], room: float) -> tuple[list[str], int]:
    """One size for all; ranges are shortened where they would become small."""
    tick = drawn.facts.tick_size
    long = [_text(drawn, tag, labels.stretch(tag.low, tag.high, tick)) for tag in drawn.tags]
    short = [_text(drawn, tag, labels.short_stretch(tag.low, tag.high, tick)) for tag in drawn.tags]
    sizes = [_size(names, texts, room) for texts in (long, short)]
    return (long, sizes[0]) if sizes[0] >= min(READABLE, sizes[1]) else (short, sizes[1])


def _text(drawn: HeatDrawn, tag: RowTag, stretch: str) -> str:
    inside = tag.low <= drawn.price <= tag.high
    where = "inside" if inside else labels.signed_percent(tag.distance)
    return f"{stretch} {where} ≈{labels.money(drawn.facts.symbol, tag.amount)}"


def _size(names: list[str], texts: list[str], room: float) -> int:
    def width(name: str, text: str, size: int) -> float:
        return width_of(name, size) + (2 * PLATE_PAD + GAP) * size + width_of(text, size)

    rows = list(zip(names, texts, strict=True))
    sizes = range(LARGEST, SMALLEST, -1)
    return next((size for size in sizes if all(width(*row, size) <= room for row in rows)), SMALLEST)


def draw_marks(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    """The name of each tag in the axis, and a bracket over its prices; before the ticks, which make room."""
    left = axis_left(frame)
    for at, tag in enumerate(drawn.tags):
        colour = palette.side(tag.side)
        top, bottom = round(frame.y_within(tag.high)), round(frame.y_within(tag.low))
        scene.fill([rectangle(left - 12, top, left - 4, max(bottom, top + 4))], colour)
        name, middle = tag_name(drawn, at), (top + bottom) / 2 + MARK * 0.36
        tries = [Label(name, left + 6, middle + by, MARK, palette.ink, colour) for by in NUDGES]
        scene.labels += [mark for mark in tries if scene.free(mark.box.grown(2, 2))][:1]


def draw_side(
    scene: Scene, frame: Frame, drawn: HeatDrawn, side: Side, baseline: float, palette: Palette
) -> None:
    """What the half above the price, or the one below it, means."""
    is_shown = drawn.shows_longs if side is Side.LONG else drawn.shows_shorts
    text = SIDES[side] if is_shown else f"{side.word}s not shown"
    colour = palette.side(side) if is_shown else palette.quiet
    scene.labels.append(Label(text, frame.left, baseline, SIDE, colour))
    if side is Side.SHORT:
        scene.labels.append(Label("open now", frame.right + 10, baseline, NOTE, palette.quiet))
