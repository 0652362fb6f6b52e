"""The brightest rows of a heatmap in words over the plot, each with a mark at its price."""

from __future__ import annotations

from bot.charts import labels
from bot.charts.heatmap.axes import axis_left
from bot.charts.heatmap.drawn import HeatDrawn, RowTag
from bot.charts.heatmap.frame import WIDTH, Frame
from bot.charts.lettering import Label, fitting
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Scene, rectangle
from bot.charts.zone_rows import SMALLEST, draw_row, fitted_rows
from bot.liquidation.side import Side

MARK = 34
NUDGES = sorted(range(-80, 81, 8), key=abs)  # px down from its prices to where there is room
BASELINES = (172, 226)
COLUMNS = ((MARGIN, 632), (650, WIDTH - MARGIN))
SIDES = {
    Side.SHORT: "▲ SHORTS: liquidated if price RISES",
    Side.LONG: "▼ LONGS: liquidated if price FALLS",
}
SIDE, NOTE, LEAST_NOTE = 34, 32, 26


def draw_tags(scene: Scene, drawn: HeatDrawn, palette: Palette) -> None:
    """Two columns; the last place says what a colour means."""
    room = COLUMNS[0][1] - COLUMNS[0][0]
    names = [tag_name(drawn, at) for at in range(len(drawn.tags))]
    texts, size = _texts(drawn, names, room)
    places = [(left, baseline) for baseline in BASELINES for left, _ in COLUMNS]
    for (left, baseline), tag, name, text in zip(places, drawn.tags, names, texts, strict=False):
        draw_row(scene, left, baseline, (name, text), size, palette.side(tag.side), palette)
    left, baseline = places[-1]
    note, size = fitting(_note(drawn), room, NOTE, LEAST_NOTE)
    scene.labels.append(Label(note, left, baseline, size, palette.quiet))


def _note(drawn: HeatDrawn) -> tuple[str, ...]:
    """Ever shorter."""
    if not drawn.tags:
        return ("nothing is open in these prices",)
    step = drawn.edges[1] - drawn.edges[0]
    money = "≈$" if labels.currency(drawn.facts.symbol) == "$" else f"≈{labels.currency(drawn.facts.symbol)}"
    each = f"{step:,.{labels.step_decimals(step)}f}"
    return f"colour: {money} in each {each} of price", f"colour: {money} in {each}"


def tag_name(drawn: HeatDrawn, at: int) -> str:
    zone = drawn.tags[at].zone
    return labels.zone_id(zone) if zone else f"#{at + 1}"


def _texts(drawn: HeatDrawn, names: list[str], room: float) -> tuple[list[str], int]:
    """One size for all; ranges are shortened where they would become small, then the amount is left out."""
    tick = drawn.facts.tick_size
    long = [labels.stretch(tag.low, tag.high, tick) for tag in drawn.tags]
    short = [labels.short_stretch(tag.low, tag.high, tick) for tag in drawn.tags]
    sums = [f"≈{labels.money(drawn.facts.symbol, tag.amount)}" for tag in drawn.tags]
    where = [_where(drawn, tag) for tag in drawn.tags]
    told = ((long, where, sums), (short, where, sums), (long, where), (short, where), (short,))
    ways = [[" ".join(parts) for parts in zip(*way, strict=True)] for way in told]
    return fitted_rows(names, ways, room, readable=SMALLEST)


def _where(drawn: HeatDrawn, tag: RowTag) -> str:
    return "inside" if tag.low <= drawn.price <= tag.high else labels.signed_percent(tag.distance)


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
    is_shown = drawn.shows(side)
    text = SIDES[side] if is_shown else f"{side.word}s not shown"
    colour = palette.side(side) if is_shown else palette.quiet
    scene.labels.append(Label(text, frame.left, baseline, SIDE, colour))
    if side is Side.SHORT:
        scene.labels.append(Label("open now", frame.right + 10, baseline, NOTE, palette.quiet))
