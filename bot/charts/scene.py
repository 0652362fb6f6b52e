"""A picture before it is painted: fills, lines and labels in pixels, y downward."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray
from PIL import Image

from bot.charts.lettering import Box, Label, draw_label

Points = NDArray[np.float64]  # (n, 2)

DPI = 72


@dataclass(frozen=True)
class Fill:
    shapes: Sequence[Points]
    colour: str
    alpha: float = 1.0
    smooth: bool = False  # off for what stands on whole pixels


@dataclass(frozen=True)
class Stroke:
    points: Points
    colour: str
    width: float
    alpha: float = 1.0
    dashed: bool = False


@dataclass
class Scene:
    width: int
    height: int
    ground: str
    shapes: list[Fill | Stroke] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def canvas(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def fill(self, shapes: Sequence[Points], colour: str, alpha: float = 1.0, smooth: bool = False) -> None:
        if shapes:
            self.shapes.append(Fill(shapes, colour, alpha, smooth))

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


def painted(scene: Scene) -> bytes:
    """PNG. A Figure of its own each time: no state is shared between threads."""
    figure = Figure(figsize=(scene.width / DPI, scene.height / DPI), dpi=DPI, facecolor=scene.ground)
    downward = Affine2D().scale(1, -1).translate(0, scene.height)
    for shape in scene.shapes:
        artist = _artist(shape)
        artist.set_transform(downward)
        figure.add_artist(artist)
    raw = io.BytesIO()
    figure.savefig(raw, format="rgba", dpi=DPI, facecolor=scene.ground)
    image = Image.frombytes("RGBA", (scene.width, scene.height), raw.getvalue()).convert("RGB")
    for label in scene.labels:
        draw_label(image, label)
    return _encoded(image)


def _encoded(image: Image.Image) -> bytes:
    """A palette of 256 is a quarter of the bytes and quicker than full colour."""
    few = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    encoded = io.BytesIO()
    few.save(encoded, "PNG", compress_level=6)
    return encoded.getvalue()


def _artist(shape: Fill | Stroke) -> Artist:
    if isinstance(shape, Fill):
        return PolyCollection(
            shape.shapes,
            facecolors=shape.colour,
            edgecolors="none",
            linewidths=0,
            alpha=shape.alpha,
            antialiaseds=shape.smooth,
        )
    return LineCollection(
        [shape.points],
        colors=shape.colour,
        linewidths=shape.width,
        alpha=shape.alpha,
        linestyles=[(0, (3.0, 2.0))] if shape.dashed else "solid",
        capstyle="butt" if shape.dashed else "round",
        joinstyle="round",
    )
