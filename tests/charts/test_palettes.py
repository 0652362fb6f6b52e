"""Colours can be read, and told apart, in every palette and theme."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from seen_colours import NORMAL, SEEN_WITH, Floats, blended, contrast, distance, lightness

from bot.charts.bar_map.curves import AREA
from bot.charts.bar_map.gaps import SHADE
from bot.charts.palette import PALETTES, Palette, palette_of
from bot.look import Look, PaletteName, Theme

TEXT, LARGE_TEXT, SHAPE, BAR = 4.5, 3.0, 3.0, 1.5  # contrast: the first three are WCAG 2.1 AA
every = pytest.mark.parametrize("palette", list(PALETTES.values()), ids=["-".join(key) for key in PALETTES])
colour_blind = pytest.mark.parametrize(
    "palette", [palette_of(Look(PaletteName.COLOUR_BLIND, theme)) for theme in Theme], ids=list(Theme)
)
eyes = pytest.mark.parametrize("eye", [NORMAL, *SEEN_WITH.values()], ids=["normal", *SEEN_WITH])


def grounds(palette: Palette) -> list[str]:
    """All that plain text stands on: the picture, the plot, and the plot with a quiet gap's shade."""
    return [palette.ground, palette.panel, blended(palette.text, palette.panel, SHADE)]


@every
def test_text_can_be_read(palette: Palette) -> None:
    for ground in grounds(palette):
        assert contrast(palette.text, ground) >= TEXT
        assert contrast(palette.quiet, ground) >= TEXT
    assert contrast(palette.warning, palette.ground) >= TEXT


@every
def test_ink_can_be_read_on_every_plate(palette: Palette) -> None:
    for plate in (palette.longs, palette.shorts, palette.warning, palette.text, palette.quiet):
        assert contrast(palette.ink, plate) >= TEXT


@every
def test_headlines_curves_and_brackets_stand_out_in_the_colour_of_their_side(palette: Palette) -> None:
    for side in (palette.longs, palette.shorts):
        assert contrast(side, palette.ground) >= LARGE_TEXT  # also the halo between a curve and the bars
        assert contrast(side, palette.panel) >= SHAPE
        assert contrast(side, blended(side, palette.panel, AREA)) >= SHAPE


@every
def test_bars_stand_out_from_what_is_behind_them(palette: Palette) -> None:
    behind = [
        palette.panel,
        *(blended(side, palette.panel, AREA) for side in (palette.longs, palette.shorts)),
    ]
    for bar in (*palette.tiers, *palette.venues, palette.late):
        for ground in behind:
            assert contrast(bar, ground) >= BAR


@every
def test_neighbouring_layers_and_the_sides_differ(palette: Palette) -> None:
    assert distance(palette.longs, palette.shorts) >= 60
    for layers in (palette.tiers, palette.venues):
        assert min(distance(one, other) for one, other in pairwise(layers)) >= 15
    for layer in (*palette.tiers, *palette.venues):
        assert distance(layer, palette.late) >= 20


@every
def test_the_exchange_palette_is_the_seed_with_its_sides_swapped(palette: Palette) -> None:
    for theme in Theme:
        seed, exchange = (palette_of(Look(name, theme)) for name in (PaletteName.SEED, PaletteName.EXCHANGE))
        assert (seed.longs, seed.shorts) == (exchange.shorts, exchange.longs)


@every
def test_more_heat_is_always_lighter_or_always_darker(palette: Palette) -> None:
    steps = [after - before for before, after in pairwise(map(lightness, palette.heat))]
    assert all(step >= 4 for step in steps) or all(step <= -4 for step in steps)


@colour_blind
@eyes
def test_the_sides_differ_for_every_eye(palette: Palette, eye: Floats) -> None:
    assert distance(palette.longs, palette.shorts, eye) >= 60


@colour_blind
@eyes
def test_tiers_and_venues_differ_for_every_eye(palette: Palette, eye: Floats) -> None:
    assert min(distance(one, other, eye) for one, other in pairwise(palette.tiers)) >= 18
    assert min(distance(one, other, eye) for one, other in combinations(palette.venues, 2)) >= 18
    for layer in (*palette.tiers, *palette.venues):
        assert distance(layer, palette.late, eye) >= 14


@colour_blind
@eyes
def test_no_venue_has_the_colour_of_a_side(palette: Palette, eye: Floats) -> None:
    for side in (palette.longs, palette.shorts):
        assert min(distance(side, venue, eye) for venue in palette.venues) >= 12


@colour_blind
def test_tiers_are_steps_of_grey_where_there_is_no_colour(palette: Palette) -> None:
    steps = [abs(after - before) for before, after in pairwise(map(lightness, palette.tiers))]
    assert min(steps) >= 15
    assert palette.hatched


def test_a_red_and_a_green_of_like_brightness_would_fail() -> None:
    """The measure itself: what everybody else tells apart, and a deuteranope does not."""
    red, green = "#c04040", "#5c7a2e"
    assert distance(red, green) > 60
    assert distance(red, green, SEEN_WITH["deuteranopia"]) < 30
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
