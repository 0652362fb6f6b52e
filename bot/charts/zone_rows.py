"""A row for each zone over a plot: its name on a plate and what is said of it, all rows of one size."""

from __future__ import annotations

from collections.abc import Sequence

from bot.charts.lettering import PLATE_PAD, Label, cut_to, width_of
from bot.charts.palette import Palette
from bot.charts.scene import Scene

LARGEST, READABLE, SMALLEST = 44, 36, 32
GAP = 0.3  # of the size


def fitted_rows(
    names: Sequence[str], ways: Sequence[Sequence[str]], room: float, readable: int = READABLE
) -> tuple[list[str], int]:
    """The texts and their size; `ways` are ever shorter texts, the first that is readable is taken.

    Where none is, the largest is; what is too wide even then is cut.
    """
    sizes = [_size(names, texts, room) for texts in ways]
    best = next((at for at, size in enumerate(sizes) if size >= readable), None)
    best = max(range(len(ways)), key=lambda at: (sizes[at], at)) if best is None else best
    size = max(sizes[best], SMALLEST)
    rows = zip(names, ways[best], strict=True)
    return [cut_to(text, size, room - _beside(name, size)) for name, text in rows], size


def _size(names: Sequence[str], texts: Sequence[str], room: float) -> int:
    """0 where they are too wide at the smallest."""
    rows = list(zip(names, texts, strict=True))

    def fits(size: int) -> bool:
        return all(width_of(text, size) <= room - _beside(name, size) for name, text in rows)

    return next((size for size in range(LARGEST, SMALLEST - 1, -1) if fits(size)), 0)


def _beside(name: str, size: int) -> float:
    """How wide a name, its plate and the gap behind it are."""
    return width_of(name, size) + (2 * PLATE_PAD + GAP) * size


def draw_row(
    scene: Scene, left: float, baseline: float, row: tuple[str, str], size: int, plate: str, palette: Palette
) -> None:
    """`row` is its name and its text."""
    name, text = row
    badge = Label(name, left + PLATE_PAD * size, baseline, size, palette.ink, plate)
    scene.labels += [badge, Label(text, badge.box.right + GAP * size, baseline, size, palette.text)]
