"""Bad input through `advance`: a typed error that names row and field, or open interest held and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_candles import HOUR_MS, MINUTE_MS, contract, walk
from invented_feeds import heard, marked
from numpy.typing import NDArray

from bot.liquidation.contract import Tier, TierError
from bot.liquidation.history import COLUMNS, History
from bot.liquidation.history_check import HistoryError
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.side import Side

ROWS, KNOWN = 40, 20


def market() -> History:
    return marked(heard(walk(ROWS, 9), 9), 9)


def begun() -> Inventory:
    inventory = Inventory.empty(contract())
    inventory.advance(market().rows(slice(KNOWN)))
    return inventory


def with_value(history: History, field: str, row: int, value: float) -> History:
    column = getattr(history, field).copy()
    column[row] = value
    return replace(history, **{field: column})


def reordered(history: History, rows: list[int]) -> History:
    columns: dict[str, NDArray[np.float64]] = {
        name: column[rows] for name in COLUMNS if (column := getattr(history, name)) is not None
    }
    return replace(history, **columns)  # type: ignore[arg-type]


def spoiled_feed(field: str, value: float) -> Callable[[History], History]:
    def spoil(history: History) -> History:
        column = getattr(history.liquidations, field).copy()
        column[-1] = value
        return replace(history, liquidations=replace(history.liquidations, **{field: column}))

    return spoil


def spoiled(field: str, value: float) -> Callable[[History], History]:
    return lambda history: with_value(history, field, 7, value)


BAD: dict[str, tuple[Callable[[History], History], str]] = {
    "a NaN close": (spoiled("close", nan), "row 7: close nan is not a positive number"),
    "an infinite high": (spoiled("high", inf), "row 7: high inf is not a positive number"),
    "a zero low": (spoiled("low", 0.0), "row 7: low 0.0 is not a positive number"),
    "a negative open": (spoiled("open", -1.0), "row 7: open -1.0 is not a positive number"),
    "a low above the close": (spoiled("low", 1e6), "row 7: low 1000000.0 does not lie below"),
    "a high below the close": (spoiled("high", 1.0), "row 7: high 1.0 does not lie above"),
    "a negative volume": (spoiled("volume_base", -2.0), "row 7: volume_base -2.0 is not zero or"),
    "a NaN volume": (spoiled("volume_base", nan), "row 7: volume_base nan is not zero or"),
    "a zero mark": (spoiled("mark_low", 0.0), "row 7: mark_low 0.0 is not a positive number"),
    "candles out of order": (lambda one: reordered(one, [0, 1, 3, 2, 4]), "row 3: start_ms .* out of order"),
    "a candle twice": (lambda one: reordered(one, [0, 1, 2, 2, 3]), "row 3: start_ms .* is a duplicate"),
    "a price of nothing in the feed": (
        spoiled_feed("price", 0.0),
        "liquidations.price 0.0 is not a positive",
    ),
    "a quantity of NaN in the feed": (
        spoiled_feed("quantity_base", nan),
        "liquidations.quantity_base nan is",
    ),
    "a side of none in the feed": (spoiled_feed("side", 5), "liquidations.side 5 is no side"),
    "a feed out of order": (spoiled_feed("stamp_ms", 0), "liquidations.stamp_ms 0 is out of order"),
}


@pytest.mark.parametrize(("spoil", "words"), BAD.values(), ids=BAD.keys())
def test_it_is_refused_by_row_and_field_and_changes_nothing(
    spoil: Callable[[History], History], words: str
) -> None:
    inventory = begun()
    before = inventory.to_bytes()
    fresh = market().rows(slice(KNOWN, ROWS))
    with pytest.raises(HistoryError, match=words):
        inventory.advance(spoil(fresh))
    assert inventory.to_bytes() == before
    inventory.advance(fresh)
    assert inventory.as_of_ms == fresh.end_ms[-1]


@pytest.mark.parametrize("value", [nan, 0.0, -5.0, inf])
def test_open_interest_of_nothing_is_held(value: float) -> None:
    inventory, fresh = begun(), walk(ROWS, 9).rows(slice(KNOWN, ROWS))
    before = inventory.open_interest_base
    inventory.advance(replace(fresh, open_interest_base=np.full(len(fresh), value)))
    assert inventory.open_interest_base == before
    assert inventory.side_totals() == pytest.approx(before, rel=1e-9)
    told = 0 if not abs(value) < inf else len(fresh)
    assert inventory.progress.judge.distrusted_rows == told
    assert inventory.beliefs().distrusted_rows == told
    assert inventory.progress.judge.is_distrusting == (told > 0)


@pytest.mark.parametrize("factor", [10.5, 1000.0, 1 / 10.5])
def test_open_interest_that_jumps_tenfold_is_held_and_counted(factor: float) -> None:
    inventory, fresh = begun(), walk(ROWS, 9).rows(slice(KNOWN, ROWS))
    before = inventory.open_interest_base
    calm = np.full(len(fresh), before)
    calm[5] *= factor
    inventory.advance(replace(fresh, open_interest_base=calm).rows(slice(6)))
    assert inventory.open_interest_base == before
    assert inventory.side_totals() == pytest.approx(before, rel=1e-9)
    assert inventory.progress.judge.distrusted_rows == 1
    assert inventory.progress.judge.distrusted_since_ms == fresh.end_ms[5]
    inventory.advance(replace(fresh, open_interest_base=calm))
    assert not inventory.progress.judge.is_distrusting


def test_three_in_a_row_that_agree_are_a_new_truth_on_both_sides() -> None:
    inventory, fresh = begun(), walk(ROWS, 9).rows(slice(KNOWN, ROWS))
    before = inventory.open_interest_base
    inventory.advance(replace(fresh, open_interest_base=np.full(len(fresh), 20 * before)))
    assert inventory.open_interest_base == 20 * before
    assert inventory.side_totals() == pytest.approx(20 * before, rel=1e-9)
    assert inventory.progress.judge.distrusted_rows == 2


def test_a_spike_of_open_interest_leaves_the_map_as_it_would_have_been() -> None:
    history = walk(ROWS, 9, interest_every=1)
    spiked = with_value(history, "open_interest_base", 25, 50_000.0)
    held = with_value(history, "open_interest_base", 25, nan)
    maps = []
    for one in (spiked, held):
        inventory = Inventory.empty(contract())
        inventory.advance(one)
        maps.append(inventory.read_out(floor=True).mass)
    np.testing.assert_array_equal(maps[0], maps[1])


@pytest.mark.parametrize("value", [nan, 0.0, -1.0])
def test_a_contract_that_never_had_open_interest_has_no_map(value: float) -> None:
    history = replace(walk(ROWS, 9), open_interest_base=np.full(ROWS, value))
    inventory = Inventory.empty(contract())
    inventory.advance(history)
    assert inventory.as_of_ms == history.end_ms[-1]
    asks: list[Callable[[], object]] = [
        inventory.read_out, inventory.side_totals, inventory.never_shares, inventory.beliefs,
        lambda: inventory.window(HOUR_MS), lambda: inventory.provenance(Side.LONG, 1.0, 2.0),
    ]  # fmt: skip
    for ask in asks:
        with pytest.raises(NoOpenInterest, match="binance BTCUSDT has no open interest"):
            ask()


def test_a_contract_without_history_has_no_map() -> None:
    inventory = Inventory.empty(contract())
    inventory.advance(walk(ROWS).rows(slice(0, 0)))
    assert inventory.as_of_ms == 0
    with pytest.raises(NoOpenInterest):
        inventory.read_out()


@pytest.mark.parametrize(
    ("tiers", "words"),
    [
        ((), r"tiers\[0\]: row is missing"),
        ((Tier(0.0, 125, 0.004),), r"tiers\[0\]: notional_cap"),
        ((Tier(1e5, 125, nan),), r"tiers\[0\]: maintenance_rate is nan"),
        ((Tier(1e5, 125, 0.004), Tier(1e6, 125, 0.003)), r"tiers\[1\]: maintenance_rate"),
        ((Tier(1e5, 300, 0.004),), r"tiers\[0\]: max_leverage 300 is liquidated at once"),
    ],
)
def test_malformed_tiers_never_reach_an_inventory(tiers: tuple[Tier, ...], words: str) -> None:
    with pytest.raises(TierError, match=words):
        Inventory.empty(contract(tiers=tiers))


EXTREMES = st.sampled_from([1e-12, 0.01, 1.0, 99.0, 101.0, 1e9])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(EXTREMES, EXTREMES), min_size=1, max_size=8), st.booleans())
def test_no_sound_price_is_too_wild(moves: list[tuple[float, float]], listening: bool) -> None:
    """From dust to billions in a minute: both sides still equal open interest, and all is finite."""
    history = wild(moves)
    inventory = Inventory.empty(contract())
    inventory.advance(heard(history, 1, 2.0) if listening else history)
    assert inventory.side_totals() == pytest.approx(1000.0, rel=1e-9)
    for mass in (inventory.read_out(floor=True).mass, inventory.window(HOUR_MS).mass):
        assert np.isfinite(mass).all()
        assert (mass >= 0).all()


def wild(moves: list[tuple[float, float]]) -> History:
    opened, close = (np.array(column) for column in zip(*moves, strict=True))
    count = len(moves)
    return History(
        span_ms=MINUTE_MS,
        start_ms=walk(count).start_ms,
        open=opened,
        high=np.maximum(opened, close),
        low=np.minimum(opened, close),
        close=close,
        volume_base=np.zeros(count),
        open_interest_base=np.full(count, 1000.0),
    )
