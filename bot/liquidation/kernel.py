"""The one compiled loop: candles through the inventory, one after the other.

Prices are positions here: ln(price) / DISTANCE_BIN, so that bin b holds positions [b, b + 1). What a side
still has lies strictly on its side of the last close (longs below, shorts above), also inside the bin of
that close.

Import this module only where candles are processed, since it brings numba in. Compilation is cached on disk,
and the cache notices changes of this file alone: so everything compiled stays in it, and it names a digest of
the constants that are compiled in from other files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import Book
from bot.liquidation.candle_table import (
    CLOSE,
    HIGH,
    INTEREST,
    LOW,
    MARK_HIGH,
    MARK_LOW,
    OPEN,
    POSITION,
    QUANTITY,
    SIDE,
    STAMP_MS,
    START_MS,
    VOLUME,
)
from bot.liquidation.habits import FORGETTING_DAYS, PRIOR_STRENGTH, Habits
from bot.liquidation.leverage_prior import HOLDERS, PHASES, LeverageTiers
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.pulse import (
    ACTIVITY,
    CHANGE,
    CHANGES,
    COVARIANCE,
    KNOWN_DAYS,
    PAST_HOURS,
    PUBLISHED,
    PUBLISHED_MS,
    SINCE_HIGH,
    SINCE_LOW,
    TRUSTED,
    USUAL_TURNOVER,
    VARIANCE,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., object])

CONSTANTS_FROM_ELSEWHERE = "311d87bc9a93"  # a test tells what belongs here; see above
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
GRID_ROOM = 500  # bins kept free on the price's far side after the grid has followed
SMALLEST_FACTOR = 1e-6  # lazy factors below this are multiplied out
NARROWEST = 0.5  # bins over which an opening is spread at least
COLD_START = (0.01 / DISTANCE_BIN, 0.05 / DISTANCE_BIN, 0.2 / DISTANCE_BIN)  # around the first price, a third
# each: what is open by then was entered an hour to a month ago
NEIGHBOURS = 1  # bins around a liquidation's price among which its position is looked for
MOST_CROSSED = 400  # bins of one candle that are told apart; more share the last
NOISE_DAYS = 3.0  # half-life of what is known of the noise of open interest
NOISE_KNOWN_AFTER = 24.0  # publications
LARGEST_NOISE = 0.02  # of open interest


class Canvas(NamedTuple):
    """A heatmap being drawn: column j is what was open when stamp j had passed."""

    stamp_ms: Ints  # (columns,) ascending
    drawn: Ints  # (1,) columns done
    first_bin: int
    group: Ints  # (K,) of each tier
    close: Floats  # (columns,) position of the last close, NaN before the first
    quantity: Floats  # (columns, 2 sides, groups, bins) from the first bin upward


NO_CANVAS = Canvas(
    np.zeros(0, np.int64),
    np.zeros(1, np.int64),
    0,
    np.zeros(0, np.int64),
    np.zeros(0),
    np.zeros((0, 2, 1, 0)),
)


def compiled(function: Function) -> Function:
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


# ---------------------------------------------------------------- liquidate


@compiled
def take(book: Book, side: int, bin_: int, share: float, crossed: Floats) -> None:
    """Remove a share of one grid bin; `crossed` (K, holders) takes what it was, for unit weight."""
    quantity, total, decay = book.quantity[side], book.total[side], book.decay
    scale = share * book.scale[side]
    for tier in range(quantity.shape[0]):
        for holder in range(HOLDERS):
            held = quantity[tier, bin_, holder]
            quantity[tier, bin_, holder] = held - held * share
            total[tier, holder] = max(total[tier, holder] - held * share, 0.0)
            crossed[tier, holder] += held * decay[tier, holder] * scale


@compiled
def sweep_longs(book: Book, low: float, crossed: Floats) -> int:
    """Remove what lies above the low; the content of the close's bin lies below the close.

    `crossed` has shape (bins, K, holders), from the low's bin upward; more bins share the last. Returns how
    many are used.
    """
    top = book.close[0]
    if not low < top:
        return 0
    first, last, size = math.floor(low), math.floor(top), book.quantity.shape[2]
    used = int(min(last - first + 1, len(crossed)))
    crossed[:used] = 0.0
    for bin_ in range(first, last + 1):
        upper = min(bin_ + 1.0, top)
        share = 1.0 if bin_ > first or upper <= bin_ else (upper - low) / (upper - bin_)
        at = bin_ - book.origin[0]
        if 0 <= at < size:
            take(book, 0, at, share, crossed[min(bin_ - first, used - 1)])
    if first < book.origin[0]:
        take(book, 0, 0, 1.0, crossed[0])  # the outermost bin holds everything beyond it as well
    return used


@compiled
def sweep_shorts(book: Book, high: float, crossed: Floats) -> int:
    """Remove what lies below the high; the content of the close's bin lies above the close."""
    floor = book.close[0]
    if not high > floor:
        return 0
    first, last, size = math.floor(floor), math.floor(high), book.quantity.shape[2]
    used = int(min(last - first + 1, len(crossed)))
    crossed[:used] = 0.0
    for bin_ in range(first, last + 1):
        lower = max(float(bin_), floor)
        share = 1.0 if bin_ < last else (high - lower) / (bin_ + 1.0 - lower)
        at = bin_ - book.origin[1]
        if 0 <= at < size:
            take(book, 1, at, share, crossed[min(bin_ - first, used - 1)])
    if last >= book.origin[1] + size:
        take(book, 1, size - 1, 1.0, crossed[used - 1])
    return used


