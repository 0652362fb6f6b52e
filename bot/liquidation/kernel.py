"""The one compiled loop: candles through the inventory, one after the other.

Prices are positions here: ln(price) / DISTANCE_BIN, so that bin b holds positions [b, b + 1). Compilation is
cached on disk; import this module only where candles are processed, since it brings numba in.

What a side still has lies strictly on its side of the last close (longs below, shorts above), also inside
the bin of that close.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import Book
from bot.liquidation.leverage_prior import LeverageTiers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID_ROOM = 500  # bins kept free on the price's far side after the grid has followed
SMALLEST_FACTOR = 1e-6  # lazy factors below this are multiplied out
NARROWEST = 0.5  # bins over which an opening is spread at least


class Rows(NamedTuple):
    """Candles as the loop wants them, shape (n,)."""

    low: Floats
    high: Floats
    close: Floats
    open_low: Floats  # where positions of this row were opened
    open_high: Floats
    clock: Floats  # days of usual closing that passed
    phase: Ints  # which set of kernel nodes


class Flows(NamedTuple):
    """What happened beside price, row by row; shapes (n, 2)."""

    opened: Floats  # a side, base coin
    factor: Floats  # by which a side shrank to match open interest, 1 where it did not


def cut(rows: Rows, begin: int, end: int) -> Rows:
    columns = {name: column[begin:end] for name, column in rows._asdict().items()}
    return Rows(**columns)


def no_flows(count: int) -> Flows:
    return Flows(np.zeros((count, 2)), np.ones((count, 2)))


def _take(book: Book, side: int, bin_: int, share: float) -> None:
    """Remove a share of one grid bin."""
    for tier in range(book.quantity.shape[1]):
        for holder in range(book.quantity.shape[3]):
            gone = book.quantity[side, tier, bin_, holder] * share
            book.quantity[side, tier, bin_, holder] -= gone
            book.total[side, tier, holder] = max(book.total[side, tier, holder] - gone, 0.0)


def _sweep_longs(book: Book, low: float) -> None:
    """Remove what lies above the low; the content of the close's bin lies below the close."""
    top = book.close[0]
    if not low < top:
        return
    first, last, size = math.floor(low), math.floor(top), book.quantity.shape[2]
    for bin_ in range(first, last + 1):
        upper = min(bin_ + 1.0, top)
        share = 1.0 if bin_ > first or upper <= bin_ else (upper - low) / (upper - bin_)
        at = bin_ - book.origin[0]
        if 0 <= at < size:
            take(book, 0, at, share)
    if first < book.origin[0]:
        take(book, 0, 0, 1.0)  # the outermost bin holds everything beyond it as well


def _sweep_shorts(book: Book, high: float) -> None:
    """Remove what lies below the high; the content of the close's bin lies above the close."""
    floor = book.close[0]
    if not high > floor:
        return
    first, last, size = math.floor(floor), math.floor(high), book.quantity.shape[2]
    for bin_ in range(first, last + 1):
        lower = max(float(bin_), floor)
        share = 1.0 if bin_ < last else (high - lower) / (bin_ + 1.0 - lower)
        at = bin_ - book.origin[1]
        if 0 <= at < size:
            take(book, 1, at, share)
    if last >= book.origin[1] + size:
        take(book, 1, size - 1, 1.0)


def _follow(book: Book, close: float) -> None:
    """Move each side's grid so that the close stays inside; what falls off goes to the outermost bin."""
    size = book.quantity.shape[2]
    for side in range(2):
        at = math.floor(close) - book.origin[side]
        room = size - at if side == 0 else at
        if GRID_ROOM // 4 < room < 2 * GRID_ROOM:
            continue
        target = math.floor(close) - (size - GRID_ROOM if side == 0 else GRID_ROOM)
        shift_grid(book.quantity, side, target - book.origin[side])
        book.origin[side] = target


def _shift_grid(quantity: Floats, side: int, step: int) -> None:
    """Bin b takes what bin b + step held; both ends collect what would fall off."""
    size = quantity.shape[2]
    for index in range(1, size):
        bin_ = index if step > 0 else size - 1 - index  # from the end that collects
        target = min(max(bin_ - step, 0), size - 1)
        for tier in range(quantity.shape[1]):
            for holder in range(quantity.shape[3]):
                moved = quantity[side, tier, bin_, holder]
                quantity[side, tier, bin_, holder] = 0.0
                quantity[side, tier, target, holder] += moved


def _rescale(book: Book, side: int, tier: int, holder: int, factor: float) -> None:
    """Multiply a lazy factor out into what is stored."""
    book.total[side, tier, holder] *= factor
    if tier < book.quantity.shape[1]:
        for bin_ in range(book.quantity.shape[2]):
            book.quantity[side, tier, bin_, holder] *= factor


def _close_positions(book: Book, tiers: LeverageTiers, clock: float) -> None:
    """Every tier loses its share; opposite holders of one tier close alike."""
    for tier in range(book.decay.shape[0]):
        for holder in range(book.decay.shape[1]):
            book.decay[tier, holder] *= math.exp(-tiers.rate[tier, holder] * clock)
            if book.decay[tier, holder] < SMALLEST_FACTOR:
                for side in range(2):
                    rescale(book, side, tier, holder, book.decay[tier, holder])
                book.decay[tier, holder] = 1.0


def _shrink(book: Book, side: int, factor: float) -> None:
    book.scale[side] *= factor
    if book.scale[side] < SMALLEST_FACTOR:
        for tier in range(book.total.shape[1]):
            for holder in range(book.total.shape[2]):
                rescale(book, side, tier, holder, book.scale[side])
        book.scale[side] = 1.0


