"""What the ledger recalls of past moments is what the inventory held then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_candles import HOUR_MS, MINUTE_MS, START_MS, contract, walk
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.recall import Frame, Recalled, first_coins, recalled, recalled_since
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
DAY_MS = 24 * HOUR_MS
HISTORY = walk(12 * 60, 7)
BINS, FIRST = 1200, int(np.log(60_000) / DISTANCE_BIN) - 600


def built(*parts: History) -> Inventory:
    inventory = Inventory.empty(contract())
    for part in parts:
        inventory.advance(part)
    return inventory


def frame(inventory: Inventory, stamps_ms: list[int], first: int = FIRST, bins: int = BINS) -> Frame:
    group = np.zeros(len(inventory.tiers.leverage), np.int64)
    return Frame(np.array(stamps_ms, np.int64), first, bins, group, 1)


def heat(inventory: Inventory, stamps_ms: list[int]) -> Floats:
    """(columns, 2 sides, bins)."""
    return recalled(inventory, frame(inventory, stamps_ms)).quantity[:, :, 0]


def held_then(history: History, stamp_ms: int) -> tuple[Floats, float]:
    """What an inventory that had lived only until then holds, and its open interest."""
    inventory = built(history.until(stamp_ms))
    now = recalled(inventory, frame(inventory, [inventory.as_of_ms]))
    return now.quantity[0, :, 0], inventory.open_interest_base


def overlap(ours: Floats, true: Floats, bins: int = 8) -> float:
    """What two heatmaps have in common in cells of so many bins, as a share of the larger."""
    one, other = (heat.reshape(2, -1, bins).sum(axis=2) for heat in (ours, true))
    return float(np.minimum(one, other).sum() / max(one.sum(), other.sum()))


def test_the_present_is_what_is_read_out() -> None:
    inventory = built(HISTORY)
    (now,) = heat(inventory, [inventory.as_of_ms])
    whole = inventory.read_out()
    edges = np.exp((FIRST + np.arange(BINS + 1)) * DISTANCE_BIN)
    for side in Side:
        inside = now[side].sum()
        reach = int(abs(np.log(edges[0 if side is Side.LONG else -1] / inventory.last_close)) / DISTANCE_BIN)
        assert reach > 400
        seen = whole.mass[side].sum()
        beyond = heat_beyond(inventory, now[side], side)
        assert inside - beyond == pytest.approx(seen, rel=1e-6)


def heat_beyond(inventory: Inventory, held: Floats, side: Side) -> float:
    """What lies farther than a map reaches, bins at its end pro rata."""
    position = np.log(inventory.last_close) / DISTANCE_BIN + side.sign * 400
    lower = FIRST + np.arange(BINS, dtype=np.float64)
    inside = position - lower if side is Side.LONG else lower + 1 - position
    return float(held @ np.clip(inside, 0, 1))


@pytest.mark.parametrize("hours", [1, 5, 9, 12])
def test_a_day_kept_candle_by_candle_is_recalled_exactly(hours: int) -> None:
    stamp_ms = START_MS + hours * HOUR_MS
    (ours,) = heat(built(HISTORY), [stamp_ms])
    true, interest = held_then(HISTORY, stamp_ms)
    np.testing.assert_allclose(ours, true, rtol=1e-9, atol=1e-9)
    inventory = built(HISTORY)
    told = recalled(inventory, frame(inventory, [stamp_ms])).interest_base
    assert told == pytest.approx(interest, rel=0.005)  # noise of publication is not in the ledger


def test_what_was_open_before_the_first_candle_is_in_it() -> None:
    inventory = built(HISTORY)
    stamps = [START_MS + 5 * MINUTE_MS, inventory.as_of_ms]
    since = recalled_since(inventory, frame(inventory, stamps), START_MS).quantity[:, :, 0]
    whole = heat(inventory, stamps)
    assert since[0].sum() < 0.05 * whole[0].sum()
    assert 0.2 * whole[1].sum() < since[1].sum() < whole[1].sum()


@pytest.mark.parametrize(
    ("history", "least"),
    [
        pytest.param(walk(3 * 1440, 22), 0.92, id="three days of minutes"),
        pytest.param(walk(30 * 288, 23, 6e4, 0.0018, 1, 5 * MINUTE_MS), 0.94, id="a month of five minutes"),
        pytest.param(walk(365 * 24, 11, 6e4, 0.002, 4, HOUR_MS), 0.89, id="a year of hours"),
    ],
)
def test_hours_and_quarters_of_a_day_recall_it_nearly(history: History, least: float) -> None:
    """Measured on real BTC: 97 % in common within 35 days, 88 to 97 % before (docs/architecture.md)."""
    inventory, begin = built(history), int(history.start_ms[0])
    ended = inventory.state.ledger.column("end_ms")
    stamps = [begin + share * (inventory.as_of_ms - begin) for share in (0.35, 0.7, 0.9)]
    known = [int(ended[np.searchsorted(ended, stamp, "right") - 1]) for stamp in stamps]
    for ours, stamp in zip(heat(inventory, known), known, strict=True):
        true, _ = held_then(history, stamp)
        assert overlap(ours, true) > least
        assert ours.sum() == pytest.approx(true.sum(), rel=0.03)


def test_longs_lie_below_the_close_and_shorts_above() -> None:
    inventory = built(HISTORY)
    stamps = [START_MS + hour * HOUR_MS for hour in range(1, 13)]
    found = recalled(inventory, frame(inventory, stamps))
    for column, stamp in enumerate(stamps):
        close = np.log(HISTORY.until(stamp).close[-1]) / DISTANCE_BIN
        assert found.close[column] == pytest.approx(close)
        bins = FIRST + np.arange(BINS)
        assert found.quantity[column, Side.LONG, 0, bins >= close].sum() == 0
        assert found.quantity[column, Side.SHORT, 0, bins + 1 <= close].sum() == 0


def test_asking_changes_nothing_of_the_inventory() -> None:
    inventory = built(HISTORY)
    before = inventory.to_bytes()
    heat(inventory, [START_MS + HOUR_MS, inventory.as_of_ms, inventory.as_of_ms + HOUR_MS])
    assert inventory.to_bytes() == before


def test_the_future_of_a_stamp_does_not_matter() -> None:
    stamp_ms = START_MS + 6 * HOUR_MS
    whole, cut = (heat(built(part), [stamp_ms])[0] for part in (HISTORY, HISTORY.until(stamp_ms)))
    np.testing.assert_allclose(whole, cut, rtol=1e-9, atol=1e-9)


def test_a_stamp_between_candles_or_in_a_gap_shows_what_was_known_before_it() -> None:
    kept = np.r_[0:120, 400:720]
    names = ("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base")
    inventory = built(replace(HISTORY, **{name: getattr(HISTORY, name)[kept] for name in names}))
    stamps = [START_MS + minutes * MINUTE_MS for minutes in (120, 180, 300, 399, 480)]
    found = heat(inventory, [*stamps, inventory.as_of_ms, inventory.as_of_ms + HOUR_MS])
    for column in (1, 2, 3):
        np.testing.assert_array_equal(found[column], found[0])
    assert not np.array_equal(found[4], found[0])
    np.testing.assert_array_equal(found[6], found[5])


def test_stamps_before_the_first_open_interest_hold_nothing() -> None:
    late = walk(12 * 60, 7)
    late.open_interest_base[: 3 * 60] = np.nan
    inventory = built(late)
    found: Recalled = recalled(
        inventory, frame(inventory, [START_MS + HOUR_MS, START_MS + 2 * HOUR_MS, START_MS + 4 * HOUR_MS])
    )
    assert found.quantity[:2].sum() == 0
    assert found.interest_base[:2].tolist() == [0.0, 0.0]
    assert np.isnan(found.close[:2]).all()
    assert found.quantity[2].sum() > 0


def test_groups_part_the_whole() -> None:
    inventory = built(HISTORY)
    stamps = np.array([START_MS + 4 * HOUR_MS])
    parted = recalled(inventory, Frame(stamps, FIRST, BINS, inventory.tiers.band, 4)).quantity
    assert (parted.sum(axis=(0, 1, 3)) > 0).all()
    np.testing.assert_allclose(parted.sum(axis=2)[0], heat(inventory, stamps.tolist())[0], rtol=1e-9)


def test_a_beginning_that_nobody_noted_is_taken_to_be_as_large_as_the_present() -> None:
    inventory = built(HISTORY)
    noted = HISTORY.open_interest_base[np.isfinite(HISTORY.open_interest_base)][0]
    assert first_coins(inventory) == noted
    inventory.progress.first_interest_base = 0.0
    assert first_coins(inventory) == inventory.open_interest_base


def test_a_beginning_that_was_dropped_is_not_taken_for_the_first() -> None:
    inventory = built(walk(380 * 24, 5, 6e4, 0.002, 4, HOUR_MS))
    assert inventory.state.ledger.rows[0, 0] > inventory.covers_from_ms
    assert first_coins(inventory) == inventory.open_interest_base


def test_without_open_interest_there_is_no_past() -> None:
    inventory = Inventory.empty(contract())
    with pytest.raises(NoOpenInterest):
        recalled(inventory, frame(inventory, [START_MS]))