@compiled
def bins_crossed(candles: Floats, close: float) -> int:
    """The most bins that any candle can cross; `close` is the position before the first."""
    before = candles[OPEN, 0] if math.isnan(close) else math.exp(close * DISTANCE_BIN)
    widest = 1.0
    for row in range(candles.shape[1]):
        widest = max(widest, max(candles[HIGH, row], before) / min(candles[LOW, row], before))
        before = candles[CLOSE, row]
    return int(min(math.log(widest) / DISTANCE_BIN + 3.0, MOST_CROSSED))


# ---------------------------------------------------------------- learn


@compiled
def expect(habits: Habits, tiers: LeverageTiers, crossed: Floats) -> None:
    """Note what was crossed, shape (bins, K, holders): so much was due from each tier and holder."""
    holder_due, due = np.zeros(HOLDERS), 0.0
    for tier in range(crossed.shape[1]):
        share, tier_due = habits.leverage_share[tier], 0.0
        for holder in range(HOLDERS):
            quantity = 0.0
            for bin_ in range(len(crossed)):
                quantity += crossed[bin_, tier, holder]
            part = habits.holder_share[holder] * quantity
            tier_due += part
            holder_due[holder] += share * quantity
            due += share * part
        habits.tier_due[tier] += tiers.weight[tier] * tier_due
    for holder in range(HOLDERS):
        habits.holder_due[holder] += tiers.holder[holder] * holder_due[holder]
    habits.crossed[1] += due


@compiled
def attribute(habits: Habits, crossed: Floats, bin_: int, quantity: float) -> None:
    """Divide one liquidation among the tiers and holders that had something around its bin, or failing that
    anywhere among what was crossed."""
    habits.crossed[0] += quantity
    habits.squared[0] += quantity * quantity
    first, last = max(bin_ - NEIGHBOURS, 0), min(bin_ + NEIGHBOURS + 1, len(crossed))
    there = held_between(habits, crossed, first, last)
    if there <= 0.0:
        first, last = 0, len(crossed)
        there = held_between(habits, crossed, first, last)
    if there <= 0.0:
        return
    for at in range(first, last):
        for tier in range(crossed.shape[1]):
            for holder in range(crossed.shape[2]):
                share = habits.leverage_share[tier] * habits.holder_share[holder]
                part = quantity * share * crossed[at, tier, holder] / there
                habits.tier_seen[tier] += part
                habits.holder_seen[holder] += part


@compiled
def held_between(habits: Habits, crossed: Floats, first: int, last: int) -> float:
    found = 0.0
    for at in range(first, last):
        for tier in range(crossed.shape[1]):
            for holder in range(crossed.shape[2]):
                share = habits.leverage_share[tier] * habits.holder_share[holder]
                found += share * crossed[at, tier, holder]
    return found


