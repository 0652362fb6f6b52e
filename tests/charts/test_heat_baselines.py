"""A change of a heatmap that people would see does not pass unnoticed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from awkward_maps import usual
from baseline_pictures import Difference, difference, kept, small
from made_heat import made_heat, made_orders

from bot.charts.heatmap.drawn import HeatDrawn, heat_drawn
from bot.charts.heatmap.picture import heat_scene
from bot.charts.scene import pictured
from bot.look import Drawing, Look


def drawn() -> HeatDrawn:
    shown = usual()
    history = made_heat(shown, volatility=0.006)
    return heat_drawn(shown, history, made_orders(shown, history), Drawing(), "@maps_bot")


def changed(other: HeatDrawn) -> Difference:
    """From the usual heatmap as it is kept."""
    return difference(kept("heat-seed-dark"), small(pictured(heat_scene(other, Look()))))


def test_a_streak_that_is_missing_is_a_change() -> None:
    one = drawn()
    cells = np.array(one.shorts)
    cells[int(cells.sum(axis=1).argmax())] = 0.0
    assert changed(replace(one, shorts=tuple(map(tuple, cells.tolist())))).is_seen


def test_candles_that_are_missing_are_a_change() -> None:
    one = drawn()
    assert changed(replace(one, candles=one.candles[:-12])).is_seen


def test_dots_that_are_missing_are_a_change() -> None:
    assert changed(replace(drawn(), dots=())).is_seen


def test_ends_of_streaks_that_are_missing_are_a_change() -> None:
    one = drawn()
    assert len(one.swept) >= 3
    assert changed(replace(one, swept=())).is_seen


def test_a_row_that_is_not_told_is_a_change() -> None:
    one = drawn()
    assert changed(replace(one, tags=one.tags[:-1])).is_seen
