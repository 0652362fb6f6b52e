"""Liquidation and bankruptcy prices."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_candles import contract

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.levels import (
    bankruptcy_price,
    level_distance,
    liquidation_price,
    maintenance_deductions,
)
from bot.liquidation.side import Side

CONTRACTS = st.sampled_from(
    [contract(venue, inverse) for venue in ("binance", "bybit", "okx") for inverse in (False, True)]
)
ENTRIES = st.floats(1e-6, 1e6)
LEVERAGES = st.floats(1.5, 100.0)
FIRST_TIER_ONLY = contract(tiers=(Tier(1e9, 150, 0.004),))


@pytest.mark.parametrize(
    ("leverage", "long", "short"),
    [(5, -19.68, 19.52), (10, -9.64, 9.56), (25, -3.61, 3.59), (50, -1.61, 1.59), (125, -0.40, 0.40)],
)
def test_distances_of_a_linear_first_tier_position_are_those_the_venues_print(
    leverage: float, long: float, short: float
) -> None:
    found = [100 * (liquidation_price(FIRST_TIER_ONLY, side, 1.0, leverage) - 1) for side in Side]
    assert found == pytest.approx([long, short], abs=0.01)


@pytest.mark.parametrize(("leverage", "percent"), [(5, -19.64), (20, -4.57), (100, -0.55)])
def test_okx_counts_the_closing_fee(leverage: float, percent: float) -> None:
    okx = replace(FIRST_TIER_ONLY, venue="okx", closing_fee=0.0005)
    assert 100 * (liquidation_price(okx, Side.LONG, 1.0, leverage) - 1) == pytest.approx(percent, abs=0.01)


@pytest.mark.parametrize(("leverage", "percent"), [(5, -16.33), (10, -8.73), (50, -1.57)])
def test_inverse_longs_lie_nearer_than_linear_ones(leverage: float, percent: float) -> None:
    inverse = replace(FIRST_TIER_ONLY, inverse=True)
    assert 100 * (liquidation_price(inverse, Side.LONG, 1.0, leverage) - 1) == pytest.approx(
        percent, abs=0.01
    )


def test_an_inverse_short_without_leverage_is_never_liquidated() -> None:
    inverse = replace(FIRST_TIER_ONLY, inverse=True)
    assert math.isinf(liquidation_price(inverse, Side.SHORT, 60_000, 1.0))
    assert math.isinf(bankruptcy_price(inverse, Side.SHORT, 60_000, 1.0))


@given(CONTRACTS, ENTRIES, LEVERAGES)
def test_a_long_is_liquidated_below_its_entry_and_bankrupt_farther_below(
    market: Contract, entry: float, leverage: float
) -> None:
    bankrupt = bankruptcy_price(market, Side.LONG, entry, leverage)
    assert bankrupt < liquidation_price(market, Side.LONG, entry, leverage) < entry


@given(CONTRACTS, ENTRIES, LEVERAGES)
def test_a_short_is_liquidated_above_its_entry_and_bankrupt_farther_above(
    market: Contract, entry: float, leverage: float
) -> None:
    bankrupt = bankruptcy_price(market, Side.SHORT, entry, leverage)
    assert entry < liquidation_price(market, Side.SHORT, entry, leverage) < bankrupt


@given(CONTRACTS, ENTRIES, LEVERAGES, st.floats(1.01, 1.5), st.sampled_from(list(Side)))
def test_more_leverage_brings_the_level_nearer(
    market: Contract, entry: float, leverage: float, more: float, side: Side
) -> None:
    near = liquidation_price(market, side, entry, leverage * more)
    far = liquidation_price(market, side, entry, leverage)
    assert abs(near - entry) < abs(far - entry)


@given(st.floats(10.0, 1e8), st.sampled_from(list(Side)))
def test_a_larger_position_is_never_liquidated_later(notional: float, side: Side) -> None:
    near, far = (
        liquidation_price(contract(), side, 50_000.0, 4.0, size / 50_000.0)
        for size in (notional * 1.1, notional)
    )
    assert (near - far) * side.sign <= 1e-6


def test_the_deduction_makes_maintenance_margin_continuous_between_tiers() -> None:
    market = contract()
    deductions = maintenance_deductions(market)
    for at, (below, above) in enumerate(pairwise(market.tiers)):
        margins = (
            below.notional_cap * below.maintenance_rate - deductions[at],
            below.notional_cap * above.maintenance_rate - deductions[at + 1],
        )
        assert margins[0] == pytest.approx(margins[1])


def test_okx_has_no_deduction() -> None:
    assert set(maintenance_deductions(contract("okx"))) == {0.0}


@given(CONTRACTS, LEVERAGES, st.sampled_from(list(Side)))
def test_a_map_level_is_the_first_tier_liquidation_price(
    market: Contract, leverage: float, side: Side
) -> None:
    distance = float(level_distance(market, side, np.array([leverage]))[0])
    expected = liquidation_price(market, side, 100.0, leverage)
    assert 100.0 * math.exp(side.sign * distance) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("entry", "leverage", "size"), [(0.0, 5.0, 1.0), (100.0, 0.5, 1.0), (100.0, 5.0, -1.0)]
)
def test_nonsense_is_refused(entry: float, leverage: float, size: float) -> None:
    with pytest.raises(ValueError, match="no liquidation price"):
        liquidation_price(contract(), Side.LONG, entry, leverage, size)
