"""A contract's margin tiers as a venue publishes them, the checks they have to pass, where they are kept."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from bot.liquidation.contract import HIGHEST_RATE, Tier, TierError, check_tiers

GOOD_FOR_MS = 24 * 3_600_000
INITIAL_WITHIN = 0.05  # initial margin times leverage is 1; venues round it to four decimals
DEDUCTION_WITHIN = 0.002  # of the maintenance margin where the tier begins
PERCENT_ABOVE = 10.0  # initial margin times leverage is about 1, or about 100 in tables given in percent
# In whatever unit a venue counts its caps: few coins go beyond 25x or below 2 %.
CAUTIOUS = (Tier(1e15, 25.0, 0.02),)
CAUTIOUS_WORDS = "a cautious default"


@dataclass(frozen=True)
class PublishedTier(Tier):
    """A row with what only serves to check it; None where the venue does not say."""

    initial_rate: float | None = None  # fraction of notional
    deduction: float | None = None  # in the cap's unit, from the maintenance margin in this tier


@dataclass(frozen=True)
class MarginTable:
    tiers: tuple[Tier, ...]
    source: str  # in words that a chat may read
    read_ms: int = 0  # when the venue told it, market time; 0 for one that stands in
    trouble: str = ""  # why a better one was not used


@dataclass(frozen=True)
class TableSource:
    """One place where a contract's tiers may be had."""

    words: str
    read: Callable[[], Awaitable[Sequence[Tier]]]
    published: bool = True  # by the venue, for this contract; else it stands in
    must_answer: bool = False  # its silence is that of the whole venue, which is asked again soon


class Shelf(Protocol):
    """Where the last good table of each contract outlives a restart."""

    def now_ms(self) -> int:
        """Market time."""
        ...

    async def kept(self, venue: str, symbol: str) -> MarginTable | None: ...

    async def keep(self, venue: str, symbol: str, table: MarginTable) -> None: ...


class NothingKept:
    """For a command that asks once and ends."""

    def now_ms(self) -> int:
        return round(time.time() * 1000)

    async def kept(self, venue: str, symbol: str) -> MarginTable | None:
        return None

    async def keep(self, venue: str, symbol: str, table: MarginTable) -> None:
        return None


def in_fractions(rows: Iterable[PublishedTier]) -> tuple[PublishedTier, ...]:
    """The rows as they are, or a table in percent as fractions; initial margin times leverage tells which."""
    rows = tuple(rows)
    if not rows or any((row.initial_rate or 0) * row.max_leverage <= PERCENT_ABOVE for row in rows):
        return rows
    return tuple(
        PublishedTier(
            row.notional_cap,
            row.max_leverage,
            row.maintenance_rate / 100,
            None if row.initial_rate is None else row.initial_rate / 100,
            row.deduction,
        )
        for row in rows
    )


def checked(rows: Iterable[Tier], closing_fee: float = 0.0) -> tuple[Tier, ...]:
    """The tiers in ascending order of their caps; raises TierError for a table that cannot be right.

    Besides what `check_tiers` refuses: initial margin times maximum leverage that is not about 1, and a
    deduction that does not follow c_n = c_{n-1} + floor_n (m_n - m_{n-1}), each where the venue gives it.
    """
    ordered = _in_use(rows)
    tiers = tuple(Tier(row.notional_cap, row.max_leverage, row.maintenance_rate) for row in ordered)
    check_tiers(tiers, closing_fee)
    published = [row for row in ordered if isinstance(row, PublishedTier)]
    _check_initial(published)
    _check_deductions(published)
    return tiers


def _check_initial(rows: Sequence[PublishedTier]) -> None:
    for number, row in enumerate(rows):
        if row.initial_rate is None:
            continue
        product = row.initial_rate * row.max_leverage
        if not abs(product - 1) <= INITIAL_WITHIN:
            raise TierError(number, "initial margin", f"times leverage is {product:.3g}, not 1")


def _check_deductions(rows: Sequence[PublishedTier]) -> None:
    due = 0.0
    for number, (below, row) in enumerate(pairwise(rows), 1):
        due += below.notional_cap * (row.maintenance_rate - below.maintenance_rate)
        allowed = DEDUCTION_WITHIN * below.notional_cap * row.maintenance_rate
        if row.deduction is not None and not abs(row.deduction - due) <= allowed:
            raise TierError(number, "deduction", f"{row.deduction:g} should be {due:g}")
    if rows and rows[0].deduction:
        raise TierError(0, "deduction", f"{rows[0].deduction:g} should be 0")


def _in_use(rows: Iterable[Tier]) -> list[Tier]:
    """Ascending, without the tail of OKX's long tables: sizes that nobody can open with borrowed money."""
    ordered = sorted(rows, key=lambda tier: tier.notional_cap)
    while ordered and _is_beyond_use(ordered[-1]):
        ordered.pop()
    return ordered


def _is_beyond_use(tier: Tier) -> bool:
    """True of a row as a venue may mean it; NaN, zero and negative numbers stay, to be refused."""
    return 0 < tier.max_leverage < 1 or HIGHEST_RATE < tier.maintenance_rate < 1
