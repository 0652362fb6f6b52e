"""Few colours, and the ones that matter exact."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.charts.encoding import encoded
from bot.charts.palette import PALETTES, Palette


def seen(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(encoded(Image.fromarray(pixels)))).convert("RGB"))


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=[" ".join(name) for name in PALETTES])
def test_flat_colours_stay_as_they_are(palette: Palette) -> None:
    flat = [palette.ground, palette.panel, palette.longs, palette.shorts, *palette.tiers, palette.late]
    pixels = np.repeat(np.array([[rgb(one)] for one in flat], np.uint8), 60, axis=0).repeat(600, axis=1)
    np.testing.assert_array_equal(seen(pixels), pixels)


def test_many_colours_stay_near() -> None:
    across, down = np.meshgrid(np.linspace(0, 255, 300), np.linspace(0, 255, 200))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    off = np.abs(seen(pixels).astype(int) - pixels)
    assert off.mean() < 8
    assert off.max() < 48


def test_a_single_pixel_of_another_colour_is_not_lost() -> None:
    pixels = np.full((90, 90, 3), 20, np.uint8)
    pixels[50, 50] = (250, 10, 10)
    assert np.abs(seen(pixels)[50, 50].astype(int) - (250, 10, 10)).max() <= 4
