"""Text in pictures: measured before it is drawn, so that nothing overlaps or is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont

PLATE_PAD = 0.2  # of the size, left and right
SQUEEZE = 0.9  # DejaVu is wide; its own condensed cut is this much narrower
_FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def grown(self, across: float, down: float = 0.0) -> Box:
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def inside(self, other: Box) -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Label:
    """A line of text from `left`, standing on `baseline`; with a plate behind it if that has a colour."""

    text: str
    left: float
    baseline: float
    size: int
    colour: str
    plate: str | None = None

    @cached_property
    def box(self) -> Box:
        width, top, bottom = measured(self.text, self.size)
        ink = Box(self.left, self.baseline + top, self.left + width, self.baseline + bottom)
        return ink.grown(self.size * PLATE_PAD, self.size * 0.16) if self.plate else ink


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(str(_FONT)).get_charmap())


def has_letters(text: str) -> bool:
    """All of it; what has none would come out as boxes."""
    return all(ord(letter) in _characters() for letter in text)


@lru_cache(maxsize=2048)
def measured(text: str, size: int) -> tuple[float, float, float]:
    """Width, and top and bottom of the ink relative to the baseline."""
    left, top, right, bottom = _font(size).getbbox(text, anchor="ls")
    return max(0, right - min(0, left)) * SQUEEZE + 1, top, bottom


def width_of(text: str, size: int) -> float:
    return measured(text, size)[0]


def fitting_size(texts: tuple[str, ...], width: float, largest: int, smallest: int) -> int:
    """The largest size at which every text is at most so wide, or the smallest allowed."""
    for size in range(largest, smallest, -1):
        if all(width_of(text, size) <= width for text in texts):
            return size
    return smallest


def cut_to(text: str, size: int, width: float) -> str:
    """The text, shortened with an ellipsis where it would be wider."""
    if width_of(text, size) <= width:
        return text
    kept = next((n for n in range(len(text) - 1, 0, -1) if width_of(text[:n] + "…", size) <= width), 0)
    return text[:kept].rstrip() + "…"


def fitting(ways: Sequence[str], width: float, largest: int, smallest: int) -> tuple[str, int]:
    """The first of ever shorter ways to say it that fits at the smallest size, and its size; cut if none."""
    told = next((way for way in ways if width_of(way, smallest) <= width), ways[-1])
    size = fitting_size((told,), width, largest, smallest)
    return cut_to(told, size, width), size


def draw_label(image: Image.Image, label: Label, scale: float = 1.0) -> None:
    if label.plate:
        box = label.box
        corners = tuple(round(side * scale) for side in (box.left, box.top, box.right, box.bottom))
        ImageDraw.Draw(image).rounded_rectangle(
            corners, radius=round(label.size * scale) // 5, fill=label.plate
        )
    mask, top = _ink(label.text, round(label.size * scale))
    if mask is not None:
        image.paste(label.colour, (round(label.left * scale), round(label.baseline * scale + top)), mask)


@lru_cache(maxsize=512)
def _ink(text: str, size: int) -> tuple[Image.Image | None, int]:
    """The text's coverage and where its top is, from the baseline; None where nothing is to be seen."""
    left, top, right, bottom = (int(side) for side in _font(size).getbbox(text, anchor="ls"))
    if right <= left or bottom <= top:
        return None, 0
    mask = Image.new("L", (right - min(0, left) + 1, bottom - top))
    ImageDraw.Draw(mask).text((-min(0, left), -top), text, 255, _font(size), anchor="ls")
    return mask.resize((max(1, round(mask.width * SQUEEZE)), mask.height), Image.Resampling.LANCZOS), top
