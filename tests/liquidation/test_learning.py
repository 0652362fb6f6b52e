"""Liquidations teach which leverage people use and how long they hold; silence teaches too, if heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import HOUR_MS, TIERS, contract, walk
from invented_feeds import (
    INTEREST,
    NEVER_MS,
    Event,
    along,
    heard,
    level,
    marked,
    plateaus,
    told,
    with_gaps,
)

from bot.liquidation.contract import Tier
from bot.liquidation.habits import FORGETTING_DAYS, Habits
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.side import Side

DAY_MS = 24 * HOUR_MS
CROSSED = (125.0, 100.0, 75.0, 50.0, 25.0, 20.0)  # spikes whose levels a jump of 6 % reaches


def learned(*histories: History) -> Inventory:
    inventory = Inventory.empty(contract())
    for history in histories:
        inventory.advance(history)
    return inventory


def against_prior(inventory: Inventory) -> dict[float, float]:
    """Share of each leverage over its prior."""
    found = inventory.beliefs()
    prior = dict(found.prior)
    return {leverage: share / prior[leverage] for leverage, share in found.leverage}


def assert_untaught(inventory: Inventory) -> None:
    np.testing.assert_array_equal(inventory.state.habits.leverage_share, inventory.tiers.weight)
    np.testing.assert_array_equal(inventory.state.habits.holder_share, inventory.tiers.holder)


def assert_equal_habits(one: Habits, other: Habits, within: float = 0.0) -> None:
    for name in Habits._fields:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), within, within, err_msg=name)


@pytest.mark.parametrize("used", CROSSED)
def test_a_market_in_which_everybody_uses_one_leverage_is_found_out(used: float) -> None:
    after = against_prior(learned(plateaus(20, used)))
    assert after[used] > 3
    assert all(after[other] < 0.75 for other in CROSSED if other != used)


def test_the_more_is_seen_the_surer_it_is() -> None:
    shares = [against_prior(learned(plateaus(jumps)))[25.0] for jumps in (1, 2, 6, 20)]
    assert shares[0] > 1
    assert (np.diff(shares) > 0.1).all()


def test_levels_that_are_crossed_in_silence_are_believed_to_be_fewer() -> None:
    silent = against_prior(learned(plateaus(20, quantity=0)))
    for near in CROSSED:
        assert silent[near] < 0.7
    assert silent[3.0] > 1.5  # beyond the reach of a jump


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 2.0))
def test_shares_are_whole_and_the_never_liquidated_keep_theirs(seed: int, a_candle: float) -> None:
    inventory = learned(heard(walk(300, seed, volatility=0.003), seed, a_candle))
    habits, tiers = inventory.state.habits, inventory.tiers
    assert not np.allclose(habits.leverage_share, tiers.weight, rtol=1e-3)
    assert habits.leverage_share.sum() == pytest.approx(1, abs=1e-12)
    assert habits.holder_share.sum() == pytest.approx(1, abs=1e-12)
    assert habits.leverage_share[-1] == tiers.weight[-1]
    assert (habits.leverage_share > 0).all()
    assert (habits.holder_share > 0).all()
    assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)


@pytest.mark.parametrize("quantity", [0.0, 5.0])
def test_before_a_venue_was_listened_to_nothing_is_learned(quantity: float) -> None:
    history = plateaus(20, quantity=quantity)
    deaf = replace(history.liquidations, covered_from_ms=NEVER_MS)
    assert_untaught(learned(replace(history, liquidations=deaf)))


def test_only_what_comes_after_the_ears_opened_counts() -> None:
    history = plateaus(6, quantity=0)
    opened = replace(history.liquidations, covered_from_ms=int(history.start_ms[50]))
    before = learned(replace(history, liquidations=opened).rows(slice(0, 50)))
    assert_untaught(before)
    before.advance(replace(history, liquidations=opened))
    assert against_prior(before)[50.0] < 0.9


def test_liquidations_between_candles_are_nobodys() -> None:
    history = plateaus(10)
    row = np.arange(len(history))
    gap = with_gaps(history, (row < 100) | (row >= 130))
    in_it = (gap.liquidations.stamp_ms >= history.start_ms[100]) & (
        gap.liquidations.stamp_ms < history.start_ms[130]
    )
    assert in_it.any()
    few = history.liquidations
    without = replace(
        few, **{name: getattr(few, name)[~in_it] for name in ("stamp_ms", "side", "price", "quantity_base")}
    )
    assert_equal_habits(learned(gap).state.habits, learned(replace(gap, liquidations=without)).state.habits)


def test_liquidations_where_price_crossed_nothing_are_nobodys() -> None:
    rising = along([100.0 * 1.001**step for step in range(30)])
    longs: list[Event] = [(int(stamp), Side.LONG, 99.0, 50.0) for stamp in rising.start_ms]
    silent, loud = (replace(rising, liquidations=told(events)) for events in ([], longs))
    assert_equal_habits(learned(silent).state.habits, learned(loud).state.habits)


@pytest.mark.parametrize("price", [1e-6, 60.0, 96.0, 105.0, 1e9])
def test_a_price_beside_everything_that_was_crossed_does_no_harm(price: float) -> None:
    calm = plateaus(10)
    history = replace(calm, liquidations=replace(calm.liquidations, price=np.full(10, price)))
    inventory = learned(history)
    assert inventory.side_totals() == pytest.approx(INTEREST, rel=1e-9)
    assert np.isfinite(inventory.read_out(floor=True).mass).all()
    assert inventory.state.habits.leverage_share.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("days", [1, 7, 20])
def test_what_was_learned_is_forgotten_with_the_half_life(days: int) -> None:
    history = plateaus(6)
    before = learned(history).beliefs().learned_base
    assert before > 20
    still = along([100.0] * (24 * days + 1), int(history.end_ms[-1]), HOUR_MS)
    after = learned(history, replace(still, liquidations=told([])))
    assert after.beliefs().learned_base == pytest.approx(before * 0.5 ** (days / FORGETTING_DAYS), rel=1e-9)


def test_after_long_peace_the_prior_is_believed_again() -> None:
    history = plateaus(6)
    year = along([100.0] * 401, int(history.end_ms[-1]), DAY_MS)
    after = against_prior(learned(history, replace(year, liquidations=told([]))))
    assert max(after.values()) < 1.05
    assert min(after.values()) > 0.95


def old_and_fresh() -> tuple[History, float, float]:
    """Two days at 100, then two at 103, then down to 96: past the 25x of the newcomers, then those of old."""
    prices = [100.0] * 576 + [101.5] + [103.0] * 576 + [96.0]
    return along(prices), level(Side.LONG, 100.0, 25.0), level(Side.LONG, 103.0, 25.0)


@pytest.mark.parametrize("quantity", [50.0, 200.0])
def test_where_old_levels_are_liquidated_holders_are_patient(quantity: float) -> None:
    history, old, fresh = old_and_fresh()
    few = contract(tiers=(Tier(1e8, 25, 0.004),))
    shares = []
    for price in (old, fresh):
        inventory = Inventory.empty(few)
        event = (int(history.start_ms[-1]), Side.LONG, price, quantity)
        inventory.advance(replace(history, liquidations=told([event])))
        shares.append(inventory.beliefs().slow_share)
    prior = inventory.beliefs().slow_prior
    assert shares[0] > 1.3 * prior
    assert shares[1] < 0.9 * prior


def test_a_feed_in_other_units_says_the_same_about_leverage_and_holding() -> None:
    whole, third = plateaus(20, quantity=30.0), plateaus(20, quantity=10.0)
    one, other = learned(whole), learned(third)
    ratios = [found.beliefs().realised_ratio or 0.0 for found in (one, other)]
    assert ratios[0] / ratios[1] == pytest.approx(3, rel=0.1)
    np.testing.assert_allclose(one.state.habits.leverage_share, other.state.habits.leverage_share, rtol=0.05)
    np.testing.assert_allclose(one.state.habits.holder_share, other.state.habits.holder_share, rtol=0.05)
    assert against_prior(one)[25.0] > 3


def lively(rows: int, seed: int) -> History:
    return marked(heard(walk(rows, seed, volatility=0.002), seed), seed)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 299), max_size=5))
def test_liquidations_and_marks_in_portions_teach_the_same_as_in_one_go(seed: int, cuts: list[int]) -> None:
    history = lively(300, seed)
    whole, parts = learned(history), Inventory.empty(contract())
    for end in [*sorted(cuts), len(history)]:
        parts.advance(history.rows(slice(0, end)))
    assert_equal_habits(whole.state.habits, parts.state.habits, 1e-12)
    for floor in (False, True):
        expected = whole.read_out(floor=floor).mass
        np.testing.assert_allclose(parts.read_out(floor=floor).mass, expected, rtol=1e-12, atol=1e-12)


def test_candle_by_candle_teaches_the_same_as_in_one_go() -> None:
    history = lively(1600, 3)
    whole, parts = learned(history), Inventory.empty(contract())
    for row in range(len(history)):
        parts.advance(history.rows(slice(row, row + 1)))
    assert_equal_habits(whole.state.habits, parts.state.habits, 1e-12)
    for window_ms in (HOUR_MS, 26 * HOUR_MS):
        expected = whole.window(window_ms).mass
        np.testing.assert_allclose(parts.window(window_ms).mass, expected, rtol=1e-12, atol=1e-12)


def test_a_checkpoint_in_the_middle_of_learning_goes_on_exactly() -> None:
    history = lively(900, 5)
    first = learned(history.rows(slice(0, 450)))
    second = Inventory.from_bytes(contract(), first.to_bytes())
    for inventory in (first, second):
        inventory.advance(history.rows(slice(450, 900)))
    assert second.to_bytes() == first.to_bytes()
    assert second.beliefs() == first.beliefs()
    assert (first.beliefs().learned_base or 0) > 0


@pytest.mark.parametrize("highest", [110, 50])
def test_other_margin_tiers_move_nothing_that_is_open_when_learning_goes_on(highest: float) -> None:
    """What the next candle concludes must be what was carried over, or most would be opened anew at once."""
    history = heard(walk(2000, 5), 6)
    before = learned(history.rows(slice(0, 1999)))
    tiers = tuple(replace(tier, max_leverage=min(tier.max_leverage, highest)) for tier in TIERS)
    other = Inventory.from_bytes(contract(tiers=tiers), before.to_bytes())
    assert not np.array_equal(other.tiers.leverage, before.tiers.leverage)
    whole = before.read_out().mass.sum()
    for inventory in (before, other):
        inventory.advance(history)
    gone_on, moved = (inventory.read_out().mass.sum(axis=1) for inventory in (before, other))
    assert np.abs(gone_on - moved).sum() < 0.02 * whole
    lumps = [inventory.read_out().lump_base for inventory in (before, other)]
    assert lumps[1] == pytest.approx(lumps[0], rel=1e-9)
    opened = [inventory.state.ledger.column("opened_long")[-1] for inventory in (before, other)]
    assert abs(opened[1] - opened[0]) < 0.01 * whole


def test_learning_goes_on_with_what_was_learned_when_the_margin_tiers_change() -> None:
    before = learned(plateaus(20))
    lower = contract(tiers=(Tier(1e6, 50, 0.005), Tier(1e8, 20, 0.02)))
    after = Inventory.from_bytes(lower, before.to_bytes())
    assert after.beliefs().learned_base == before.beliefs().learned_base
    assert after.beliefs().slow_share == before.beliefs().slow_share != before.beliefs().slow_prior
    assert against_prior(after)[25.0] > 3
    assert after.state.habits.leverage_share.sum() == pytest.approx(1, abs=1e-12)
    assert after.side_totals() == pytest.approx(before.side_totals(), rel=1e-9)