@compiled
def forget(habits: Habits, days: float) -> None:
    left = 0.5 ** (days / FORGETTING_DAYS)
    habits.tier_seen[:] *= left
    habits.tier_due[:] *= left
    habits.holder_seen[:] *= left
    habits.holder_due[:] *= left
    habits.crossed[:] *= left
    habits.squared[:] *= left


@compiled
def conclude(habits: Habits, tiers: LeverageTiers, interest: float) -> None:
    """The shares that follow from prior and what was seen: means of their Gamma distributions.

    Relative: seen quantities are first divided by liquidated / crossed, because feeds leave orders out and
    stops close positions before their level; so the never-liquidated keep their share.
    """
    prior = PRIOR_STRENGTH * interest
    ratio = (habits.crossed[0] + prior) / (habits.crossed[1] + prior)
    count = len(habits.tier_seen)
    total = 0.0
    for tier in range(count):
        seen = prior + habits.tier_seen[tier] / ratio
        habits.leverage_share[tier] = tiers.weight[tier] * seen / (prior + habits.tier_due[tier])
        total += habits.leverage_share[tier]
    for tier in range(count):
        habits.leverage_share[tier] *= (1.0 - tiers.weight[count]) / total
    total = 0.0
    for holder in range(len(habits.holder_seen)):
        seen = prior + habits.holder_seen[holder] / ratio
        habits.holder_share[holder] = tiers.holder[holder] * seen / (prior + habits.holder_due[holder])
        total += habits.holder_share[holder]
    for holder in range(len(habits.holder_seen)):
        habits.holder_share[holder] /= total


@compiled
def learn(
    habits: Habits,
    tiers: LeverageTiers,
    feed: Floats,
    events: tuple[int, int, int],
    crossed: Floats,
    first: int,
) -> None:
    """One side's liquidations of one candle: feed rows events[0]..events[1], side events[2]; `crossed` from
    bin `first` upward."""
    expect(habits, tiers, crossed)
    for event in range(events[0], events[1]):
        if feed[SIDE, event] == events[2]:
            attribute(habits, crossed, math.floor(feed[POSITION, event]) - first, feed[QUANTITY, event])


# ---------------------------------------------------------------- keep the grid and the lazy factors in range


@compiled
def follow(book: Book, close: float) -> None:
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


@compiled
def shift_grid(quantity: Floats, side: int, step: int) -> None:
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


@compiled
def rescale(book: Book, side: int, tier: int, holder: int, factor: float) -> None:
    """Multiply a lazy factor out into what is stored."""
    book.total[side, tier, holder] *= factor
    if tier < book.quantity.shape[1]:
        for bin_ in range(book.quantity.shape[2]):
            book.quantity[side, tier, bin_, holder] *= factor


# ---------------------------------------------------------------- close and conserve


@compiled
def close_positions(book: Book, tiers: LeverageTiers, clock: float) -> None:
    """Every tier loses its share; opposite holders of one tier close alike."""
    for tier in range(book.decay.shape[0]):
        for holder in range(book.decay.shape[1]):
            book.decay[tier, holder] *= math.exp(-tiers.rate[tier, holder] * clock)
            if book.decay[tier, holder] < SMALLEST_FACTOR:
                for side in range(2):
                    rescale(book, side, tier, holder, book.decay[tier, holder])
                book.decay[tier, holder] = 1.0


@compiled
def shrink(book: Book, side: int, factor: float) -> None:
    book.scale[side] *= factor
    if book.scale[side] < SMALLEST_FACTOR:
        for tier in range(book.total.shape[1]):
            for holder in range(book.total.shape[2]):
                rescale(book, side, tier, holder, book.scale[side])
        book.scale[side] = 1.0


@compiled
def side_total(book: Book, habits: Habits, side: int) -> float:
    found = 0.0
    for tier in range(book.decay.shape[0]):
        for holder in range(book.decay.shape[1]):
            share = habits.leverage_share[tier] * habits.holder_share[holder]
            found += share * book.decay[tier, holder] * book.total[side, tier, holder]
    return float(found * book.scale[side])


@compiled
def conserve(book: Book, habits: Habits, side: int, interest: float) -> tuple[float, float]:
    """(opened, factor): what must have been opened to match open interest, or how much the side shrank."""
    held = side_total(book, habits, side)
    if interest >= held:
        return interest - held, 1.0
    factor = interest / held
    shrink(book, side, factor)
    return 0.0, factor


