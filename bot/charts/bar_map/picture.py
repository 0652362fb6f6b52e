"""The liquidation map as a picture for a phone."""

from __future__ import annotations

from bot.charts.bar_map.axes import (
    draw_amounts,
    draw_levels,
    draw_percent_ticks,
    draw_price,
    draw_price_ticks,
)
from bot.charts.bar_map.bars import draw_bars, draw_notches
from bot.charts.bar_map.curves import draw_areas, draw_curves
from bot.charts.bar_map.drawn import MapDrawn, map_drawn
from bot.charts.bar_map.frame import HEIGHT, WIDTH, Frame, draw_panel, frame_of, say_nothing
from bot.charts.bar_map.gaps import name_gaps, shade_gaps
from bot.charts.bar_map.legend import draw_legend
from bot.charts.bar_map.sides import draw_sides
from bot.charts.bar_map.zone_marks import draw_brackets
from bot.charts.facts import draw_imprint, draw_masthead
from bot.charts.palette import Palette, palette_of
from bot.charts.scene import Scene, painted
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look

USUAL = Drawing()


def render_map(shown: Snapshot, drawing: Drawing = USUAL, handle: str = "") -> bytes:
    """PNG, 1280x1024, or twice that each way."""
    drawn = map_drawn(shown, drawing.stack, handle=handle)
    return painted(map_scene(drawn, drawing.look), scale=2 if drawing.full else 1)


def map_scene(drawn: MapDrawn, look: Look) -> Scene:
    """The picture before it is painted."""
    palette = palette_of(look)
    scene = Scene(WIDTH, HEIGHT, palette.ground)
    draw_masthead(scene, drawn.facts, "liquidation map", palette)
    _draw_plot(scene, frame_of(drawn, draw_sides(scene, drawn, palette)), drawn, palette)
    draw_legend(scene, drawn, palette)
    draw_imprint(scene, drawn.facts, palette)
    return scene


def _draw_plot(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    draw_panel(scene, frame, palette)
    shade_gaps(scene, frame, drawn, palette)
    draw_areas(scene, frame, drawn, palette)
    draw_bars(scene, frame, drawn, palette)
    draw_notches(scene, frame, drawn, palette)
    draw_curves(scene, frame, drawn, palette)
    draw_price(scene, frame, drawn, palette)
    draw_levels(scene, frame, palette)
    draw_amounts(scene, frame, drawn, palette)
    draw_price_ticks(scene, frame, palette)
    draw_percent_ticks(scene, frame, drawn.price, palette)
    draw_brackets(scene, frame, drawn, palette)
    name_gaps(scene, frame, drawn, palette)
    if drawn.ceiling <= 0:
        say_nothing(scene, frame, palette)
