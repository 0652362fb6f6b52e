"""The liquidation map as a picture for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from bot.charts import labels
from bot.charts.lettering import Label, cut_to, fitting_size, width_of
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
from bot.charts.palette import SEED_DARK, Palette
from bot.charts.price_bars import LATE, PriceBars, Stack, bounded_reach, fitting_reach, price_bars
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
from bot.liquidation.zone import Zone

WIDTH, HEIGHT = 1280, 1024
MARGIN = 24
COLUMNS = {Side.LONG: Column(MARGIN, 630), Side.SHORT: Column(650, WIDTH - MARGIN)}
HEADLINES = {
    Side.LONG: ("▼ LONGS liquidated", "if price FALLS (forced sells)"),
    Side.SHORT: ("▲ SHORTS liquidated", "if price RISES (forced buys)"),
}
TITLE, FACTS, HEADLINE, LEGEND, FOOTER = 52, 36, 36, 32, 28
ESTIMATE = "ESTIMATE · relative intensity · {} within a factor of 2"
STALE_MS = 180_000
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
    handle: str
    palette: Palette

    @property
    def age_ms(self) -> int:
        return self.now_ms - self.found.as_of_ms if self.found.venues else 0

    def marked(self, side: Side) -> list[Zone]:
        return marked_zones(self.zones, side, self.found.price, self.reach)


def render_map(
    found: LiquidationMap,
    zones: Sequence[Zone],
    *,
    now_ms: int,
    reach: float | None = None,
    stack: Stack = "tier",
    tick_size: float,
    handle: str = "",
) -> bytes:
    """PNG, 1280x1024. `reach` is the fraction of price shown to either side."""
    return painted(
        map_scene(found, zones, now_ms=now_ms, reach=reach, stack=stack, tick_size=tick_size, handle=handle)
    )


def map_scene(
    found: LiquidationMap,
    zones: Sequence[Zone],
    *,
    now_ms: int,
    reach: float | None = None,
    stack: Stack = "tier",
    tick_size: float,
    handle: str = "",
) -> Scene:
    """The picture before it is painted."""
    if reach is None:
        marked = [zone for side in Side for zone in marked_zones(zones, side, found.price, 0.15)]
        reach = fitting_reach(found, marked)
    asked = Question(found, zones, now_ms, bounded_reach(reach), stack, tick_size, handle, SEED_DARK)
    bars = price_bars(found, asked.reach, stack, tick_size)
    scene = Scene(WIDTH, HEIGHT, asked.palette.ground)
    _header(scene, asked)
    top = _sides(scene, asked, bars)
    _plot(scene, asked, bars, top)
    _legend(scene, asked, bars)
    _footer(scene, asked)
    return scene


def _header(scene: Scene, asked: Question) -> None:
    found, palette = asked.found, asked.palette
    title = f"{labels.pair(found.symbol)} · liquidation map · {labels.window(found.window)}"
    size = fitting_size((title,), WIDTH - 2 * MARGIN, TITLE, 34)
    scene.labels.append(
        Label(cut_to(title, size, WIDTH - 2 * MARGIN), MARGIN, 62, size, palette.text),
    )
    price = f"Price {labels.price(found.price, asked.tick_size)} (mark)"
    fresh = Label(price, MARGIN, 114, FACTS, palette.text)
    scene.labels.append(fresh)
    _age(scene, asked, fresh.box.right)


def _age(scene: Scene, asked: Question, left: float) -> None:
    """When the price is from, and the two ages; on a plate where that is long ago."""
    found, palette = asked.found, asked.palette
    if not found.venues:
        return
    stale = asked.age_ms > STALE_MS
    text = f"{labels.moment(found.price_stamp_ms)} · {_ages(asked)}"
    room = WIDTH - MARGIN - left - 60
    size = fitting_size((text,), room, FACTS, 22)
    text = cut_to(text, size, room)
    start = WIDTH - MARGIN - width_of(text, size) - (8 if stale else 0)
    scene.labels.append(
        Label(text, start, 114, size, palette.ink, palette.warning)
        if stale
        else Label(text, start, 114, size, palette.quiet)
    )


def _ages(asked: Question) -> str:
    """Of the price and of the oldest open interest."""
    found, oldest = asked.found, asked.found.oldest_interest
    price, interest = (
        labels.age(asked.now_ms - stamp) for stamp in (found.price_stamp_ms, oldest.interest_as_of_ms)
    )
    whose = f" ({labels.venue(oldest.venue)})" if len(found.venues) > 1 else ""
    return f"price {price} old, OI {interest}{whose}"


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
    colours = cycle(palette.tiers if asked.stack == "tier" else palette.venues)
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
        return labels.venue(name) if asked.stack == "venue" else name
    late = asked.found.late_venues
    oldest = labels.age(max(asked.now_ms - venue.rests_on_ms for venue in late))
    names = ", ".join(labels.venue(venue.venue) for venue in late)
    return f"{names if len(late) <= LATE_NAMED else f'{len(late)} venues'}: {oldest} late"


def _footer(scene: Scene, asked: Question) -> None:
    _venues(scene, asked)
    handle = cut_to(labels.printable(asked.handle), FOOTER, 340)
    right = WIDTH - MARGIN - width_of(handle, FOOTER)
    room = right - 2 * MARGIN
    estimate = ESTIMATE.format(labels.currency(asked.found.symbol))
    size = fitting_size((estimate,), room, FOOTER, 26)
    scene.labels.append(Label(cut_to(estimate, size, room), MARGIN, 1008, size, asked.palette.quiet))
    if handle:
        scene.labels.append(Label(handle, right, 1008, FOOTER, asked.palette.quiet))


def _venues(scene: Scene, asked: Question) -> None:
    """Shares of the venues that are in it, and the names of those that are not."""
    shares, missing = _shares(asked.found), _missing(asked.found)
    room = WIDTH - 2 * MARGIN
    size = fitting_size((f"{shares}      {missing}",), room, 30, 26)
    missing = cut_to(missing, size, room * (0.6 if shares else 1.0))
    left_over = room - (width_of(missing, size) + 2 * MARGIN if missing else 0)
    if shares:
        scene.labels.append(Label(cut_to(shares, size, left_over), MARGIN, 972, size, asked.palette.text))
    if missing:
        right = WIDTH - MARGIN - width_of(missing, size)
        scene.labels.append(Label(missing, right, 972, size, asked.palette.warning))


def _missing(found: LiquidationMap) -> str:
    shown = {venue.venue for venue in found.venues}
    absent = dict.fromkeys([*found.missing, *(name for name in found.doubted if name not in shown)])
    return "missing: " + ", ".join(labels.venue(name) for name in absent) if absent else ""


def _shares(found: LiquidationMap) -> str:
    """ "Binance 46% · OKX 21%"; of a single venue its own name of the contract."""
    if len(found.venues) == 1:
        only = found.venues[0]
        return f"{labels.venue(only.venue)} {labels.printable(only.market_id, 28)}"
    total = found.open_interest_base
    shares = [labels.share(v.open_interest_base / total) if total > 0 else "" for v in found.venues]
    names = [labels.venue(v.venue) for v in found.venues]
    return " · ".join(f"{name} {share}".strip() for name, share in zip(names, shares, strict=True))