# ---------------------------------------------------------------- open


@compiled
def lay(levels: Floats, begin: float, end: float, amounts: Floats, share: float) -> None:
    """Spread a share of each holder's amount evenly over [begin, end) of one tier's levels (bins, holders),
    counted from its first bin; the outermost bins hold everything beyond them as well."""
    size, density = float(len(levels)), share / (end - begin)
    if begin < 0.0:
        add(levels, 0, amounts, (min(end, 0.0) - begin) * density)
    if end > size:
        add(levels, len(levels) - 1, amounts, (end - max(begin, size)) * density)
    begin, end = max(begin, 0.0), min(end, size)
    if not begin < end:
        return
    first, last = int(begin), math.ceil(end) - 1
    if first == last:
        add(levels, first, amounts, (end - begin) * density)
        return
    add(levels, first, amounts, (first + 1 - begin) * density)
    for bin_ in range(first + 1, last):
        add(levels, bin_, amounts, density)
    add(levels, last, amounts, (end - last) * density)


@compiled
def add(levels: Floats, bin_: int, amounts: Floats, share: float) -> None:
    for holder in range(HOLDERS):
        levels[bin_, holder] += amounts[holder] * share


@compiled
def level_range(side: int, low: float, high: float, offset: float, close: float) -> tuple[float, float]:
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


@compiled
def open_positions(
    book: Book,
    tiers: LeverageTiers,
    side: int,
    amount: float,
    low: float,
    high: float,
    phase: int,
    age: float,
) -> None:
    """`age` is how much usual closing those of the amount have seen on average since they were opened."""
    if amount <= 0.0:
        return
    quantity, total, decay = book.quantity[side], book.total[side], book.decay
    offset, node = tiers.offset[phase, side], tiers.node[phase]
    close, origin, amount = book.close[0], book.origin[side], amount / book.scale[side]
    amounts = np.empty(HOLDERS)
    for tier in range(len(decay)):
        for holder in range(HOLDERS):
            amounts[holder] = amount * math.exp(-tiers.rate[tier, holder] * age) / decay[tier, holder]
            total[tier, holder] += amounts[holder]
        if tier == len(quantity):
            break
        for at in range(node.shape[1]):
            if node[tier, at] > 0.0:
                begin, end = level_range(side, low, high, offset[tier, at], close)
                lay(quantity[tier], begin - origin, end - origin, amounts, node[tier, at])


# ---------------------------------------------------------------- the market's running figures


@compiled
def note_interest(pulse: Floats, interest: float, end_ms: int) -> None:
    """Take in a published open interest, and what of it is change and what noise of its publication.

    A random walk seen through white noise has changes that follow each other with a covariance of minus the
    noise's variance; the steady gain of its Kalman filter follows from both variances (Muth 1960). Without
    such a covariance the published value is taken as it is.
    """
    if math.isnan(pulse[PUBLISHED]):
        pulse[TRUSTED] = interest
    else:
        gain = change_gain(pulse, math.log(interest / pulse[PUBLISHED]), end_ms)
        pulse[TRUSTED] += gain * (interest - pulse[TRUSTED])
        least, most = interest * (1 - LARGEST_NOISE), interest * (1 + LARGEST_NOISE)
        pulse[TRUSTED] = min(max(pulse[TRUSTED], least), most)
    pulse[PUBLISHED], pulse[PUBLISHED_MS] = interest, end_ms


@compiled
def change_gain(pulse: Floats, change: float, end_ms: int) -> float:
    """Take in one more change; returns how much of a surprise is believed, above 0 and at most 1."""
    left = 0.5 ** ((end_ms - pulse[PUBLISHED_MS]) / (NOISE_DAYS * DAY_MS))
    pulse[CHANGES] = left * pulse[CHANGES] + 1 - left
    pulse[VARIANCE] = left * pulse[VARIANCE] + (1 - left) * change * change
    if not math.isnan(pulse[CHANGE]):
        pulse[COVARIANCE] = left * pulse[COVARIANCE] + (1 - left) * change * pulse[CHANGE]
    pulse[CHANGE] = change
    noise = -pulse[COVARIANCE]
    if noise <= 0.0 or pulse[CHANGES] < NOISE_KNOWN_AFTER * (1 - left):
        return 1.0
    real = max(pulse[VARIANCE] - 2 * noise, 1e-3 * pulse[VARIANCE]) / noise
    spread = (real + math.sqrt(real * real + 4 * real)) / 2
    return float(spread / (spread + 1))


