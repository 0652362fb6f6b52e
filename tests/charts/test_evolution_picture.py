"""One pair's windows under each other: what the picture says, and that it is all there."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from awkward_maps import usual
from drawn_maps import bins_of
from drawn_pairs import EVOLUTIONS, evolutions, evolving
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.palette import PALETTES, mixed, palette_of
from bot.charts.scene import Fill, Scene, Stroke
from bot.charts.sheet import Sheet, SheetRefused, render_sheet, sheet_json, sheet_of
from bot.charts.stacked_maps.evolution_drawn import evolution_drawn
from bot.charts.stacked_maps.evolution_picture import evolution_scene, render_evolution
from bot.liquidation.evolution import Evolution
from bot.liquidation.side import Side
from bot.look import Drawing, Look, PaletteName, Theme

SEED = palette_of(Look())
cases = pytest.mark.parametrize("name", list(EVOLUTIONS))


def scene_of(found: Evolution, handle: str = "@maps_bot") -> Scene:
    return evolution_scene(evolution_drawn(found, handle), Look())


def said_by(found: Evolution) -> str:
    return " | ".join(label.text for label in scene_of(found).labels)


def assert_apart(scene: Scene) -> None:
    for label in scene.labels:
        assert label.box.inside(scene.canvas), label
        assert label.size >= 26, label
    for one, other in combinations(scene.labels, 2):
        assert not one.box.overlaps(other.box), (one, other)


@settings(max_examples=25, deadline=None)
@given(evolutions(), st.sampled_from(["", "@maps_bot", "@" + "x" * 32]))
def test_no_text_is_cut_off_or_overlaps_another(found: Evolution, handle: str) -> None:
    assert_apart(scene_of(found, handle))


@cases
def test_texts_of_awkward_ones_are_apart_too(name: str) -> None:
    assert_apart(scene_of(EVOLUTIONS[name]()))


@cases
def test_the_bars_of_each_row_sum_to_its_map(name: str) -> None:
    found = EVOLUTIONS[name]()
    drawn = evolution_drawn(found)
    for window, row in zip(found.maps, drawn.rows, strict=True):
        for side in Side:
            held = bins_of(window, side, drawn.edges[0], drawn.edges[-1]) if window.venues else 0.0
            assert math.fsum(row.bars.totals(side)) == pytest.approx(held, rel=1e-9, abs=1e-9)


def test_what_is_new_is_the_same_in_every_row() -> None:
    drawn = evolution_drawn(EVOLUTIONS["eight zones"]())
    for side in Side:
        newest = [np.array(row.bars.of(side)[0]) for row in drawn.rows]
        np.testing.assert_allclose(newest[1], newest[0])
        np.testing.assert_allclose(newest[2], newest[0])
        np.testing.assert_allclose(drawn.rows[2].bars.of(side)[1], drawn.rows[1].bars.of(side)[1])


def test_all_rows_have_one_axis_and_a_marker_that_leaves_the_headings_alone() -> None:
    scene = scene_of(EVOLUTIONS["eight zones"]())
    dashed = [shape for shape in scene.shapes if isinstance(shape, Stroke) and shape.dashed]
    (x,) = {float(end) for line in dashed for end in line.points[:, 0]}
    panels = [
        shape.shapes[0] for shape in scene.shapes if isinstance(shape, Fill) and shape.colour == SEED.panel
    ]
    assert len(panels) == len(dashed) == 3
    for line, panel in zip(dashed, panels, strict=True):
        assert panel[:, 1].min() <= line.points[0, 1] < line.points[1, 1] == panel[:, 1].max()
    for side in Side:
        shades = {mixed(SEED.side(side), SEED.panel, strength) for strength in (1.0, 0.6, 0.36)}
        bars = [
            corners
            for shape in scene.shapes
            if isinstance(shape, Fill) and shape.colour in shades and len(shape.shapes) > 3
            for corners in shape.shapes
        ]
        assert bars
        ends = [corners[:, 0].max() <= x + 1 if side is Side.LONG else corners[:, 0].min() >= x - 1
                for corners in bars]  # fmt: skip
        assert all(ends)


def test_a_forwarded_picture_says_what_it_is() -> None:
    said = said_by(evolving(usual()))
    for part in (
        "BTC/USDT · evolution · 24h to 30d",
        "Price 97,240 (mark)",
        "2026-02-05 14:05 UTC · price 42 s old, OI 42 s (Binance)",
        "24h: ",
        "of everything open",
        "last 24h",
        "24h–3d",
        "3d–30d",
        "Binance BTCUSDT",
        "ESTIMATE · relative intensity",
        "@maps_bot",
    ):
        assert part in said


def test_a_month_that_is_not_covered_is_named_and_everything_open_stands_in() -> None:
    said = said_by(EVOLUTIONS["not covered"]())
    assert "everything open" in said
    assert "30d not covered" in said
    assert "before 3d" in said


def test_what_is_late_is_grey_in_every_row_and_named_in_the_legend() -> None:
    found = EVOLUTIONS["stale venue"]()
    drawn = evolution_drawn(found)
    assert [row.layers for row in drawn.rows] == [
        ("24h", "late"), ("24h", "3d", "late"), ("24h", "3d", "30d", "late")
    ]  # fmt: skip
    assert "late: OKX" in said_by(found)
    assert all(sum(row.bars.of(side)[-1]) > 0 for row in drawn.rows for side in Side)


def test_venues_that_a_row_lacks_are_named() -> None:
    assert "without Binance" in said_by(EVOLUTIONS["fewer venues"]())


def test_each_zone_is_named_once_on_the_row_that_shows_it() -> None:
    found = EVOLUTIONS["eight zones"]()
    drawn = evolution_drawn(found)
    named = [tag.id for row in drawn.rows for tag in row.tags] + list(drawn.older)
    assert len(named) == len(set(named)) == 6
    by_id = {zone.id: zone for zone in found.zones}
    for window, row in zip(found.maps, drawn.rows, strict=True):
        for tag in row.tags:
            assert found.newer(by_id[tag.id], window) >= 0.5


@pytest.mark.parametrize("name", ["usual", "not covered", "without venues"])
def test_the_same_bytes_come_out_of_the_json(name: str) -> None:
    found = EVOLUTIONS[name]()
    drawing = Drawing(look=Look(PaletteName.COLOUR_BLIND, Theme.LIGHT))
    sheet = Sheet(drawing=drawing, drawn=evolution_drawn(found, "@maps_bot"))
    again = sheet_of(sheet_json(sheet))
    assert again == sheet
    assert render_sheet(again) == render_evolution(found, drawing, "@maps_bot")


def test_a_row_without_a_layer_for_each_window_is_refused() -> None:
    drawn = evolution_drawn(evolving(usual()))
    with pytest.raises(ValueError, match="layer"):
        replace(drawn, rows=drawn.rows[1:])
    with pytest.raises(SheetRefused, match="damaged"):
        sheet_of(sheet_json(Sheet(drawing=Drawing(), drawn=drawn)).replace('"rows": [', '"rows": [3, '))


@pytest.mark.parametrize("look", list(PALETTES), ids=str)
def test_the_shades_of_age_can_be_told_apart_and_from_the_panel(look: tuple[PaletteName, Theme]) -> None:
    palette = PALETTES[look]
    for side in Side:
        shades = [mixed(palette.side(side), palette.panel, strength) for strength in (1.0, 0.6, 0.36, 0.0)]
        for one, other in pairwise(shades):
            assert _contrast(one, other) > 1.25, look


def _contrast(one: str, other: str) -> float:
    """Ratio of relative luminances as WCAG 2 defines them."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
