"""A picture before it is painted: heat, fills, lines and labels in pixels, y downward."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray
from PIL import Image

from bot.charts.lettering import Box, Label, draw_label

Points = NDArray[np.float64]  # (n, 2)
Pixels = NDArray[np.uint8]  # (rows, columns, 3)

DPI = 72


@dataclass(frozen=True)
class Fill:
    shapes: Sequence[Points]
    colour: str
    alpha: float = 1.0
    smooth: bool = False  # off for what stands on whole pixels
    hatch: str = ""  # lines of this colour over the fill


@dataclass(frozen=True)
class Stroke:
    points: Points
    colour: str
    width: float
    alpha: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Raster:
    """Coloured cells under everything else, stretched without blending."""

    pixels: Pixels
    left: int
    top: int
    right: int
    bottom: int


@dataclass
class Scene:
    width: int
    height: int
    ground: str
    rasters: list[Raster] = field(default_factory=list)
    shapes: list[Fill | Stroke] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def canvas(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def fill(
        self,
        shapes: Sequence[Points],
        colour: str,
        alpha: float = 1.0,
        smooth: bool = False,
        hatch: str = "",
    ) -> None:
        if shapes:
            self.shapes.append(Fill(shapes, colour, alpha, smooth, hatch))

    def stroke(
        self, line: Iterable[tuple[float, float]], colour: str, width: float, *, dashed: bool = False
    ) -> None:
        self.shapes.append(Stroke(points(line), colour, width, dashed=dashed))

    def free(self, box: Box) -> bool:
        """No label stands there yet, and it is on the canvas."""
        return box.inside(self.canvas) and not any(box.overlaps(label.box) for label in self.labels)


def points(corners: Iterable[tuple[float, float]]) -> Points:
    return np.array(list(corners), dtype=np.float64)


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    return points([(left, top), (right, top), (right, bottom), (left, bottom)])


def painted(scene: Scene, scale: int = 1) -> bytes:
    """PNG, `scale` times as many pixels each way."""
    return encoded(pictured(scene, scale))


def pictured(scene: Scene, scale: float = 1.0) -> Image.Image:
    """A Figure of its own each time: no state is shared between threads."""
    size = (round(scene.width * scale), round(scene.height * scale))
    figure = Figure(figsize=(size[0] / DPI, size[1] / DPI), dpi=DPI, facecolor=scene.ground)
    canvas = FigureCanvasAgg(figure)
    for raster in scene.rasters:
        _lay(figure, raster, scale, size[1])
    for shape in scene.shapes:
        artist = _artist(shape, scale)
        artist.set_transform(Affine2D().scale(scale, -scale).translate(0, size[1]))
        figure.add_artist(artist)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    image = Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1).convert("RGB")
    for label in scene.labels:
        draw_label(image, label, scale)
    return image


def encoded(image: Image.Image) -> bytes:
    """PNG. A palette of 256 is a quarter of the bytes and quicker than full colour."""
    few = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    png = io.BytesIO()
    few.save(png, "PNG", compress_level=COMPRESSION)
    return png.getvalue()


COMPRESSION = 4


def _lay(figure: Figure, raster: Raster, scale: float, height: int) -> None:
    left, top, right, bottom = (
        round(side * scale) for side in (raster.left, raster.top, raster.right, raster.bottom)
    )
    rows = np.arange(bottom - top) * len(raster.pixels) // (bottom - top)
    columns = np.arange(right - left) * raster.pixels.shape[1] // (right - left)
    figure.figimage(raster.pixels[rows[:, None], columns[None, :]], left, height - bottom, origin="upper")


def _artist(shape: Fill | Stroke, scale: float) -> Artist:
    if isinstance(shape, Fill):
        return PolyCollection(
            shape.shapes,
            facecolors=shape.colour,
            edgecolors=shape.hatch or "none",
            hatch="//" if shape.hatch else None,
            linewidths=0,
            alpha=shape.alpha,
            antialiaseds=shape.smooth,
        )
    return LineCollection(
        [shape.points],
        colors=shape.colour,
        linewidths=shape.width * scale,
        alpha=shape.alpha,
        linestyles=[(0, (3.0, 2.0))] if shape.dashed else "solid",
        capstyle="butt" if shape.dashed else "round",
        joinstyle="round",
    )
