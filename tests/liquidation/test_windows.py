"""Maps of what was opened lately."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import HOUR_MS, MINUTE_MS, contract, walk
from invented_feeds import heard, marked

from bot.liquidation.inventory import Inventory
from bot.liquidation.windows import WINDOWS, drawable

DAY_MS = 24 * HOUR_MS


def five_days(seed: int) -> Inventory:
    inventory = Inventory.empty(contract())
    inventory.advance(walk(5 * 288, seed, volatility=0.0018, interest_every=1, span_ms=5 * MINUTE_MS))
    return inventory


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 6 * DAY_MS), min_size=2, max_size=4, unique=True))
def test_a_longer_window_holds_no_less_in_any_bin_and_the_whole_most(seed: int, windows: list[int]) -> None:
    inventory = five_days(seed)
    maps = [inventory.window(window_ms).mass for window_ms in sorted(windows)]
    maps.append(inventory.read_out().mass)
    for shorter, longer in pairwise(maps):
        assert (shorter <= longer + 1e-9).all()


def test_a_year_of_hours_nests_from_12h_to_everything() -> None:
    inventory = Inventory.empty(contract())
    inventory.advance(walk(366 * 24, 11, volatility=0.004, interest_every=12, span_ms=HOUR_MS))
    maps = [inventory.window(window_ms).mass for window_ms in WINDOWS.values()]
    maps.append(inventory.read_out().mass)
    for shorter, longer in pairwise(maps):
        assert (shorter <= longer + 1e-9).all()
    masses = [mass.sum() for mass in maps]
    assert 0 < masses[0] < masses[3] < masses[-1]


def test_a_year_of_hours_and_a_month_of_five_minutes_that_taught_something() -> None:
    """Windows nest, nobody's share is lost, and all of it fits into a megabyte."""
    hours = walk(335 * 24, 11, volatility=0.004, interest_every=4, span_ms=HOUR_MS)
    fine = walk(30 * 288, 12, hours.close[-1], 0.0012, 1, 5 * MINUTE_MS)
    fine = replace(fine, start_ms=fine.start_ms + (hours.end_ms[-1] - fine.start_ms[0]))
    inventory = Inventory.empty(contract())
    for part in (heard(hours, 1), marked(heard(fine, 2), 2)):
        inventory.advance(part)
    assert (inventory.beliefs().learned_base or 0) > 0
    assert len(inventory.to_bytes()) <= 1_000_000
    assert (inventory.never_shares() > 0.05).all()
    assert (inventory.never_shares() < 0.95).all()
    maps = [inventory.window(window_ms).mass for window_ms in WINDOWS.values()]
    maps.append(inventory.read_out().mass)
    for shorter, longer in pairwise(maps):
        assert (shorter <= longer + 1e-9).all()
        assert shorter.sum() < longer.sum()


def test_windows_that_can_be_drawn_are_those_that_one_venue_covers() -> None:
    now = 400 * DAY_MS
    begins = {"binance": now - 30 * DAY_MS, "okx": now - 100 * DAY_MS}
    assert drawable(begins, now) == ("12h", "24h", "3d", "7d", "30d", "90d")
    assert drawable({"binance": now - HOUR_MS}, now) == ()


def test_nearly_all_is_in_a_window_that_reaches_back_to_the_start() -> None:
    inventory = Inventory.empty(contract())
    inventory.advance(walk(1200, 21))  # shorter than what is kept candle by candle
    whole, window = inventory.read_out().mass.sum(), inventory.window(30 * DAY_MS).mass.sum()
    assert window < whole  # whatever was open before the first candle is in no window
    inventory.advance(walk(1320, 21).rows(slice(1200, 1320)))
    assert inventory.window(30 * DAY_MS).mass.sum() > 0.3 * inventory.read_out().mass.sum()


def test_a_day_ago_counts_to_the_candle() -> None:
    inventory = five_days(3)
    steps = [inventory.window(12 * HOUR_MS + at * 5 * MINUTE_MS).mass.sum() for at in range(4)]
    assert (np.diff(steps) > -1e-9).all()
    assert steps[-1] > steps[0]


def test_longer_ago_it_counts_to_the_hour_and_stays_close_to_the_exact_answer() -> None:
    history = walk(5 * 1440, 22)
    begun = Inventory.empty(contract())
    begun.advance(history)
    window = begun.window(4 * DAY_MS).mass.sum(axis=(1, 2))
    whole = begun.read_out().mass.sum(axis=(1, 2))
    assert (window > 0.6 * whole).all()
    assert (window < whole).all()


def test_a_window_follows_the_price_asked_for() -> None:
    inventory = five_days(4)
    lower = inventory.last_close * 0.99
    assert inventory.window(DAY_MS, lower).price == lower
    assert (inventory.window(DAY_MS, lower).mass <= inventory.read_out(lower).mass).all()


@pytest.mark.parametrize("window_ms", [0, -1])
def test_a_window_of_nothing_is_refused(window_ms: int) -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        five_days(5).window(window_ms)
