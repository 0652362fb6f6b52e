"""A picture as PNG bytes of at most 256 colours: a quarter of the bytes of full colour, and quicker."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]  # (rows, columns, 3)
Ints = NDArray[np.int64]

COLOURS = 256
CELLS = 1 << 15  # five bits a channel
EVERY = 3  # pixel that a colour is averaged over
COMPRESSION = 3  # beyond it time grows faster than bytes shrink


def encoded(image: Image.Image) -> bytes:
    """PNG of an RGB picture. The colours that cover the most stay exact: Pillow's own quick palette moves
    pale grounds and panels until they are the same."""
    few = in_few_colours(np.asarray(image))
    png = io.BytesIO()
    few.save(png, "PNG", compress_level=COMPRESSION)
    return png.getvalue()


def in_few_colours(pixels: Pixels) -> Image.Image:
    cell = np.asarray((pixels[..., 0] >> 3).astype(np.uint16) << 10, np.uint16)
    cell |= (pixels[..., 1] >> 3).astype(np.uint16) << 5
    cell |= pixels[..., 2] >> 3
    count = np.bincount(cell.ravel(), minlength=CELLS)
    used = np.argsort(-count, kind="stable")[: np.count_nonzero(count)]
    colours = _means(pixels, cell, used[:COLOURS])
    place = np.zeros(CELLS, np.uint8)
    place[used[:COLOURS]] = np.arange(len(used[:COLOURS]))
    place[used[COLOURS:]] = _nearest(_centres(used[COLOURS:]), colours)
    few = Image.fromarray(place[cell])
    few.putpalette(colours.tobytes())
    return few


def _means(pixels: Pixels, cell: NDArray[np.uint16], wanted: Ints) -> Pixels:
    """Mean colour of each cell, over every third pixel each way; where none of these is in it, its middle."""
    sample, seen = cell[::EVERY, ::EVERY].ravel(), pixels[::EVERY, ::EVERY].reshape(-1, 3)
    count = np.bincount(sample, minlength=CELLS)[wanted, None]
    sums = np.stack([np.bincount(sample, seen[:, c], CELLS)[wanted] for c in range(3)], axis=1)
    means = np.where(count > 0, np.rint(sums / np.maximum(count, 1)), _centres(wanted))
    return means.astype(np.uint8)


def _centres(cells: Ints) -> Ints:
    return np.stack([cells >> 10, cells >> 5 & 31, cells & 31], axis=1) * 8 + 4


def _nearest(colours: Ints, palette: Pixels) -> Ints:
    known, wanted = palette.astype(np.float64), colours.astype(np.float64)
    return np.asarray(((known**2).sum(axis=1) - 2 * wanted @ known.T).argmin(axis=1))
