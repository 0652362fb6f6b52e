"""Pictures look as they did, and a change that people would see does not pass unnoticed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from awkward_maps import usual
from baseline_pictures import BASELINES, FOLDER, Difference, difference, drawn_again, kept, small
from PIL import ImageFilter

from bot.charts.bar_map.drawn import HalfDrawn, MapDrawn, map_drawn
from bot.charts.bar_map.picture import map_scene
from bot.charts.scene import pictured
from bot.look import Look, PaletteName, Stack

USUAL = "map-seed-dark"


def drawn() -> MapDrawn:
    return map_drawn(usual(), Stack.TIER, handle="@maps_bot")


def changed(other: MapDrawn, look: Look = Look()) -> Difference:
    """From the usual map as it is kept."""
    return difference(kept(USUAL), small(pictured(map_scene(other, look))))


@pytest.mark.parametrize("name", list(BASELINES))
def test_a_picture_looks_as_it_did(name: str) -> None:
    """See baseline_pictures.py for how they are written again."""
    found = difference(kept(name), drawn_again(name))
    assert not found.is_seen, found


def test_every_picture_that_is_kept_is_looked_at() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(BASELINES)


def test_softer_edges_are_not_a_change() -> None:
    """As another version of a library might draw them."""
    soft = pictured(map_scene(drawn(), Look())).filter(ImageFilter.SMOOTH)
    found = difference(kept(USUAL), small(soft))
    assert found.mean > 1
    assert not found.is_seen


def test_a_swapped_colour_is_a_change() -> None:
    assert changed(drawn(), Look(PaletteName.EXCHANGE)).is_seen


def test_a_zone_that_is_missing_is_a_change() -> None:
    shorts = drawn().shorts
    assert changed(replace(drawn(), shorts=replace(shorts, zones=shorts.zones[:-1]))).is_seen


@pytest.mark.parametrize("side", ["longs", "shorts"])
def test_a_bar_that_is_missing_is_a_change(side: str) -> None:
    half: HalfDrawn = getattr(drawn(), side)
    tallest = int(half.totals.argmax())
    bars = tuple(
        tuple(0.0 if at == tallest else mass for at, mass in enumerate(layer)) for layer in half.bars
    )
    without = replace(half, bars=bars)
    longs, shorts = (without, drawn().shorts) if side == "longs" else (drawn().longs, without)
    assert changed(replace(drawn(), longs=longs, shorts=shorts)).is_seen


def test_a_quiet_gap_that_is_missing_is_a_change() -> None:
    assert changed(replace(drawn(), shorts=replace(drawn().shorts, gaps=()))).is_seen


def test_bars_that_are_a_tenth_taller_are_a_change() -> None:
    assert changed(replace(drawn(), ceiling=drawn().ceiling * 0.9)).is_seen
