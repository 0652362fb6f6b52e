"""The heatmap as a scene: what is said, where it stands, and that it can be read."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from awkward_maps import AWKWARD, high_leverage_shorts, stale, usual
from drawn_maps import AS_OF_MS, maps_with_zones
from hypothesis import given, settings
from hypothesis import strategies as st
from made_heat import made_heat, made_orders
from PIL import Image
from seen_colours import contrast, lightness

from bot.charts.heatmap.drawn import heat_drawn
from bot.charts.heatmap.frame import LEFT, RIGHT, TOP
from bot.charts.heatmap.picture import heat_scene, render_heat
from bot.charts.heatmap.tags import BASELINES
from bot.charts.palette import PALETTES, Palette, palette_of, rgb
from bot.charts.scene import Fill, Scene
from bot.charts.sheet import Sheet, render_sheet, sheet_json, sheet_of
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import WINDOWS
from bot.liquidation.zone import Zone
from bot.look import Drawing, Look, Overlay, PaletteName, Theme

SEED = palette_of(Look())
NONE_REPORTED = ReportedOrders(0, 1, (), ())
BOTH = Drawing(overlays=frozenset(Overlay))
cases = pytest.mark.parametrize("name", [name for name in AWKWARD if name != "without venues"])
looks = pytest.mark.parametrize("palette", list(PALETTES.values()), ids=[f"{a}-{b}" for a, b in PALETTES])


def scene_of(
    shown: Snapshot, history: HeatHistory | None = None, drawing: Drawing = BOTH, handle: str = "@maps_bot"
) -> Scene:
    told = made_heat(shown) if history is None else history
    drawn = heat_drawn(shown, told, made_orders(shown, told), drawing, handle)
    return heat_scene(drawn, drawing.look)


def said(scene: Scene) -> str:
    return " | ".join(label.text for label in scene.labels)


def check_texts(scene: Scene) -> None:
    for label in scene.labels:
        assert label.box.inside(scene.canvas), label
        assert label.size >= 26, label
    for one, other in combinations(scene.labels, 2):
        assert not one.box.overlaps(other.box), (one, other)


@settings(max_examples=25, deadline=None)
@given(
    maps_with_zones().filter(lambda drawn: bool(drawn[0].venues)),
    st.sampled_from(["12h", "24h", "7d", "1y"]),
    st.sampled_from([0, 20, 71]),
    st.floats(-12, -1).map(lambda power: 10.0**power),
    st.sampled_from(["", "@maps_bot", "@" + "x" * 32]),
    st.integers(0, 9),
    st.sampled_from([0.0005, 0.004, 0.02]),
)
def test_no_text_is_cut_off_or_overlaps_another(
    found: tuple[LiquidationMap, list[Zone]],
    window: str,
    unknown: int,
    tick: float,
    handle: str,
    seed: int,
    volatility: float,
) -> None:
    shown = Snapshot(found[0], tuple(found[1]), tick * found[0].price, AS_OF_MS + 42_000)
    history = made_heat(shown, window, unknown=unknown, seed=seed, volatility=volatility)
    check_texts(scene_of(shown, history, handle=handle))


@cases
@pytest.mark.parametrize("window", list(WINDOWS))
def test_awkward_cases_can_be_read(name: str, window: str) -> None:
    shown = AWKWARD[name]()
    scene = scene_of(shown, made_heat(shown, window))
    check_texts(scene)
    assert "heatmap" in said(scene)


def test_sizes_of_an_ordinary_heatmap() -> None:
    scene = scene_of(usual())
    size_of = {label.text: label.size for label in scene.labels}
    assert size_of["BTC/USDT · heatmap · 24h"] == 52
    assert size_of["97,240"] == 40
    assert size_of["▲ SHORTS: liquidated if price RISES"] == 34
    assert size_of["0"] == 32
    assert size_of["ESTIMATE · relative intensity · $ within a factor of 2"] >= 26
    ticks = [label for label in scene.labels if label.left > RIGHT and label.size == 32]
    assert 2 <= len(ticks) <= 16


def test_a_forwarded_picture_says_what_it_is() -> None:
    shown = usual()
    text = said(scene_of(shown, made_heat(shown, volatility=0.008)))
    for part in (
        "BTC/USDT · heatmap · 24h",
        "Price 97,240 (mark)",
        "2026-02-05 14:05 UTC · price 42 s old, OI 42 s (Binance)",
        "▲ SHORTS: liquidated if price RISES",
        "▼ LONGS: liquidated if price FALLS",
        "open now",
        "UTC",
        "long | short liquidated, area = amount",
        "Binance ≥$12M longs, ≥$3.4M shorts",
        "OKX ≥$810k longs, ≥$0 shorts since 02:05",
        "average of 20 closes",
        "traded volume",
        "swept",
        "ESTIMATE · relative intensity",
        "@maps_bot",
    ):
        assert part in text


def test_shorts_are_said_above_the_plot_and_longs_under_it() -> None:
    scene = scene_of(usual())
    baselines = {label.text: label.baseline for label in scene.labels}
    (bottom,) = {raster.bottom for raster in scene.rasters if raster.left == LEFT}
    assert baselines["▲ SHORTS: liquidated if price RISES"] < TOP
    assert baselines["▼ LONGS: liquidated if price FALLS"] > bottom


def test_dots_stand_on_the_candles_with_an_outline_and_the_legend_says_whose_they_are() -> None:
    fills = [one for one in scene_of(usual()).shapes if isinstance(one, Fill)]
    candles = max(at for at, fill in enumerate(fills) if fill.colour in SEED.candles)
    round_ones = [fill for fill in fills[candles + 1 :] if fill.smooth and len(fill.shapes[0]) == 20]
    assert round_ones[0].colour == SEED.outline
    assert {fill.colour for fill in round_ones} == {SEED.outline, SEED.longs, SEED.shorts}
    for side, text in ((Side.LONG, "long"), (Side.SHORT, "short liquidated, area = amount")):
        (named,) = (one for one in scene_of(usual()).labels if one.text == text)
        dot = next(fill.shapes[0] for fill in fills if fill.smooth and fill.colour == SEED.side(side))
        assert 0 < named.left - float(dot[:, 0].max()) < 12


@cases
def test_what_is_said_of_bright_rows_is_large_and_whole(name: str) -> None:
    scene = scene_of(AWKWARD[name]())
    size_of = {label.text: label.size for label in scene.labels if label.baseline in BASELINES}
    assert all(size >= 32 for text, size in size_of.items() if not text.startswith(("colour", "nothing")))
    assert not any("…" in text for text in size_of)


def test_what_was_not_selected_is_said() -> None:
    text = said(scene_of(high_leverage_shorts()))
    assert "BTC/USDT · heatmap · 24h · only 25–50x, >50x · shorts" in text
    assert "longs not shown" in text
    assert "LONGS" not in text
    assert "$12M longs" not in text


def test_late_venues_are_named_with_their_share_and_age() -> None:
    text = said(scene_of(stale()))
    assert "OKX (" in text
    assert "34 min late" in text


def test_what_nobody_knows_is_hatched_and_said() -> None:
    shown = usual()
    scene = scene_of(shown, made_heat(shown, unknown=30))
    assert "not known before Feb 4 21:50" in said(scene)
    hatched = [fill for fill in scene.shapes if isinstance(fill, Fill) and fill.hatch]
    widest = max(float(np.ptp(shape[:, 0])) for fill in hatched for shape in fill.shapes)
    assert widest == pytest.approx((RIGHT - LEFT) * 30 / 96, abs=1)
    assert "not known" not in said(scene_of(shown))


def test_where_nobody_listened_that_is_said() -> None:
    shown = usual()
    history = made_heat(shown)
    scene = heat_scene(heat_drawn(shown, history, NONE_REPORTED, BOTH), Look())
    assert "liquidations: none recorded" in said(scene)


def test_the_colour_bar_has_two_labels() -> None:
    scene = scene_of(usual())
    left = [label.text for label in scene.labels if label.box.right < LEFT and TOP < label.baseline < 1000]
    assert len(left) == 2
    assert left[0].startswith("≈$")
    assert left[1] == "0"


def test_each_bright_row_has_its_words_and_its_mark() -> None:
    shown = usual()
    history = made_heat(shown)
    drawn = heat_drawn(shown, history, NONE_REPORTED, BOTH)
    plates = [label.text for label in heat_scene(drawn, Look()).labels if label.plate]
    for at, tag in enumerate(drawn.tags):
        assert plates.count(tag.zone or f"#{at + 1}") == 2


@looks
def test_candles_are_seen_on_any_heat(palette: Palette) -> None:
    for body in palette.candles:
        assert contrast(body, palette.outline) >= 3
        for heat in palette.heat:
            assert max(contrast(body, heat), contrast(palette.outline, heat)) >= 3


@looks
def test_heat_grows_evenly_away_from_the_ground(palette: Palette) -> None:
    steps = [lightness(colour) for colour in palette.heat]
    assert steps in (sorted(steps), sorted(steps, reverse=True))
    assert contrast(palette.heat[0], palette.heat[-1]) >= 7


@cases
def test_the_same_bytes_come_out_of_the_json(name: str) -> None:
    shown = AWKWARD[name]()
    drawing = replace(BOTH, look=Look(PaletteName.COLOUR_BLIND, Theme.LIGHT), contrast=5)
    history = made_heat(shown, "3d", unknown=3)
    orders = made_orders(shown, history)
    drawn = heat_drawn(shown, history, orders, drawing, "@maps_bot")
    written = sheet_json(Sheet(drawing=drawing, drawn=drawn))
    assert sheet_json(sheet_of(written)) == written
    assert render_sheet(sheet_of(written)) == render_heat(shown, history, orders, drawing, "@maps_bot")


def test_a_png_that_telegram_does_not_resample() -> None:
    shown = usual()
    history = made_heat(shown)
    orders = made_orders(shown, history)
    image = Image.open(io.BytesIO(render_heat(shown, history, orders, BOTH)))
    assert (image.format, image.size) == ("PNG", (1280, 1280))
    large = Image.open(io.BytesIO(render_heat(shown, history, orders, replace(BOTH, full=True))))
    assert large.size == (2560, 2560)


@looks
def test_the_most_is_the_brightest_pixel_and_nothing_the_darkest(palette: Palette) -> None:
    look = next(Look(*named) for named, one in PALETTES.items() if one is palette)
    shown = usual()
    drawn = heat_drawn(shown, made_heat(shown), NONE_REPORTED, Drawing(look), "")
    (heat,) = (raster for raster in heat_scene(drawn, look).rasters if raster.left == LEFT)
    levels = drawn.levels()[::-1]
    assert tuple(heat.pixels[np.unravel_index(levels.argmax(), levels.shape)]) == rgb(palette.heat[-1])
    assert {tuple(pixel) for pixel in heat.pixels[levels == 0].tolist()} == {rgb(palette.heat[0])}
    assert palette_of(look) is palette
