"""One pair's map over several windows under each other, as a picture for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.charts import labels
from bot.charts.bar_map.axes import draw_percent_ticks, draw_price_plate, draw_price_ticks
from bot.charts.bar_map.price_bars import LATE
from bot.charts.facts import draw_imprint, draw_masthead
from bot.charts.lettering import Label, fitting, width_of
from bot.charts.palette import Palette, mixed, palette_of
from bot.charts.scene import MARGIN, Scene, painted, rectangle
from bot.charts.stacked_maps.evolution_drawn import EvolutionDrawn, RowDrawn, evolution_drawn
from bot.charts.stacked_maps.rows import (
    LEFT,
    RIGHT,
    RowFrame,
    draw_arrows,
    draw_heading,
    draw_marker,
    draw_row_bars,
    draw_row_panel,
    draw_sides,
    draw_tags,
)
from bot.liquidation.evolution import Evolution
from bot.liquidation.side import Side
from bot.liquidation.windows import ALL
from bot.look import Drawing, Look

WIDTH, HEIGHT = 1280, 1280
USUAL = Drawing()
TOP, BOTTOM = 176, 1062  # of all rows
HEADING_ROOM = 50
SCALE, SHORT_SCALE = "100 = row's tallest", "100 = tallest"
LEGEND, LEAST_LEGEND, LEGEND_BASE = 30, 26, 1192
OLDER = (1.0, 0.6, 0.36)  # how strong the colour is of what was opened when, the newest first


def render_evolution(found: Evolution, drawing: Drawing = USUAL, handle: str = "") -> bytes:
    """PNG, 1280x1280, or twice that each way."""
    scene = evolution_scene(evolution_drawn(found, handle), drawing.look)
    return painted(scene, scale=2 if drawing.full else 1)


def evolution_scene(drawn: EvolutionDrawn, look: Look) -> Scene:
    """The picture before it is painted."""
    palette = palette_of(look)
    scene = Scene(WIDTH, HEIGHT, palette.ground)
    draw_masthead(scene, drawn.facts, "evolution", palette)
    draw_sides(scene, 162, palette)
    frames = _frames(drawn)
    for row, frame in zip(drawn.rows, frames, strict=True):
        _bars(scene, frame, drawn, row, palette)
    price, last = drawn.facts.price, frames[-1]
    for row, frame in zip(drawn.rows, frames, strict=True):
        draw_marker(scene, frame.x_of(price), frame.top, frame.bottom, palette)
        _heading(scene, frame, drawn, row, palette)
        draw_tags(scene, frame, price, row.tags, palette)
    draw_price_plate(scene, last, price, drawn.facts.tick_size, palette)
    draw_price_ticks(scene, last, palette)
    draw_percent_ticks(scene, last, price, palette)
    _legend(scene, drawn, palette)
    draw_imprint(scene, drawn.facts, palette)
    return scene


def _frames(drawn: EvolutionDrawn) -> list[RowFrame]:
    """As high as there is room for, equal."""
    each = (BOTTOM - TOP) / len(drawn.rows)
    ends = [round(TOP + each * (at + 1)) for at in range(len(drawn.rows))]
    return [
        RowFrame(LEFT, end - each + HEADING_ROOM, RIGHT, end, drawn.edges[0], drawn.edges[-1]) for end in ends
    ]


def _bars(scene: Scene, frame: RowFrame, drawn: EvolutionDrawn, row: RowDrawn, palette: Palette) -> None:
    draw_row_panel(scene, frame, palette)
    colours = {side: _shades(palette, side, row.layers) for side in Side}
    draw_row_bars(scene, frame, drawn.edges, drawn.facts.price, row.bars, colours)
    draw_arrows(scene, frame, drawn.edges, drawn.facts.price, row.bars, palette)


def _shades(palette: Palette, side: Side, layers: Sequence[str]) -> list[str]:
    shades = iter(mixed(palette.side(side), palette.panel, strength) for strength in OLDER)
    return [palette.late if name == LATE else next(shades) for name in layers]


def _heading(scene: Scene, frame: RowFrame, drawn: EvolutionDrawn, row: RowDrawn, palette: Palette) -> None:
    told = f"{labels.window(row.window)}: {labels.share(row.share)} of everything open"
    if row.window == ALL:
        told = "everything open"
    notes = []
    if row.without:
        notes.append(f"without {', '.join(map(labels.venue, row.without))}")
    if row is drawn.rows[-1]:
        notes += [f"{labels.window(name)} not covered" for name in drawn.not_covered]
        notes += (
            [f"mostly older: {', '.join(labels.printable(one, 8) for one in drawn.older)}"]
            if drawn.older
            else []
        )
    texts = (told, " · ".join(notes))
    draw_heading(scene, texts, round(frame.top) - 12, (palette.text, palette.quiet))
    if row.bars.is_empty:
        text = "nothing in this range"
        left = (frame.left + frame.right - width_of(text, LEGEND)) / 2
        middle = (frame.top + frame.bottom) / 2
        scene.labels.append(Label(text, left, middle, LEGEND, palette.ink, palette.quiet))


def _legend(scene: Scene, drawn: EvolutionDrawn, palette: Palette) -> None:
    """Which shade was opened when."""
    named = _ages(drawn, palette)
    words, room = "".join(("opened:", *named)), WIDTH - 2 * MARGIN - 92 * len(named) - 92
    _, size = fitting((words + SCALE, words + SHORT_SCALE), room, LEGEND, LEAST_LEGEND)
    scale = SCALE if width_of(words + SCALE, size) <= room else SHORT_SCALE
    start = WIDTH - MARGIN - width_of(scale, size)
    scene.labels.append(Label(scale, start, LEGEND_BASE, size, palette.quiet))
    lead = Label("opened:", MARGIN, LEGEND_BASE, size, palette.quiet)
    scene.labels.append(lead)
    x = lead.box.right + 24
    for text, colours in named.items():
        for at, colour in enumerate(colours):
            left = round(x) + 28 * at
            scene.fill([rectangle(left, LEGEND_BASE - 24, left + 27, LEGEND_BASE + 2)], colour)
        label = Label(text, x + 12 + 28 * len(colours), LEGEND_BASE, size, palette.text)
        scene.labels.append(label)
        x = label.box.right + 28


def _ages(drawn: EvolutionDrawn, palette: Palette) -> dict[str, list[str]]:
    """ "last 24h", "24h–3d", "before 3d", and who is late, each with its colours."""
    names = [row.window for row in drawn.rows]
    told = [f"last {labels.window(names[0])}" if names[0] != ALL else "any time"]
    for before, name in pairwise(names):
        told.append(f"before {before}" if name == ALL else f"{before}–{labels.window(name)}")
    shades = [_shades(palette, side, names) for side in Side]
    named = {text: list(colours) for text, *colours in zip(told, *shades, strict=True)}
    if any(LATE in row.layers for row in drawn.rows):
        late = [labels.venue(one.venue) for one in drawn.facts.late]
        named[f"late: {labels.printable(late[0], 9) if len(late) == 1 else len(late)}"] = [palette.late]
    return named
