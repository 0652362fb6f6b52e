"""The information gain of a pair's own maps over recorded liquidations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bot.liquidation.history import History
from bot.liquidation.scoring.map_line import MapLine
from bot.liquidation.scoring.recorded_gain import HOUR_MS, LEAST_HOURS, RecordedGain, recorded_gain
from bot.liquidation.scoring.truth import PricedQuantities
from bot.liquidation.side import Side

BEGIN = 490_000 * HOUR_MS
EDGES = 100.0 * np.exp(np.arange(-200, 201) * 5e-4)
ALWAYS = [(BEGIN - HOUR_MS, BEGIN + 1_000 * HOUR_MS)]


def line(hour: int, dense_at: float) -> MapLine:
    """Longs all the same but for one dense stretch of 0.1 %."""
    longs = np.where(EDGES[:-1] < 100.0 - 1e-9, 1.0, 0.0)
    longs[np.searchsorted(EDGES, dense_at) - 2 : np.searchsorted(EDGES, dense_at)] = 50.0
    shorts = np.where(EDGES[:-1] >= 100.0 - 1e-9, 1.0, 0.0)
    return MapLine(BEGIN + hour * HOUR_MS, 100.0, EDGES, (longs, shorts))


def candles(count: int) -> History:
    start = BEGIN + HOUR_MS * np.arange(count, dtype=np.int64)
    level, low = np.full(count, 100.0), np.full(count, 98.0)
    return History(HOUR_MS, start, level, level, low, level, level, level)


def events(count: int, each: int, price: float) -> PricedQuantities:
    stamp = np.repeat(BEGIN + HOUR_MS * np.arange(count, dtype=np.int64) + 60_000, each)
    side = np.full(len(stamp), int(Side.LONG))
    return PricedQuantities(stamp, side, np.full(len(stamp), price), np.ones(len(stamp)))


def gain(
    hours: int, dense_at: float = 99.0, each: int = 5, heard: Sequence[tuple[int, int]] = ALWAYS
) -> RecordedGain:
    lines = [line(at, dense_at) for at in range(hours)]
    return recorded_gain(lines, candles(hours), events(hours, each, 98.97), heard)


def test_maps_that_are_dense_where_orders_fell_gain_and_the_others_lose() -> None:
    hours = LEAST_HOURS + 8
    right = recorded_gain(
        [line(at, 99.0) for at in range(hours)], candles(hours), events(hours, 5, 98.97), ALWAYS
    )
    wrong = recorded_gain(
        [line(at, 98.3) for at in range(hours)], candles(hours), events(hours, 5, 98.97), ALWAYS
    )
    assert (right.hours, right.orders) == (hours, hours * 5)
    assert right.own is not None
    assert wrong.own is not None
    assert right.own > 1.0 > 0.0 > wrong.own
    assert right.peers["distance"] == pytest.approx(right.own)


def test_too_little_says_how_much_there_is() -> None:
    few = gain(20, each=50)
    assert (few.hours, few.orders, few.own) == (20, 1_000, None)
    hours = LEAST_HOURS
    quiet = recorded_gain(
        [line(at, 99.0) for at in range(hours)], candles(hours), events(hours, 1, 98.97), ALWAYS
    )
    assert (quiet.hours, quiet.own) == (hours, None)
    assert recorded_gain([], candles(5), events(5, 1, 98.97), ALWAYS).hours == 0


def test_hours_that_nobody_listened_to_do_not_count() -> None:
    hours = LEAST_HOURS + 8
    heard = [(BEGIN, BEGIN + 10 * HOUR_MS), (BEGIN + 20 * HOUR_MS + 1, BEGIN + 30 * HOUR_MS)]
    found = recorded_gain(
        [line(at, 99.0) for at in range(hours)], candles(hours), events(hours, 5, 98.97), heard
    )
    assert found.hours == 10 + 9
