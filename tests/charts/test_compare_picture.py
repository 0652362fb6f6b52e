"""Two maps on one percent axis: what the picture says, and that it is all there."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from drawn_maps import bins_of
from drawn_pairs import COMPARISONS, comparisons, dated, two_coins, two_venues
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.palette import palette_of
from bot.charts.scene import Fill, Scene
from bot.charts.sheet import Sheet, SheetRefused, render_sheet, sheet_json, sheet_of
from bot.charts.stacked_maps.compare_drawn import CompareDrawn, compare_drawn
from bot.charts.stacked_maps.compare_picture import comparison_scene, render_comparison
from bot.liquidation.comparison import Comparison
from bot.liquidation.side import Side
from bot.look import Drawing, Look, PaletteName, Theme

SEED = palette_of(Look())
cases = pytest.mark.parametrize("name", list(COMPARISONS))


def scene_of(pair: Comparison, handle: str = "@maps_bot") -> Scene:
    return comparison_scene(compare_drawn(pair, handle), Look())


def said_by(pair: Comparison) -> str:
    return " | ".join(label.text for label in scene_of(pair).labels)


def assert_apart(scene: Scene) -> None:
    for label in scene.labels:
        assert label.box.inside(scene.canvas), label
        assert label.size >= 26, label
    for one, other in combinations(scene.labels, 2):
        assert not one.box.overlaps(other.box), (one, other)


@settings(max_examples=30, deadline=None)
@given(comparisons(), st.sampled_from(["", "@maps_bot", "@" + "x" * 32]))
def test_no_text_is_cut_off_or_overlaps_another(pair: Comparison, handle: str) -> None:
    assert_apart(scene_of(pair, handle))


@cases
def test_texts_of_awkward_ones_are_apart_too(name: str) -> None:
    assert_apart(scene_of(COMPARISONS[name]()))


@cases
def test_the_bars_sum_to_each_map(name: str) -> None:
    pair = COMPARISONS[name]()
    drawn = compare_drawn(pair)
    for one, panel in zip(pair.both, drawn.both, strict=True):
        low, high = (one.found.price * (1 + end) for end in (drawn.edges[0], drawn.edges[-1]))
        for side in Side:
            held = bins_of(one.found, side, low, high) if one.found.venues else 0.0
            assert math.fsum(panel.bars.totals(side)) == pytest.approx(held, rel=1e-9)


@cases
def test_both_have_one_axis_with_longs_left_of_0_and_shorts_right(name: str) -> None:
    drawn = compare_drawn(COMPARISONS[name]())
    assert 0.0 in drawn.edges
    assert drawn.edges[0] == pytest.approx(-drawn.edges[-1])
    middle = drawn.edges.index(0.0)
    for panel in drawn.both:
        assert not panel.bars.totals(Side.LONG)[middle:].any()
        assert not panel.bars.totals(Side.SHORT)[:middle].any()


def test_bars_are_wide_enough_for_a_phone_and_0_is_in_the_middle() -> None:
    scene = scene_of(two_venues())
    fills = [shape for shape in scene.shapes if isinstance(shape, Fill) and len(shape.shapes) > 15]
    assert len(fills) == 4  # two panels, two sides
    for fill in fills:
        lefts, rights = ([corners[:, 0].min() for corners in fill.shapes] for _ in range(2))
        rights = [corners[:, 0].max() for corners in fill.shapes]
        assert min(right - left for left, right in zip(lefts, rights, strict=True)) >= 8
        zero = (88 + 1256) / 2
        assert max(rights) <= zero if fill.colour == SEED.longs else min(lefts) >= zero


def test_a_forwarded_picture_says_what_it_is() -> None:
    said = said_by(two_venues())
    for part in (
        "BTC/USDT · Binance vs OKX · 24h",
        "0% = own price · 100 = own tallest bar",
        "2026-02-05 14:05 UTC",
        "Binance BTCUSDT",
        "97,240 (mark)",
        "97,269 (mark)",
        "longs pay shorts 0.010% per 8 h",
        "shorts pay longs 0.003% per 8 h",
        "price 42 s, OI 42 s old",
        "basis: OKX stands 0.030% above Binance",
        "▼ LONGS force-sold if price FALLS",
        "▲ SHORTS force-bought if it RISES",
        "ESTIMATE · relative intensity · $ within a factor of 2",
        "@maps_bot",
    ):
        assert part in said


def test_a_dated_contract_says_when_it_ends_and_its_basis_in_a_year() -> None:
    said = said_by(dated())
    assert "BTC/USDT vs BTC/USDT 260327 · 24h" in said
    assert "dated: ends in 49 d 23 h, 2026-03-27 14:05 UTC" in said
    assert "basis: 260327 stands 1.10% above the perpetual (+8.0% a year)" in said


def test_the_dated_one_first_says_both_figures_with_one_sign() -> None:
    pair = dated()
    said = said_by(Comparison(pair.second, pair.first))
    assert "basis: the perpetual stands 1.09% below 260327 (−7.9% a year)" in said


def test_shares_that_are_written_alike_have_no_verdict() -> None:
    first, _ = two_venues().both
    thin = []
    for part in (27, 33):
        one = replace(first.found.venues[0], mass=first.found.venues[0].mass / part)
        found = replace(first.found, venues=(one,))
        thin.append(replace(first, shown=replace(first.shown, found=found)))
    assert Comparison(*thin).denser(0.01) is thin[0]
    assert "±1%: alike (0.1% of positions)" in said_by(Comparison(*thin))


def test_the_denser_one_is_named_with_both_shares_and_alike_is_said() -> None:
    pair = two_venues()
    thin = replace(pair.second.found.venues[0], mass=pair.second.found.venues[0].mass / 4)
    found = replace(pair.second.found, venues=(thin,))
    second = replace(pair.second, shown=replace(pair.second.shown, found=found))
    said = said_by(replace(pair, second=second))
    assert "denser within ±1%: Binance (3.5% vs 0.6% of positions) · ±5%: Binance (15% vs" in said
    assert re.search(r"Binance has 4\.\d times the \$ of OKX within ±5%", said)
    same = said_by(Comparison(pair.first, pair.first))
    assert "±5%: alike (15%)" in same
    assert "about as many $ within ±5%" in same


def test_who_is_missing_is_named_whole() -> None:
    assert "price 42 s, OI 42 s old · without OKX, kucoinfutures" in said_by(two_coins())


def test_two_coins_have_no_basis() -> None:
    assert "basis" not in said_by(two_coins())


def test_old_data_gets_a_plate_and_late_and_missing_venues_are_named() -> None:
    scene = scene_of(COMPARISONS["stale beside empty"]())
    assert [label.text for label in scene.labels if label.plate == SEED.warning] == ["2026-02-05 14:05 UTC"]
    said = " | ".join(label.text for label in scene.labels)
    assert "late: OKX" in said
    assert "nothing is modelled as open here" in said
    assert "no data · without Binance, OKX" in said_by(COMPARISONS["beside nothing"]())


def test_what_is_late_is_grey_on_top_and_named() -> None:
    drawn = compare_drawn(COMPARISONS["stale beside empty"]())
    late = drawn.first.bars.of(Side.LONG)
    assert [len(panel.bars.longs) for panel in drawn.both] == [2, 1]
    assert sum(late[1]) > 0
    scene = comparison_scene(drawn, Look())
    grey = [shape for shape in scene.shapes if isinstance(shape, Fill) and shape.colour == SEED.late]
    assert len([bar for shape in grey for bar in shape.shapes]) > 40
    with pytest.raises(ValueError, match="late"):
        replace(drawn, first=replace(drawn.first, bars=drawn.second.bars))


def test_two_zones_a_side_are_named_over_their_bars() -> None:
    drawn = compare_drawn(two_venues())
    assert [len(panel.tags) for panel in drawn.both] == [4, 4]
    plates = [label for label in scene_of(two_venues()).labels if label.plate in (SEED.longs, SEED.shorts)]
    assert len(plates) == 8
    middle = (88 + 1256) / 2
    for plate in plates:
        assert plate.box.right < middle if plate.plate == SEED.longs else plate.box.left > middle


@pytest.mark.parametrize("name", ["dated", "two coins", "beside nothing"])
def test_the_same_bytes_come_out_of_the_json(name: str) -> None:
    pair = COMPARISONS[name]()
    drawing = Drawing(look=Look(PaletteName.EXCHANGE, Theme.LIGHT))
    sheet = Sheet(drawing=drawing, drawn=compare_drawn(pair, "@maps_bot"))
    written = sheet_json(sheet)
    again = sheet_of(written)
    assert again == sheet
    assert render_sheet(again) == render_comparison(pair, drawing, "@maps_bot")


def test_a_damaged_sheet_is_refused() -> None:
    drawn = compare_drawn(two_venues())
    written = sheet_json(Sheet[CompareDrawn](drawing=Drawing(), drawn=drawn))
    with pytest.raises(SheetRefused, match="bar"):
        sheet_of(written.replace('"edges": [', '"edges": [-0.5, '))


def test_the_ceiling_of_each_is_its_own() -> None:
    drawn = compare_drawn(COMPARISONS["one tall bar"]())
    first, second = (panel.bars for panel in drawn.both)
    assert first.ceiling != second.ceiling
    for bars in (first, second):
        tallest = max(float(np.max(bars.totals(side))) for side in Side)
        assert bars.ceiling <= tallest
