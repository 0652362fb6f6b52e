from __future__ import annotations

import numpy as np
import pytest

from bot.charts.canvas import Canvas, is_rectangle
from bot.charts.scene import points, rectangle

GROUND, RED, WHITE = "#101820", "#ff0000", "#ffffff"
GROUND_RGB, RED_RGB, WHITE_RGB = (16, 24, 32), (255, 0, 0), (255, 255, 255)


def canvas(scale: float = 1) -> Canvas:
    return Canvas(40, 30, scale, GROUND)


def colours_of(drawn: Canvas) -> set[tuple[int, ...]]:
    return {tuple(colour) for colour in np.unique(drawn.pixels[:, :, :3].reshape(-1, 3), axis=0).tolist()}


def covered(drawn: Canvas, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all pixels of a colour."""
    rows, columns = np.nonzero((drawn.pixels[:, :, :3] == colour).all(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("scale", [1, 2, 0.5])
def test_a_rectangle_covers_its_pixels_and_no_other_in_its_very_colour(scale: float) -> None:
    drawn = canvas(scale)
    drawn.rectangle(rectangle(4, 6, 12, 20), RED)
    assert covered(drawn, RED_RGB) == tuple(int(side * scale) for side in (4, 6, 12, 20))
    assert colours_of(drawn) == {GROUND_RGB, RED_RGB}


def test_neighbours_share_their_edge_wherever_it_falls() -> None:
    for edge in np.linspace(9, 11, 21).tolist():
        drawn = canvas()
        drawn.rectangle(rectangle(2, 2, edge, 20), RED)
        drawn.rectangle(rectangle(edge, 2, 20, 20), WHITE)
        assert covered(drawn, RED_RGB)[2] == covered(drawn, WHITE_RGB)[0]


def test_a_thin_rectangle_is_mixed_with_what_is_under_it() -> None:
    drawn = canvas()
    drawn.rectangle(rectangle(4, 6, 12, 20), WHITE, alpha=0.25)
    mixed = tuple(round(0.75 * part + 0.25 * 255) for part in GROUND_RGB)
    assert colours_of(drawn) == {GROUND_RGB, mixed}


def test_hatching_stays_inside_and_leaves_most_of_the_fill() -> None:
    drawn = canvas()
    drawn.rectangle(rectangle(0, 0, 36, 24), RED, hatch=WHITE)
    assert colours_of(drawn) == {GROUND_RGB, RED_RGB, WHITE_RGB}
    assert covered(drawn, WHITE_RGB)[2] <= 36
    lines = (drawn.pixels[:24, :36, :3] == WHITE_RGB).all(axis=2).mean()
    assert 0.1 < lines < 0.4


def test_cells_are_stretched_without_blending() -> None:
    drawn = canvas()
    cells = np.array([[RED_RGB, WHITE_RGB]], dtype=np.uint8)
    drawn.raster(cells, 10, 5, 30, 25)
    assert covered(drawn, RED_RGB) == (10, 5, 20, 25)
    assert covered(drawn, WHITE_RGB) == (20, 5, 30, 25)


def test_a_polygon_and_a_line_stand_where_they_are_said_to() -> None:
    drawn = canvas()
    drawn.polygons([points([(10, 20), (20, 20), (15, 10)])], RED)
    assert tuple(drawn.pixels[18, 15, :3]) == RED_RGB
    assert tuple(drawn.pixels[11, 10, :3]) == GROUND_RGB
    drawn.line(points([(2, 5), (38, 5)]), WHITE, 4, 1.0, dashed=False)
    assert tuple(drawn.pixels[5, 30, :3]) == WHITE_RGB
    assert tuple(drawn.pixels[25, 30, :3]) == GROUND_RGB


def test_what_a_rectangle_is() -> None:
    assert is_rectangle(rectangle(1, 2, 3, 4))
    assert not is_rectangle(points([(0, 0), (2, 0), (1, 1)]))
    assert not is_rectangle(points([(0, 0), (2, 0.1), (2, 1), (0, 1)]))


def test_polygons_that_overlap_are_one_shape() -> None:
    drawn = canvas()
    square = [
        points([(10, 10), (20, 10), (20, 20), (10, 20)]),
        points([(15, 10), (25, 10), (25, 20), (15, 20)]),
    ]
    drawn.polygons(square, RED, alpha=0.5)
    row = drawn.pixels[15, :, 0]
    assert len(set(row[11:24].tolist())) == 1
    assert row[12] != row[30]
