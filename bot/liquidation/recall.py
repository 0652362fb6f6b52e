"""What one inventory held at past moments, as its ledger recalls it.

The ledger tells what was opened, swept, closed and shrunk since it began. What was open by then, entered
nobody knows where, is played as a cold start. Shares are believed as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import empty_book
from bot.liquidation.inventory import Inventory
from bot.liquidation.ledger import COLUMNS

if TYPE_CHECKING:  # brings numba, which only a process that replays should pay for
    from bot.liquidation.kernel import Canvas

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START, END = COLUMNS.index("start_ms"), COLUMNS.index("end_ms")


@dataclass(frozen=True)
class Frame:
    """Which moments and positions (ln(price) / DISTANCE_BIN) are asked for."""

    stamp_ms: Ints  # (columns,) ascending, at least one
    first_bin: int
    bins: int
    group: Ints  # (K,) of each leverage tier
    groups: int


@dataclass(frozen=True)
class Recalled:
    """Base coin. A column before the end of the first row played holds nothing."""

    close: Floats  # (columns,) position of the last close, NaN where nothing is known
    quantity: Floats  # (columns, 2 sides, groups, bins), from the frame's first bin upward
    interest_base: Floats  # (columns,) open a side, with what no move reaches


def recalled(inventory: Inventory, frame: Frame) -> Recalled:
    """What was open when the last row that ended by each stamp was over; a stamp that no candle follows shows
    what is open now. Raises NoOpenInterest."""
    from bot.liquidation.kernel import paint

    coins, state = first_coins(inventory), inventory.state
    canvas, interest = _played(inventory, frame, state.ledger.rows, coins)
    now = int(np.searchsorted(frame.stamp_ms, inventory.as_of_ms))
    canvas.drawn[0] = now
    paint(state.book, state.habits, canvas, int(frame.stamp_ms[-1]))
    interest[now:] = inventory.open_interest_base
    return Recalled(canvas.close, canvas.quantity, interest)


def recalled_since(inventory: Inventory, frame: Frame, since_ms: int) -> Recalled:
    """The same of nothing but what was opened from a stamp on, to a row of the ledger."""
    canvas, interest = _played(inventory, frame, inventory.state.ledger.since(since_ms), 0.0)
    return Recalled(canvas.close, canvas.quantity, interest)


def first_coins(inventory: Inventory) -> float:
    """What was open a side when the ledger began: noted then, unless its beginning was dropped since or an
    older version noted nothing; as much as is open now is then the best guess. Raises NoOpenInterest."""
    interest, noted = inventory.open_interest_base, inventory.progress.first_interest_base
    is_whole = inventory.state.ledger.rows[0, START] == inventory.covers_from_ms
    return noted if noted and is_whole else interest


def _played(inventory: Inventory, frame: Frame, ledger: Floats, unknown: float) -> tuple[Canvas, Floats]:
    """The frame painted, and what was open a side at each of its stamps."""
    from bot.liquidation.kernel import paint, replay

    canvas, habits = _canvas(frame), inventory.state.habits
    rows = ledger[: int(np.searchsorted(ledger[:, END], frame.stamp_ms[-1], "right"))]
    book, totals = empty_book(inventory.tiers), np.zeros((len(rows), 2))
    replay(book, habits, inventory.tiers, rows, unknown, totals, canvas)
    paint(book, habits, canvas, int(frame.stamp_ms[-1]))
    last = np.searchsorted(rows[:, END], frame.stamp_ms, "right") - 1
    return canvas, np.append(totals.mean(axis=1), 0.0)[last]


def _canvas(frame: Frame) -> Canvas:
    from bot.liquidation.kernel import Canvas

    columns = len(frame.stamp_ms)
    return Canvas(
        stamp_ms=frame.stamp_ms,
        drawn=np.zeros(1, np.int64),
        first_bin=frame.first_bin,
        group=frame.group,
        close=np.full(columns, np.nan),
        quantity=np.zeros((columns, 2, frame.groups, frame.bins)),
    )
