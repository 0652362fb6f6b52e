"""The open positions of one contract by liquidation level, carried forward candle by candle.

Per candle: what price crossed is removed, a share of every tier closes, and whatever is then missing to the
open interest was opened in between, on both sides alike. Each side equals open interest at every candle.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import Book, empty_book, read
from bot.liquidation.checkpoint import CheckpointError, pack, unpack
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.hourly_range import HOUR_MS, HourlyRanges
from bot.liquidation.ledger import Ledger
from bot.liquidation.leverage_prior import PHASES, leverage_tiers
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LEVERAGE_BANDS, VenueMap
from bot.liquidation.tier_change import carried_over

if TYPE_CHECKING:  # the kernel brings numba, 70 MB that only a process advancing candles should pay for
    from bot.liquidation.kernel import Flows, Rows

Floats = NDArray[np.float64]

VERSION = 2
DAY_MS = 86_400_000
MINUTE_MS = 60_000
FLOOR_SHARE = 0.15  # of a map with floor: the mean of the maps so far
COLD_START_SPREAD = (
    0.05  # log-distance around the first price: where the first open interest was entered is unknown
)


class HistoryError(ValueError):
    """Candles that cannot be processed; the text names row and field."""


class NoOpenInterest(Exception):
    """The venue published no open interest so far, so there is no map."""


@dataclass
class Progress:
    """Where the inventory stands; all of it survives a checkpoint."""

    as_of_ms: int = 0
    last_close: float = float("nan")
    covers_from_ms: int = 0  # start of the first candle with open interest
    interest: float = float("nan")  # last known
    usual_turnover: float = 0.0  # volume per day over open interest, 7-day mean
    known_days: float = 0.0
    range_low: float = float("inf")  # extremes since open interest was last published, positions
    range_high: float = float("-inf")
    floor_hours: int = 0


class Inventory:
    """Advance it by history, read maps out of it. Numba is imported by `advance` and `window` alone."""

    def __init__(self, contract: Contract, progress: Progress, arrays: dict[str, NDArray[Any]]) -> None:
        self.contract = contract
        self.tiers = leverage_tiers(contract)
        self._progress = progress
        self._ranges = HourlyRanges(arrays.get("hours"))
        self._ledger = Ledger(arrays.get("ledger"))
        shape = (2, len(LEVERAGE_BANDS), DISTANCE_BINS)
        self._past: Floats = arrays.get("past", np.zeros(shape))
        self._stored = arrays
        self._book: Book | None = None

    @classmethod
    def empty(cls, contract: Contract) -> Inventory:
        return cls(contract, Progress(), {})

    @property
    def as_of_ms(self) -> int:
        """End of the last candle processed, 0 before the first."""
        return self._progress.as_of_ms

    @property
    def last_close(self) -> float:
        return self._progress.last_close

    @property
    def covers_from_ms(self) -> int:
        """Start of the first candle with open interest, 0 before it."""
        return self._progress.covers_from_ms

    @property
    def has_open_interest(self) -> bool:
        return bool(np.isfinite(self._progress.interest))

    @property
    def open_interest_base(self) -> float:
        """Last known open interest; raises NoOpenInterest before the first."""
        self._require_open_interest()
        return self._progress.interest

    @property
    def hourly_range(self) -> float:
        """Mean log high-low of an hour over the last 24 complete ones."""
        return self._ranges.mean(self.as_of_ms)

    def advance(self, history: History) -> None:
        """Process candles in place; those that ended by `as_of_ms` are known and skipped.

        Open interest that is missing or not positive is held; rows before the first one only tell the range.
        Raises HistoryError for a NaN or non-positive price, a negative volume, a wrong order or an overlap.
        """
        fresh = history.rows(slice(int(np.searchsorted(history.end_ms, self.as_of_ms, "right")), None))
        check_history(fresh, self.as_of_ms)
        if not len(fresh):
            return
        self._ranges.add(fresh)
        known = np.isfinite(fresh.open_interest_base) & (fresh.open_interest_base > 0)
        begin = 0 if self.has_open_interest else int(np.argmax(known)) if known.any() else len(fresh)
        if begin:
            self._stand_at(fresh, begin - 1)
        if begin < len(fresh):
            self._process(fresh.rows(slice(begin, None)), known[begin:])

    def read_out(self, price: float | None = None, floor: bool = False) -> VenueMap:
        """The map of everything open, outward from `price` (default: the last close).

        With `floor`, 15 % of it is the mean of all hourly maps so far, each as a share of its open interest:
        what will be opened after the read-out and what was wiped too early. Raises NoOpenInterest.
        """
        mass = self._read(self._open_book(), price)
        if floor and self._progress.floor_hours:
            mean = self._past / self._progress.floor_hours * self.open_interest_base
            mass = (1 - FLOOR_SHARE) * mass + FLOOR_SHARE * mean
        return self._venue_map(mass, price)

    def window(self, window_ms: int, price: float | None = None) -> VenueMap:
        """Only what was opened within the last `window_ms` and is still open; never more than the whole.

        Within the last day to the candle, before that to the hour. Raises NoOpenInterest, and ValueError
        unless the window is positive.
        """
        if window_ms <= 0:
            raise ValueError(f"a window of {window_ms} ms holds nothing")
        whole = self._read(self._open_book(), price)
        return self._venue_map(np.minimum(self._replayed(self.as_of_ms - window_ms, price), whole), price)

    def side_totals(self) -> Floats:
        """Open quantity per side summed over all levels and the never-liquidated, shape (2,)."""
        book = self._open_book()
        weight = self.tiers.weight * book.decay
        levels = np.einsum("skbh,kh->s", book.quantity, weight[:-1])
        return np.asarray((levels + book.total[:, -1] @ weight[-1]) * book.scale)

    def to_bytes(self) -> bytes:
        """The whole state; `from_bytes` with the same contract goes on exactly where this stands."""
        book = {} if self._book is None else self._book._asdict()
        book = book or {name: array for name, array in self._stored.items() if name in BOOK_NAMES}
        tiers = {"leverage": self.tiers.leverage, "weight": self.tiers.weight}
        arrays = {"hours": self._ranges.hours, "ledger": self._ledger.rows, "past": self._past}
        return pack("inventory", VERSION, asdict(self._progress), {**arrays, **tiers, **book})

    @classmethod
    def from_bytes(cls, contract: Contract, blob: bytes) -> Inventory:
        """Goes on with the contract's margin tiers as they are now: what is open keeps its levels.

        Raises CheckpointError where the blob is damaged or of another version.
        """
        facts, arrays = unpack("inventory", VERSION, blob)
        try:
            progress = Progress(**{field.name: facts[field.name] for field in fields(Progress)})
            found = cls(contract, progress, arrays)
            found._stored = carried_over(arrays, found.tiers)
        except (LookupError, TypeError, ValueError) as error:
            raise CheckpointError(f"the stored inventory of {contract.market_id} is damaged") from error
        return found

    def _require_open_interest(self) -> None:
        if not self.has_open_interest:
            raise NoOpenInterest(f"{self.contract.venue} {self.contract.market_id} has no open interest")

    def _open_book(self) -> Book:
        """The kernel's arrays, created or restored at first use."""
        self._require_open_interest()
        if self._book is None:
            stored = {name: self._stored[name] for name in BOOK_NAMES if name in self._stored}
            self._book = Book(**stored) if stored else empty_book(self.tiers)
        return self._book

    def _stand_at(self, history: History, row: int) -> None:
        self._progress.as_of_ms = int(history.end_ms[row])
        self._progress.last_close = float(history.close[row])

    def _process(self, history: History, known: NDArray[np.bool_]) -> None:
        from bot.liquidation.kernel import no_flows

        starting = not self.has_open_interest
        interest = _held(history.open_interest_base, known, self._progress.interest)
        if starting:
            self._progress.covers_from_ms = int(history.start_ms[0])
            self._progress.as_of_ms = int(history.start_ms[0])
            self._progress.interest = float(interest[0])
        rows = self._rows(history, known, interest, starting)
        flows = no_flows(len(history))
        hour_ends = np.diff(history.end_ms // HOUR_MS, prepend=self.as_of_ms // HOUR_MS) > 0
        self._play(rows, interest, flows, hour_ends)
        if starting:
            flows.opened[0] = 0.0  # it was opened before anything is known, so it is in no window
        prices = [rows.low, rows.high, rows.close, rows.open_low, rows.open_high, rows.clock]
        self._ledger.append(
            np.column_stack([history.start_ms, history.end_ms, *prices, flows.opened, flows.factor])
        )
        self._progress.interest = float(interest[-1])
        self._stand_at(history, -1)

    def _play(self, rows: Rows, interest: Floats, flows: Flows, hour_ends: NDArray[np.bool_]) -> None:
        """Process rows, writing to `flows`; at each hour's end the map, as a share of open interest, goes
        into those of the past."""
        from bot.liquidation.kernel import Flows, cut, play

        book = self._open_book()
        ends = {*(np.flatnonzero(hour_ends) + 1).tolist(), len(interest)}
        for begin, end in pairwise([0, *sorted(ends)]):
            part = Flows(flows.opened[begin:end], flows.factor[begin:end])
            play(book, self.tiers, cut(rows, begin, end), interest[begin:end], part, False)
            if hour_ends[end - 1]:
                self._past += read(book, self.tiers, rows.close[end - 1]) / interest[end - 1]
        self._progress.floor_hours += int(hour_ends.sum())

    def _rows(self, history: History, known: NDArray[np.bool_], interest: Floats, starting: bool) -> Rows:
        from bot.liquidation.kernel import Rows, opening_ranges

        low, high, close = (np.log(p) / DISTANCE_BIN for p in (history.low, history.high, history.close))
        state = self._progress
        before, after, state.range_low, state.range_high = opening_ranges(
            low, high, known, state.range_low, state.range_high
        )
        if starting:
            before[0] -= COLD_START_SPREAD / DISTANCE_BIN
            after[0] += COLD_START_SPREAD / DISTANCE_BIN
        return Rows(low, high, close, before, after, self._clock(history, interest), _phase(history.end_ms))

    def _clock(self, history: History, interest: Floats) -> Floats:
        """Usual closing days per row: half wall time, half turnover over its 7-day mean. Gaps are usual."""
        from bot.liquidation.kernel import usual_activity

        span = history.span_ms / DAY_MS
        elapsed = np.diff(history.end_ms, prepend=self.as_of_ms) / DAY_MS
        turnover = history.volume_base / interest / span
        state = self._progress
        ratio, state.usual_turnover, state.known_days = usual_activity(
            turnover, np.full(len(turnover), span), state.usual_turnover, state.known_days
        )
        return np.asarray((0.5 + 0.5 * ratio) * span + np.maximum(elapsed - span, 0.0))

    def _replayed(self, start_ms: int, price: float | None) -> Floats:
        from bot.liquidation.kernel import Rows, no_flows, play

        past = self._ledger.since(start_ms)
        book = empty_book(self.tiers)
        low, high, close, begin, end, clock = (np.ascontiguousarray(column) for column in past[:, 2:8].T)
        rows = Rows(low, high, close, begin, end, clock, _phase(past[:, 1].astype(np.int64)))
        flows = no_flows(len(past))
        flows.opened[:], flows.factor[:] = past[:, 8:10], past[:, 10:12]
        play(book, self.tiers, rows, low, flows, True)
        return self._read(book, price) if len(past) else np.zeros_like(self._past)

    def _read(self, book: Book, price: float | None) -> Floats:
        return read(book, self.tiers, np.log(self.last_close if price is None else price) / DISTANCE_BIN)

    def _venue_map(self, mass: Floats, price: float | None) -> VenueMap:
        return VenueMap(
            venue=self.contract.venue,
            market_id=self.contract.market_id,
            price=self.last_close if price is None else price,
            as_of_ms=self.as_of_ms,
            open_interest_base=self.open_interest_base,
            hourly_range=self.hourly_range,
            mass=mass,
        )


BOOK_NAMES = ("quantity", "total", "decay", "scale", "origin", "close")


def check_history(history: History, as_of_ms: int) -> None:
    """Raises HistoryError naming row and field of the first thing that is wrong."""
    for field in ("open", "high", "low", "close", "volume_base"):
        values = getattr(history, field)
        wrong = ~np.isfinite(values) | (values < 0 if field == "volume_base" else values <= 0)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise HistoryError(f"row {row}: {field} is {values[row]}")
    enclosed = (history.low <= np.minimum(history.open, history.close)) & (
        history.high >= np.maximum(history.open, history.close)
    )
    if not enclosed.all():
        raise HistoryError(f"row {int(np.argmin(enclosed))}: low and high do not enclose open and close")
    early = np.diff(history.start_ms, prepend=as_of_ms - history.span_ms) < history.span_ms
    if early.any():
        row = int(np.argmax(early))
        raise HistoryError(
            f"row {row}: start_ms {int(history.start_ms[row])} is before the end of the row before it"
        )


def _held(interest: Floats, known: NDArray[np.bool_], before: float) -> Floats:
    """Open interest with gaps filled by the last known value."""
    last = np.maximum.accumulate(np.where(known, np.arange(len(interest)), -1))
    return np.where(last >= 0, interest[np.maximum(last, 0)], before)


def _phase(end_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(end_ms // MINUTE_MS % PHASES)
