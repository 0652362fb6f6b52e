"""How the history of a new contract is read: a recent stretch first, then pages, newest first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bot.liquidation.history import History
from bot.liquidation.windows import FINE_HISTORY_MS
from bot.market.candles import DAY_MS, FIVE_MINUTES_MS, HOUR_MS, MINUTE_MS, Stretch

RECENT_MS = 3 * DAY_MS
# About as long as the venues' own pages, so that reading in parts costs few requests more than in one go.
FINE_PAGE_MS = 3 * DAY_MS
HOURLY_PAGE_MS = 33 * DAY_MS
MOST_GAPS = 20  # of a venue; more are minutes in which nobody traded


def recent_from_ms(now_ms: int, needed_from_ms: int) -> int:
    """From when a contract that is new is read for its first map."""
    return max(_full_hour(now_ms - RECENT_MS), needed_from_ms)


def next_page(read_from_ms: int, needed_from_ms: int, now_ms: int) -> Stretch:
    """What comes before `read_from_ms`, a full hour later than `needed_from_ms`.

    Hours for what is older than 30 days now, as `candles.stretches` cuts it.
    """
    fine_from_ms = _full_hour(now_ms // MINUTE_MS * MINUTE_MS - FINE_HISTORY_MS)
    span_ms, length_ms, begin_ms = FIVE_MINUTES_MS, FINE_PAGE_MS, fine_from_ms
    if read_from_ms <= fine_from_ms:
        span_ms, length_ms, begin_ms = HOUR_MS, HOURLY_PAGE_MS, needed_from_ms
    return Stretch(span_ms, max(read_from_ms - length_ms, begin_ms, needed_from_ms), read_from_ms)


def is_oldest(found: History, begin_ms: int, end_ms: int) -> bool:
    """Whether the contract began within a stretch: its older half is empty, which no outage lasts for."""
    return not len(found) or int(found.start_ms[0]) >= (begin_ms + end_ms) // 2


def gaps(parts: Sequence[History]) -> list[Stretch]:
    """Where candles are missing between others, oldest first; none where they are too many for outages."""
    known = [part for part in parts if len(part)]
    starts = np.concatenate([np.zeros(0, np.int64), *(part.start_ms for part in known)])
    ends = np.concatenate([np.zeros(0, np.int64), *(part.end_ms for part in known)])
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    at = np.flatnonzero(starts[1:] > ends[:-1])
    if len(at) > MOST_GAPS:
        return []
    spans = np.concatenate([np.full(len(part), part.span_ms) for part in known])[order] if known else ends
    return [Stretch(int(spans[n + 1]), int(ends[n]), int(starts[n + 1])) for n in at]


def without_gaps(parts: Sequence[History]) -> list[History]:
    """The same candles in parts that have no gap inside, oldest first."""
    whole = [run for part in parts if len(part) for run in _runs(part)]
    return sorted(whole, key=lambda run: int(run.start_ms[0]))


def _runs(part: History) -> list[History]:
    cuts = [0, *(np.flatnonzero(np.diff(part.start_ms) > part.span_ms) + 1).tolist(), len(part)]
    return [part.rows(slice(first, last)) for first, last in pairwise(cuts)]


def _full_hour(stamp_ms: int) -> int:
    """Rounded up, so that pages of hours and of minutes meet."""
    return -(-stamp_ms // HOUR_MS) * HOUR_MS
