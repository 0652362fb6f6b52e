"""What holds of a map's picture in every palette, theme, stack and awkward case, without painting it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from awkward_maps import AWKWARD, usual
from drawn_maps import bins_of

from bot.charts.bar_map.axes import MOST_TICKS, draw_amounts, draw_levels
from bot.charts.bar_map.bars import draw_bars, draw_notches
from bot.charts.bar_map.curves import CURVE, draw_curves
from bot.charts.bar_map.drawn import MapDrawn, map_drawn
from bot.charts.bar_map.frame import Frame, frame_of
from bot.charts.bar_map.picture import map_scene
from bot.charts.lettering import Box, Label
from bot.charts.palette import palette_of
from bot.charts.scene import Fill, Points, Scene, Stroke
from bot.liquidation.side import Side
from bot.look import Look, PaletteName, Stack, Theme

LOOKS = [Look(palette, theme) for palette in PaletteName for theme in Theme]
SEED = palette_of(Look())
SCALES = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
FULL_OF_ZONES = 406  # where the plot begins under three rows of zones
cases = pytest.mark.parametrize("name", list(AWKWARD))
stacks = pytest.mark.parametrize("stack", list(Stack))


@lru_cache
def drawn_of(name: str, stack: Stack = Stack.TIER) -> MapDrawn:
    return map_drawn(AWKWARD[name](), stack, handle="@maps_bot")


def plot_of(drawn: MapDrawn) -> tuple[Scene, Frame]:
    """An empty picture, and where its plot would be."""
    return Scene(1280, 1024, SEED.ground), frame_of(drawn, FULL_OF_ZONES)


def fills_of(scene: Scene) -> list[Fill]:
    return [shape for shape in scene.shapes if isinstance(shape, Fill)]


def strokes_of(scene: Scene) -> list[Stroke]:
    return [shape for shape in scene.shapes if isinstance(shape, Stroke)]


def box_of(corners: Points) -> Box:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


@cases
@stacks
def test_texts_are_inside_and_apart_in_every_look(name: str, stack: Stack) -> None:
    for look in LOOKS:
        scene = map_scene(drawn_of(name, stack), look)
        assert all(label.box.inside(scene.canvas) for label in scene.labels)
        overlapping = [(a.text, b.text) for a, b in combinations(scene.labels, 2) if a.box.overlaps(b.box)]
        assert not overlapping


@cases
def test_nothing_is_drawn_outside_the_picture(name: str) -> None:
    scene = map_scene(drawn_of(name), Look())
    for fill in fills_of(scene):
        assert all(box_of(shape).inside(scene.canvas) for shape in fill.shapes)
    for stroke in strokes_of(scene):
        assert box_of(stroke.points).inside(scene.canvas)


@cases
def test_a_look_changes_colours_and_nothing_else(name: str) -> None:
    told = [[(label.text, label.box) for label in map_scene(drawn_of(name), look).labels] for look in LOOKS]
    assert all(one == told[0] for one in told)


@cases
def test_the_price_is_inside_its_axis_and_the_ticks_are_where_they_say(name: str) -> None:
    drawn = drawn_of(name)
    scene, frame = map_scene(drawn, Look()), frame_of(drawn, FULL_OF_ZONES)
    assert frame.left < frame.x_of(drawn.price) < frame.right
    ticks = [label for label in scene.labels if label.baseline == frame.bottom + 45]
    assert 2 <= len(ticks) <= MOST_TICKS
    for tick in ticks:
        middle = (tick.box.left + tick.box.right) / 2
        assert middle == pytest.approx(frame.x_of(float(tick.text.replace(",", ""))), abs=1)


@cases
def test_the_percent_row_agrees_with_the_price_row(name: str) -> None:
    drawn = drawn_of(name)
    scene, frame = map_scene(drawn, Look()), frame_of(drawn, FULL_OF_ZONES)
    ticks = [label for label in scene.labels if label.baseline == frame.bottom + 92]
    assert 3 <= len(ticks) <= MOST_TICKS
    for tick in ticks:
        percent = float(tick.text.replace("−", "-").rstrip("%"))
        at = frame.x_of(drawn.price * (1 + percent / 100))
        assert (tick.box.left + tick.box.right) / 2 == pytest.approx(at, abs=1)


@cases
def test_at_most_five_ticks_of_each_value_that_agree_with_bars_and_curves(name: str) -> None:
    drawn = drawn_of(name)
    scene, frame = plot_of(drawn)
    draw_levels(scene, frame, SEED)
    levels = {label.text: label.baseline for label in scene.labels}
    scene.labels.clear()
    draw_amounts(scene, frame, drawn, SEED)
    amounts = {label.text.lstrip("$"): label.baseline for label in scene.labels}
    assert list(levels) == ["0", "25", "50", "75", "100"]
    assert len(amounts) <= 5
    top = drawn.curve_top * drawn.price
    for text, baseline in amounts.items():
        value = float(text.rstrip("kMBT")) * SCALES.get(text[-1], 1.0)
        along = (levels["0"] - baseline) / (levels["0"] - levels["100"])
        assert along == pytest.approx(value / top, abs=0.02)


@cases
@stacks
def test_bars_are_as_tall_as_the_map_is_dense(name: str, stack: Stack) -> None:
    """Each bar's height is the mass between its prices, to the pixel; cut ones reach the ceiling."""
    shown, drawn = AWKWARD[name](), drawn_of(name, stack)
    scene, frame = plot_of(drawn)
    draw_bars(scene, frame, drawn, SEED)
    boxes = [box_of(shape) for fill in fills_of(scene) for shape in fill.shapes]
    height = frame.bottom - frame.y_of(1)
    for side in Side:
        for at in range(len(drawn.edges) - 1):
            low, high = drawn.span(side, at)
            left, right = round(frame.x_of(low)), round(frame.x_of(high))
            stacked = sum(box.bottom - box.top for box in boxes if (box.left, box.right) == (left, right - 1))
            if right - 1 > left and drawn.ceiling:
                level = min(1.0, bins_of(shown.found, side, low, high) / drawn.ceiling)
                assert stacked == pytest.approx(level * height, abs=1)


