"""Bursts of realised liquidations: the last minutes beside what as many minutes held in the last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MINUTE_MS = 60_000
DAY_MINUTES = 1_440
BURST_MINUTES = 5
PAST_MINUTES = 7 * DAY_MINUTES
KEPT_MINUTES = PAST_MINUTES + DAY_MINUTES  # a day goes at a time
LEAST_STRETCHES = DAY_MINUTES // 2  # that were heard whole; fewer do not tell what is rare
RARE = 0.99
LEAST_SHARE = 0.02  # of the usual volume: a silent coin does not burst at one order


class MinuteRecord:
    """What one venue told of one contract: base coin by minute and side, and which minutes it was heard."""

    def __init__(self) -> None:
        self._first = 0  # minute of row 0, since the epoch
        self._base = np.zeros((KEPT_MINUTES, 2), np.float32)
        self._heard = np.zeros(KEPT_MINUTES, np.bool_)

    def add(self, stamp_ms: int, side: Side, quantity_base: float) -> None:
        """What is older than all that is kept is not taken."""
        minute = stamp_ms // MINUTE_MS
        self._make_room(minute)
        if minute >= self._first:
            self._base[minute - self._first, side] += quantity_base

    def hear(self, begin_ms: int, end_ms: int) -> None:
        """Nothing can have been missed in [begin, end): the whole minutes in it count as heard."""
        begin, end = -(-begin_ms // MINUTE_MS), end_ms // MINUTE_MS
        if end > begin:
            self._make_room(end)
            self._heard[max(0, begin - self._first) : max(0, end - self._first)] = True

    def last(self, end: int, count: int) -> tuple[Floats, Flags]:
        """The `count` minutes before `end`: base coin, shape (count, 2), and whether heard, (count,)."""
        base, heard = np.zeros((count, 2)), np.zeros(count, np.bool_)
        begin, stop = max(end - count, self._first), min(end, self._first + KEPT_MINUTES)
        if begin < stop:
            there = slice(begin - self._first, stop - self._first)
            here = slice(begin - end + count, stop - end + count)
            base[here], heard[here] = self._base[there], self._heard[there]
        return base, heard

    def _make_room(self, minute: int) -> None:
        beyond = minute - self._first - KEPT_MINUTES + 1
        if beyond <= 0:
            return
        gone = min(KEPT_MINUTES, beyond + DAY_MINUTES)
        for rows in (self._base, self._heard):
            rows[:-gone] = rows[gone:].copy()
            rows[KEPT_MINUTES - gone :] = 0
        self._first = minute + DAY_MINUTES - KEPT_MINUTES + 1


@dataclass(frozen=True)
class Spate:
    """The last BURST_MINUTES of all the venues looked at together."""

    side: Side  # of which more was liquidated
    quantity_base: float  # of both sides
    ratio: float  # over what is rare; a burst from 1 on


def rare_base(records: Sequence[MinuteRecord], minute: int) -> float | None:
    """Base coin that 99 % of all stretches of BURST_MINUTES in the week before `minute` stayed below.

    Both sides together. Only stretches that all of these venues were heard in count; None where there were
    too few.
    """
    told = [record.last(minute, PAST_MINUTES) for record in records]
    base = np.sum([one for one, _ in told], axis=0)
    heard = np.all([one for _, one in told], axis=0)
    whole = _running(heard.astype(np.float64)) == BURST_MINUTES
    if not records or np.count_nonzero(whole) < LEAST_STRETCHES:
        return None
    return float(np.quantile(_running(base.sum(axis=1))[whole], RARE))


def heard_lately(record: MinuteRecord, minute: int) -> bool:
    """Whether all of the stretch that ends in `minute` was heard, but for that minute itself."""
    _, heard = record.last(minute, BURST_MINUTES - 1)
    return bool(heard.all())


def spate(
    records: Sequence[MinuteRecord], minute: int, rare: float, usual_volume_base: float
) -> Spate | None:
    """The stretch that ends in `minute`, which may still go on, against what is rare and usual volume.

    `rare` is `rare_base`, `usual_volume_base` is of one minute. None where nothing says what is usual.
    """
    least = max(rare, LEAST_SHARE * BURST_MINUTES * usual_volume_base)
    if not least > 0:
        return None
    base = np.sum([record.last(minute + 1, BURST_MINUTES)[0] for record in records], axis=(0, 1))
    side = Side.LONG if base[Side.LONG] >= base[Side.SHORT] else Side.SHORT
    whole = float(base.sum())
    return Spate(side, whole, whole / least)


def _running(values: Floats) -> Floats:
    """Sums of BURST_MINUTES in a row, shape (n,) -> (n - BURST_MINUTES + 1,)."""
    until = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(until[BURST_MINUTES:] - until[:-BURST_MINUTES])
