"""The open positions of one contract by liquidation level, carried forward candle by candle.

Per candle: what price crossed is removed, liquidations teach which leverage people use, a share of every tier
closes, and whatever is then missing to the open interest was opened in between, on both sides alike. Each
side equals open interest at every candle.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.liquidation import book as books
from bot.liquidation.beliefs import Beliefs
from bot.liquidation.book import Book, empty_book
from bot.liquidation.candle_table import candle_table, liquidation_table
from bot.liquidation.checkpoint import Arrays, CheckpointError, pack, unpack
from bot.liquidation.contract import Contract
from bot.liquidation.habits import Habits, believed, lump_base, realised_ratio, with_prior
from bot.liquidation.history import History
from bot.liquidation.history_check import check_history
from bot.liquidation.hourly_range import hourly_range, no_hours
from bot.liquidation.interest_quality import InterestJudge
from bot.liquidation.ledger import Ledger
from bot.liquidation.leverage_prior import LeverageTiers, by_leverage, leverage_tiers, shifted
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LEVERAGE_BANDS, VenueMap
from bot.liquidation.provenance import Holdings, Provenance, range_of, trace
from bot.liquidation.pulse import ACTIVITY, PAST_HOURS, PUBLISHED, PUBLISHED_MS, USUAL_TURNOVER, still
from bot.liquidation.side import Side
from bot.liquidation.tier_change import carried_over
from bot.liquidation.upgrade import from_version_2, from_version_3

Floats = NDArray[np.float64]

VERSION = 4
UPGRADES = {2: from_version_2, 3: from_version_3}
FLOOR_SHARE = 0.15  # of a map with floor: the mean of the maps so far
LARGEST_ACTIVITY = 9.0  # turnover over the usual one, as the floor follows it


class NoOpenInterest(Exception):
    """The venue published no open interest so far, so there is no map."""


@dataclass
class Progress:
    """Where the inventory stands; all of it survives a checkpoint."""

    as_of_ms: int = 0
    last_close: float = float("nan")
    covers_from_ms: int = 0  # start of the first candle with open interest
    first_interest_base: float = 0.0  # that open interest; 0 where nobody noted it
    missing_ms: int = 0  # of candles since then
    judge: InterestJudge = field(default_factory=InterestJudge)


@dataclass
class State:
    """The arrays that candles change."""

    book: Book
    habits: Habits
    pulse: Floats
    hours: Floats  # see hourly_range
    past: Floats  # sum of all hourly maps as shares of open interest, (2, bands, DISTANCE_BINS)
    ledger: Ledger


class Inventory:
    """Advance it by history, read maps out of it. Numba is imported by `advance` and windows alone."""

    def __init__(self, contract: Contract, progress: Progress, state: State, tiers: LeverageTiers) -> None:
        self.contract = contract
        self.tiers = tiers
        self.progress = progress
        self.state = state

    @classmethod
    def empty(cls, contract: Contract) -> Inventory:
        tiers = leverage_tiers(contract)
        past = np.zeros((2, len(LEVERAGE_BANDS), DISTANCE_BINS))
        state = State(empty_book(tiers), believed(tiers), still(), no_hours(), past, Ledger())
        return cls(contract, Progress(), state, tiers)

    @property
    def as_of_ms(self) -> int:
        """End of the last candle processed, 0 before the first."""
        return self.progress.as_of_ms

    @property
    def last_close(self) -> float:
        return self.progress.last_close

    @property
    def covers_from_ms(self) -> int:
        """Start of the first candle with open interest, 0 before it."""
        return self.progress.covers_from_ms

    @property
    def has_open_interest(self) -> bool:
        return bool(np.isfinite(self.state.pulse[PUBLISHED]))

    @property
    def open_interest_base(self) -> float:
        """Last known open interest; raises NoOpenInterest before the first."""
        self._require_open_interest()
        return float(self.state.pulse[PUBLISHED])

    @property
    def open_interest_ms(self) -> int:
        """End of the candle with the newest open interest that was believed, 0 before the first."""
        return int(self.state.pulse[PUBLISHED_MS])

    @property
    def hourly_range(self) -> float:
        """Mean log high-low of an hour over the last 24 complete ones."""
        return hourly_range(self.state.hours, self.as_of_ms)

    @property
    def daily_volume_base(self) -> float:
        """Usual volume of a day, 7-day mean; 0 before open interest is known."""
        if not self.has_open_interest:
            return 0.0
        return float(self.state.pulse[USUAL_TURNOVER] * self.state.pulse[PUBLISHED])

    def ranges(self) -> Floats:
        """Where price went, by candle for a day and by the hour for 35 days, as far as mark prices confirm
        it: start_ms, end_ms, low, high, the last two in bins of log price; shape (n, 4)."""
        return self.state.ledger.rows[:, :4].copy()

    def ranges_after(self, stamp_ms: int) -> Floats:
        """The same for what ended later than a stamp."""
        rows = self.state.ledger.rows
        return rows[int(np.searchsorted(rows[:, 1], stamp_ms, "right")) :, :4].copy()

    def prices_from(self, stamp_ms: int) -> Floats:
        """The same with closes, as prices, of what began at the stamp or later: start_ms, end_ms, low, high,
        close; shape (n, 5)."""
        rows = self.state.ledger.since(stamp_ms)[:, :5].copy()
        rows[:, 2:] = np.exp(rows[:, 2:] * DISTANCE_BIN)
        return rows

    def advance(self, history: History) -> None:
        """Process candles in place; those that ended by `as_of_ms` are known and skipped.

        A gap before a candle is passed for good: what comes later of it is known to be older, and skipped.
        Open interest that is missing or cannot be believed is held; rows before the first one only tell the
        range. Raises HistoryError for what check_history refuses.
        """
        known = 0
        if len(history) and history.start_ms[0] < self.as_of_ms:
            known = int(np.searchsorted(history.end_ms, self.as_of_ms, "right"))
        fresh = history.rows(slice(known, None)) if known else history
        check_history(fresh, self.as_of_ms)
        if len(fresh):
            self._process(fresh)

    def read_out(self, price: float | None = None, floor: bool = False) -> VenueMap:
        """The map of everything open, outward from `price` (default: the last close).

        With `floor`, 15 % of it is the mean of all hourly maps so far, each as a share of its open interest,
        times turnover over the usual one in the last hour: what will be opened after the read-out and what
        was wiped too early. Raises NoOpenInterest.
        """
        mass = self._read(self._open_book(), price)
        hours = self.state.pulse[PAST_HOURS]
        if floor and hours:
            activity = np.clip(self.state.pulse[ACTIVITY], 1 / LARGEST_ACTIVITY, LARGEST_ACTIVITY)
            mean = self.state.past / hours * self.open_interest_base * activity
            mass = (1 - FLOOR_SHARE) * mass + FLOOR_SHARE * mean
        return self.venue_map(mass, price)

    def read_believing(self, factor: float | None, price: float) -> Floats:
        """The map had people been believed to use so many times the leverage, or, where that is None, had
        nothing been learned of it: (2, bands, DISTANCE_BINS). Raises NoOpenInterest.
        """
        book, habits, tiers = self._open_book(), self.state.habits, self.tiers
        interest, noise = self.open_interest_base, float(book.noise[0])
        share = (
            tiers.weight if factor is None else with_prior(habits, tiers, shifted(tiers, factor), interest)
        )
        other = habits._replace(leverage_share=share)
        position = np.log(price) / DISTANCE_BIN
        held = books.side_totals(book, other) - noise
        return books.read(book, tiers, other, position) * ((interest - noise) / held)[:, None, None]

    def window(self, window_ms: int, price: float | None = None) -> VenueMap:
        """Only what was opened within the last `window_ms` and is still open; never more than the whole.

        Within the last day to the candle, within 35 days to the hour, before that to the quarter of a day.
        Raises NoOpenInterest, and ValueError unless the window is positive.
        """
        if window_ms <= 0:
            raise ValueError(f"a window of {window_ms} ms holds nothing")
        whole = self._read(self._open_book(), price)
        return self.venue_map(np.minimum(self._replayed(self.as_of_ms - window_ms, price), whole), price)

    def side_totals(self) -> Floats:
        """Open quantity per side summed over all levels and the never-liquidated, shape (2,)."""
        return books.side_totals(self._open_book(), self.state.habits)

    def never_shares(self) -> Floats:
        """Share of open interest per side that no move reaches, shape (2,)."""
        never = books.never_liquidated(self._open_book(), self.state.habits)
        return np.asarray(never / self.open_interest_base)

    def beliefs(self) -> Beliefs:
        """What is assumed and was learned about leverage and holding; raises NoOpenInterest."""
        habits, progress = self.state.habits, self.progress
        never = float(self.never_shares().mean())
        seen = float(habits.crossed[0])
        return Beliefs(
            venue=self.contract.venue,
            market_id=self.contract.market_id,
            as_of_ms=self.as_of_ms,
            covers_from_ms=self.covers_from_ms,
            missing_ms=progress.missing_ms,
            distrusted_rows=progress.judge.distrusted_rows,
            leverage=by_leverage(self.tiers.leverage, habits.leverage_share[:-1]),
            prior=by_leverage(self.tiers.leverage, self.tiers.weight[:-1]),
            never_share=never,
            slow_share=float(habits.holder_share[-1]),
            slow_prior=float(self.tiers.holder[-1]),
            learned_base=seen,
            realised_ratio=realised_ratio(habits, self.open_interest_base) if seen else None,
            first_maintenance_rate=self.contract.first_maintenance_rate,
        )

    def provenance(self, side: Side, low: float, high: float) -> Provenance:
        """Where what would be liquidated between two prices comes from.

        Raises NoOpenInterest, and ValueError unless the prices are positive and in order.
        """
        return trace(
            self.contract.venue,
            range_of(side, low, high),
            Holdings(self._open_book(), self.state.habits, self.tiers, self.open_interest_base),
            self.state.ledger.rows,
        )

    def venue_map(self, mass: Floats, price: float | None) -> VenueMap:
        return VenueMap(
            venue=self.contract.venue,
            market_id=self.contract.market_id,
            price=self.last_close if price is None else price,
            as_of_ms=self.as_of_ms,
            open_interest_base=self.open_interest_base,
            hourly_range=self.hourly_range,
            mass=mass,
            lump_base=lump_base(self.state.habits, self.open_interest_base),
            open_interest_ms=self.open_interest_ms,
        )

    def to_bytes(self) -> bytes:
        """The whole state; `from_bytes` with the same contract goes on exactly where this stands."""
        state = self.state
        arrays: Arrays = {"pulse": state.pulse, "hours": state.hours}
        if self.has_open_interest:
            arrays |= {"past": state.past, "ledger": state.ledger.rows, "leverage": self.tiers.leverage}
            arrays |= {**state.book._asdict(), **state.habits._asdict()}
        return pack("inventory", VERSION, asdict(self.progress), arrays)

    @classmethod
    def from_bytes(cls, contract: Contract, blob: bytes) -> Inventory:
        """Goes on with the contract's margin tiers as they are now: what is open keeps its levels.

        Raises CheckpointError where the blob is damaged or of a version that cannot be upgraded.
        """
        facts, arrays = unpack("inventory", VERSION, blob, UPGRADES)
        try:
            found = cls.empty(contract)
            found.progress = _progress(facts)
            found._take_over(arrays)
        except (LookupError, TypeError, ValueError) as error:
            raise CheckpointError(f"the stored inventory of {contract.market_id} is damaged") from error
        return found

    def _take_over(self, arrays: Arrays) -> None:
        state = self.state
        state.pulse, state.hours = arrays["pulse"], arrays["hours"]
        if "quantity" in arrays:
            book = Book(**{name: arrays[name] for name in Book._fields})
            habits = Habits(**{name: arrays[name] for name in Habits._fields})
            interest = self.open_interest_base
            state.book, state.habits = carried_over(book, habits, arrays["leverage"], self.tiers, interest)
            state.past, state.ledger = arrays["past"], Ledger(arrays["ledger"])

    def _require_open_interest(self) -> None:
        if not self.has_open_interest:
            raise NoOpenInterest(f"{self.contract.venue} {self.contract.market_id} has no open interest")

    def _open_book(self) -> Book:
        self._require_open_interest()
        return self.state.book

    def _process(self, history: History) -> None:
        from bot.liquidation.kernel import advance_rows  # brings numba: 70 MB for processes that advance

        state, progress = self.state, self.progress
        interest = progress.judge.judge(history.open_interest_base, history.end_ms)
        lines = state.ledger.room(len(history))
        written = advance_rows(
            state.book,
            state.habits,
            state.pulse,
            state.hours,
            state.past,
            self.tiers,
            candle_table(history, interest),
            liquidation_table(history.liquidations),
            (history.span_ms, progress.as_of_ms, history.liquidations.covered_from_ms),
            lines,
        )
        end_ms = int(history.start_ms[-1]) + history.span_ms
        if written and not progress.covers_from_ms:
            progress.first_interest_base = float(interest[np.isfinite(interest)][0])
        if written:
            self._note_coverage(int(lines[0, 0]), end_ms, written * history.span_ms)
        state.ledger.keep(written)
        progress.as_of_ms = end_ms
        progress.last_close = float(history.close[-1])

    def _note_coverage(self, begin_ms: int, end_ms: int, told_ms: int) -> None:
        """Since when, and how much of it is missing: candles with open interest began and ended then, and
        are so long together."""
        progress = self.progress
        since_ms = progress.as_of_ms
        if not progress.covers_from_ms:
            progress.covers_from_ms = since_ms = begin_ms
        progress.missing_ms += end_ms - since_ms - told_ms

    def _replayed(self, start_ms: int, price: float | None) -> Floats:
        from bot.liquidation.kernel import NO_CANVAS, replay

        past = self.state.ledger.since(start_ms)
        if not len(past):
            return np.zeros_like(self.state.past)
        book = empty_book(self.tiers)
        replay(book, self.state.habits, self.tiers, past, 0.0, np.zeros((0, 2)), NO_CANVAS)
        return self._read(book, price)

    def _read(self, book: Book, price: float | None) -> Floats:
        position = np.log(self.last_close if price is None else price) / DISTANCE_BIN
        return books.read(book, self.tiers, self.state.habits, position)


def _progress(facts: dict[str, Any]) -> Progress:
    known = {one.name: facts[one.name] for one in fields(Progress)}
    return Progress(**{**known, "judge": InterestJudge(**known["judge"])})