@compiled
def passed_clock(pulse: Floats, volume: float, span: float, elapsed: float) -> float:
    """Usual closing days of one candle: half wall time, half turnover over its 7-day mean (a plain mean until
    7 days are known). Gaps are usual."""
    turnover = volume / pulse[PUBLISHED] / span
    pulse[KNOWN_DAYS] = min(pulse[KNOWN_DAYS] + span, 7.0)
    pulse[USUAL_TURNOVER] += (turnover - pulse[USUAL_TURNOVER]) * min(span / pulse[KNOWN_DAYS], 1.0)
    ratio = turnover / pulse[USUAL_TURNOVER] if pulse[USUAL_TURNOVER] > 0.0 else 1.0
    pulse[ACTIVITY] += (1 - 0.5 ** (24 * span)) * (ratio - pulse[ACTIVITY])
    return float((0.5 + 0.5 * ratio) * span + max(elapsed - span, 0.0))


@compiled
def opening_range(pulse: Floats, low: float, high: float, is_news: bool) -> tuple[float, float]:
    """Where a row's positions were opened: over its own range, and where open interest is news, over the
    range since it was last published, because its rise happened somewhere in between."""
    pulse[SINCE_LOW], pulse[SINCE_HIGH] = min(pulse[SINCE_LOW], low), max(pulse[SINCE_HIGH], high)
    if not is_news:
        return low, high
    found = pulse[SINCE_LOW], pulse[SINCE_HIGH]
    pulse[SINCE_LOW], pulse[SINCE_HIGH] = np.inf, -np.inf
    return found


@compiled
def note_hour(hours: Floats, end_ms: int, span_ms: int, low: float, high: float) -> None:
    """Extremes by the hour that a candle ends in, newest last. Rows: index, low, high (log). A candle longer
    than an hour counts as one of its hours, scaled by the square root of time."""
    longer = max(1.0, span_ms / HOUR_MS)
    middle, half = (low + high) / 2, (high - low) / 2 / math.sqrt(longer)
    hour = (end_ms - 1) // HOUR_MS
    if hours[-1, 0] == hour:
        hours[-1, 1] = min(hours[-1, 1], middle - half)
        hours[-1, 2] = max(hours[-1, 2], middle + half)
        return
    for row in range(len(hours) - 1):
        hours[row] = hours[row + 1]
    hours[-1, 0], hours[-1, 1], hours[-1, 2] = hour, middle - half, middle + half


# ---------------------------------------------------------------- look


@compiled
def gather(book: Book, habits: Habits, side: int, first: int, group: Ints, found: Floats) -> None:
    """Add what the absolute bins from `first` on hold to `found` (groups, bins), by the tiers' group."""
    size, count = book.quantity.shape[2], found.shape[1]
    begin = max(first - book.origin[side], 0)
    end = max(min(first + count - book.origin[side], size), begin)
    shift = book.origin[side] - first
    worth = np.empty(HOLDERS)
    for tier in range(book.quantity.shape[1]):
        for holder in range(HOLDERS):
            share = habits.leverage_share[tier] * habits.holder_share[holder]
            worth[holder] = share * book.decay[tier, holder] * book.scale[side]
        add_up(book.quantity[side, tier, begin:end], worth, found[group[tier], begin + shift : end + shift])


@compiled
def add_up(levels: Floats, worth: Floats, found: Floats) -> None:
    """Add the holders' quantities (bins, holders) by what they are worth to `found` (bins,)."""
    for bin_ in range(len(levels)):
        there = 0.0
        for holder in range(HOLDERS):
            there += levels[bin_, holder] * worth[holder]
        found[bin_] += there


