"""The liquidation map as a picture for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from bot.charts import labels
from bot.charts.facts import draw_imprint, draw_masthead, facts_of
from bot.charts.lettering import Label, fitting_size, width_of
from bot.charts.map_frame import (
    Frame,
    curve_top,
    draw_amounts,
    draw_levels,
    draw_panel,
    draw_percent_ticks,
    draw_price,
    draw_price_ticks,
)
from bot.charts.palette import Palette, palette_of
from bot.charts.price_bars import LATE, PriceBars, bounded_reach, fitting_reach, price_bars
from bot.charts.scene import Points, Scene, painted, points, rectangle
from bot.charts.zone_marks import (
    ROW,
    Column,
    draw_brackets,
    draw_row,
    marked_zones,
    row_texts,
)
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.look import Drawing, Stack

WIDTH, HEIGHT = 1280, 1024
MARGIN = 24
COLUMNS = {Side.LONG: Column(MARGIN, 630), Side.SHORT: Column(650, WIDTH - MARGIN)}
HEADLINES = {
    Side.LONG: ("▼ LONGS liquidated", "if price FALLS (forced sells)"),
    Side.SHORT: ("▲ SHORTS liquidated", "if price RISES (forced buys)"),
}
USUAL = Drawing()
FACTS, HEADLINE, LEGEND = 36, 36, 32
LATE_NAMED = 2
CURVE, HALO = 5, 11
HEADLINE_BASE, ROW_BASE, LEGEND_BASE = 172, 272, 934


@dataclass(frozen=True)
class Question:
    """What is drawn, and how."""

    found: LiquidationMap
    zones: Sequence[Zone]
    now_ms: int
    reach: float
    stack: Stack
    tick_size: float
    palette: Palette

    def marked(self, side: Side) -> list[Zone]:
        return marked_zones(self.zones, side, self.found.price, self.reach)


def render_map(
    shown: Snapshot, drawing: Drawing = USUAL, handle: str = "", reach: float | None = None
) -> bytes:
    """PNG, 1280x1024, or twice that each way. `reach` is the fraction of price shown to either side."""
    return painted(map_scene(shown, drawing, handle, reach), scale=2 if drawing.full else 1)


def map_scene(
    shown: Snapshot, drawing: Drawing = USUAL, handle: str = "", reach: float | None = None
) -> Scene:
    """The picture before it is painted."""
    found, zones = shown.found, shown.zones
    if reach is None:
        marked = [zone for side in Side for zone in marked_zones(zones, side, found.price, 0.15)]
        reach = fitting_reach(found, marked)
    palette = palette_of(drawing.look)
    asked = Question(
        found, zones, shown.now_ms, bounded_reach(reach), drawing.stack, shown.tick_size, palette
    )
    bars = price_bars(found, asked.reach, asked.stack, asked.tick_size)
    scene = Scene(WIDTH, HEIGHT, asked.palette.ground)
    facts = facts_of(shown, handle)
    draw_masthead(scene, facts, "liquidation map", asked.palette)
    top = _sides(scene, asked, bars)
    _plot(scene, asked, bars, top)
    _legend(scene, asked, bars)
    draw_imprint(scene, facts, asked.palette)
    return scene


def _sides(scene: Scene, asked: Question, bars: PriceBars) -> float:
    """What each half means, and its zones; returns where the plot may begin."""
    every = [zone for side in Side for zone in asked.marked(side)]
    texts, size = row_texts(every, asked.found.price, asked.tick_size, COLUMNS[Side.LONG])
    text_of = {zone.id: text for zone, text in zip(every, texts, strict=True)}
    rows = 1
    for side in Side:
        column, zones = COLUMNS[side], asked.marked(side)
        for at, line in enumerate(HEADLINES[side]):
            baseline = HEADLINE_BASE + 44 * at
            scene.labels.append(Label(line, column.left, baseline, HEADLINE, asked.palette.side(side)))
        for at, zone in enumerate(zones):
            baseline = ROW_BASE + ROW * at
            draw_row(scene, zone, text_of[zone.id], column.left, baseline, size, asked.palette)
        if not zones:
            text = "no zone stands out" if bars.totals[side].any() else "none modelled in this range"
            scene.labels.append(Label(text, column.left, ROW_BASE, 34, asked.palette.quiet))
        rows = max(rows, len(zones))
    return ROW_BASE + ROW * (rows - 1) + 26


def _plot(scene: Scene, asked: Question, bars: PriceBars, top: float) -> None:
    found, palette = asked.found, asked.palette
    frame = Frame(88, top, WIDTH - 132, 802, float(bars.edges[0]), float(bars.edges[-1]))
    draw_panel(scene, frame, palette)
    _curves(scene, frame, bars, palette, area=True)
    _bars(scene, frame, bars, _colours(asked, bars))
    _notches(scene, frame, bars, palette)
    _curves(scene, frame, bars, palette, area=False)
    draw_price(scene, frame, bars, asked.tick_size, palette)
    draw_levels(scene, frame, palette)
    draw_amounts(scene, frame, found.symbol, curve_top(bars) * found.price, palette)
    draw_price_ticks(scene, frame, palette)
    draw_percent_ticks(scene, frame, found.price, palette)
    draw_brackets(scene, frame, bars, [z for side in Side for z in asked.marked(side)], palette)
    if bars.ceiling <= 0:
        _nothing(scene, frame, palette)


def _nothing(scene: Scene, frame: Frame, palette: Palette) -> None:
    text = "nothing is modelled as open here"
    left = (frame.left + frame.right - width_of(text, FACTS)) / 2
    scene.labels.append(Label(text, left, (frame.top + frame.bottom) / 2, FACTS, palette.ink, palette.quiet))


def _colours(asked: Question, bars: PriceBars) -> list[str]:
    """One for each layer."""
    palette = asked.palette
    colours = cycle(palette.tiers if asked.stack is Stack.TIER else palette.venues)
    return [palette.late if name == LATE else next(colours) for name in bars.layers]


def _bars(scene: Scene, frame: Frame, bars: PriceBars, colours: Sequence[str]) -> None:
    """Stacked, on whole pixels with a gap, cut at the ceiling with a notch."""
    if bars.ceiling <= 0:
        return
    levels = bars.mass.cumsum(axis=1) / bars.ceiling
    for layer in range(levels.shape[1]):
        shapes: list[Points] = []
        for side in Side:
            for at in levels[side, layer].nonzero()[0]:
                low, high = (round(frame.x_of(price)) for price in bars.span(side, int(at)))
                below = float(levels[side, layer - 1, at]) if layer else 0.0
                top, bottom = (
                    round(frame.y_of(min(1.0, v))) for v in (float(levels[side, layer, at]), below)
                )
                if bottom > top and high - 1 > low:
                    shapes.append(rectangle(low, top, high - 1, bottom))
        scene.fill(shapes, colours[layer])


def _notches(scene: Scene, frame: Frame, bars: PriceBars, palette: Palette) -> None:
    """A slanted cut through each bar that is taller than drawn, and an arrow on top of it."""
    cuts: list[Points] = []
    arrows: list[Points] = []
    for side in Side:
        for at in (bars.totals[side] > bars.ceiling * 1.0001).nonzero()[0]:
            left, right = (frame.x_of(price) for price in bars.span(side, int(at)))
            y, middle = frame.y_of(1), (left + right) / 2
            cuts.append(points([(left, y + 17), (right, y + 9), (right, y + 16), (left, y + 24)]))
            arrows.append(points([(middle - 10, y - 3), (middle + 10, y - 3), (middle, y - 17)]))
    scene.fill(cuts, palette.panel, smooth=True)
    scene.fill(arrows, palette.text, smooth=True)


def _curves(scene: Scene, frame: Frame, bars: PriceBars, palette: Palette, *, area: bool) -> None:
    top = curve_top(bars)
    if top <= 0:
        return
    for side in Side:
        prices, cumulative = bars.curve(side)
        line = [
            (frame.x_of(p), frame.y_of(value / top))
            for p, value in zip(prices.tolist(), cumulative.tolist(), strict=True)
        ]
        if area:
            foot = [(line[-1][0], frame.bottom), (line[0][0], frame.bottom)]
            scene.fill([points(line + foot)], palette.side(side), alpha=0.16, smooth=True)
        else:
            scene.stroke(line, palette.ground, HALO)
            scene.stroke(line, palette.side(side), CURVE)


def _legend(scene: Scene, asked: Question, bars: PriceBars) -> None:
    names = [_layer_name(asked, name) for name in bars.layers]
    curves = f"curves: cumulative {labels.currency(asked.found.symbol)}"
    size = fitting_size(("".join([*names, curves]),), WIDTH - 2 * MARGIN - 70 * len(names), LEGEND, 18)
    start = WIDTH - MARGIN - width_of(curves, size)
    x = float(MARGIN)
    for name, colour in zip(names, _colours(asked, bars), strict=True):
        label = Label(name, x + 38, LEGEND_BASE, size, asked.palette.text)
        if label.box.right > start - MARGIN:
            break
        scene.fill([rectangle(round(x), LEGEND_BASE - 26, round(x) + 28, LEGEND_BASE + 2)], colour)
        scene.labels.append(label)
        x = label.box.right + 28
    scene.labels.append(Label(curves, start, LEGEND_BASE, size, asked.palette.quiet))


def _layer_name(asked: Question, name: str) -> str:
    if name != LATE:
        return labels.venue(name) if asked.stack is Stack.VENUE else name
    late = asked.found.late_venues
    oldest = labels.age(max(asked.now_ms - venue.rests_on_ms for venue in late))
    names = ", ".join(labels.venue(venue.venue) for venue in late)
    return f"{names if len(late) <= LATE_NAMED else f'{len(late)} venues'}: {oldest} late"
