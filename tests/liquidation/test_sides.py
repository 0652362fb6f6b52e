"""Longs lie below price and shorts above, each side equals open interest, and few enough are out of reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import contract, walk
from invented_feeds import heard, marked, with_gaps

from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.leverage_prior import NEVER_SHARE
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.pulse import TRUSTED
from bot.liquidation.side import Side
from bot.market.recording import open_recording

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "recordings"


def assert_sides_keep_to_theirs(inventory: Inventory) -> None:
    """The bin of the close may hold either side: longs up to the close, shorts from it on."""
    book = inventory.state.book
    at = int(np.floor(np.log(inventory.last_close) / DISTANCE_BIN))
    above, below = at + 1 - int(book.origin[Side.LONG]), at - int(book.origin[Side.SHORT])
    assert book.quantity[Side.LONG, :, above:].sum() == 0
    assert book.quantity[Side.SHORT, :, :below].sum() == 0
    assert (book.quantity >= 0).all()
    assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)


def invented(seed: int, volatility: float, marks: bool, gaps: bool) -> History:
    history = heard(walk(60, seed, volatility=volatility, interest_every=2), seed)
    if marks:
        history = marked(history, seed)
    return with_gaps(history, np.random.default_rng(seed).random(60) < 0.7) if gaps else history


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0002, 0.02), st.booleans(), st.booleans())
def test_after_every_candle_no_long_is_above_the_close_and_no_short_below(
    seed: int, volatility: float, marks: bool, gaps: bool
) -> None:
    history = invented(seed, volatility, marks, gaps)
    inventory = Inventory.empty(contract())
    for row in range(len(history)):
        inventory.advance(history.rows(slice(row, row + 1)))
        if inventory.has_open_interest:
            assert_sides_keep_to_theirs(inventory)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0002, 0.02), st.booleans())
def test_a_map_holds_nothing_of_a_side_on_the_other_side_of_a_price(
    seed: int, volatility: float, marks: bool
) -> None:
    inventory = Inventory.empty(contract())
    inventory.advance(invented(seed, volatility, marks, False))
    close = inventory.last_close
    for side, beyond in ((Side.LONG, (close, 3 * close)), (Side.SHORT, (close / 3, close))):
        assert inventory.provenance(side, *beyond).quantity_base == 0
        away = inventory.read_out(close * np.exp(-side.sign * 0.02)).mass[side].sum(axis=0)
        assert away[:39].sum() == 0
        assert away[40:].sum() > 0


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0002, 0.01))
def test_all_that_is_open_is_on_the_map_beyond_it_or_out_of_reach(seed: int, volatility: float) -> None:
    inventory = Inventory.empty(contract())
    inventory.advance(invented(seed, volatility, True, False))
    never = inventory.never_shares() * inventory.open_interest_base
    close = inventory.last_close
    for side, ends in ((Side.LONG, (close / 10, close)), (Side.SHORT, (close, 10 * close))):
        held = inventory.provenance(side, *ends).quantity_base
        assert held + never[side] == pytest.approx(inventory.open_interest_base, rel=1e-9)
        assert inventory.read_out().mass[side].sum() < held


@pytest.mark.parametrize(
    "name", ["simulated-1", "simulated-2", "simulated-3", "simulated-4", "majors-5m-development"]
)
def test_those_out_of_reach_stay_within_their_prior_on_a_recorded_market(name: str) -> None:
    """They are the slowest to close and nothing liquidates them, so their share of what is open lies above
    that of what is opened; noise of publication is counted with them."""
    if not RECORDINGS.exists():
        pytest.skip("needs the recordings in ../shared")
    recording = open_recording(RECORDINGS / name)
    market = recording.markets[0]
    history = recording.history(market.exchange, market.contract.market_id)
    inventory = Inventory.empty(market.contract)
    for end in range(0, len(history), len(history) // 40):
        inventory.advance(history.rows(slice(inventory_rows(inventory, history), end)))
        if inventory.has_open_interest:
            noise = 1 - inventory.state.pulse[TRUSTED] / inventory.open_interest_base
            never = inventory.never_shares() - noise
            assert (never > NEVER_SHARE).all()
            assert (never < 0.95).all()
            assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)
    assert (inventory.never_shares() > 0.4).all()


def inventory_rows(inventory: Inventory, history: History) -> int:
    """How many rows it has taken in."""
    return int(np.searchsorted(history.end_ms, inventory.as_of_ms, "right"))
