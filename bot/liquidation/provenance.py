"""Where the quantity in a range of prices comes from: when it was opened and with which leverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation import book as books
from bot.liquidation.book import Book
from bot.liquidation.habits import Habits, shares, with_prior
from bot.liquidation.ledger import COLUMNS
from bot.liquidation.leverage_prior import PHASES, LeverageTiers, by_leverage, shifted
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
NARROWEST = 0.5  # bins an opening is spread over at least, as in the kernel


@dataclass(frozen=True)
class Provenance:
    """One venue's share of a price range, base coin. `by_hour` and `earlier_base` add up to `quantity_base`,
    so does `by_leverage`."""

    venue: str
    side: Side
    low: float  # the range of prices
    high: float
    quantity_base: float
    hour_ms: Ints  # (n,) start of each clock hour in which something of it was opened, ascending
    by_hour: Floats  # (n,)
    earlier_base: float  # opened before the record of openings begins
    leverage: Floats  # (k,) descending
    by_leverage: Floats  # (k,)
    with_half_leverage_base: float  # what the range would hold if people used half the leverage believed
    with_double_leverage_base: float


class Holdings(NamedTuple):
    """What a venue's inventory holds now."""

    book: Book
    habits: Habits
    tiers: LeverageTiers
    interest: float


class Range(NamedTuple):
    """What is looked at: a side between two positions (ln(price) / DISTANCE_BIN)."""

    side: Side
    begin: float
    end: float


def range_of(side: Side, low: float, high: float) -> Range:
    """Raises ValueError unless the prices are positive and in order."""
    if not 0 < low < high < np.inf:
        raise ValueError(f"{low} to {high} is no range of prices")
    return Range(side, float(np.log(low) / DISTANCE_BIN), float(np.log(high) / DISTANCE_BIN))


def trace(venue: str, where: Range, holdings: Holdings, ledger: Floats) -> Provenance:
    """Where the quantity in a range comes from; `ledger` has shape (rows, columns), see ledger.COLUMNS."""
    book, habits, tiers, _ = holdings
    whole = held_by_tier(book, habits, where)
    parts = parted(whole, opened_by_row(ledger, tiers, habits, where))
    hour_ms, by_hour = hourly(ledger, parts.by_row.sum(axis=1))
    leverage = by_leverage(tiers.leverage, whole)
    return Provenance(
        venue=venue,
        side=where.side,
        low=float(np.exp(where.begin * DISTANCE_BIN)),
        high=float(np.exp(where.end * DISTANCE_BIN)),
        quantity_base=float(whole.sum()),
        hour_ms=hour_ms[by_hour > 0],
        by_hour=by_hour[by_hour > 0],
        earlier_base=float(parts.earlier.sum()),
        leverage=np.array([one for one, _ in leverage]),
        by_leverage=np.array([quantity for _, quantity in leverage]),
        with_half_leverage_base=under_prior(holdings, where, 0.5),
        with_double_leverage_base=under_prior(holdings, where, 2.0),
    )


def hourly(ledger: Floats, by_row: Floats) -> tuple[Ints, Floats]:
    """(clock hours, quantity) of rows, shape (rows,); one longer than an hour is divided evenly among its."""
    first = ledger[:, 0].astype(np.int64) // HOUR_MS
    hours = (ledger[:, 1].astype(np.int64) - 1) // HOUR_MS - first + 1
    begun = np.repeat(np.cumsum(hours) - hours, hours)
    hour = np.repeat(first, hours) + np.arange(len(begun)) - begun
    found, place = np.unique(hour, return_inverse=True)
    quantity = np.bincount(place, np.repeat(by_row / hours, hours), len(found))
    return found * HOUR_MS, quantity.astype(np.float64)


def held_by_tier(book: Book, habits: Habits, where: Range) -> Floats:
    """What each tier holds in a range, shape (K,); bins at its ends pro rata."""
    worth = books.weights(book, habits)[:-1] * book.scale[where.side]
    lower = book.origin[where.side] + np.arange(book.quantity.shape[2], dtype=np.float64)
    upper, close = lower + 1.0, float(book.close[0])
    if where.side is Side.LONG:
        upper = np.minimum(upper, close)
    else:
        lower = np.maximum(lower, close)
    inside = np.minimum(upper, where.end) - np.maximum(lower, where.begin)
    part = np.clip(inside, 0, None) / np.where(upper > lower, upper - lower, np.inf)
    return np.asarray(np.einsum("kbh,kh,b->k", book.quantity[where.side], worth, part))


