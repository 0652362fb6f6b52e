"""The inventory: what is conserved, what is crossed, and that history may come in any portions."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import HOUR_MS, MINUTE_MS, START_MS, candles, contract, walk

from bot.liquidation.checkpoint import CheckpointError, pack
from bot.liquidation.contract import Tier
from bot.liquidation.history import History
from bot.liquidation.history_check import HistoryError
from bot.liquidation.inventory import VERSION, Inventory, NoOpenInterest
from bot.liquidation.liquidation_map import DISTANCE_BIN, VenueMap
from bot.liquidation.side import Side

SEEDS = st.integers(0, 10_000)


def advanced(history: History, venue: str = "binance") -> Inventory:
    inventory = Inventory.empty(contract(venue))
    inventory.advance(history)
    return inventory


def in_portions(history: History, ends: list[int]) -> Inventory:
    inventory = Inventory.empty(contract())
    for begin, end in zip([0, *ends], [*ends, len(history)], strict=True):
        inventory.advance(history.rows(slice(begin, end)))
    return inventory


def reach(found: VenueMap, side: Side) -> float:
    """Log-distance of the nearest mass of a side."""
    return float(np.argmax(found.mass[side].sum(axis=0) > 0) * DISTANCE_BIN)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.floats(0.0002, 0.01))
def test_each_side_equals_open_interest_at_every_candle(seed: int, volatility: float) -> None:
    history = walk(60, seed, volatility=volatility, interest_every=3)
    inventory = Inventory.empty(contract())
    for row in range(len(history)):
        inventory.advance(history.rows(slice(row, row + 1)))
        if inventory.has_open_interest:
            assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.lists(st.integers(1, 399), max_size=5))
def test_history_in_portions_gives_the_same_map_as_in_one_go(seed: int, cuts: list[int]) -> None:
    history = walk(400, seed)
    whole, parts = advanced(history), in_portions(history, sorted(cuts))
    for floor in (False, True):
        expected = whole.read_out(floor=floor).mass
        np.testing.assert_allclose(parts.read_out(floor=floor).mass, expected, rtol=1e-12, atol=1e-12)


def test_candle_by_candle_into_a_second_day_equals_one_go() -> None:
    history = walk(1700, 7)
    whole, parts = advanced(history), in_portions(history, list(range(1, len(history))))
    for window_ms in (HOUR_MS, 30 * HOUR_MS, 1000 * HOUR_MS):
        expected = whole.window(window_ms).mass
        np.testing.assert_allclose(parts.window(window_ms).mass, expected, rtol=1e-12, atol=1e-12)


def test_what_comes_later_changes_nothing_that_was_read_before() -> None:
    history = walk(600, 3)
    early = advanced(history.rows(slice(0, 300)))
    before = early.read_out(floor=True).mass
    early.advance(history.rows(slice(300, 600)))
    np.testing.assert_array_equal(advanced(history.rows(slice(0, 300))).read_out(floor=True).mass, before)


def test_candles_that_are_known_already_are_skipped() -> None:
    history = walk(60, 5)
    inventory = advanced(history)
    before = inventory.to_bytes()
    inventory.advance(history.rows(slice(30, 60)))
    assert inventory.to_bytes() == before


def test_a_fall_liquidates_the_longs_it_crosses_and_no_shorts() -> None:
    calm = [(100.0, 100.1, 99.9, 100.0)] * 300
    inventory = advanced(candles(*calm))
    before = inventory.read_out(95.1).mass.sum(axis=1)
    inventory.advance(candles((100, 100, 95, 95.1), interest=100.0, start=300))  # nothing is opened
    after = inventory.read_out(95.1).mass.sum(axis=1)
    for side, crossed in ((Side.LONG, 4), (Side.SHORT, 0)):  # bins from 95.1 down to the low
        held = before[side] > 1e-6
        left = after[side][held] / before[side][held]
        assert left[crossed:].std() < 0.01 * left[crossed:].mean()
        assert (left[0] == 0) == (side is Side.LONG)


def test_a_wick_leaves_nothing_but_new_positions_inside_its_reach() -> None:
    inventory = advanced(candles(*[(100.0, 100.1, 99.9, 100.0)] * 300))
    inventory.advance(candles((100, 100, 97, 100), interest=500.0, start=300))  # nothing is opened: it halves
    low = round(np.log(100 / 97) / DISTANCE_BIN)
    assert inventory.read_out(100.0).mass[Side.LONG, :, : low - 1].sum() == 0
    assert inventory.read_out(100.0).mass[Side.LONG, :, low:].sum() > 0


@pytest.mark.parametrize("venue", ["binance", "okx"])
def test_the_nearest_level_is_that_of_the_highest_leverage(venue: str) -> None:
    quiet = advanced(candles(*[(100.0, 100.001, 99.999, 100.0)] * 5), venue)
    fresh = quiet.window(4 * MINUTE_MS)
    nearest = 1 / 125 - 0.004 - (0.0005 if venue == "okx" else 0)
    assert reach(fresh, Side.LONG) == pytest.approx(nearest * np.exp(-2.4 * 0.2), rel=0.35)
    assert reach(fresh, Side.SHORT) == pytest.approx(nearest * np.exp(-2.4 * 0.2), rel=0.35)


def test_no_level_is_nearer_than_the_contracts_maximum_leverage_allows() -> None:
    small = contract(tiers=(Tier(5_000, 20, 0.025), Tier(50_000, 5, 0.1)))
    inventory = Inventory.empty(small)
    inventory.advance(candles(*[(100.0, 100.001, 99.999, 100.0)] * 5))
    mass = inventory.window(4 * MINUTE_MS).mass
    assert mass[:, 2:].sum() == 0  # no band above 25x
    assert mass[:, :2].sum() > 0


def test_a_map_read_below_the_close_drops_the_longs_above_it() -> None:
    inventory = advanced(walk(500, 11))
    lower = inventory.last_close * 0.97
    whole, below = inventory.read_out(), inventory.read_out(lower)
    gap = np.log(inventory.last_close / lower) / DISTANCE_BIN
    assert below.mass[Side.LONG, :, :300].sum() == pytest.approx(
        whole.mass[Side.LONG, :, int(gap) + 1 : int(gap) + 301].sum(), rel=0.02
    )
    assert below.mass[Side.SHORT, :, : int(gap)].sum() == 0


def test_price_may_travel_far_without_losing_anything() -> None:
    up = walk(3000, 2, volatility=0.004)
    trend = np.exp(np.linspace(0, 3, 3000))  # twentyfold
    far = replace(up, **{name: getattr(up, name) * trend for name in ("open", "high", "low", "close")})
    inventory = advanced(
        replace(far, low=np.minimum(far.low, far.open), high=np.maximum(far.high, far.close))
    )
    assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)
    assert inventory.read_out().mass.sum() > 0


def test_gaps_in_candles_are_bridged() -> None:
    history = walk(600, 4)
    gap = np.r_[0:200, 400:600]
    names = ("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base")
    inventory = advanced(replace(history, **{name: getattr(history, name)[gap] for name in names}))
    assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)


def test_open_interest_is_held_where_it_is_missing() -> None:
    history = walk(100, 6)
    history.open_interest_base[10:] = np.nan
    assert advanced(history).open_interest_base == history.open_interest_base[9]


def test_history_counts_from_the_first_open_interest() -> None:
    history = walk(100, 6)
    history.open_interest_base[:50] = np.nan
    inventory = advanced(history)
    assert inventory.covers_from_ms == history.start_ms[54]
    assert inventory.as_of_ms == history.end_ms[-1]


def test_a_venue_without_open_interest_has_no_map() -> None:
    history = walk(50, 6)
    history.open_interest_base[:] = np.nan
    inventory = advanced(history)
    for ask in (inventory.read_out, lambda: inventory.window(HOUR_MS), lambda: inventory.open_interest_base):
        with pytest.raises(NoOpenInterest, match="binance BTCUSDT has no open interest"):
            ask()


@pytest.mark.parametrize(
    ("field", "value"),
    [("close", np.nan), ("low", 0.0), ("high", -1.0), ("open", np.inf), ("volume_base", -1.0)],
)
def test_a_malformed_candle_is_refused_by_row_and_field(field: str, value: float) -> None:
    history = walk(20, 8)
    getattr(history, field)[7] = value
    with pytest.raises(HistoryError, match=f"row 7: {field}"):
        advanced(history)


def test_candles_out_of_order_duplicated_or_overlapping_are_refused() -> None:
    history = walk(20, 8)
    for rows in ([0, 1, 1, 2], [0, 2, 1, 3]):
        names = ("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base")
        with pytest.raises(HistoryError, match=r"row 2: start_ms"):
            advanced(replace(history, **{name: getattr(history, name)[rows] for name in names}))
    inventory = advanced(history)
    overlapping = replace(history.rows(slice(19, 20)), span_ms=5 * MINUTE_MS)
    with pytest.raises(HistoryError, match="row 0: start_ms"):
        inventory.advance(overlapping)


def test_a_refused_portion_changes_nothing() -> None:
    history = walk(40, 9)
    inventory = advanced(history.rows(slice(0, 20)))
    before = inventory.to_bytes()
    history.close[30] = np.nan
    with pytest.raises(HistoryError):
        inventory.advance(history.rows(slice(20, 40)))
    assert inventory.to_bytes() == before


def test_a_checkpoint_goes_on_exactly_where_it_stood() -> None:
    history = walk(3000, 12)
    first = advanced(history.rows(slice(0, 2000)))
    second = Inventory.from_bytes(contract(), first.to_bytes())
    for inventory in (first, second):
        inventory.advance(history.rows(slice(2000, 3000)))
    np.testing.assert_array_equal(first.read_out(floor=True).mass, second.read_out(floor=True).mass)
    np.testing.assert_array_equal(first.window(40 * HOUR_MS).mass, second.window(40 * HOUR_MS).mass)
    assert first.hourly_range == second.hourly_range


def test_a_checkpoint_may_be_stored_again_before_it_is_used() -> None:
    blob = advanced(walk(300, 12)).to_bytes()
    assert Inventory.from_bytes(contract(), blob).to_bytes() == blob


def test_a_month_fits_into_a_megabyte() -> None:
    hours = walk(30 * 24, 13, span_ms=HOUR_MS, volatility=0.006, interest_every=1)
    assert len(advanced(hours).to_bytes()) < 1_000_000


def test_what_is_open_keeps_its_levels_when_the_margin_tiers_change() -> None:
    history = walk(900, 12)
    before = advanced(history.rows(slice(0, 800)))
    after = Inventory.from_bytes(contract(tiers=(Tier(1e6, 20, 0.02),)), before.to_bytes())
    old, new = before.read_out(), after.read_out()
    np.testing.assert_allclose(new.mass.sum(axis=1), old.mass.sum(axis=1), rtol=1e-9, atol=1e-12)
    assert after.side_totals() == pytest.approx(before.side_totals(), rel=1e-9)
    after.advance(history.rows(slice(800, 900)))
    assert after.side_totals() == pytest.approx(after.open_interest_base, rel=1e-9)
    assert after.read_out().mass[:, 2:].sum() == 0  # no tier above 20x is left to open in or to close


def test_margin_tiers_may_change_and_change_back() -> None:
    history = walk(600, 12)
    first = advanced(history)
    lower = contract(tiers=(Tier(1e6, 75, 0.01), Tier(1e7, 10, 0.05)))
    back = Inventory.from_bytes(contract(), Inventory.from_bytes(lower, first.to_bytes()).to_bytes())
    expected = first.read_out().mass.sum(axis=1)
    np.testing.assert_allclose(back.read_out().mass.sum(axis=1), expected, rtol=1e-9, atol=1e-12)


def test_an_inventory_without_open_interest_survives_other_margin_tiers() -> None:
    history = walk(50, 6)
    history.open_interest_base[:] = np.nan
    blob = advanced(history).to_bytes()
    assert not Inventory.from_bytes(contract(tiers=(Tier(1e6, 20, 0.02),)), blob).has_open_interest


def test_a_damaged_checkpoint_is_refused() -> None:
    blob = advanced(walk(30, 1)).to_bytes()
    for damaged in (blob[: len(blob) // 2], b"LIQ1 nothing", b"", pack("inventory", VERSION, {}, {})):
        with pytest.raises(CheckpointError):
            Inventory.from_bytes(contract(), damaged)


def test_the_hourly_range_is_the_mean_over_the_last_complete_hours() -> None:
    rows = [(100.0, 100.0 * np.exp(0.01), 100.0, 100.0)] * 60 + [
        (100.0, 100.0 * np.exp(0.03), 100.0, 100.0)
    ] * 90
    assert advanced(candles(*rows)).hourly_range == pytest.approx((0.01 + 0.03) / 2)


def test_the_floor_keeps_mass_where_everything_was_just_wiped() -> None:
    inventory = advanced(walk(1000, 14))
    inventory.advance(candles((60_000, 60_000, 50_000, 60_000), interest=200.0, start=1000))
    bare, floored = inventory.read_out(60_000.0), inventory.read_out(60_000.0, floor=True)
    wiped = bare.mass[Side.LONG].sum(axis=0) == 0
    assert wiped[:300].sum() > 250
    assert floored.mass[Side.LONG].sum(axis=0)[wiped][20:200].min() > 0


def test_the_floor_does_not_depend_on_when_maps_are_read() -> None:
    history = walk(500, 15)
    asked, silent = Inventory.empty(contract()), advanced(history)
    for row in range(0, 500, 50):
        asked.advance(history.rows(slice(row, row + 50)))
        asked.read_out(floor=True)
    expected = silent.read_out(floor=True).mass
    np.testing.assert_allclose(asked.read_out(floor=True).mass, expected, rtol=1e-12)


def test_importing_the_room_does_not_bring_numba_in() -> None:
    code = (
        "import sys, bot.liquidation.pair_model, bot.liquidation.zones; "
        "raise SystemExit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_map_says_what_it_rests_on() -> None:
    history = walk(200, 16)
    found = advanced(history).read_out()
    assert (found.venue, found.market_id) == ("binance", "BTCUSDT")
    assert found.as_of_ms == START_MS + 200 * MINUTE_MS
    assert found.price == history.close[-1]
    assert found.open_interest_base == history.open_interest_base[199]
