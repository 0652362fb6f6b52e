"""What is read off one map of a pair, beside the map itself: everything rules and answers ask of it.

Prices are quote currency, masses base coin; `u` is the mean hourly range over the last day, in log price. A
chat reads it as ATR.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone

REACHES = (0.01, 0.03, 0.05, 0.10)  # of imbalance, as fractions of price


@dataclass(frozen=True)
class Steepness:
    """The steepest stretch of a side's cumulative curve, 2 u wide."""

    side: Side
    low: float
    high: float
    value: float  # 1 where the side is flat
    percentile: float  # 0..100 among the symbol's own hourly values of the last 30 days
    per_percent: float  # share of the side's mass in reach that each percent of price holds there

    @property
    def near_edge(self) -> float:
        return self.high if self.side is Side.LONG else self.low

    @property
    def far_edge(self) -> float:
        return self.low if self.side is Side.LONG else self.high


@dataclass(frozen=True)
class Ladder:
    """Zones of a side with gaps of at most 1 u between them, outward from price; two or more."""

    side: Side
    zone_ids: tuple[str, ...]
    low: float
    high: float
    strength: float  # sum of the zones' shares


@dataclass(frozen=True)
class Gap:
    """A stretch with few forced orders; it says nothing of the order book."""

    side: Side
    low: float
    high: float
    width_u: float
    thinness: float  # its mean density over the side's mean density, below 1

    def contains(self, price: float) -> bool:
        return self.low <= price <= self.high


@dataclass(frozen=True)
class Imbalance:
    """Longs against shorts within a distance of price; it mostly restates the last move."""

    within: float  # fraction of price
    long_base: float
    short_base: float
    percentile: float  # 0..100 of the long share among the symbol's own hourly values of the last 30 days

    @property
    def long_share(self) -> float:
        total = self.long_base + self.short_base
        return self.long_base / total if total else 0.5


@dataclass(frozen=True)
class NarrowRange:
    """How far price went in the last hours, and how little that is for this symbol."""

    hours: int
    low: float
    high: float
    percentile: float  # 0..100 among stretches of the same length in the last 30 days


@dataclass(frozen=True)
class Reading:
    """Of the reference map: all venues, everything open."""

    symbol: str
    as_of_ms: int
    price: float
    hourly_range: float  # u
    zones: tuple[Zone, ...] = ()
    steepness: tuple[Steepness, ...] = ()  # longs first, at most one a side
    ladders: tuple[Ladder, ...] = ()
    gaps: tuple[Gap, ...] = ()
    imbalance: tuple[Imbalance, ...] = ()  # by REACHES
    narrow_range: NarrowRange | None = None  # None where too little is known
