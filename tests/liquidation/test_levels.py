"""Liquidation and bankruptcy prices."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from invented_candles import contract
from margin_tables import Position, contracts, equity, mirrored, positions, required

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.levels import (
    bankruptcy_price,
    level_distance,
    liquidation_price,
    maintenance_deductions,
    trigger_of_bankruptcy,
)
from bot.liquidation.side import Side

SMALL = 1e-9
ONE_TIER = contract(tiers=(Tier(1e9, 150, 0.004),))
ONE_TIER_OKX = replace(ONE_TIER, venue="okx", closing_fee=0.0005)
ONE_TIER_INVERSE = replace(ONE_TIER, inverse=True, caps_in_base=True)
PRINTED = (5, 10, 20, 25, 50, 75, 100, 125, 150)
SIDES = st.sampled_from(list(Side))


def liquidated_at(position: Position) -> float:
    return liquidation_price(
        position.contract, position.side, position.entry, position.leverage, position.size
    )


def bankrupt_at(position: Position) -> float:
    return bankruptcy_price(position.contract, position.side, position.entry, position.leverage)


@pytest.mark.parametrize(
    ("market", "side", "percents"),
    [
        (ONE_TIER, Side.LONG, (-19.68, -9.64, -4.62, -3.61, -1.61, -0.94, -0.60, -0.40, -0.27)),
        (ONE_TIER, Side.SHORT, (19.52, 9.56, 4.58, 3.59, 1.59, 0.93, 0.60, 0.40, 0.27)),
        (ONE_TIER_OKX, Side.LONG, (-19.64, -9.59, -4.57, -3.57, -1.56, -0.89, -0.55, -0.35)),
        (ONE_TIER_INVERSE, Side.LONG, (-16.33, -8.73, -4.38, -3.46, -1.57, -0.92, -0.59, -0.40, -0.27)),
    ],
)
def test_distances_of_small_positions_are_those_the_venues_print(
    market: Contract, side: Side, percents: tuple[float, ...]
) -> None:
    """Percent from entry at a maintenance rate of 0.4 %, as printed to two digits."""
    found = [
        100 * (liquidation_price(market, side, 1.0, leverage, SMALL) - 1)
        for leverage in PRINTED[: len(percents)]
    ]
    assert found == pytest.approx(percents, abs=0.01)


def test_an_inverse_short_of_low_leverage_lies_far_away() -> None:
    assert liquidation_price(ONE_TIER_INVERSE, Side.SHORT, 1.0, 5, SMALL) == pytest.approx(1.245, abs=1e-4)


@given(positions())
def test_equity_covers_the_maintenance_margin_up_to_the_price_and_no_farther(position: Position) -> None:
    """The defining equation, with equity and margin counted from their definitions."""
    price = liquidated_at(position)
    assume(0 < price < math.inf)
    before, beyond = (price * math.exp(step * position.side.sign) for step in (-1e-9, 1e-9))
    assert equity(position, beyond) <= required(position, beyond) * (1 + 1e-6)
    for share in (0.0, 0.25, 0.5, 0.75, 0.99, 1.0):
        passed = position.entry * (before / position.entry) ** share
        rounding = 1e-12 * position.size * (1 if position.contract.inverse else position.entry)
        assert equity(position, passed) >= required(position, passed) * (1 - 1e-6) - rounding


@given(positions(contracts(deduction=True)))
def test_equity_equals_the_maintenance_margin_where_a_deduction_makes_it_continuous(
    position: Position,
) -> None:
    price = liquidated_at(position)
    assume(0 < price < math.inf)
    rounding = 1e-12 * position.size * (1 if position.contract.inverse else position.entry)
    assert equity(position, price) == pytest.approx(required(position, price), rel=1e-6, abs=rounding)


@given(positions())
def test_a_long_without_leverage_and_an_inverse_short_without_it_are_never_liquidated(
    position: Position,
) -> None:
    inverse = position.contract.inverse
    unborrowed = replace(position, leverage=1.0, side=Side.SHORT if inverse else Side.LONG)
    assert liquidated_at(unborrowed) == bankrupt_at(unborrowed) == (math.inf if inverse else 0.0)
    for far in (10.0, 1e3, 1e6):
        passed = position.entry * far**unborrowed.side.sign
        assert equity(unborrowed, passed) >= required(unborrowed, passed)


@given(positions())
def test_bankruptcy_lies_beyond_liquidation(position: Position) -> None:
    liquidated, bankrupt, sign = liquidated_at(position), bankrupt_at(position), position.side.sign
    assert bankrupt * sign > liquidated * sign or bankrupt == liquidated in (0.0, math.inf)
    if 0 < bankrupt < math.inf:
        assert equity(position, bankrupt) == pytest.approx(0.0, abs=1e-9 * equity(position, position.entry))


@given(positions())
def test_a_long_is_liquidated_below_its_entry_and_a_short_above(position: Position) -> None:
    long, short = (liquidated_at(replace(position, side=side)) for side in Side)
    assert long < position.entry < short


@given(positions(), st.floats(1.01, 3.0))
def test_more_leverage_brings_the_level_nearer(position: Position, more: float) -> None:
    far, near = liquidated_at(position), liquidated_at(replace(position, leverage=position.leverage * more))
    assert abs(near - position.entry) <= abs(far - position.entry)
    if near != position.entry and 0 < far < math.inf and not position.contract.closing_fee:
        assert near != far


@given(positions(contracts(inverse=True)))
def test_an_inverse_position_is_a_linear_one_of_the_other_side_in_one_over_price(position: Position) -> None:
    """So inverse longs are liquidated nearer than linear ones and inverse shorts farther away."""
    price, mirror = liquidated_at(position), liquidated_at(mirrored(position))
    assert price == pytest.approx(1 / mirror if mirror else math.inf, rel=1e-9)


@given(positions(contracts(inverse=False)))
def test_inverse_longs_lie_nearer_and_inverse_shorts_farther_than_linear_ones(position: Position) -> None:
    assume(position.leverage > 1.1)
    linear, small = position.contract, 1e-6
    inverse = replace(linear, inverse=True, caps_in_base=not linear.caps_in_base)
    for side in Side:
        of_linear, of_inverse = (
            liquidation_price(market, side, position.entry, position.leverage, small)
            for market in (linear, inverse)
        )
        assert of_inverse > of_linear


@given(positions(contracts(deduction=True)))
def test_the_price_is_continuous_in_size_across_every_cap(position: Position) -> None:
    market, entry, leverage = position.contract, position.entry, position.leverage
    counted_alike = market.caps_in_base is not market.inverse
    for tier in market.tiers:
        at = liquidation_price(market, position.side, entry, leverage, position.size)
        size = tier.notional_cap
        if not counted_alike and 0 < at < math.inf:
            size = size * at if market.inverse else size / at
        below, above = (
            liquidation_price(market, position.side, entry, leverage, size * (1 + step))
            for step in (-1e-9, 1e-9)
        )
        assert below == pytest.approx(above, rel=1e-6)


@given(positions(), st.floats(1.0, 10.0))
def test_a_larger_position_is_never_liquidated_later(position: Position, times: float) -> None:
    small, large = liquidated_at(position), liquidated_at(replace(position, size=position.size * times))
    sign = position.side.sign
    assert large * sign <= small * sign * (1 + sign * 1e-9)


@given(positions(), st.floats(1e-6, 1e6))
def test_the_unit_of_price_does_not_matter(position: Position, unit: float) -> None:
    """A price in cents is a hundred times one in dollars, and so is every amount in quote currency."""
    market = position.contract
    caps = 1.0 if market.caps_in_base else unit
    tiers = tuple(replace(tier, notional_cap=tier.notional_cap * caps) for tier in market.tiers)
    scaled = Position(
        replace(market, tiers=tiers),
        position.side,
        position.entry * unit,
        position.leverage,
        position.size * (unit if market.inverse else 1.0),
    )
    assert liquidated_at(scaled) == pytest.approx(liquidated_at(position) * unit, rel=1e-9)


@given(positions(), st.floats(1e-6, 1e6))
def test_the_unit_of_the_coin_does_not_matter(position: Position, unit: float) -> None:
    """1000PEPE for PEPE: sizes and caps in coins grow, prices shrink."""
    market = position.contract
    caps = unit if market.caps_in_base else 1.0
    tiers = tuple(replace(tier, notional_cap=tier.notional_cap * caps) for tier in market.tiers)
    scaled = Position(
        replace(market, tiers=tiers),
        position.side,
        position.entry / unit,
        position.leverage,
        position.size * (1.0 if market.inverse else unit),
    )
    assert liquidated_at(scaled) == pytest.approx(liquidated_at(position) / unit, rel=1e-9)


def test_without_a_deduction_a_short_is_taken_over_as_it_enters_the_dearer_tier() -> None:
    """Neither tier holds a solution of its own here: the first has enough margin up to its cap, the second
    has too little from there on."""
    tiers = (Tier(110_000, 50, 0.01), Tier(1e6, 10, 0.05))
    market = contract("okx", tiers=tiers)
    alone = [replace(market, tiers=(Tier(1e9, 1, tier.maintenance_rate),)) for tier in tiers]
    dear, cheap = (liquidation_price(one, Side.SHORT, 100_000.0, 7.0, 1.0) for one in reversed(alone))
    assert dear < 110_000 < cheap
    assert liquidation_price(market, Side.SHORT, 100_000.0, 7.0, 1.0) == 110_000


def test_a_margin_that_never_sufficed_is_gone_at_the_entry() -> None:
    for side in Side:
        assert liquidation_price(contract(), side, 50_000.0, 125.0, 1e4) == 50_000.0


def test_contracts_capped_in_coins_change_tier_with_size_alone() -> None:
    tiers = (Tier(10, 100, 0.004), Tier(100, 50, 0.01))
    okx = replace(contract("okx", tiers=tiers), caps_in_base=True)
    small, large = (liquidation_price(okx, Side.LONG, 100.0, 10, size) for size in (10.0, 10.001))
    assert (small, large) == pytest.approx((90 / (1 - 0.0045), 90 / (1 - 0.0105)))


def test_the_tier_of_an_inverse_contract_capped_in_coins_rises_as_price_falls() -> None:
    """1 BTC of cap: 80,000 USD are 0.8 coins at the entry of 100,000 and 1.0 at 80,000."""
    tiers = (Tier(1.0, 100, 0.004), Tier(100.0, 10, 0.05))
    market = replace(contract("bybit", inverse=True, tiers=tiers), caps_in_base=True)
    deduction = 1.0 * (0.05 - 0.004)
    margin = 80_000 / 100_000 / 2
    expected = 80_000 * 1.05 / (80_000 / 100_000 + margin + deduction)
    assert expected < 80_000
    assert liquidation_price(market, Side.LONG, 100_000.0, 2.0, 80_000.0) == pytest.approx(expected)


@given(contracts(deduction=True))
def test_the_deduction_makes_maintenance_margin_continuous_between_tiers(market: Contract) -> None:
    deductions = maintenance_deductions(market)
    assert deductions[0] == 0
    for at, (below, above) in enumerate(pairwise(market.tiers)):
        margins = (
            below.notional_cap * below.maintenance_rate - deductions[at],
            below.notional_cap * above.maintenance_rate - deductions[at + 1],
        )
        assert margins[0] == pytest.approx(margins[1], rel=1e-9)


def test_deductions_are_those_a_venue_publishes() -> None:
    """Bybit's BTCPERP."""
    tiers = (Tier(1e5, 125, 0.004), Tier(1e6, 100, 0.005), Tier(2e6, 75, 0.0067), Tier(3e6, 50, 0.01))
    assert maintenance_deductions(contract("bybit", tiers=tiers)) == pytest.approx((0, 100, 1800, 8400))