@compiled
def remember(book: Book, habits: Habits, band: Ints, interest: float, past: Floats) -> None:
    """Add the map, as a share of open interest and to whole bins, to those of the past (2, bands, bins)."""
    middle, count = math.floor(book.close[0]), past.shape[2]
    held = np.zeros((past.shape[1], count))
    gather(book, habits, 0, middle - count + 1, band, held)
    past[0] += held[:, ::-1] / interest
    held[:] = 0.0
    gather(book, habits, 1, middle, band, held)
    past[1] += held / interest


@compiled
def paint(book: Book, habits: Habits, canvas: Canvas, until_ms: int) -> None:
    """Fill the columns up to a stamp that no candle has ended after; all of them see the same state."""
    column, columns = canvas.drawn[0], len(canvas.stamp_ms)
    if column >= columns or canvas.stamp_ms[column] > until_ms:
        return
    canvas.quantity[column] = 0.0
    for side in range(2):
        gather(book, habits, side, canvas.first_bin, canvas.group, canvas.quantity[column, side])
    canvas.close[column] = book.close[0]
    while column + 1 < columns and canvas.stamp_ms[column + 1] <= until_ms:
        column += 1
        canvas.quantity[column] = canvas.quantity[column - 1]
        canvas.close[column] = canvas.close[column - 1]
    canvas.drawn[0] = column + 1


# ---------------------------------------------------------------- candle by candle


@compiled
def sweep(
    book: Book,
    habits: Habits,
    tiers: LeverageTiers,
    feed: Floats,
    events: tuple[int, int],
    reach: tuple[float, float],
    listening: bool,
    crossed: Floats,
) -> None:
    """Remove on both sides what price reached, and learn from what was liquidated there."""
    first = (math.floor(reach[0]), math.floor(book.close[0]))
    used = sweep_longs(book, reach[0], crossed)
    if listening and used:
        learn(habits, tiers, feed, (events[0], events[1], 0), crossed[:used], first[0])
    used = sweep_shorts(book, reach[1], crossed)
    if listening and used:
        learn(habits, tiers, feed, (events[0], events[1], 1), crossed[:used], first[1])


@compiled
def match_interest(
    book: Book,
    habits: Habits,
    tiers: LeverageTiers,
    pulse: Floats,
    opened_over: tuple[float, float],
    phase: int,
    flow: Floats,
) -> None:
    """Make both sides equal open interest; `flow` takes what was opened a side and by how much it shrank.

    What publication adds or takes as noise is held beside the inventory, with the never-liquidated.
    """
    for side in range(2):
        flow[side], flow[2 + side] = conserve(book, habits, side, pulse[TRUSTED])
        open_positions(book, tiers, side, flow[side], opened_over[0], opened_over[1], phase, 0.0)
    book.noise[0] = pulse[PUBLISHED] - pulse[TRUSTED]


@compiled
def open_unknown(
    book: Book, tiers: LeverageTiers, interest: float, reach: tuple[float, float], phase: int
) -> None:
    """What is open when the first open interest is told, entered nobody knows where."""
    for side in range(2):
        for spread in COLD_START:
            amount = interest / len(COLD_START)
            open_positions(book, tiers, side, amount, reach[0] - spread, reach[1] + spread, phase, 0.0)


@compiled
def swept_range(candles: Floats, row: int) -> tuple[float, float]:
    """(low, high) up to which levels were reached: liquidations trigger on the mark price, so a wick of the
    last price beyond it reaches none."""
    low, high = candles[LOW, row], candles[HIGH, row]
    if not math.isnan(candles[MARK_LOW, row]):
        low = min(max(low, candles[MARK_LOW, row]), candles[OPEN, row], candles[CLOSE, row])
    if not math.isnan(candles[MARK_HIGH, row]):
        high = max(min(high, candles[MARK_HIGH, row]), candles[OPEN, row], candles[CLOSE, row])
    return math.log(low) / DISTANCE_BIN, math.log(high) / DISTANCE_BIN


