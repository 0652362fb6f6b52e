"""Published open interest is noisy: the noise opens nothing, changes are followed, the sides stay equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import HOUR_MS, contract, walk
from invented_feeds import FIVE_MINUTES_MS
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.ledger import COLUMNS
from bot.liquidation.pulse import CHANGES, PUBLISHED, TRUSTED

Floats = NDArray[np.float64]

NOISE = 0.003
THREE_DAYS = 864  # candles of five minutes
SETTLED = 100  # candles after which the noise is known


def market(step: float, rows: int = THREE_DAYS, seed: int = 1) -> History:
    """Open interest whose logarithm walks by `step` a candle."""
    history = walk(rows, seed, volatility=0.0015, span_ms=FIVE_MINUTES_MS, interest_every=1)
    random = np.random.default_rng(seed + 100)
    return replace(history, open_interest_base=1000 * np.exp(np.cumsum(random.normal(0, step, rows))))


def published(history: History, noise: float = NOISE, seed: int = 1) -> History:
    errors = np.random.default_rng(seed).normal(0, noise, len(history))
    return replace(history, open_interest_base=history.open_interest_base * np.exp(errors))


def advanced(history: History) -> Inventory:
    inventory = Inventory.empty(contract())
    inventory.advance(history)
    return inventory


def credulous(history: History) -> Inventory:
    """It forgets before each candle that publication was ever noisy."""
    inventory = Inventory.empty(contract())
    for row in range(len(history)):
        inventory.state.pulse[CHANGES] = 0.0
        inventory.advance(history.rows(slice(row, row + 1)))
    return inventory


def opened(inventory: Inventory) -> float:
    """In the last day, which the ledger keeps candle by candle."""
    rows = inventory.state.ledger.since(inventory.as_of_ms - 24 * HOUR_MS)
    return float(rows[:, [COLUMNS.index("opened_long"), COLUMNS.index("opened_short")]].sum())


def apart(one: Inventory, other: Inventory) -> float:
    """Share of a map that lies elsewhere in the other."""
    profiles = [found.read_out().mass.sum(axis=1) for found in (one, other)]
    return float(np.abs(profiles[0] / profiles[0].sum() - profiles[1] / profiles[1].sum()).sum() / 2)


@pytest.fixture(scope="module", params=[0.0, 0.0005])
def three(request: pytest.FixtureRequest) -> tuple[Inventory, Inventory, Inventory]:
    """The same market told without noise, told with noise, and told to someone who believes all of it."""
    history = market(request.param)
    return advanced(history), advanced(published(history)), credulous(published(history))


def test_noise_opens_nearly_nothing(three: tuple[Inventory, Inventory, Inventory]) -> None:
    noiseless, noisy, believing = (opened(one) for one in three)
    assert noisy < 1.15 * noiseless
    assert believing > 2 * noiseless


def test_noise_moves_the_map_far_less_than_it_would(three: tuple[Inventory, Inventory, Inventory]) -> None:
    noiseless, noisy, believing = three
    assert apart(noisy, noiseless) < 0.3 * apart(believing, noiseless)
    assert apart(noisy, noiseless) < 0.03


@pytest.mark.parametrize("step", [0.0, 0.0003, 0.001])
def test_what_is_believed_is_nearer_to_the_truth_than_what_is_published(step: float) -> None:
    truth, inventory, believed = market(step, 500), Inventory.empty(contract()), []
    told = published(truth)
    for row in range(len(told)):
        inventory.advance(told.rows(slice(row, row + 1)))
        believed.append(inventory.state.pulse[TRUSTED])
    true = truth.open_interest_base[SETTLED:]
    errors = np.std(np.array(believed)[SETTLED:] - true), np.std(told.open_interest_base[SETTLED:] - true)
    assert errors[0] < 0.75 * errors[1]


def test_noise_is_told_from_change_by_its_turning_back() -> None:
    """Rises and falls as large as the noise that do not turn back are all believed."""
    history = market(0.0)
    waves = 1000 * np.exp(0.05 * np.sin(np.arange(THREE_DAYS) / 10))
    inventory = advanced(replace(history, open_interest_base=waves))
    assert inventory.state.pulse[TRUSTED] == waves[-1]
    assert inventory.state.book.noise[0] == 0.0


@pytest.mark.parametrize("rise", [0.5, -0.5])
def test_a_trend_is_followed_exactly(rise: float) -> None:
    trend = replace(market(0.0), open_interest_base=1000 * np.exp(np.linspace(0, rise, THREE_DAYS)))
    inventory = Inventory.empty(contract())
    for row in range(0, THREE_DAYS, 48):
        inventory.advance(trend.rows(slice(row, row + 48)))
        assert inventory.state.pulse[TRUSTED] == inventory.state.pulse[PUBLISHED]
    assert inventory.open_interest_base == trend.open_interest_base[-1]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.01), st.integers(1, 6))
def test_both_sides_equal_what_is_published_at_every_candle(seed: int, noise: float, every: int) -> None:
    told = published(market(0.0005, 120, seed), noise, seed)
    told.open_interest_base[np.arange(120) % every != 0] = np.nan
    inventory = Inventory.empty(contract())
    for row in range(len(told)):
        inventory.advance(told.rows(slice(row, row + 1)))
        known = told.open_interest_base[: row + 1]
        assert inventory.open_interest_base == known[np.isfinite(known)][-1]
        assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)
        assert inventory.state.pulse[TRUSTED] == pytest.approx(inventory.open_interest_base, rel=0.02 + 1e-9)


@pytest.mark.parametrize("factor", [1.3, 1 / 1.3, 3.0])
def test_a_jump_is_believed_at_once(factor: float) -> None:
    told = published(market(0.0, 400))
    jump: Floats = np.where(np.arange(400) < 300, 1.0, factor)
    inventory = advanced(replace(told, open_interest_base=told.open_interest_base * jump).rows(slice(301)))
    assert inventory.state.pulse[TRUSTED] == pytest.approx(inventory.open_interest_base, rel=0.02 + 1e-9)
    assert inventory.open_interest_base == pytest.approx(1000 * factor, rel=0.02)
    assert inventory.state.pulse[TRUSTED] != inventory.open_interest_base  # the noise is still known
