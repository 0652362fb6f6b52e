"""Grades: what came after an alert, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_paths import AT, HOUR, MINUTE, path, telling

from bot.liquidation.side import Side
from bot.rules.grading import (
    HORIZONS_MS,
    Aftermath,
    ForcedOrders,
    Grade,
    Unknown,
    depth,
    farthest,
    grade,
    is_hit,
    turned,
)
from bot.rules.kinds import Kind
from bot.rules.price_path import PricePath
from bot.rules.telling import Telling

CALM = 100.0


def hour(*after: float | tuple[float, float, float]) -> PricePath:
    """An hour of minutes behind the one in which the alert came; the last price stays."""
    prices = [CALM, *after]
    return path(*prices, *[prices[-1]] * (62 - len(prices)))


def graded(told: Telling, found: PricePath, orders: ForcedOrders | None = None) -> Grade:
    result = grade(told, found, orders, HOUR)
    assert isinstance(result, Grade)
    return result


def forced(*rows: tuple[int, Side, float, float], at_least: bool = False) -> ForcedOrders:
    stamp, side, price, quantity = (np.array(column) for column in zip(*rows, strict=True))
    return ForcedOrders(stamp, side, price, quantity, at_least)


def test_a_zone_that_price_does_not_reach_is_not_touched() -> None:
    found = graded(telling(), hour(99.5, (99.01, 100.4, 100.0)))
    assert (found.touched_ms, found.passed_ms, found.aftermath) == (None, None, None)
    assert farthest(telling(), found) == pytest.approx(0.0099)
    assert depth(telling(), found) == 0.0
    assert not is_hit(telling(), found)


def test_a_touch_is_told_by_the_end_of_the_minute_that_reached_the_near_edge() -> None:
    found = graded(telling(), hour(99.5, (99.0, 99.4, 99.2), 99.6))
    assert found.touched_ms == 3 * MINUTE - 30_000
    assert found.passed_ms is None
    assert is_hit(telling(), found)


@pytest.mark.parametrize(
    ("last", "aftermath", "out"),
    [
        (99.495, Aftermath.REVERSED, 0.495 / 99),
        (99.49, Aftermath.NEITHER, 0.0),
        (98.5, Aftermath.NEITHER, 0.0),
        (97.6, Aftermath.NEITHER, 0.0),
        (97.5, Aftermath.CONTINUED, 0.5 / 98),
    ],
)
def test_half_an_atr_beyond_an_edge_says_what_followed(last: float, aftermath: Aftermath, out: float) -> None:
    found = graded(telling(), hour(99.0, 98.5, last))
    assert found.aftermath is aftermath
    assert turned(telling(), found) == pytest.approx(out)


def test_shorts_are_the_mirror_image() -> None:
    shorts = telling(side=Side.SHORT, low=101.0, high=102.0)
    found = graded(shorts, hour(100.5, (100.5, 101.5, 101.0), 102.6))
    assert (found.touched_ms, found.passed_ms) == (3 * MINUTE - 30_000, 4 * MINUTE - 30_000)
    assert found.aftermath is Aftermath.CONTINUED
    assert depth(shorts, found) == pytest.approx(102.6 / 101 - 1)
    assert farthest(shorts, found) == pytest.approx(0.026)
    away = graded(shorts, hour((99.0, 101.2, 101.2), 100.0))
    assert away.aftermath is Aftermath.REVERSED
    assert farthest(shorts, away) == pytest.approx(0.012)


def test_price_in_the_zone_has_touched_it_and_hits_by_going_through() -> None:
    entered = telling(Kind.ENTERED, price=98.7, distance=0.0, inside=True)
    stayed, through = graded(entered, hour(98.6)), graded(entered, hour(97.9))
    assert (stayed.touched_ms, stayed.passed_ms, is_hit(entered, stayed)) == (0, None, False)
    assert (through.touched_ms, through.passed_ms) == (0, 2 * MINUTE - 30_000)
    assert is_hit(entered, through)


def test_price_through_the_zone_hits_by_going_on() -> None:
    swept = telling(Kind.SWEPT, price=97.9, distance=0.0)
    on, back = graded(swept, hour(97.4)), graded(swept, hour(99.6))
    assert (on.touched_ms, on.passed_ms, on.aftermath) == (0, 0, Aftermath.CONTINUED)
    assert is_hit(swept, on)
    assert back.aftermath is Aftermath.REVERSED
    assert not is_hit(swept, back)


@pytest.mark.parametrize("kind", [Kind.BURST, Kind.GAP, Kind.NARROW])
def test_what_is_about_no_zone_is_graded_by_how_far_price_went(kind: Kind) -> None:
    told = telling(kind)
    found = graded(told, hour((97.0, 102.0, 101.0)), forced((AT + 1, Side.LONG, 98.5, 3.0)))
    assert (found.touched_ms, found.aftermath, found.liquidated_base) == (None, None, None)
    assert farthest(told, found) == pytest.approx(0.03)


def test_only_orders_of_the_side_in_the_zone_and_in_the_time_count() -> None:
    orders = forced(
        (AT - 1, Side.LONG, 98.5, 1.0),
        (AT, Side.LONG, 98.0, 2.0),
        (AT + HOUR - 1, Side.LONG, 99.0, 4.0),
        (AT + HOUR, Side.LONG, 98.5, 8.0),
        (AT + 1, Side.SHORT, 98.5, 16.0),
        (AT + 1, Side.LONG, 99.01, 32.0),
        (AT + 1, Side.LONG, 97.99, 64.0),
        at_least=True,
    )
    found = graded(telling(), hour(98.5), orders)
    assert (found.liquidated_base, found.at_least) == (6.0, True)
    assert graded(telling(), hour(98.5)).liquidated_base is None


def test_without_prices_or_a_range_there_is_no_grade() -> None:
    assert grade(telling(), hour(98.5), None, 4 * HOUR) is Unknown.NO_PRICES
    assert grade(telling(hourly_range=0.0), hour(98.5), None, HOUR) is Unknown.NO_RANGE
    assert grade(telling(), PricePath.of(np.zeros((0, 5))), None, HOUR) is Unknown.NO_PRICES


def test_the_minute_of_the_alert_itself_counts_for_nothing() -> None:
    """It may have been before the alert that price was there."""
    found = path((90.0, 110.0, CALM), *[CALM] * 60)
    assert graded(telling(), found) == graded(telling(), hour(CALM))


minutes = st.tuples(st.floats(96.0, 104.0), st.floats(0.0, 2.0), st.floats(0.0, 2.0))
sides = st.sampled_from(Side)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(minutes, min_size=61, max_size=61),
    st.lists(minutes, min_size=40, max_size=40),
    sides,
    st.sampled_from(Kind),
    st.floats(97.0, 103.0),
    st.sampled_from(HORIZONS_MS),
)
def test_nothing_before_the_alert_or_after_its_horizon_changes_a_grade(
    inner: list[tuple[float, float, float]],
    outer: list[tuple[float, float, float]],
    side: Side,
    kind: Kind,
    price: float,
    horizon_ms: int,
) -> None:
    told = telling(kind, side, price=price, low=price * 0.99, high=price * 0.995)
    if side is Side.SHORT:
        told = replace(told, low=price * 1.005, high=price * 1.01)
    # Twenty rows before the alert and nineteen after its horizon; the 21st straddles the alert, the last
    # of the inner ones the horizon.
    step_ms = horizon_ms // 60
    at_ms = AT // HOUR * HOUR + step_ms // 2
    told = replace(told, at_ms=at_ms)
    begin_ms = at_ms - step_ms // 2 - 20 * step_ms
    one = path(*map(_row, [*outer[:21], *inner[1:60], *outer[21:]]), begin_ms=begin_ms, step_ms=step_ms)
    other = path(
        *map(_row, [*outer[::-1][:21], *inner[1:60], *outer[::-1][21:]]), begin_ms=begin_ms, step_ms=step_ms
    )
    orders = [_orders(at_ms, horizon_ms, quantity) for quantity in (1.0, 7.0)]
    results = [grade(told, rows, kept, horizon_ms) for rows, kept in zip((one, other), orders, strict=True)]
    assert results[0] == results[1]
    assert isinstance(results[0], Grade)


def _row(three: tuple[float, float, float]) -> tuple[float, float, float]:
    close, below, above = three
    return close - below, close + above, close


def _orders(at_ms: int, horizon_ms: int, outside: float) -> ForcedOrders:
    rows = [(at_ms + 1, side, 100.0 * (1 + side.sign * 0.0075), 2.0) for side in Side]
    rows += [(stamp, side, 100.0, outside) for stamp in (at_ms - 1, at_ms + horizon_ms) for side in Side]
    return forced(*rows)