@cases
def test_bars_are_8_px_wide_with_a_gap_of_1(name: str) -> None:
    """But for the two that the price cuts."""
    drawn = drawn_of(name)
    scene, frame = plot_of(drawn)
    draw_bars(scene, frame, drawn, SEED)
    places = sorted({(box.left, box.right) for fill in fills_of(scene) for box in map(box_of, fill.shapes)})
    narrow = [right - left for left, right in places if right - left < 8]
    assert len(narrow) <= 2
    assert all(after[0] - before[1] >= 1 for before, after in pairwise(places))


@cases
def test_layers_stand_on_each_other(name: str) -> None:
    drawn = drawn_of(name)
    scene, frame = plot_of(drawn)
    draw_bars(scene, frame, drawn, SEED)
    bars: dict[float, list[Box]] = {}
    for fill in fills_of(scene):
        for box in map(box_of, fill.shapes):
            bars.setdefault(box.left, []).append(box)
    for stack in bars.values():
        assert stack[0].bottom == frame.bottom
        assert all(upper.bottom == lower.top for lower, upper in pairwise(stack))


@cases
def test_curves_fall_to_0_at_the_price_and_rise_from_it(name: str) -> None:
    drawn = drawn_of(name)
    scene, frame = plot_of(drawn)
    draw_curves(scene, frame, drawn, SEED)
    curves = [stroke for stroke in strokes_of(scene) if stroke.width == CURVE]
    held = [side for side in Side if sum(map(sum, drawn.half(side).bars)) > 0]
    assert [curve.colour for curve in curves] == [SEED.side(side) for side in held]
    for side, curve in zip(held, curves, strict=True):
        across, up = curve.points[:, 0], frame.bottom - curve.points[:, 1]
        assert (across[0], up[0]) == (frame.x_of(drawn.price), 0)
        assert (np.diff(across) * side.sign > 0).all()
        assert (np.diff(up) >= 0).all()
    tops = [frame.bottom - float(curve.points[-1, 1]) for curve in curves]
    assert not tops or max(tops) == pytest.approx(frame.bottom - frame.y_of(1))