def _side_total(book: Book, tiers: LeverageTiers, side: int) -> float:
    found = 0.0
    for tier in range(book.decay.shape[0]):
        for holder in range(book.decay.shape[1]):
            weight = tiers.weight[tier, holder] * book.decay[tier, holder]
            found += weight * book.total[side, tier, holder]
    return float(found * book.scale[side])


def _conserve(book: Book, tiers: LeverageTiers, side: int, interest: float) -> tuple[float, float]:
    """(opened, factor): what must have been opened to match open interest, or how much the side shrank."""
    held = side_total(book, tiers, side)
    if interest >= held:
        return interest - held, 1.0
    factor = interest / held
    shrink(book, side, factor)
    return 0.0, factor


def _lay(book: Book, side: int, tier: int, begin: float, end: float, amount: float) -> None:
    """Spread an amount evenly over positions [begin, end) of one tier, for all its holders."""
    size, first = book.quantity.shape[2], math.floor(begin)
    for holder in range(book.quantity.shape[3]):
        stored = amount / (book.decay[tier, holder] * book.scale[side])
        book.total[side, tier, holder] += stored
        density = stored / (end - begin)
        for bin_ in range(first, math.ceil(end)):
            at = min(max(bin_ - book.origin[side], 0), size - 1)
            width = min(end, bin_ + 1.0) - max(begin, float(bin_))
            book.quantity[side, tier, at, holder] += density * width


def _level_range(side: int, low: float, high: float, offset: float, close: float) -> tuple[float, float]:
    """Where the levels of positions opened over [low, high] lie that the close has not passed.

    If nearly none could have stayed open, they were opened at the close.
    """
    width = max(high - low, NARROWEST)
    middle = (low + high) / 2
    if side == 0:
        begin, end = middle - width / 2 - offset, min(middle + width / 2 - offset, close)
        if end - begin < 0.02 * width:
            begin, end = close - offset - NARROWEST, close - offset
    else:
        begin, end = max(middle - width / 2 + offset, close), middle + width / 2 + offset
        if end - begin < 0.02 * width:
            begin, end = close + offset, close + offset + NARROWEST
    return begin, end


def _open_positions(
    book: Book, tiers: LeverageTiers, side: int, amount: float, low: float, high: float, phase: int
) -> None:
    if amount <= 0.0:
        return
    never = book.decay.shape[0] - 1
    for holder in range(book.decay.shape[1]):
        book.total[side, never, holder] += amount / (book.decay[never, holder] * book.scale[side])
    for tier in range(never):
        for node in range(tiers.node.shape[1]):
            offset = tiers.offset[phase, side, tier, node]
            begin, end = level_range(side, low, high, offset, book.close[0])
            lay(book, side, tier, begin, end, amount * tiers.node[phase, node])


def _play(
    book: Book,
    tiers: LeverageTiers,
    rows: Rows,
    interest: Floats,
    flows: Flows,
    replaying: bool,
) -> None:
    """Process rows in place, writing to `flows` what was opened and shrunk, or reading it there if replaying.

    Each row: remove what price crossed, close a share of every tier, match open interest, open.
    """
    for row in range(len(rows.close)):
        sweep_longs(book, rows.low[row])
        sweep_shorts(book, rows.high[row])
        close_positions(book, tiers, rows.clock[row])
        book.close[0] = rows.close[row]
        follow(book, rows.close[row])
        for side in range(2):
            if replaying:
                shrink(book, side, flows.factor[row, side])
            else:
                flows.opened[row, side], flows.factor[row, side] = conserve(book, tiers, side, interest[row])
            low, high = rows.open_low[row], rows.open_high[row]
            open_positions(book, tiers, side, flows.opened[row, side], low, high, rows.phase[row])


def _opening_ranges(
    low: Floats, high: Floats, known: NDArray[np.bool_], since_low: float, since_high: float
) -> tuple[Floats, Floats, float, float]:
    """Where a row's positions were opened: over its own range, and where open interest is news, over the
    range since it was last published, because its rise happened somewhere in between."""
    begin, end = low.copy(), high.copy()
    for row in range(len(low)):
        since_low, since_high = min(since_low, low[row]), max(since_high, high[row])
        if known[row]:
            begin[row], end[row] = since_low, since_high
            since_low, since_high = np.inf, -np.inf
    return begin, end, since_low, since_high


def _usual_activity(
    turnover: Floats, days: Floats, usual: float, known_days: float
) -> tuple[Floats, float, float]:
    """Turnover over its 7-day exponential mean, row by row; a plain mean until 7 days are known."""
    ratio = np.ones(len(turnover))
    for row in range(len(turnover)):
        if not turnover[row] >= 0.0:
            continue
        known_days = min(known_days + days[row], 7.0)
        usual += (turnover[row] - usual) * days[row] / known_days
        if usual > 0.0:
            ratio[row] = turnover[row] / usual
    return ratio, usual, known_days


_compiled = numba.njit(cache=True, nogil=True, error_model="numpy")
take = _compiled(_take)
sweep_longs = _compiled(_sweep_longs)
sweep_shorts = _compiled(_sweep_shorts)
shift_grid = _compiled(_shift_grid)
follow = _compiled(_follow)
rescale = _compiled(_rescale)
close_positions = _compiled(_close_positions)
shrink = _compiled(_shrink)
side_total = _compiled(_side_total)
conserve = _compiled(_conserve)
lay = _compiled(_lay)
level_range = _compiled(_level_range)
open_positions = _compiled(_open_positions)
play = _compiled(_play)
opening_ranges = _compiled(_opening_ranges)
usual_activity = _compiled(_usual_activity)
