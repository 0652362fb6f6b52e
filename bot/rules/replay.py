"""What a rule set would have told, had it watched the past."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.liquidation.reading import Reading
from bot.rules.deciding import decide
from bot.rules.kinds import Kind, Loudness
from bot.rules.memory import Memory
from bot.rules.rule_set import RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import DIGESTED, Held, Telling, Terms

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
STRIDE_U = 0.25  # between two prices that are judged: an alert is told where price came near, not at the end
TREMBLE_U = 0.1  # a price nearer than that to the last one that was judged is passed over
THRESHOLDS = tuple(range(0, 100, 5))  # percentiles that a budget is met with
UNBOUNDED = 10**9


@dataclass(frozen=True)
class PriceRow:
    """Where price went in a stretch of time; quote currency. Without a close it is taken to end at the
    extreme that lay farther from where it began."""

    start_ms: int
    end_ms: int
    low: float
    high: float
    close: float | None = None


@dataclass(frozen=True)
class Replayed:
    """Both in the order of time."""

    told: tuple[Telling, ...]
    held: tuple[Held, ...]  # what a digest would tell of: the budget's, and what `terms` hold back
    days: float  # that were judged: from the first reading to the last price

    @property
    def messages(self) -> int:
        """What is told within one minute is one message."""
        return len({telling.at_ms // MINUTE_MS for telling in self.told})

    @property
    def per_day(self) -> float:
        return self.messages / self.days if self.days else 0.0


def utc_day(stamp_ms: int) -> int:
    return stamp_ms // DAY_MS


def replay(
    rules: RuleSet,
    readings: Sequence[Reading],
    rows: Iterable[PriceRow],
    day_of: Callable[[int], int] = utc_day,
    terms: Terms | None = None,
) -> Replayed:
    """What one subscription to a pair would have been told; readings and rows ascend in time.

    A row is walked to its nearer extreme, to the other one, then to its close, and each reading counts from
    its own stamp on, so nothing that is told by a row's end depends on what comes later. `day_of` numbers
    the chat's days by market time; a day's messages count against its budget. `terms` are the chat's
    otherwise (default: nothing held).
    """
    memory, terms = Memory(), terms or Terms()
    followed = [kind for kind in Kind if rules.loudness_of(kind) is not Loudness.OFF]
    told: list[Telling] = []
    held: list[Held] = []
    day = minute = last_ms = -1
    for scene in _scenes(readings, rows):
        last_ms = scene.now_ms
        if day != (day := day_of(last_ms)):
            terms = replace(terms, spent=0)
        decision = decide(rules, memory, scene, terms, followed)
        memory = decision.memory
        held.extend(one for one in decision.held if one.hold in DIGESTED)
        if decision.told:
            told.extend(decision.told)
            if minute != (minute := last_ms // MINUTE_MS):
                terms = replace(terms, spent=terms.spent + 1)
    days = (last_ms - readings[0].as_of_ms) / DAY_MS if last_ms > 0 else 0.0
    return Replayed(tuple(told), tuple(held), days)


def threshold_for(
    budget: int,
    rules: RuleSet,
    readings: Sequence[Reading],
    rows: Sequence[PriceRow],
    day_of: Callable[[int], int] = utc_day,
) -> float:
    """The least percentile of a zone, 0 to 95 in steps of 5, with which the past holds at most `budget`
    messages a day on average; 95 where none is high enough.

    The rule set's own band stays a condition beside it. Single days may bring more: those the budget caps.
    """
    low, high = 0, len(THRESHOLDS) - 1
    while low < high:
        middle = (low + high) // 2
        asked = replace(rules, least_percentile=float(THRESHOLDS[middle]))
        if replay(asked, readings, rows, day_of, Terms(budget=UNBOUNDED)).per_day <= budget:
            high = middle
        else:
            low = middle + 1
    return float(THRESHOLDS[low])


def _scenes(readings: Sequence[Reading], rows: Iterable[PriceRow]) -> Iterator[Scene]:
    """Every price that is judged, with the newest reading of its moment."""
    at, price = -1, math.nan
    seen: Scene | None = None
    for row in rows:
        if math.isnan(price):
            price = row.low
        stride = STRIDE_U * readings[at].hourly_range if at >= 0 else 0.0
        for now_ms, judged in _walk(price, row, stride):
            price = judged
            while at + 1 < len(readings) and readings[at + 1].as_of_ms <= now_ms:
                at += 1
            if at >= 0 and (seen is None or _is_news(seen, price, readings[at])):
                seen = Scene(price, now_ms, readings[at])
                yield seen


def _is_news(seen: Scene, price: float, reading: Reading) -> bool:
    moved = abs(math.log(price / seen.price))
    return reading is not seen.reading or moved >= TREMBLE_U * reading.hourly_range


def _walk(price: float, row: PriceRow, stride: float) -> Iterator[tuple[int, float]]:
    """(moment, price) along a row's path, at most `stride` of log price apart, at an even pace.

    With a stride of 0 only the corners.
    """
    nearer, farther = sorted((row.low, row.high), key=lambda end: abs(math.log(end / price)))
    corners = [price, nearer, farther, *([] if row.close is None else [row.close])]
    legs = [(begin, math.log(end / begin)) for begin, end in pairwise(corners)]
    whole = sum(abs(length) for _, length in legs)
    if not whole:
        yield row.end_ms, price
        return
    gone = 0.0
    for begin, length in legs:
        steps = math.ceil(abs(length) / stride) if stride else 1
        for step in range(1, steps + 1):
            part = length * step / steps
            share = (gone + abs(part)) / whole
            yield round(row.start_ms + share * (row.end_ms - row.start_ms)), begin * math.exp(part)
        gone += abs(length)
