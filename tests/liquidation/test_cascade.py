"""A cascade ends at a fixed point, goes on the way it was pushed, and grows with what feeds it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_maps import hilly, of_profile

from bot.liquidation.cascade import (
    FARTHEST,
    HOURS_A_DAY,
    IMPACTS,
    RANGE_TO_SIGMA,
    Cascade,
    cascade,
)
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.zone import Zone

UNIT, PRICE = 0.01, 100.0
SIGMA = UNIT / RANGE_TO_SIGMA * math.sqrt(HOURS_A_DAY)
HILLS = ((Side.LONG, 0.02, 0.002, 100.0), (Side.LONG, 0.05, 0.002, 100.0), (Side.SHORT, 0.03, 0.002, 80.0))


def run(
    found: LiquidationMap | None = None, side: Side = Side.LONG, push: float = 0.025, **more: object
) -> Cascade:
    facts: dict[str, object] = {"realised": 1.0, "daily_volume_base": 1e4, "books": {}}
    shown = hilly(HILLS, PRICE, hourly_range=UNIT, ground=0.0) if found is None else found
    zones = more.pop("zones", ())
    return cascade(shown, zones, side, push, **{**facts, **more})  # type: ignore[arg-type]


def book(side: Side, size: float, reach: float = 0.08, step: float = 0.0005) -> OrderBook:
    levels = tuple(
        (PRICE * math.exp(side.sign * step * at), size) for at in range(1, round(reach / step) + 1)
    )
    bids, asks = (levels, ()) if side is Side.LONG else ((), levels)
    return OrderBook(bids, asks, stamp_ms=0)


def test_square_root_impact_by_hand() -> None:
    """All of the first hill and nothing of the second: 100 coins of a day's 10,000."""
    found = run()
    assert found.pushed_base == pytest.approx(100.0, rel=0.01)
    assert found.usual.end == pytest.approx(0.025 + IMPACTS[1] * SIGMA * 0.1, abs=DISTANCE_BIN)
    assert found.usual.forced_base == pytest.approx(100.0, rel=0.02)
    assert found.usual.rounds >= 1
    assert found.amplification(found.usual) == pytest.approx(IMPACTS[1] * SIGMA * 0.1 / UNIT, abs=0.06)


def test_each_side_is_fed_by_its_own_liquidations() -> None:
    down, up = run(side=Side.LONG, push=0.035), run(side=Side.SHORT, push=0.035)
    assert down.pushed_base == pytest.approx(100.0, rel=0.01)
    assert up.pushed_base == pytest.approx(80.0, rel=0.01)


def test_a_second_zone_is_reached_by_the_first() -> None:
    """A thin market: the first hill carries price into the second, and that one on."""
    second = Zone("Z2", Side.LONG, 95.0, 95.5, 95.2, 100.0, 80.0, 2.0, (0.25,) * 4, 0)
    first = Zone("Z1", Side.LONG, 97.8, 98.3, 98.0, 100.0, 80.0, 2.0, (0.25,) * 4, 0)
    above = Zone("Z3", Side.SHORT, 102.8, 103.3, 103.0, 100.0, 80.0, 2.0, (0.25,) * 4, 0)
    found = run(daily_volume_base=30.0, zones=(above, second, first))
    assert [zone.id for zone in found.entered] == ["Z2"]
    assert found.usual.forced_base == pytest.approx(200.0, rel=0.02)
    quiet = run(daily_volume_base=1e6, zones=(above, second, first))
    assert quiet.entered == ()


def test_an_empty_map_sets_off_nothing() -> None:
    nothing = of_profile(np.zeros((2, DISTANCE_BINS)), PRICE, 0, UNIT)
    found = run(nothing)
    assert (found.usual.end, found.usual.rounds, found.usual.forced_base) == (0.025, 0, 0.0)


def test_it_stops_at_the_end_of_the_map() -> None:
    found = run(daily_volume_base=1.0)
    assert found.usual.is_cut
    assert found.usual.end == FARTHEST


pushes = st.floats(0.001, 0.15)
volumes = st.floats(10.0, 1e7)
parts = st.floats(0.05, 1.5)


@settings(max_examples=40)
@given(pushes, volumes, parts, st.sampled_from(list(Side)))
def test_it_goes_on_the_way_it_was_pushed(push: float, volume: float, part: float, side: Side) -> None:
    found = run(side=side, push=push, daily_volume_base=volume, realised=part)
    assert push <= found.low.end <= found.usual.end <= found.high.end <= FARTHEST
    assert found.amplification(found.high) >= found.amplification(found.low) >= 0
    assert found.pushed_base <= found.usual.forced_base * (1 + 1e-9)


@settings(max_examples=40)
@given(pushes, volumes, parts)
def test_the_end_is_a_fixed_point(push: float, volume: float, part: float) -> None:
    shown = hilly(HILLS, PRICE, hourly_range=UNIT, ground=0.5)
    found = run(shown, push=push, daily_volume_base=volume, realised=part)
    held = part * shown.mass_to(Side.LONG, PRICE * math.exp(-found.usual.end))
    again = min(FARTHEST, push + IMPACTS[1] * SIGMA * math.sqrt(held / volume))
    assert again - found.usual.end < DISTANCE_BIN + 1e-12


@settings(max_examples=40)
@given(pushes, volumes, st.floats(0.05, 1.0))
def test_more_that_is_liquidated_goes_farther(push: float, volume: float, part: float) -> None:
    fewer, more = (run(push=push, daily_volume_base=volume, realised=one) for one in (part, 1.4 * part))
    assert more.usual.end >= fewer.usual.end - DISTANCE_BIN


@pytest.mark.parametrize("side", list(Side))
def test_against_the_book(side: Side) -> None:
    """A hundred (eighty) coins at ten a level: ten (eight) levels of 0.05 % beyond the push."""
    push = 0.035
    found = run(side=side, push=push, books={"binance": book(side, 10.0)})
    assert found.book is not None
    levels = 10 if side is Side.LONG else 8
    assert found.book.end == pytest.approx(push + levels * 0.0005, abs=0.0006)
    assert found.book.venues == ("binance",)


def test_a_deep_book_stops_it_and_a_thin_one_does_not() -> None:
    deep, thin = (run(books={"binance": book(Side.LONG, size)}).book for size in (1000.0, 0.1))
    assert deep is not None
    assert thin is not None
    assert deep.end == pytest.approx(0.025, abs=0.0011)
    assert thin.end is None


def test_a_book_that_does_not_reach_the_push_says_so() -> None:
    found = run(books={"binance": book(Side.LONG, 10.0, reach=0.01)})
    assert found.book is not None
    assert found.book.end is None
    assert found.book.shown == pytest.approx(0.01)


def test_books_of_other_venues_or_of_the_other_side_tell_nothing() -> None:
    assert run(books={"okx": book(Side.LONG, 10.0)}).book is None
    assert run(books={"binance": book(Side.SHORT, 10.0)}).book is None


@pytest.mark.parametrize(
    "wrong",
    [{"push": 0.0}, {"push": -0.01}, {"push": FARTHEST}, {"daily_volume_base": 0.0}],
)
def test_what_cannot_be_asked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"push|volume"):
        run(**wrong)  # type: ignore[arg-type]
