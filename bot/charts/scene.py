"""A picture before it is painted: heat, fills, lines and labels in pixels, y downward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from bot.charts.canvas import Canvas, Pixels, is_rectangle
from bot.charts.canvas import Points as Points
from bot.charts.encoding import encoded
from bot.charts.lettering import Box, Label, draw_label

MARGIN = 24  # px that stay free at the edges of every picture


@dataclass(frozen=True)
class Fill:
    shapes: Sequence[Points]
    colour: str
    alpha: float = 1.0
    smooth: bool = False  # off for what stands on whole pixels
    hatch: str = ""  # lines of this colour over rectangles


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
    """On pixels of its own each time: no state is shared between threads."""
    canvas = Canvas(scene.width, scene.height, scale, scene.ground)
    for raster in scene.rasters:
        canvas.raster(raster.pixels, raster.left, raster.top, raster.right, raster.bottom)
    for shape in scene.shapes:
        if isinstance(shape, Fill):
            _fill(canvas, shape)
        else:
            canvas.line(shape.points, shape.colour, shape.width, shape.alpha, dashed=shape.dashed)
    image = Image.frombuffer("RGBA", canvas.size, canvas.pixels, "raw", "RGBA", 0, 1).convert("RGB")
    for label in scene.labels:
        draw_label(image, label, scale)
    return image


def _fill(canvas: Canvas, fill: Fill) -> None:
    plain = [] if fill.smooth else [corners for corners in fill.shapes if is_rectangle(corners)]
    for corners in plain:
        canvas.rectangle(corners, fill.colour, fill.alpha, fill.hatch)
    if len(plain) < len(fill.shapes):
        others = [corners for corners in fill.shapes if fill.smooth or not is_rectangle(corners)]
        canvas.polygons(others, fill.colour, fill.alpha, smooth=fill.smooth)
