"""Zones on a map: a row each above the plot, and a bracket with the same id over its bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.charts import labels
from bot.charts.lettering import PLATE_PAD, Box, Label, width_of
from bot.charts.map_frame import Frame
from bot.charts.palette import Palette
from bot.charts.price_bars import PriceBars
from bot.charts.scene import Scene, rectangle
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone

A_SIDE = 3
ROW = 54
LARGEST, READABLE, SMALLEST = 44, 36, 18
TAG = 34
GAP = 0.3  # of the size
BRACKET, LEAST_BRACKET = 4, 14
TRIES = sorted(
    ((offset, lift) for offset in range(-264, 265, 24) for lift in range(-440, 441, 44)),
    key=lambda try_: (try_[0] ** 2 + 2 * try_[1] ** 2 + (90_000 if try_[1] < 0 else 0), try_),
)  # across and up from right over the bracket; nearest first, below it only in need


@dataclass(frozen=True)
class Column:
    """The half of the picture that belongs to a side."""

    left: float
    right: float

    @property
    def width(self) -> float:
        return self.right - self.left


def marked_zones(zones: Sequence[Zone], side: Side, price: float, reach: float) -> list[Zone]:
    """The heaviest of a side that begin in sight and that price has not passed, nearest first."""
    ahead = [z for z in zones if z.side is side and not z.passed(price) and abs(z.distance(price)) < reach]
    heaviest = sorted(ahead, key=lambda zone: -zone.mass_base)[:A_SIDE]
    return sorted(heaviest, key=lambda zone: abs(zone.distance(price)))


def row_texts(zones: Sequence[Zone], price: float, tick_size: float, column: Column) -> tuple[list[str], int]:
    """A text for each zone and one size for all; ranges are shortened where they would become small."""
    long = [_row_text(labels.stretch(z.low, z.high, tick_size), z, price) for z in zones]
    short = [_row_text(labels.short_stretch(z.low, z.high, tick_size), z, price) for z in zones]
    sizes = [_row_size(zones, texts, column) for texts in (long, short)]
    return (long, sizes[0]) if sizes[0] >= min(READABLE, sizes[1]) else (short, sizes[1])


def _row_text(stretch: str, zone: Zone, price: float) -> str:
    where = "inside" if zone.contains(price) else labels.signed_percent(zone.distance(price))
    return f"{stretch} {where}"


def _row_size(zones: Sequence[Zone], texts: Sequence[str], column: Column) -> int:
    rows = [(_id(zone), text) for zone, text in zip(zones, texts, strict=True)]
    sizes = range(LARGEST, SMALLEST, -1)
    return next((s for s in sizes if all(_row_width(*row, s) <= column.width for row in rows)), SMALLEST)


def _row_width(zone_id: str, text: str, size: int) -> float:
    return width_of(zone_id, size) + (2 * PLATE_PAD + GAP) * size + width_of(text, size)


def draw_row(
    scene: Scene, zone: Zone, text: str, left: float, baseline: float, size: int, palette: Palette
) -> None:
    tag = Label(_id(zone), left + PLATE_PAD * size, baseline, size, palette.ink, palette.side(zone.side))
    scene.labels += [tag, Label(text, tag.box.right + GAP * size, baseline, size, palette.text)]


def _id(zone: Zone) -> str:
    return labels.printable(zone.id, 8)


def draw_brackets(
    scene: Scene, frame: Frame, bars: PriceBars, zones: Sequence[Zone], palette: Palette
) -> None:
    for zone in sorted(zones, key=lambda zone: abs(zone.distance(bars.price))):
        left, right = _ends(frame, zone)
        level = _level(bars, zone)
        y = frame.y_of(min(1.0, level)) - (32 if level > 1 else 16)
        parts = [(left, right, BRACKET), (left, left + BRACKET, 12), (right - BRACKET, right, 12)]
        colour = palette.side(zone.side)
        scene.fill([rectangle(start, y, end, y + deep) for start, end, deep in parts], colour)
        tag = _tag(scene, frame, zone, (left + right) / 2, y, bars.price, palette)
        if tag:
            _join(scene, tag.box, (left + right) / 2, y, colour)
            scene.labels.append(tag)


def _ends(frame: Frame, zone: Zone) -> tuple[float, float]:
    left, right = (min(max(frame.x_of(p), frame.left), frame.right) for p in (zone.low, zone.high))
    missing = max(0.0, LEAST_BRACKET - (right - left)) / 2
    return left - missing, right + missing


def _level(bars: PriceBars, zone: Zone) -> float:
    """Of the tallest bar in the zone; above 1 where it is cut."""
    touched = (bars.edges[1:] > zone.low) & (bars.edges[:-1] < zone.high)
    top = float(np.max(bars.totals[zone.side][touched], initial=0.0))
    return top / bars.ceiling if bars.ceiling > 0 else 0.0


def _tag(
    scene: Scene, frame: Frame, zone: Zone, x: float, y: float, price: float, palette: Palette
) -> Label | None:
    """The id over its bracket, or as near as there is room; the price marker is hidden last."""
    room = Box(frame.left, frame.top, frame.right, frame.bottom)
    marker = Box(frame.x_of(price) - 16, frame.top, frame.x_of(price) + 16, frame.bottom)
    hidden = None
    for offset, lift in TRIES:
        left = x - width_of(_id(zone), TAG) / 2 + offset
        tag = Label(_id(zone), left, y - 14 - lift, TAG, palette.ink, palette.side(zone.side))
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
