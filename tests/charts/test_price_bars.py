from __future__ import annotations

import numpy as np
import pytest
from drawn_maps import bins_of, made_map, made_zone, prices
from hypothesis import given
from hypothesis import strategies as st

from bot.charts.bar_map.price_bars import WIDEST, bounded_reach, fitting_reach, price_bars
from bot.liquidation.side import Side
from bot.liquidation.windows import WINDOWS
from bot.look import Stack

ticks = st.floats(-12, 0).map(lambda power: 10.0**power)
reaches = st.floats(0.03, WIDEST)


@given(prices, ticks, reaches, st.integers(0, 50), st.sampled_from(Stack))
def test_the_bars_of_a_side_sum_to_what_the_map_holds_there(
    price: float, tick: float, reach: float, seed: int, stack: Stack
) -> None:
    found = made_map(price=price, seed=seed)
    bars = price_bars(found, reach, stack, tick * price)
    for side in Side:
        held = bins_of(found, side, float(bars.edges[0]), float(bars.edges[-1]))
        assert bars.totals[side].sum() == pytest.approx(held, rel=1e-9)


@given(prices, ticks, reaches)
def test_longs_are_only_below_the_price_and_shorts_only_above(
    price: float, tick: float, reach: float
) -> None:
    bars = price_bars(made_map(price=price), reach, Stack.TIER, tick * price)
    assert not bars.totals[Side.LONG][bars.edges[:-1] >= price].any()
    assert not bars.totals[Side.SHORT][bars.edges[1:] <= price].any()


@given(prices, reaches)
def test_the_range_is_covered_by_80_to_112_bins_where_ticks_are_fine(price: float, reach: float) -> None:
    bars = price_bars(made_map(price=price), reach, Stack.TIER, price * 1e-7)
    assert 80 <= len(bars.edges) - 1 <= 112
    assert bars.edges[0] <= price * (1 - reach) * (1 + 1e-9)
    assert bars.edges[-1] >= price * (1 + reach) * (1 - 1e-9)


@given(prices, st.floats(-3.5, -1.5).map(lambda power: 10.0**power), reaches)
def test_coarse_ticks_are_never_split(price: float, tick: float, reach: float) -> None:
    size = tick * price
    bars = price_bars(made_map(price=price), reach, Stack.TIER, size)
    step = float(bars.edges[1] - bars.edges[0])
    assert step >= size * (1 - 1e-6)
    assert len(bars.edges) - 1 <= 112


@pytest.mark.parametrize(("price", "step"), [(97_240.0, 200.0), (3_412.5, 6.0), (0.2513, 0.0005)])
def test_bin_edges_are_round_prices(price: float, step: float) -> None:
    edges = price_bars(made_map(price=price), 0.09, Stack.TIER, price * 1e-6).edges
    np.testing.assert_allclose(np.diff(edges), step)
    np.testing.assert_allclose(edges / step, np.round(edges / step), atol=1e-6)


@given(prices, st.integers(0, 50))
def test_curves_are_0_at_the_price_and_rise_outward_to_the_total(price: float, seed: int) -> None:
    bars = price_bars(made_map(price=price, seed=seed), 0.08, Stack.TIER, price * 1e-6)
    for side in Side:
        along, cumulative = bars.curve(side)
        assert (along[0], cumulative[0]) == (price, 0.0)
        assert (np.diff(along) * side.sign > 0).all()
        assert (np.diff(cumulative) >= 0).all()
        assert cumulative[-1] == pytest.approx(bars.totals[side].sum())


def test_layers_are_leverage_bands_or_venues() -> None:
    found = made_map()
    by_tier, by_venue = (price_bars(found, 0.08, stack, 0.1) for stack in Stack)
    assert by_tier.layers == ("≤10x", "10–25x", "25–50x", ">50x")
    assert by_venue.layers == ("binance", "okx", "bybit")
    np.testing.assert_allclose(by_tier.totals, by_venue.totals)


def test_one_bar_that_dwarfs_the_rest_is_cut() -> None:
    found = made_map()
    found.venues[0].mass[Side.LONG, 2, 40] = 1e4
    bars = price_bars(found, 0.08, Stack.TIER, 0.1)
    assert bars.totals.max() > 10 * bars.ceiling
    assert (bars.totals > bars.ceiling).sum() <= 2


def test_the_tallest_bar_stays_whole_where_others_come_near() -> None:
    found = made_map()
    for venue in found.venues:
        venue.mass[:] = 1.0
    bars = price_bars(found, 0.08, Stack.TIER, 0.1)
    assert bars.ceiling == bars.totals.max()


def test_an_empty_map_has_no_ceiling() -> None:
    assert price_bars(made_map(sides=()), 0.08, Stack.TIER, 0.1).ceiling == 0.0
    assert price_bars(made_map(venues=()), 0.08, Stack.VENUE, 0.1).ceiling == 0.0


def test_the_range_shown_reaches_past_the_farthest_zone_and_grows_with_the_window() -> None:
    found = made_map()
    assert fitting_reach(found, [made_zone(found, Side.SHORT, 0.11)]) > 0.115
    reaches = [fitting_reach(made_map(window=window), []) for window in WINDOWS]
    assert reaches == sorted(reaches)
    assert reaches[0] < reaches[4] < reaches[-1] == WIDEST
    assert bounded_reach(0.9) == WIDEST