@given(contracts(deduction=False))
def test_okx_has_no_deduction(market: Contract) -> None:
    assert set(maintenance_deductions(market)) == {0.0}


@given(contracts(), st.floats(1.01, 200.0), SIDES)
def test_a_map_level_is_the_liquidation_price_of_a_small_position(
    market: Contract, leverage: float, side: Side
) -> None:
    distance = float(level_distance(market, side, np.array([leverage]))[0])
    expected = liquidation_price(market, side, 100.0, leverage, SMALL)
    assert 100.0 * math.exp(side.sign * distance) == pytest.approx(expected)


@given(contracts(), st.floats(1.01, 100.0), SIDES)
def test_a_published_bankruptcy_price_gives_the_trigger_back(
    market: Contract, leverage: float, side: Side
) -> None:
    without_fee = replace(market, closing_fee=0.0)
    expected = liquidation_price(without_fee, side, 100.0, leverage, SMALL)
    assume(abs(expected - 100.0) > 1e-9)
    printed = np.array([bankruptcy_price(market, side, 100.0, leverage)])
    assert trigger_of_bankruptcy(market, side, printed) == pytest.approx(expected)


@given(st.floats(1.1, 90.0), SIDES)
def test_okx_prints_a_bankruptcy_price_that_leaves_the_fee(leverage: float, side: Side) -> None:
    """Margin and profit equal the fee there: then the trigger is one maintenance rate away, fee or no fee."""
    kept = 1 + side.sign * ONE_TIER_OKX.closing_fee
    printed = np.array([bankruptcy_price(ONE_TIER_OKX, side, 100.0, leverage) / kept])
    expected = liquidation_price(ONE_TIER_OKX, side, 100.0, leverage, SMALL)
    assert trigger_of_bankruptcy(ONE_TIER_OKX, side, printed) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("entry", "leverage", "size"),
    [
        (0.0, 5.0, 1.0), (math.nan, 5.0, 1.0), (math.inf, 5.0, 1.0), (100.0, 0.5, 1.0),
        (100.0, math.nan, 1.0), (100.0, 5.0, -1.0), (100.0, 5.0, 0.0), (100.0, 5.0, math.nan),
    ],
)  # fmt: skip
def test_nonsense_is_refused(entry: float, leverage: float, size: float) -> None:
    with pytest.raises(ValueError, match="no liquidation price"):
        liquidation_price(contract(), Side.LONG, entry, leverage, size)
