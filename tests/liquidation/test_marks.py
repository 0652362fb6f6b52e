"""Liquidations trigger on the mark price: a wick that it did not follow sweeps nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_candles import candles, contract

from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.side import Side

CALM = [(100.0, 100.1, 99.9, 100.0)] * 300
NAN = float("nan")


def after(candle: tuple[float, float, float, float], mark: tuple[float, float] | None = None) -> Inventory:
    """Five hours of peace, then one candle (open, high, low, close) with (low, high) of its mark."""
    inventory = Inventory.empty(contract())
    inventory.advance(candles(*CALM))
    last = candles(candle, interest=900.0, start=len(CALM))
    if mark is not None:
        last = replace(last, mark_low=np.array(mark[:1]), mark_high=np.array(mark[1:]))
    inventory.advance(last)
    return inventory


def assert_same_levels(one: Inventory, other: Inventory) -> None:
    np.testing.assert_array_equal(one.read_out().mass, other.read_out().mass)


def swept(inventory: Inventory, side: Side, price: float) -> bool:
    """Whether nothing of before is left between the calm market and a price."""
    distance = round(abs(np.log(price / inventory.last_close)) / DISTANCE_BIN)
    return bool(inventory.read_out().mass[side, :, 3 : distance - 1].sum() == 0)


@pytest.mark.parametrize(
    ("wick", "followed"),
    [
        ((100.0, 100.0, 97.0, 100.0), (100.0, 100.0, 99.0, 100.0)),
        ((100.0, 103.0, 100.0, 100.0), (100.0, 101.0, 100.0, 100.0)),
        ((100.0, 103.0, 97.0, 100.0), (100.0, 101.0, 99.0, 100.0)),
    ],
    ids=["down", "up", "both"],
)
def test_a_wick_counts_as_far_as_the_mark_followed(
    wick: tuple[float, float, float, float], followed: tuple[float, float, float, float]
) -> None:
    assert_same_levels(after(wick, (99.0, 101.0)), after(followed))
    assert not np.array_equal(after(wick).read_out().mass, after(followed).read_out().mass)


@pytest.mark.parametrize(("side", "low", "high"), [(Side.LONG, 97.0, 100.0), (Side.SHORT, 100.0, 103.0)])
def test_without_a_mark_the_whole_wick_sweeps(side: Side, low: float, high: float) -> None:
    reached = low if side is Side.LONG else high
    assert swept(after((100.0, high, low, 100.0)), side, reached)
    assert swept(after((100.0, high, low, 100.0), (NAN, NAN)), side, reached)
    assert not swept(after((100.0, high, low, 100.0), (99.5, 100.5)), side, reached)


@pytest.mark.parametrize("close", [97.0, 103.0])
def test_the_body_sweeps_even_where_the_mark_stood_still(close: float) -> None:
    candle = (100.0, max(close, 100.0), min(close, 100.0), close)
    assert_same_levels(after(candle, (100.0, 100.0)), after(candle))


@pytest.mark.parametrize("mark", [(90.0, 110.0), (99.0, 101.0)])
def test_a_mark_beyond_the_last_price_reaches_no_more_than_the_candle(mark: tuple[float, float]) -> None:
    candle = (100.0, 101.0, 99.0, 100.0)
    assert_same_levels(after(candle, mark), after(candle))


def test_of_a_mark_whose_high_is_unknown_the_low_counts() -> None:
    assert_same_levels(after((100.0, 103.0, 97.0, 100.0), (99.0, NAN)), after((100.0, 103.0, 99.0, 100.0)))


def test_the_hourly_range_is_that_of_the_last_price() -> None:
    wick = (100.0, 103.0, 97.0, 100.0)
    assert after(wick, (99.9, 100.1)).hourly_range == after(wick).hourly_range
