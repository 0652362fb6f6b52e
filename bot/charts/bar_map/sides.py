"""Over the plot of a map: what each half means, and its zones a row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts import labels
from bot.charts.bar_map.drawn import MapDrawn, ZoneDrawn
from bot.charts.bar_map.frame import WIDTH
from bot.charts.lettering import Label
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Scene
from bot.charts.zone_rows import draw_row, fitted_rows
from bot.liquidation.side import Side

HEADLINES = {
    Side.LONG: ("▼ LONGS liquidated", "if price FALLS (forced sells)"),
    Side.SHORT: ("▲ SHORTS liquidated", "if price RISES (forced buys)"),
}
HEADLINE, HEADLINE_BASE, HEADLINE_STEP = 36, 172, 44
ROW, ROW_BASE = 54, 272
NOTE = 34


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
            row = (labels.zone_id(zone.id), text_of[zone.id])
            draw_row(scene, left, ROW_BASE + ROW * at, row, size, colour, palette)
        if not drawn.half(side).zones:
            scene.labels.append(Label(_no_zone(drawn, side), left, ROW_BASE, NOTE, palette.quiet))
    rows = max(1, *(len(drawn.half(side).zones) for side in Side))
    return ROW_BASE + ROW * (rows - 1) + 26


def _no_zone(drawn: MapDrawn, side: Side) -> str:
    half = drawn.half(side)
    if not half.is_shown:
        return f"{side.word}s not shown"
    if half.is_empty:
        return "none modelled in this range"
    return "no such zone" if drawn.facts.bands else "no zone stands out"


def row_texts(
    zones: Sequence[ZoneDrawn], price: float, tick_size: float, column: Column
) -> tuple[list[str], int]:
    """A text for each zone and one size for all; ranges are shortened where they would become small."""
    stretches = [
        [labels.stretch(zone.low, zone.high, tick_size) for zone in zones],
        [labels.short_stretch(zone.low, zone.high, tick_size) for zone in zones],
        [labels.price(zone.low if zone.low > price else zone.high, tick_size) for zone in zones],
    ]
    ways = [
        [_row_text(where, zone, price) for where, zone in zip(places, zones, strict=True)]
        for places in stretches
    ]
    return fitted_rows([labels.zone_id(zone.id) for zone in zones], ways, column.width)


def _row_text(stretch: str, zone: ZoneDrawn, price: float) -> str:
    where = "inside" if zone.contains(price) else labels.signed_percent(zone.distance)
    return f"{stretch} {where}"
