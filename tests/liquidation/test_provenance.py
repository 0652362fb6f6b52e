"""Where the quantity of a price range comes from: parts add up, and the hours named are the right ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import HOUR_MS, START_MS, contract, walk
from invented_feeds import FIVE_MINUTES_MS, INTEREST, NEVER_MS, along, heard, level, marked, plateaus
from numpy.typing import NDArray

from bot.liquidation.book import empty_book
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.kernel import NO_CANVAS, replay
from bot.liquidation.ledger import COLUMNS
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.provenance import held_by_tier, hourly, opened_by_row, range_of
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

SIDES = st.sampled_from(list(Side))
STEPS = st.integers(-1800, 1800)  # log-distance from the last close in 1e-4


def advanced(history: History, market: Contract | None = None) -> Inventory:
    inventory = Inventory.empty(market or contract())
    inventory.advance(history)
    return inventory


def lively(rows: int, seed: int = 3) -> History:
    history = walk(rows, seed, volatility=0.0018, interest_every=1, span_ms=FIVE_MINUTES_MS)
    return marked(heard(history, seed), seed)


@pytest.fixture(scope="module", params=["linear", "inverse", "with a fee"])
def inventory(request: pytest.FixtureRequest) -> Inventory:
    """Three days that have taught something."""
    market = (
        contract("okx") if request.param == "with a fee" else contract(inverse=request.param == "inverse")
    )
    return advanced(lively(864), market)


def prices(inventory: Inventory, *steps: float) -> list[float]:
    return [float(inventory.last_close * np.exp(step)) for step in sorted(steps)]


@settings(max_examples=40, deadline=None)
@given(SIDES, st.lists(STEPS, min_size=2, max_size=2, unique=True))
def test_parts_add_up_to_the_whole(inventory: Inventory, side: Side, ends: list[int]) -> None:
    low, high = prices(inventory, *(1e-4 * end for end in ends))
    found = inventory.provenance(side, low, high)
    assert found.by_hour.sum() + found.earlier_base == pytest.approx(found.quantity_base, rel=1e-9, abs=1e-9)
    assert found.by_leverage.sum() == pytest.approx(found.quantity_base, rel=1e-9, abs=1e-9)
    assert (found.by_hour > 0).all()
    assert (found.by_leverage >= 0).all()
    assert found.earlier_base >= -1e-9
    assert (np.diff(found.hour_ms) > 0).all()
    assert (np.diff(found.leverage) < 0).all()
    assert (found.hour_ms % HOUR_MS == 0).all()
    assert ((found.hour_ms >= START_MS) & (found.hour_ms < inventory.as_of_ms)).all()


def test_a_row_longer_than_an_hour_is_divided_among_its_hours() -> None:
    ledger = np.zeros((3, len(COLUMNS)))
    ledger[:, 0] = [START_MS, START_MS + 6 * HOUR_MS, START_MS + 6.5 * HOUR_MS]
    ledger[:, 1] = [START_MS + 6 * HOUR_MS, START_MS + 6.5 * HOUR_MS, START_MS + 7 * HOUR_MS]
    hour_ms, quantity = hourly(ledger, np.array([12.0, 3.0, 4.0]))
    assert hour_ms.tolist() == [START_MS + hour * HOUR_MS for hour in range(7)]
    assert quantity.tolist() == [2.0] * 6 + [7.0]


@settings(max_examples=40, deadline=None)
@given(SIDES, st.lists(STEPS, min_size=3, max_size=3, unique=True))
def test_two_ranges_side_by_side_are_one(inventory: Inventory, side: Side, ends: list[int]) -> None:
    low, between, high = prices(inventory, *(1e-4 * end for end in ends))
    left, right, both = (
        inventory.provenance(side, *ends) for ends in ((low, between), (between, high), (low, high))
    )
    assert left.quantity_base + right.quantity_base == pytest.approx(both.quantity_base, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(left.by_leverage + right.by_leverage, both.by_leverage, rtol=1e-9, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(SIDES, st.integers(0, 398), st.integers(1, 100))
def test_the_whole_is_what_the_map_shows_there(
    inventory: Inventory, side: Side, first: int, count: int
) -> None:
    last = min(first + count, 400)
    low, high = prices(inventory, *(side.sign * at * DISTANCE_BIN for at in (first, last)))
    shown = inventory.read_out().mass[side, :, first:last].sum()
    assert inventory.provenance(side, low, high).quantity_base == pytest.approx(shown, rel=1e-9, abs=1e-9)


def test_beyond_the_price_a_side_holds_nothing(inventory: Inventory) -> None:
    close = inventory.last_close
    for side, low, high in ((Side.LONG, close, 2 * close), (Side.SHORT, close / 2, close)):
        found = inventory.provenance(side, low, high)
        assert (found.quantity_base, found.earlier_base, len(found.hour_ms)) == (0.0, 0.0, 0)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("inverse", [False, True])
def test_a_burst_of_open_interest_is_named_as_the_origin(side: Side, inverse: bool) -> None:
    """A day at 100, an hour 2 % nearer to the other side in which open interest rises by half, then back."""
    away = 100.0 * np.exp(-side.sign * 0.02)
    path = [100.0] * 289 + [away] * 12 + [100.0] * 49
    quiet = along(path)
    begin = 288
    rise = np.interp(np.arange(len(quiet)), [begin, begin + 12], [INTEREST, 1.5 * INTEREST])
    market = contract(inverse=inverse)
    inventory = advanced(replace(quiet, open_interest_base=rise), market)
    target = level(side, away, 20.0, market)
    found = inventory.provenance(side, target * 0.999, target * 1.001)
    hour_ms = int(quiet.start_ms[begin])
    assert hour_ms % HOUR_MS == 0
    assert found.hour_ms[np.argmax(found.by_hour)] == hour_ms
    assert found.by_hour.max() > 0.5 * found.quantity_base
    assert found.leverage[np.argmax(found.by_leverage)] == 20.0


def moved(found: Inventory, low: float, high: float) -> Floats:
    """How far half and double the leverage would move a range, as factors in logarithms."""
    told = found.provenance(Side.LONG, low, high)
    others = np.array([told.with_half_leverage_base, told.with_double_leverage_base])
    return np.asarray(np.abs(np.log(others / told.quantity_base)))


@pytest.mark.parametrize("distance", [0.005, 0.02, 0.04])
def test_another_prior_moves_a_map_that_learned_less(distance: float) -> None:
    history = plateaus(20)
    deaf = replace(history, liquidations=replace(history.liquidations, covered_from_ms=NEVER_MS))
    low, high = 100.0 * np.exp(-distance - 0.005), 100.0 * np.exp(-distance)
    learned, unlearned = (moved(advanced(one), low, high) for one in (history, deaf))
    assert (unlearned > 0.05).all()
    assert (learned < 0.5 * unlearned).all()


def test_higher_leverage_lies_nearer() -> None:
    inventory = advanced(lively(864))
    near = inventory.provenance(Side.LONG, *prices(inventory, -0.02, -0.005))
    far = inventory.provenance(Side.LONG, *prices(inventory, -0.4, -0.25))
    assert near.with_double_leverage_base > near.quantity_base > near.with_half_leverage_base
    assert far.with_double_leverage_base < far.quantity_base < far.with_half_leverage_base


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_the_record_tells_is_what_playing_it_leaves(side: Side, seed: int) -> None:
    """In closed form and by replaying every minute, tier by tier where much is left."""
    inventory = advanced(heard(walk(1400, seed), seed))
    tiers, habits, rows = inventory.tiers, inventory.state.habits, inventory.state.ledger.rows
    played = empty_book(tiers)
    replay(played, habits, tiers, rows, 0.0, np.zeros((0, 2)), NO_CANVAS)
    edge = inventory.last_close * np.exp(side.sign * 0.1)
    where = range_of(side, *sorted((edge, inventory.last_close)))
    whole = held_by_tier(played, habits, where)
    told = opened_by_row(rows, tiers, habits, where).sum(axis=0)
    matter = whole > 0.02 * whole.sum()
    assert matter.sum() > 5
    assert (np.abs(told[matter] / whole[matter] - 1) < 0.2).all()
    assert told.sum() == pytest.approx(whole.sum(), rel=0.05)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (0.0, 1.0), (-1.0, 1.0), (2.0, 1.0), (1.0, 1.0), (1.0, np.inf), (np.nan, 1.0), (1.0, np.nan),
    ],
)  # fmt: skip
def test_a_range_that_is_none_is_refused(inventory: Inventory, low: float, high: float) -> None:
    with pytest.raises(ValueError, match="is no range of prices"):
        inventory.provenance(Side.LONG, low, high)


def test_without_open_interest_nothing_has_an_origin() -> None:
    with pytest.raises(NoOpenInterest):
        Inventory.empty(contract()).provenance(Side.LONG, 1.0, 2.0)
    with pytest.raises(NoOpenInterest):
        Inventory.empty(contract()).beliefs()
