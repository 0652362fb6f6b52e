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
HOUR_MINUTES = 60
DAY_MINUTES = 1_440
BURST_MINUTES = 5
PAST_MINUTES = 7 * DAY_MINUTES
KEPT_MINUTES = PAST_MINUTES + DAY_MINUTES
LEAST_STRETCHES = DAY_MINUTES // 2  # that were heard whole; fewer do not tell what is rare
RARE = 0.99
LEAST_SHARE = 0.02  # of the usual volume: a silent coin does not burst at one order


class MinuteRecord:
    """What one venue told of one contract: base coin by minute and side, and which minutes it was heard.

    Most contracts see few liquidations: only hours that hold one take memory.
    """

    def __init__(self) -> None:
        self._newest = 0  # minute since the epoch
        self._hours: dict[int, NDArray[np.float32]] = {}  # base coin, shape (60, 2)
        self._heard: list[tuple[int, int]] = []  # minutes [begin, end), ascending, apart from each other

    def add(self, stamp_ms: int, side: Side, quantity_base: float) -> None:
        """What is older than all that is kept is not taken."""
        minute = stamp_ms // MINUTE_MS
        self._forget(minute)
        if minute <= self._newest - KEPT_MINUTES:
            return
        hour, place = divmod(minute, HOUR_MINUTES)
        if hour not in self._hours:
            self._hours[hour] = np.zeros((HOUR_MINUTES, 2), np.float32)
        self._hours[hour][place, side] += quantity_base

    def hear(self, begin_ms: int, end_ms: int) -> None:
        """Nothing can have been missed in [begin, end): the whole minutes in it count as heard."""
        begin, end = -(-begin_ms // MINUTE_MS), end_ms // MINUTE_MS
        if end <= begin:
            return
        self._forget(end)
        apart = [one for one in self._heard if one[1] < begin or one[0] > end]
        met = [one for one in self._heard if one[1] >= begin and one[0] <= end]
        joined = (min([begin, *(one[0] for one in met)]), max([end, *(one[1] for one in met)]))
        self._heard = sorted([*apart, joined])

    def last(self, end: int, count: int) -> tuple[Floats, Flags]:
        """The `count` minutes before `end`: base coin, shape (count, 2), and whether heard, (count,)."""
        base, heard = np.zeros((count, 2)), np.zeros(count, np.bool_)
        begin = end - count
        for hour in range(begin // HOUR_MINUTES, -(-end // HOUR_MINUTES)):
            if hour in self._hours:
                first = hour * HOUR_MINUTES
                low, high = max(begin, first), min(end, first + HOUR_MINUTES)
                base[low - begin : high - begin] = self._hours[hour][low - first : high - first]
        for low, high in self._heard:
            heard[max(low - begin, 0) : max(high - begin, 0)] = True
        return base, heard

    def _forget(self, minute: int) -> None:
        """What is too old beside that minute goes, an hour at a time."""
        if minute // HOUR_MINUTES <= self._newest // HOUR_MINUTES:
            self._newest = max(minute, self._newest)
            return
        self._newest = minute
        oldest = minute - KEPT_MINUTES
        self._hours = {hour: base for hour, base in self._hours.items() if (hour + 1) * HOUR_MINUTES > oldest}
        self._heard = [(max(begin, oldest), end) for begin, end in self._heard if end > oldest]


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
