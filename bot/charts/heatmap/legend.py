"""The lines under a heatmap: who reported what, what overlays are, what is late or not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.charts import labels
from bot.charts.heatmap.axes import DAY_MS, date_text, time_text
from bot.charts.heatmap.drawn import AVERAGED, HeardVenue, HeatDrawn
from bot.charts.heatmap.frame import WIDTH
from bot.charts.heatmap.marks import average_colour, bracket, circle
from bot.charts.lettering import Label, cut_to, width_of
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Scene, rectangle
from bot.liquidation.side import Side

LAST_BASE, LINE, MOST_LINES = 1186, 38, 3
LARGEST, SMALLEST = 30, 26
GAP, SWATCH = 26, 34

Swatch = Callable[[Scene, float, float, Palette], None]


@dataclass(frozen=True)
class Entry:
    text: str
    swatch: Swatch | None = None
    is_warning: bool = False


def draw_legend(scene: Scene, drawn: HeatDrawn, palette: Palette) -> int:
    """As large as three lines allow; what does not fit even then is left out, the least important last.

    Returns the first baseline.
    """
    entries, room = _entries(drawn), WIDTH - 2 * MARGIN
    sizes = range(LARGEST, SMALLEST, -1)
    size = next((size for size in sizes if len(_lines(entries, size, room)) <= MOST_LINES), SMALLEST)
    lines = _lines(entries, size, room)[:MOST_LINES]
    first = LAST_BASE - LINE * (len(lines) - 1)
    for at, line in enumerate(lines):
        _draw_line(scene, line, first + LINE * at, size, palette)
    return first


def _draw_line(scene: Scene, line: list[Entry], baseline: int, size: int, palette: Palette) -> None:
    x = float(MARGIN)
    for entry in line:
        if entry.swatch is not None:
            entry.swatch(scene, x, baseline - size * 0.36, palette)
            x += SWATCH
        colour = palette.warning if entry.is_warning else palette.text
        text = cut_to(entry.text, size, WIDTH - MARGIN - x)
        label = Label(text, x, baseline, size, colour)
        scene.labels.append(label)
        x = label.box.right + GAP


def _lines(entries: list[Entry], size: int, room: float) -> list[list[Entry]]:
    lines: list[list[Entry]] = []
    used = room
    for entry in entries:
        width = width_of(entry.text, size) + (SWATCH if entry.swatch else 0)
        if used + GAP + width > room:
            lines.append([])
            used = -GAP
        lines[-1].append(entry)
        used += GAP + width
    return lines


def _entries(drawn: HeatDrawn) -> list[Entry]:
    late = [_late(drawn, at) for at in range(len(drawn.facts.late))]
    unknown = []
    if drawn.unknown:
        unknown = [Entry(f"not known before {_since(drawn, drawn.known_from_ms)}", _hatched)]
    overlays = []
    if drawn.average:
        overlays.append(Entry(f"average of {AVERAGED} closes", _average))
    if drawn.volume:
        overlays.append(Entry("traded volume", _outline))
    rows = [Entry("#: a row of no zone")] if any(not tag.zone for tag in drawn.tags) else []
    swept = [Entry("swept", _cap)] if drawn.swept else []
    return [*late, *_reported(drawn), *overlays, *unknown, *rows, *swept]


def _late(drawn: HeatDrawn, at: int) -> Entry:
    one = drawn.facts.late[at]
    age = labels.age(drawn.facts.now_ms - one.rests_on_ms)
    return Entry(f"{labels.venue(one.venue)} ({labels.share(one.share)}): {age} late", None, True)


def _reported(drawn: HeatDrawn) -> list[Entry]:
    if not drawn.heard:
        return [Entry("liquidations: none recorded")]
    shown = [side for side in Side if drawn.shows(side)]
    sides = [Entry(side.word, partial(_dot, side)) for side in shown]
    sides[-1] = replace(sides[-1], text=f"{sides[-1].text} liquidated, area = amount")
    return [*sides, *(Entry(_told(drawn, one)) for one in drawn.heard)]


def _told(drawn: HeatDrawn, one: HeardVenue) -> str:
    """ "Binance ≥$12M longs, ≥$3M shorts since Nov 20"."""
    least = "≥" if one.is_lower_bound else ""
    sums = [
        f"{least}{labels.money(drawn.facts.symbol, amount)} {side.word}s"
        for side, amount in ((Side.LONG, one.longs), (Side.SHORT, one.shorts))
        if drawn.shows(side)
    ]
    late = one.heard_from_ms > drawn.begin_ms
    since = f" since {_since(drawn, one.heard_from_ms)}" if late else ""
    return f"{labels.venue(one.venue)} {', '.join(sums)}{since}"


def _since(drawn: HeatDrawn, stamp_ms: int) -> str:
    """With the date where it is not of the newest column's day, without the hour where that is long ago."""
    newest_ms = drawn.stamp_ms[-1]
    if newest_ms - stamp_ms > 7 * DAY_MS:
        return date_text(stamp_ms)
    time = time_text(stamp_ms)
    same_day = stamp_ms // DAY_MS == newest_ms // DAY_MS
    return time if same_day or ":" not in time else f"{date_text(stamp_ms)} {time}"


def _dot(side: Side, scene: Scene, x: float, y: float, palette: Palette) -> None:
    scene.fill([circle(x + 14, y, 13)], palette.outline, smooth=True)
    scene.fill([circle(x + 14, y, 11)], palette.side(side), smooth=True)


def _hatched(scene: Scene, x: float, y: float, palette: Palette) -> None:
    scene.fill([rectangle(x, y - 12, x + 28, y + 12)], palette.panel, hatch=palette.quiet)


def _average(scene: Scene, x: float, y: float, palette: Palette) -> None:
    scene.stroke([(x, y), (x + 26, y)], average_colour(palette), 6)


def _outline(scene: Scene, x: float, y: float, palette: Palette) -> None:
    scene.stroke([(x + 2, y + 10), (x + 2, y - 10), (x + 24, y - 10), (x + 24, y + 10)], palette.text, 4)


def _cap(scene: Scene, x: float, y: float, palette: Palette) -> None:
    parts = bracket(round(x) + 22, round(y) - 10, round(y) + 10)
    scene.fill([rectangle(a - 2, b - 2, c + 2, d + 2) for a, b, c, d in parts], palette.outline)
    scene.fill([rectangle(*part) for part in parts], palette.candles[0])
