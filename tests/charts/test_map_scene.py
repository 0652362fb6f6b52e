from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from drawn_maps import AS_OF_MS, made_map, made_zone, maps_with_zones
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.bar_map.drawn import map_drawn
from bot.charts.bar_map.picture import map_scene
from bot.charts.bar_map.price_bars import LATE, price_bars
from bot.charts.palette import palette_of
from bot.charts.scene import Fill, Scene
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import told_zones
from bot.liquidation.zone import Zone
from bot.look import Look, Stack

MINUTE_MS = 60_000
SEED = palette_of(Look())
drawings = settings(max_examples=60, deadline=None)


def scene_of(
    found: LiquidationMap,
    zones: list[Zone],
    *,
    age_ms: int = 42_000,
    stack: Stack = Stack.TIER,
    handle: str = "@maps_bot",
) -> Scene:
    shown = Snapshot(found, tuple(zones), found.price * 1e-6, AS_OF_MS + age_ms)
    return map_scene(map_drawn(shown, stack, handle=handle), Look())


def texts_of(scene: Scene) -> list[str]:
    return [label.text for label in scene.labels]


@drawings
@given(
    maps_with_zones(),
    st.sampled_from([0, 10 * MINUTE_MS, 5_000 * MINUTE_MS]),
    st.sampled_from(["", "@maps_bot", "@" + "x" * 32]),
    st.sampled_from([0.03, 0.07, 0.18, None]),
    st.floats(-12, -1).map(lambda power: 10.0**power),
    st.sampled_from(list(Stack)),
)
def test_no_text_is_cut_off_or_overlaps_another(
    drawn: tuple[LiquidationMap, list[Zone]],
    age_ms: int,
    handle: str,
    reach: float | None,
    tick: float,
    stack: Stack,
) -> None:
    found, zones = drawn
    shown = Snapshot(found, tuple(zones), tick * found.price, AS_OF_MS + age_ms)
    scene = map_scene(map_drawn(shown, stack, reach, handle), Look())
    for label in scene.labels:
        assert label.box.inside(scene.canvas), label
    for one, other in combinations(scene.labels, 2):
        assert not one.box.overlaps(other.box), (one, other)


@drawings
@given(maps_with_zones())
def test_text_is_large_enough_for_a_phone(drawn: tuple[LiquidationMap, list[Zone]]) -> None:
    assert min(label.size for label in scene_of(*drawn).labels) >= 26


def test_sizes_of_an_ordinary_map() -> None:
    found = made_map()
    zones = [made_zone(found, side, 0.014, zone_id=f"Z{40 + side}") for side in Side]
    size_of = {label.text: label.size for label in scene_of(found, zones).labels}
    assert size_of["BTC/USDT · liquidation map · all open"] == 52
    assert size_of["98,601–98,990 +1.4%"] >= 42
    assert size_of["0%"] >= 32
    assert size_of["ESTIMATE · relative intensity · $ within a factor of 2"] >= 26


def test_a_forwarded_picture_says_what_it_is() -> None:
    found = made_map(missing=("okx",), venues=("binance", "bybit"))
    said = " | ".join(texts_of(scene_of(found, [])))
    for part in (
        "BTC/USDT · liquidation map · all open",
        "Price 97,240 (mark)",
        "2026-02-05 14:05 UTC · price 42 s old, OI 42 s (Binance)",
        "Binance ",
        "Bybit ",
        "missing: OKX",
        "ESTIMATE · relative intensity",
        "@maps_bot",
    ):
        assert part in said


def test_longs_stand_left_with_fall_and_sell_and_shorts_right_with_rise_and_buy() -> None:
    scene = scene_of(made_map(), [])
    left = [label.text for label in scene.labels if label.box.right < scene.width / 2]
    right = [label.text for label in scene.labels if label.left > scene.width / 2]
    assert "▼ LONGS liquidated" in left
    assert "if price FALLS (forced sells)" in left
    assert "▲ SHORTS liquidated" in right
    assert "if price RISES (forced buys)" in right


def test_old_data_gets_a_plate() -> None:
    plates = [label.text for label in scene_of(made_map(), [], age_ms=12 * MINUTE_MS).labels if label.plate]
    assert "2026-02-05 14:05 UTC · price 12 min, OI 12 min (Binance)" in plates
    fresh = [label.text for label in scene_of(made_map(), [], age_ms=3 * MINUTE_MS).labels if label.plate]
    assert not [text for text in fresh if "UTC" in text]


