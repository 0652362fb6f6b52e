"""Brackets over the bars of a map's zones, with the ids of their rows."""

from __future__ import annotations

from bot.charts import labels
from bot.charts.bar_map.drawn import MapDrawn, ZoneDrawn
from bot.charts.bar_map.frame import Frame, marker_box
from bot.charts.lettering import Box, Label, width_of
from bot.charts.palette import Palette
from bot.charts.scene import Scene, rectangle
from bot.liquidation.side import Side

TAG = 34
BRACKET, LEAST_BRACKET = 4, 14
TRIES = sorted(
    ((offset, lift) for offset in range(-264, 265, 24) for lift in range(-440, 441, 44)),
    key=lambda try_: (try_[0] ** 2 + 2 * try_[1] ** 2 + (90_000 if try_[1] < 0 else 0), try_),
)  # across and up from right over the bracket; nearest first, below it only in need


def draw_brackets(scene: Scene, frame: Frame, drawn: MapDrawn, palette: Palette) -> None:
    """Nearest first: its tag has the choice of place."""
    marked = [(zone, palette.side(side)) for side in Side for zone in drawn.half(side).zones]
    for zone, colour in sorted(marked, key=lambda mark: abs(mark[0].distance)):
        left, right = _ends(frame, zone)
        y = frame.y_of(min(1.0, zone.level)) - (32 if zone.level > 1 else 16)
        parts = [(left, right, BRACKET), (left, left + BRACKET, 12), (right - BRACKET, right, 12)]
        scene.fill([rectangle(start, y, end, y + deep) for start, end, deep in parts], colour)
        x = (left + right) / 2
        tag = _tag(scene, frame, labels.zone_id(zone.id), x, y, drawn.price, palette.ink, colour)
        if tag:
            _join(scene, tag.box, x, y, colour)
            scene.labels.append(tag)


def _ends(frame: Frame, zone: ZoneDrawn) -> tuple[float, float]:
    left, right = (min(max(frame.x_of(p), frame.left), frame.right) for p in (zone.low, zone.high))
    missing = max(0.0, LEAST_BRACKET - (right - left)) / 2
    return left - missing, right + missing


def _tag(
    scene: Scene, frame: Frame, text: str, x: float, y: float, price: float, ink: str, colour: str
) -> Label | None:
    """The id over its bracket, or as near as there is room; the price marker is hidden last."""
    room = Box(frame.left, frame.top, frame.right, frame.bottom)
    marker = marker_box(frame, price)
    hidden = None
    for offset, lift in TRIES:
        left = x - width_of(text, TAG) / 2 + offset
        tag = Label(text, left, y - 14 - lift, TAG, ink, colour)
        if tag.box.inside(room) and scene.free(tag.box.grown(3, 3)):
            if not tag.box.overlaps(marker):
                return tag
            hidden = hidden or tag
    return hidden


def _join(scene: Scene, tag: Box, x: float, y: float, colour: str) -> None:
    """A line to the bracket from a tag that is not right over it."""
    if tag.left - 4 <= x <= tag.right + 4 and 0 <= y - tag.bottom < 20:
        return
    edge = tag.bottom if tag.bottom < y else tag.top
    scene.stroke([(x, y), (min(max(x, tag.left + 8), tag.right - 8), edge)], colour, BRACKET)
