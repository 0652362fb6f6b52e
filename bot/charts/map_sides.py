"""Over the plot of a map: what each half means, and its zones a row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts import labels
from bot.charts.lettering import PLATE_PAD, Label, width_of
from bot.charts.map_drawn import MapDrawn, ZoneDrawn
from bot.charts.map_frame import MARGIN, WIDTH
from bot.charts.palette import Palette
from bot.charts.scene import Scene
from bot.liquidation.side import Side

HEADLINES = {
    Side.LONG: ("▼ LONGS liquidated", "if price FALLS (forced sells)"),
    Side.SHORT: ("▲ SHORTS liquidated", "if price RISES (forced buys)"),
}
HEADLINE, HEADLINE_BASE, HEADLINE_STEP = 36, 172, 44
ROW, ROW_BASE = 54, 272
LARGEST, READABLE, SMALLEST = 44, 36, 18
NOTE = 34
GAP = 0.3  # of the size


@dataclass(frozen=True)
class Column:
    """The half of the picture that belongs to a side."""

    left: float
    right: float

    @property
    def width(self) -> float:
        return self.right - self.left


COLUMNS = {Side.LONG: Column(MARGIN, 630), Side.SHORT: Column(650, WIDTH - MARGIN)}


def draw_sides(scene: Scene, drawn: MapDrawn, palette: Palette) -> float:
    """Returns where the plot may begin."""
    every = [zone for side in Side for zone in drawn.half(side).zones]
    texts, size = row_texts(every, drawn.price, drawn.facts.tick_size, COLUMNS[Side.LONG])
    text_of = {zone.id: text for zone, text in zip(every, texts, strict=True)}
    for side in Side:
        left, colour = COLUMNS[side].left, palette.side(side)
        said = colour if drawn.half(side).is_shown else palette.quiet
        for at, line in enumerate(HEADLINES[side]):
            scene.labels.append(Label(line, left, HEADLINE_BASE + HEADLINE_STEP * at, HEADLINE, said))
        for at, zone in enumerate(drawn.half(side).zones):
            _draw_row(scene, zone, text_of[zone.id], left, ROW_BASE + ROW * at, size, colour, palette)
        if not drawn.half(side).zones:
            scene.labels.append(Label(_no_zone(drawn, side), left, ROW_BASE, NOTE, palette.quiet))
    rows = max(1, *(len(drawn.half(side).zones) for side in Side))
    return ROW_BASE + ROW * (rows - 1) + 26


def _no_zone(drawn: MapDrawn, side: Side) -> str:
    half = drawn.half(side)
    if not half.is_shown:
        return f"{side.word}s not shown"
    return "none modelled in this range" if half.is_empty else "no zone stands out"


def row_texts(
    zones: Sequence[ZoneDrawn], price: float, tick_size: float, column: Column
) -> tuple[list[str], int]:
    """A text for each zone and one size for all; ranges are shortened where they would become small."""
    long = [_row_text(labels.stretch(z.low, z.high, tick_size), z, price) for z in zones]
    short = [_row_text(labels.short_stretch(z.low, z.high, tick_size), z, price) for z in zones]
    sizes = [_row_size(zones, texts, column) for texts in (long, short)]
    return (long, sizes[0]) if sizes[0] >= min(READABLE, sizes[1]) else (short, sizes[1])


def _row_text(stretch: str, zone: ZoneDrawn, price: float) -> str:
    where = "inside" if zone.contains(price) else labels.signed_percent(zone.distance)
    return f"{stretch} {where}"


def _row_size(zones: Sequence[ZoneDrawn], texts: Sequence[str], column: Column) -> int:
    rows = [(labels.zone_id(zone.id), text) for zone, text in zip(zones, texts, strict=True)]
    sizes = range(LARGEST, SMALLEST, -1)
    return next((s for s in sizes if all(_row_width(*row, s) <= column.width for row in rows)), SMALLEST)


def _row_width(zone_id: str, text: str, size: int) -> float:
    return width_of(zone_id, size) + (2 * PLATE_PAD + GAP) * size + width_of(text, size)


def _draw_row(
    scene: Scene,
    zone: ZoneDrawn,
    text: str,
    left: float,
    baseline: float,
    size: int,
    colour: str,
    palette: Palette,
) -> None:
    tag = Label(labels.zone_id(zone.id), left + PLATE_PAD * size, baseline, size, palette.ink, colour)
    scene.labels += [tag, Label(text, tag.box.right + GAP * size, baseline, size, palette.text)]