@drawings
@given(maps_with_zones())
def test_every_named_zone_has_its_row_and_its_tag(drawn: tuple[LiquidationMap, list[Zone]]) -> None:
    found, zones = drawn
    shown = Snapshot(found, tuple(zones), found.price * 1e-6, AS_OF_MS)
    scene = map_scene(map_drawn(shown, Stack.TIER, reach=0.12), Look())
    named = [zone for side in Side for zone in told_zones(shown, side, within=0.12)]
    assert len(named) <= 6
    plates = [label.text for label in scene.labels if label.plate]
    for zone in named:
        told = zone.id if len(zone.id) <= 8 else zone.id[:7] + "…"
        assert plates.count(told) >= 2


def test_a_zone_around_the_price_is_said_to_be_inside() -> None:
    found = made_map()
    scene = scene_of(found, [made_zone(found, Side.LONG, -0.001)])
    assert any(text.endswith("inside") for text in texts_of(scene))


@pytest.mark.parametrize("stack", list(Stack))
def test_bars_are_at_least_8_px_wide_but_for_those_at_the_price(stack: Stack) -> None:
    found = made_map()
    scene = scene_of(found, [], stack=stack)
    palette_bars = [shape for shape in scene.shapes if isinstance(shape, Fill) and not shape.smooth]
    stacks = [fill for fill in palette_bars if len(fill.shapes) > 40]
    assert len(stacks) == (4 if stack == Stack.TIER else 3)
    widths = sorted(
        float(corners[:, 0].max() - corners[:, 0].min()) for fill in stacks for corners in fill.shapes
    )
    assert widths[2 * len(stacks)] >= 8


def test_an_empty_map_says_so() -> None:
    assert "nothing is modelled as open here" in texts_of(scene_of(made_map(sides=()), []))


def test_a_side_with_nothing_says_so() -> None:
    scene = scene_of(made_map(sides=(Side.SHORT,)), [])
    said = [label.text for label in scene.labels if label.left < scene.width / 2]
    assert "none modelled in this range" in said


def test_a_single_venue_is_named_with_its_own_contract() -> None:
    assert "Binance BTCUSDT" in texts_of(scene_of(made_map(venues=("binance",)), []))


def late_map(*late: str, behind_ms: int = 14 * MINUTE_MS) -> LiquidationMap:
    """These venues stopped so long ago."""
    found = made_map()
    stopped = AS_OF_MS - behind_ms
    shares = tuple(
        replace(share, as_of_ms=stopped, open_interest_ms=stopped) if share.venue in late else share
        for share in found.venues
    )
    return replace(found, venues=shares, late=frozenset(late))


def grey_of(scene: Scene) -> float:
    """Area of the grey bars and of the legend's swatch."""
    shapes = [shape for fill in scene.shapes if isinstance(fill, Fill) for shape in fill.shapes
              if fill.colour == SEED.late]  # fmt: skip
    return float(sum(np.ptp(shape[:, 0]) * np.ptp(shape[:, 1]) for shape in shapes))


def test_a_late_share_is_grey_with_its_age_in_the_legend() -> None:
    scene = scene_of(late_map("okx"), [])
    assert "OKX: 14 min late" in texts_of(scene)
    assert "2026-02-05 14:05 UTC · price 42 s old, OI 14 min (OKX)" in texts_of(scene)
    assert grey_of(scene) > 0
    assert grey_of(scene_of(made_map(), [])) == 0


def test_late_shares_are_grey_also_where_venues_are_stacked() -> None:
    one, two = (
        grey_of(scene_of(late_map(*late), [], stack=Stack.VENUE)) for late in (["okx"], ["okx", "bybit"])
    )
    assert 0 < one < two
    assert "OKX, Bybit: 14 min late" in texts_of(scene_of(late_map("okx", "bybit"), [], stack=Stack.VENUE))


def test_where_all_is_late_all_bars_are_grey() -> None:
    scene = scene_of(late_map("binance", "okx", "bybit"), [])
    assert "3 venues: 14 min late" in texts_of(scene)


@pytest.mark.parametrize("stack", list(Stack))
def test_bars_are_as_tall_with_late_venues_as_without(stack: Stack) -> None:
    current, late = (price_bars(found, 0.1, stack, 0.1) for found in (made_map(), late_map("okx")))
    np.testing.assert_allclose(current.totals, late.totals)
    assert late.layers[-1] == LATE


def test_a_venue_that_is_left_out_for_its_price_is_named() -> None:
    found = replace(made_map(venues=("binance", "okx")), doubted={"bybit": 0.04})
    assert "missing: Bybit" in texts_of(scene_of(found, []))
    disputed = replace(made_map(), doubted=dict.fromkeys(("binance", "okx", "bybit"), 0.04))
    assert not [text for text in texts_of(scene_of(disputed, [])) if "missing" in text]
