"""The heatmap is the map of each of its moments, laid side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_candles import HOUR_MS, MINUTE_MS, START_MS, contract, walk

from bot.liquidation.heatmap import Frame, Heatmap, paint
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.side import Side

HISTORY = walk(12 * 60, 7)


def frame(columns: int = 12, cells: int = 80) -> Frame:
    return Frame(START_MS, START_MS + 12 * HOUR_MS, columns, 54_000.0, 66_000.0, cells)


def painted(history: History = HISTORY, shown: Frame | None = None) -> Heatmap:
    return paint(Inventory.empty(contract()), [history], shown or frame())


def test_each_column_is_the_map_of_its_moment() -> None:
    found = painted()
    assert found.painted == 12
    for column, stamp in enumerate(found.stamp_ms):
        inventory = Inventory.empty(contract())
        inventory.advance(HISTORY.until(int(stamp)))
        seen = inventory.read_out(price=inventory.last_close).mass.sum(axis=1)
        for side in Side:
            cells = found.quantity[side, :, column]
            edge = found.edges[0 if side is Side.LONG else -1]
            reach = int(abs(np.log(edge / inventory.last_close)) / DISTANCE_BIN)
            assert cells.sum() == pytest.approx(seen[side, :reach].sum(), rel=0.03)


def test_longs_lie_below_the_close_and_shorts_above() -> None:
    found = painted()
    for column, stamp in enumerate(found.stamp_ms):
        close = HISTORY.until(int(stamp)).close[-1]
        assert found.quantity[Side.LONG, found.edges[:-1] >= close, column].sum() == 0
        assert found.quantity[Side.SHORT, found.edges[1:] <= close, column].sum() == 0


def test_painting_changes_nothing_of_the_inventory() -> None:
    watched, silent = Inventory.empty(contract()), Inventory.empty(contract())
    paint(watched, [HISTORY], frame())
    silent.advance(HISTORY)
    assert watched.to_bytes() == silent.to_bytes()


def test_history_in_portions_paints_the_same() -> None:
    whole = painted()
    parts = [HISTORY.rows(slice(begin, begin + 77)) for begin in range(0, len(HISTORY), 77)]
    pieces = paint(Inventory.empty(contract()), parts, frame())
    np.testing.assert_allclose(pieces.quantity, whole.quantity, rtol=1e-12, atol=1e-12)


def test_cutting_the_future_off_leaves_the_columns_before_it() -> None:
    whole, cut = painted(), painted(HISTORY.until(START_MS + 6 * HOUR_MS))
    assert cut.painted == 6
    np.testing.assert_array_equal(cut.quantity[:, :, :6], whole.quantity[:, :, :6])
    assert cut.quantity[:, :, 6:].sum() == 0


def test_a_column_inside_a_gap_shows_what_was_known_before_it() -> None:
    kept = np.r_[0:120, 400:720]
    names = ("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base")
    gap = replace(HISTORY, **{name: getattr(HISTORY, name)[kept] for name in names})
    found = painted(gap)
    for column in (2, 3, 4):
        np.testing.assert_array_equal(found.quantity[:, :, column], found.quantity[:, :, 1])
    assert not np.array_equal(found.quantity[:, :, 7], found.quantity[:, :, 1])


def test_columns_before_the_first_open_interest_are_empty() -> None:
    late = walk(12 * 60, 7)
    late.open_interest_base[: 3 * 60] = np.nan
    found = painted(late)
    assert found.quantity[:, :, :3].sum() == 0
    assert found.quantity[:, :, 3].sum() > 0


def test_cells_reach_from_the_low_to_at_least_the_high() -> None:
    found = painted(shown=frame(cells=37))
    assert found.edges[0] <= 54_000.0
    assert found.edges[-1] >= 66_000.0
    assert found.quantity.shape == (2, 37, 12)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"end_ms": START_MS}, "columns"),
        ({"columns": 0}, "columns"),
        ({"low": 0.0}, "cells"),
        ({"high": 54_000.0}, "cells"),
        ({"high": float("inf")}, "cells"),
        ({"cells": 0}, "cells"),
    ],
)
def test_a_frame_that_cannot_be_drawn_is_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(frame(), **change)  # type: ignore[arg-type]


def test_more_columns_than_candles_repeat_the_last_known() -> None:
    shown = Frame(START_MS, START_MS + 10 * MINUTE_MS, 40, 54_000.0, 66_000.0, 20)
    found = painted(HISTORY.rows(slice(0, 10)), shown)
    assert found.painted == 40
    for column in (24, 25, 26):  # minute 6 ended at stamp 24 * 15 s
        np.testing.assert_array_equal(found.quantity[:, :, column], found.quantity[:, :, 23])