def test_every_cut_bar_has_its_notch() -> None:
    drawn = drawn_of("one tall bar")
    scene, frame = plot_of(drawn)
    draw_notches(scene, frame, drawn, SEED)
    cuts, arrows = fills_of(scene)
    clipped = [(side, at) for side in Side for at in drawn.half(side).clipped]
    assert 0 < len(clipped) == len(cuts.shapes) == len(arrows.shapes)
    for (side, at), cut in zip(clipped, cuts.shapes, strict=True):
        assert box_of(cut).left == pytest.approx(frame.x_of(drawn.span(side, at)[0]))
    assert not drawn_of("usual").longs.clipped


def test_quiet_gaps_are_shaded_where_they_are() -> None:
    drawn = drawn_of("usual")
    scene, frame = map_scene(drawn, Look()), frame_of(drawn, FULL_OF_ZONES)
    shades = [box_of(shape) for fill in fills_of(scene) if fill.colour == SEED.text and fill.alpha < 0.1
              for shape in fill.shapes]  # fmt: skip
    gaps = [*drawn.longs.gaps, *drawn.shorts.gaps]
    assert gaps
    for (low, high), shade in zip(gaps, shades, strict=True):
        assert (shade.left, shade.right) == (round(frame.x_of(low)), round(frame.x_of(high)))
    assert "quiet" in [label.text for label in scene.labels]


def test_what_was_filtered_away_is_not_said_to_be_quiet_or_missing() -> None:
    drawn = drawn_of("high leverage shorts")
    said = [label.text for label in map_scene(drawn, Look()).labels]
    assert "BTC/USDT · liquidation map · 24h · only 25–50x, >50x · shorts" in said
    assert "longs not shown" in said
    assert not [text for text in said if "none modelled" in text or text == "quiet"]
    assert not [*drawn.longs.gaps, *drawn.shorts.gaps]


def test_the_highest_leverage_is_hatched_for_the_colour_blind_alone() -> None:
    for look in LOOKS:
        palette = palette_of(look)
        hatched = [fill for fill in fills_of(map_scene(drawn_of("usual"), look)) if fill.hatch]
        assert {fill.colour for fill in hatched} == ({palette.tiers[-1]} if palette.hatched else set())


def test_a_venue_keeps_its_colour_while_another_is_late() -> None:
    def colour_of(name: str, venue: str) -> str:
        scene = map_scene(drawn_of(name, Stack.VENUE), Look())
        label = next(label for label in scene.labels if label.text == venue)
        return next(
            fill.colour
            for fill in fills_of(scene)
            if len(fill.shapes) == 1 and _beside(fill.shapes[0], label)
        )

    assert colour_of("usual", "Bybit") == colour_of("stale venue", "Bybit")


def _beside(shape: Points, label: Label) -> bool:
    box = box_of(shape)
    return box.top < label.baseline <= box.bottom and 0 < label.left - box.right < 20


def test_a_map_of_the_past_says_so_on_a_plate() -> None:
    scene = map_scene(map_drawn(replace(usual(), was=True), Stack.TIER), Look())
    assert [label.text for label in scene.labels if label.plate == SEED.warning] == [
        "AS IT WAS 2026-02-05 14:05 UTC"
    ]


def test_a_single_venue_is_in_the_title_with_its_contract_below() -> None:
    said = [label.text for label in map_scene(drawn_of("one venue"), Look()).labels]
    assert "OKX ETH/USDT · liquidation map · all open" in said
    assert "OKX ETH-USDT-SWAP" in said


@cases
def test_sizes_that_a_phone_shows(name: str) -> None:
    drawn = drawn_of(name)
    scene, frame = map_scene(drawn, Look()), frame_of(drawn, FULL_OF_ZONES)
    below = [label for label in scene.labels if frame.bottom < label.baseline < frame.bottom + 100]
    assert min(label.size for label in below) >= 32
    assert min(label.size for label in scene.labels) >= 26
    assert all(stroke.width >= 4 for stroke in strokes_of(scene))
    assert max(label.size for label in scene.labels) >= 44
