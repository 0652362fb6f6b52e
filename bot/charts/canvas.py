"""Pixels to draw on: numpy fills what stands on whole pixels, Agg draws the rest into the same memory."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2)
Pixels = NDArray[np.uint8]  # (rows, columns, 3)

DPI = 72
DASH, SPACE = 3.0, 2.0  # of a line's width
HATCH_STEP, HATCH_LINE = 12, 2  # px


class Canvas:
    """Coordinates are those of a picture that is `scale` times as large here, y downward."""

    def __init__(self, width: float, height: float, scale: float, ground: str) -> None:
        self.size = (round(width * scale), round(height * scale))
        self._scale = scale
        self._agg = RendererAgg(*self.size, DPI)  # type: ignore[no-untyped-call]
        memory = self._agg.buffer_rgba()  # type: ignore[no-untyped-call]
        self.pixels: NDArray[np.uint8] = np.asarray(memory)  # (rows, columns, 4)
        self._whole = self.pixels.view(np.uint32)[:, :, 0]
        self._whole[:] = _packed(ground)

    def raster(self, cells: Pixels, left: float, top: float, right: float, bottom: float) -> None:
        """Stretched without blending."""
        target = self._whole[self._place(left, top, right, bottom)]
        whole = np.dstack([cells, np.full(cells.shape[:2], 255, np.uint8)]).view(np.uint32)[:, :, 0]
        rows = np.arange(target.shape[0]) * len(cells) // target.shape[0]
        columns = np.arange(target.shape[1]) * cells.shape[1] // target.shape[1]
        target[:] = whole[:, columns][rows]

    def rectangle(self, corners: Points, colour: str, alpha: float = 1.0, hatch: str = "") -> None:
        """On the nearest whole pixels; lines of the colour `hatch` over it."""
        (left, top), (right, bottom) = corners[0], corners[2]
        place = self._place(left, top, right, bottom)
        if alpha < 1:
            under = self.pixels[place][:, :, :3]
            under[:] = np.rint(under * (1 - alpha) + np.multiply(to_rgb(colour), 255 * alpha))
        else:
            self._whole[place] = _packed(colour)
        if hatch:
            self._whole[place][self._hatched(place)] = _packed(hatch)

    def polygons(
        self, shapes: Sequence[Points], colour: str, alpha: float = 1.0, *, smooth: bool = True
    ) -> None:
        """All in one call of Agg, whose cost is mostly that of the call; overlapping ones are one shape."""
        pen = self._agg.new_gc()
        pen.set_linewidth(0)
        pen.set_alpha(alpha)
        pen.set_antialiased(smooth)
        self._draw(
            pen, np.vstack([np.vstack([one, one[:1]]) for one in shapes]), to_rgb(colour), _codes(shapes)
        )

    def line(self, corners: Points, colour: str, width: float, alpha: float, *, dashed: bool) -> None:
        pen, thick = self._agg.new_gc(), width * self._scale
        pen.set_foreground(colour)
        pen.set_linewidth(thick)
        pen.set_alpha(alpha)
        pen.set_joinstyle("round")
        pen.set_capstyle("butt" if dashed else "round")
        if dashed:
            pen.set_dashes(0, [DASH * thick, SPACE * thick])
        self._draw(pen, corners)

    def _draw(
        self,
        pen: GraphicsContextBase,
        corners: Points,
        face: tuple[float, ...] | None = None,
        codes: NDArray[np.uint8] | None = None,
    ) -> None:
        path = Path(corners * (self._scale, -self._scale) + (0, self.size[1]), codes)
        self._agg.draw_path(pen, path, IdentityTransform(), face)  # type: ignore[no-untyped-call]

    def _place(self, left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
        sides = (max(0, int(side * self._scale + 0.5)) for side in (left, top, right, bottom))
        first, upper, last, lower = sides
        return slice(upper, lower), slice(first, last)

    def _hatched(self, place: tuple[slice, slice]) -> NDArray[np.bool_]:
        down, across = (np.arange(side.start, side.stop) for side in place)
        along = (down[:, None] + across) % round(HATCH_STEP * self._scale)
        return np.asarray(along < HATCH_LINE * self._scale)


def _codes(shapes: Sequence[Points]) -> NDArray[np.uint8]:
    """Each shape begins anew and is closed."""
    parts = [[Path.MOVETO, *[Path.LINETO] * (len(one) - 1), Path.CLOSEPOLY] for one in shapes]
    return np.concatenate(parts).astype(np.uint8)


def _packed(colour: str) -> int:
    """As it lies in memory: red, green, blue, opaque."""
    return int.from_bytes(bytes.fromhex(f"{colour[1:]}ff"), sys.byteorder)


def is_rectangle(corners: Points) -> bool:
    """With its sides along the axes, from the top left."""
    if len(corners) != 4:
        return False
    (left, top), (right, bottom) = corners[0].tolist(), corners[2].tolist()
    return bool(corners.tolist() == [[left, top], [right, top], [right, bottom], [left, bottom]])
