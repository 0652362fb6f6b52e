"""The heatmap as a picture for a phone: what was open at which price while time passed."""

from __future__ import annotations

from bot.charts.facts import draw_imprint, draw_masthead
from bot.charts.heatmap.axes import draw_price, draw_price_line, draw_price_ticks, draw_times
from bot.charts.heatmap.cells import draw_cells, draw_colour_bar, draw_profile, draw_unknown
from bot.charts.heatmap.drawn import HeatDrawn, heat_drawn
from bot.charts.heatmap.frame import HEIGHT, WIDTH, Frame, frame_of
from bot.charts.heatmap.legend import draw_legend
from bot.charts.heatmap.marks import draw_average, draw_candles, draw_dots, draw_swept, draw_volume
from bot.charts.heatmap.tags import draw_marks, draw_side, draw_tags
from bot.charts.palette import Palette, palette_of
from bot.charts.scene import Scene, painted
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look

LONGS_OVER, TIMES_OVER, PLOT_OVER = 46, 90, 136  # px over the legend's first line


def render_heat(
    shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing, handle: str = ""
) -> bytes:
    """PNG, 1280x1280, or twice that each way."""
    drawn = heat_drawn(shown, history, reported, drawing, handle)
    return painted(heat_scene(drawn, drawing.look), scale=2 if drawing.full else 1)


def heat_scene(drawn: HeatDrawn, look: Look) -> Scene:
    """The picture before it is painted."""
    palette = palette_of(look)
    scene = Scene(WIDTH, HEIGHT, palette.ground)
    draw_masthead(scene, drawn.facts, "heatmap", palette)
    draw_tags(scene, drawn, palette)
    legend = draw_legend(scene, drawn, palette)
    frame = frame_of(drawn, legend - PLOT_OVER)
    draw_side(scene, frame, drawn, Side.SHORT, frame.top - 16, palette)
    draw_side(scene, frame, drawn, Side.LONG, legend - LONGS_OVER, palette)
    _draw_plot(scene, frame, drawn, palette)
    draw_times(scene, frame, drawn, palette, legend - TIMES_OVER)
    draw_imprint(scene, drawn.facts, palette)
    return scene


def _draw_plot(scene: Scene, frame: Frame, drawn: HeatDrawn, palette: Palette) -> None:
    draw_cells(scene, frame, drawn, palette)
    draw_unknown(scene, frame, drawn, palette)
    draw_colour_bar(scene, frame, drawn, palette)
    draw_profile(scene, frame, drawn, palette)
    draw_volume(scene, frame, drawn, palette)
    draw_average(scene, frame, drawn, palette)
    draw_price_line(scene, frame, drawn, palette)
    draw_swept(scene, frame, drawn, palette)
    draw_candles(scene, frame, drawn, palette)
    draw_dots(scene, frame, drawn, palette)
    draw_price(scene, frame, drawn, palette)
    draw_marks(scene, frame, drawn, palette)
    draw_price_ticks(scene, frame, drawn, palette)