@compiled
def advance_rows(
    book: Book,
    habits: Habits,
    pulse: Floats,
    hours: Floats,
    past: Floats,
    tiers: LeverageTiers,
    candles: Floats,
    feed: Floats,
    times: tuple[int, int, int],
    ledger: Floats,
) -> int:
    """Process candles in place: remove what price crossed, learn from what was liquidated, close a share of
    every tier, match open interest, open.

    `candles` and `feed`: see candle_table; at least one candle. `times`: length of a candle, end of the last
    one processed, since when liquidations are told (all ms). Candles before the first open interest only tell
    the range. Every later one fills a row of `ledger`, see ledger.COLUMNS; returns how many.
    """
    span_ms, as_of_ms, listening_from_ms = times
    most = bins_crossed(candles, book.close[0])
    crossed = np.empty((most, book.quantity.shape[1], HOLDERS))
    event, written = 0, 0
    for row in range(candles.shape[1]):
        start_ms = int(candles[START_MS, row])
        end_ms = start_ms + span_ms
        note_hour(hours, end_ms, span_ms, math.log(candles[LOW, row]), math.log(candles[HIGH, row]))
        is_news = not math.isnan(candles[INTEREST, row])
        starting = math.isnan(pulse[PUBLISHED])
        if starting and not is_news:
            as_of_ms = end_ms
            continue
        if is_news:
            note_interest(pulse, candles[INTEREST, row], end_ms)
        elapsed_ms = span_ms if starting else end_ms - as_of_ms
        reach, close = swept_range(candles, row), math.log(candles[CLOSE, row]) / DISTANCE_BIN
        while event < feed.shape[1] and feed[STAMP_MS, event] < start_ms:
            event += 1
        first_event = event
        while event < feed.shape[1] and feed[STAMP_MS, event] < end_ms:
            event += 1
        listening = start_ms >= listening_from_ms
        sweep(book, habits, tiers, feed, (first_event, event), reach, listening, crossed)
        if listening:
            forget(habits, elapsed_ms / DAY_MS)
            conclude(habits, tiers, pulse[PUBLISHED])
        clock = passed_clock(pulse, candles[VOLUME, row], span_ms / DAY_MS, elapsed_ms / DAY_MS)
        close_positions(book, tiers, clock)
        book.close[0] = close
        follow(book, close)
        opened_over = opening_range(pulse, reach[0], reach[1], is_news)
        if starting:
            open_unknown(book, tiers, pulse[TRUSTED], reach, end_ms // MINUTE_MS % PHASES)
        line = ledger[written]
        line[0], line[1], line[2], line[3], line[4] = start_ms, end_ms, reach[0], reach[1], close
        line[5], line[6], line[7] = opened_over[0], opened_over[1], clock
        match_interest(book, habits, tiers, pulse, opened_over, end_ms // MINUTE_MS % PHASES, line[8:12])
        if starting:
            line[8:10] = 0.0  # opened before anything is known, so in no window
        written += 1
        if end_ms // HOUR_MS > (start_ms if starting else as_of_ms) // HOUR_MS:
            remember(book, habits, tiers.band, pulse[PUBLISHED], past)
            pulse[PAST_HOURS] += 1
        as_of_ms = end_ms
    return written


@compiled
def replay(
    book: Book,
    habits: Habits,
    tiers: LeverageTiers,
    ledger: Floats,
    unknown: float,
    totals: Floats,
    canvas: Canvas,
) -> None:
    """Play a stretch of the ledger alone into an empty book.

    What a row of an hour or more opened has on average been open for half of it.
    `unknown` was open a side by the end of the first row, entered nobody knows where; 0 for none. `totals`,
    (rows, 2), takes what was open a side after each row; without rows nothing is noted.
    """
    crossed = np.empty((1, book.quantity.shape[1], HOLDERS))
    for row in range(len(ledger)):
        line = ledger[row]
        paint(book, habits, canvas, int(line[1]) - 1)
        sweep_longs(book, line[2], crossed)
        sweep_shorts(book, line[3], crossed)
        close_positions(book, tiers, line[7])
        book.close[0] = line[4]
        follow(book, line[4])
        phase = int(line[1]) // MINUTE_MS % PHASES
        age = line[7] / 2 if line[1] - line[0] >= HOUR_MS else 0.0
        if row == 0:
            open_unknown(book, tiers, unknown, (line[2], line[3]), phase)
        for side in range(2):
            shrink(book, side, line[10 + side])
            open_positions(book, tiers, side, line[8 + side], line[5], line[6], phase, age)
            if row < len(totals):
                totals[row, side] = side_total(book, habits, side)
    if len(ledger):
        paint(book, habits, canvas, int(ledger[-1, 1]))