def opened_by_row(ledger: Floats, tiers: LeverageTiers, habits: Habits, where: Range) -> Floats:
    """What each row of the ledger opened in a range that should still be there, shape (rows, K).

    In closed form: levels that no later row crossed, shrunk by all closing and shrinking since.
    """
    column = {name: ledger[:, place] for place, name in enumerate(COLUMNS)}
    phase = column["end_ms"].astype(np.int64) // MINUTE_MS % PHASES
    begin, end = _level_ranges(column, tiers.offset[phase, where.side], where.side)
    width = end - begin
    crossed = _crossed_later(column, where.side)[:, None, None]
    if where.side is Side.LONG:
        end = np.minimum(end, crossed)
    else:
        begin = np.maximum(begin, crossed)
    inside = np.clip(np.minimum(end, where.end) - np.maximum(begin, where.begin), 0, None) / width
    part = np.einsum("rkn,rkn->rk", inside, tiers.node[phase])
    side = "long" if where.side is Side.LONG else "short"
    opened = column[f"opened_{side}"] * _product_after(column[f"factor_{side}"])
    return np.asarray(opened[:, None] * part * _kept(column["clock"], tiers, habits))


def _level_ranges(column: dict[str, Floats], offset: Floats, side: Side) -> tuple[Floats, Floats]:
    """The kernel's level_range for all rows, tiers and nodes at once: (rows, K, nodes) each."""
    width = np.maximum(column["open_high"] - column["open_low"], NARROWEST)[:, None, None]
    middle = ((column["open_high"] + column["open_low"]) / 2)[:, None, None]
    close = column["close"][:, None, None]
    if side is Side.LONG:
        begin, end = middle - width / 2 - offset, np.minimum(middle + width / 2 - offset, close)
        late = close - offset - NARROWEST, close - offset
    else:
        begin, end = np.maximum(middle - width / 2 + offset, close), middle + width / 2 + offset
        late = close + offset, close + offset + NARROWEST
    none_left = end - begin < 0.02 * width
    return np.where(none_left, late[0], begin), np.where(none_left, late[1], end)


def _crossed_later(column: dict[str, Floats], side: Side) -> Floats:
    """The farthest price that later rows reached on a side, shape (rows,)."""
    if side is Side.LONG:
        return np.asarray(np.r_[np.minimum.accumulate(column["low"][::-1])[::-1][1:], np.inf])
    return np.asarray(np.r_[np.maximum.accumulate(column["high"][::-1])[::-1][1:], -np.inf])


def _product_after(factor: Floats) -> Floats:
    return np.asarray(np.r_[np.cumprod(factor[::-1])[::-1][1:], 1.0])


def _kept(clock: Floats, tiers: LeverageTiers, habits: Habits) -> Floats:
    """Share of what each tier opened that was not closed since, times the tier's share: (rows, K)."""
    later = np.r_[np.cumsum(clock[::-1])[::-1][1:], 0.0]
    left = np.exp(-later[:, None, None] * tiers.rate[None, :-1])
    return np.asarray(np.einsum("rkh,kh->rk", left, shares(habits)[:-1]))


class Parts(NamedTuple):
    by_row: Floats  # (rows, K)
    earlier: Floats  # (K,)


def parted(whole: Floats, opened: Floats) -> Parts:
    """Openings that add up to what is there, tier by tier: too much is scaled down, what is missing was
    opened earlier. Shapes (K,), (rows, K)."""
    told = opened.sum(axis=0)
    scale = np.where(told > whole, whole / np.where(told > 0, told, 1.0), 1.0)
    return Parts(opened * scale, whole - told * scale)


def under_prior(holdings: Holdings, where: Range, factor: float) -> float:
    """What the range would hold had people been believed to use so many times the leverage."""
    book, habits, tiers, interest = holdings
    other = habits._replace(leverage_share=with_prior(habits, tiers, shifted(tiers, factor), interest))
    noise = float(book.noise[0])
    total = float(books.side_totals(book, other)[where.side]) - noise
    return float(held_by_tier(book, other, where).sum()) * (interest - noise) / total
