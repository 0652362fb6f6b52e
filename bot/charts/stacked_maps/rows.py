"""Maps under each other on one axis: panel, bars and names of zones of each, the price through all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.charts import labels
from bot.charts.bar_map.axes import TICK
from bot.charts.bar_map.frame import Frame
from bot.charts.lettering import PLATE_PAD, Label, cut_to, fitting_size, width_of
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Points, Scene, points, rectangle
from bot.charts.stacked_maps.bars import BarsDrawn, TagDrawn
from bot.liquidation.side import Side

LEFT, RIGHT = 88, 1256  # px between which all of them stand
STRIP = 62  # above the level 100, for the names of zones
TAG, FULL_TAG, LEAST_TAG, TAG_GAP = 34, 28, 26, 10  # FULL_TAG: the smallest with its distance
BESIDE = 8  # px that a name keeps away from the price
LEVELS = (50, 100)
HEADING, LEAST_HEADING = 36, 26
SIDES, LEAST_SIDES = 32, 26
MIDDLE = 640
WORDS = {
    Side.LONG: "▼ LONGS force-sold if price FALLS",
    Side.SHORT: "▲ SHORTS force-bought if it RISES",
}


@dataclass(frozen=True)
class RowFrame(Frame):
    """Lower than a map of its own, with a strip for names on top."""

    def y_of(self, level: float) -> float:
        return self.bottom - level * (self.bottom - self.top - STRIP)


def draw_sides(scene: Scene, baseline: float, palette: Palette) -> None:
    """What stands left of the price and right of it, once for all rows."""
    room = MIDDLE - 1.5 * MARGIN
    size = fitting_size(tuple(WORDS.values()), room, SIDES, LEAST_SIDES)
    for side, text in WORDS.items():
        left = MARGIN if side is Side.LONG else scene.width - MARGIN - width_of(text, size)
        scene.labels.append(Label(text, left, baseline, size, palette.side(side)))


def draw_heading(
    scene: Scene,
    texts: tuple[str, str],
    baseline: float,
    colours: tuple[str, str],
    largest: int = HEADING,
    smallest: int = LEAST_HEADING,
) -> None:
    """One text at the left, one at the right; the left one is cut where both do not fit."""
    left, right = texts
    room = scene.width - 2 * MARGIN - (40 if right else 0)
    sizes = range(largest, smallest, -1)
    size = next((s for s in sizes if width_of(left, s) + width_of(right, s) <= room), smallest)
    right = cut_to(right, size, 0.7 * room)
    left = cut_to(left, size, room - width_of(right, size))
    scene.labels.append(Label(left, MARGIN, baseline, size, colours[0]))
    if right:
        start = scene.width - MARGIN - width_of(right, size)
        scene.labels.append(Label(right, start, baseline, size, colours[1]))


def draw_row_panel(scene: Scene, frame: Frame, palette: Palette) -> None:
    scene.fill([rectangle(frame.left, frame.top, frame.right, frame.bottom)], palette.panel)
    lines = [rectangle(frame.left, y - 1, frame.right, y + 1) for y in map(frame.y_of, (0.5, 1))]
    scene.fill(lines, palette.grid)
    for level in LEVELS:
        text = str(level)
        left = frame.left - 12 - width_of(text, TICK)
        scene.labels.append(Label(text, left, frame.y_of(level / 100) + TICK * 0.36, TICK, palette.quiet))


def draw_row_bars(
    scene: Scene,
    frame: Frame,
    edges: Sequence[float],
    price: float,
    bars: BarsDrawn,
    colours: Mapping[Side, Sequence[str]],
) -> None:
    """Stacked, on whole pixels with a gap; what is taller than drawn is cut and has an arrow on top."""
    if bars.is_empty:
        return
    for side in Side:
        foot = [0.0] * (len(edges) - 1)
        for layer, colour in zip(bars.of(side), colours[side], strict=True):
            shapes: list[Points] = []
            for at, mass in enumerate(layer):
                below, above = foot[at], foot[at] + mass / bars.ceiling
                foot[at] = above
                if mass > 0:
                    shapes += _bar(frame, _span(edges, price, side, at), below, above)
            scene.fill(shapes, colour)


def _span(edges: Sequence[float], price: float, side: Side, at: int) -> tuple[float, float]:
    """A bin, cut off at the price."""
    low, high = edges[at], edges[at + 1]
    return (low, min(high, price)) if side is Side.LONG else (max(low, price), high)


def _bar(frame: Frame, span: tuple[float, float], below: float, above: float) -> list[Points]:
    left, right = (round(frame.x_of(end)) for end in span)
    top, bottom = (round(frame.y_of(min(1.0, level))) for level in (above, below))
    return [rectangle(left, top, right - 1, bottom)] if bottom > top and right - 1 > left else []


def draw_arrows(
    scene: Scene, frame: Frame, edges: Sequence[float], price: float, bars: BarsDrawn, palette: Palette
) -> None:
    """On each bar that is taller than drawn."""
    arrows: list[Points] = []
    for side in Side:
        for at in (bars.totals(side) > bars.ceiling * 1.0001).nonzero()[0]:
            low, high = _span(edges, price, side, int(at))
            middle, y = (frame.x_of(low) + frame.x_of(high)) / 2, frame.y_of(1)
            arrows.append(points([(middle - 9, y - 3), (middle + 9, y - 3), (middle, y - 15)]))
    scene.fill(arrows, palette.text, smooth=True)


def draw_tags(scene: Scene, frame: Frame, price: float, tags: Sequence[TagDrawn], palette: Palette) -> None:
    """Each name in the strip over its zone, moved outward where two would overlap, a bracket under it."""
    middle = frame.x_of(price)
    rooms = {Side.LONG: (frame.left, middle - BESIDE), Side.SHORT: (middle + BESIDE, frame.right)}
    sides = {side: _outward(tags, side) for side in Side}
    texts, size = _tag_texts(sides, {side: right - left for side, (left, right) in rooms.items()})
    baseline = frame.top + 10 + size * 0.9
    for side in Side:
        centres = [_centre(frame, tag) for tag in sides[side]]
        lefts = _side_by_side(centres, [_wide(text, size) for text in texts[side]], rooms[side], side)
        for tag, text, left in zip(sides[side], texts[side], lefts, strict=True):
            colour = palette.side(side)
            label = Label(text, left + PLATE_PAD * size, baseline, size, palette.ink, colour)
            _bracket(scene, frame, tag, label, colour)
            scene.labels.append(label)


def _outward(tags: Sequence[TagDrawn], side: Side) -> list[TagDrawn]:
    """The tags of a side, nearest to the price first."""
    return sorted((tag for tag in tags if tag.of_side is side), key=lambda tag: abs(tag.distance))


def _wide(text: str, size: int) -> float:
    return width_of(text, size) + 2 * PLATE_PAD * size


def _tag_texts(
    tags: Mapping[Side, Sequence[TagDrawn]], rooms: Mapping[Side, float]
) -> tuple[dict[Side, list[str]], int]:
    """With distances where there is room for all of them."""
    ids = {side: [labels.printable(tag.id, 8) for tag in tags[side]] for side in Side}
    told = {
        side: [f"{name} {_where(tag)}" for name, tag in zip(ids[side], tags[side], strict=True)]
        for side in Side
    }
    for texts, smallest in ((told, FULL_TAG), (ids, LEAST_TAG)):
        for size in range(TAG, smallest - 1, -1):
            if all(sum(_wide(one, size) + TAG_GAP for one in texts[side]) <= rooms[side] for side in Side):
                return texts, size
    return ids, LEAST_TAG


def _where(tag: TagDrawn) -> str:
    return labels.signed_percent(tag.distance) if tag.distance else "inside"


def _centre(frame: Frame, tag: TagDrawn) -> float:
    low, high = (min(max(frame.x_of(end), frame.left), frame.right) for end in (tag.low, tag.high))
    return (low + high) / 2


def _side_by_side(
    centres: Sequence[float], widths: Sequence[float], room: tuple[float, float], side: Side
) -> list[float]:
    """Left edges: over the centres where there is room, in their order outward and inside the room."""
    if side is Side.LONG:  # the same, seen in a mirror
        mirrored = _side_by_side([-c for c in centres], widths, (-room[1], -room[0]), Side.SHORT)
        return [-left - width for left, width in zip(mirrored, widths, strict=True)]
    lefts: list[float] = []
    free, limit = room
    for centre, width in zip(centres, widths, strict=True):
        lefts.append(max(free, centre - width / 2))
        free = lefts[-1] + width + TAG_GAP
    for at in range(len(lefts) - 1, -1, -1):
        lefts[at] = min(lefts[at], limit - widths[at])
        limit = lefts[at] - TAG_GAP
    return lefts


def _bracket(scene: Scene, frame: Frame, tag: TagDrawn, label: Label, colour: str) -> None:
    """As wide as the zone, right over the level 100, joined to its name."""
    ends = (min(max(frame.x_of(end), frame.left), frame.right) for end in (tag.low, tag.high))
    low, high = ends
    missing = max(0.0, 14 - (high - low)) / 2
    low, high, y = low - missing, high + missing, frame.y_of(1) - 6
    scene.fill([rectangle(low, y, high, y + 4)], colour)
    box, middle = label.box, (low + high) / 2
    foot = min(max(middle, box.left + 4), box.right - 4)
    scene.stroke([(foot, box.bottom), (middle, y + 2)], colour, 4)


def draw_marker(scene: Scene, x: float, top: float, bottom: float, palette: Palette) -> None:
    """The line at the price through all rows."""
    scene.stroke([(x, top + 20), (x, bottom)], palette.text, 4, dashed=True)
    scene.fill([points([(x - 12, top + 20), (x + 12, top + 20), (x, top)])], palette.text, smooth=True)
