"""How good what arrives of a contract is: each series of each venue has an age and a state.

A map rests on candles and open interest; an alert rests on the mark price too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass
from enum import Enum

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.told_zones import mass_in
from bot.liquidation.zone import Zone

MINUTE_MS = 60_000
CANDLES_MS = 3 * MINUTE_MS
OPEN_INTEREST_MS = 15 * MINUTE_MS  # three of the rows that venues publish every five minutes
MARK_MS = 30_000
LIQUIDATIONS_MS = MINUTE_MS
KEPT_MS = 6 * 60 * MINUTE_MS
LATE_WALL_MS = 12_000  # beside a fast sandbox minutes pass in seconds; nothing is late within these


class Series(Enum):
    CANDLES = "candles"
    OPEN_INTEREST = "open interest"
    MARK = "mark price"
    LIQUIDATIONS = "liquidations"


class State(Enum):
    FRESH = "fresh"
    LATE = "late"
    MISSING = "missing"
    DISAGREEING = "disagreeing"  # with its siblings on other venues, or with its own past


RESTED_ON = (Series.CANDLES, Series.OPEN_INTEREST)  # by a venue's share of a map


@dataclass(frozen=True)
class Quality:
    state: State
    age_ms: int | None = None  # None where nothing ever arrived, or age means nothing
    off: float = 0.0  # of what disagrees: signed fraction it is away from its siblings, 0 where unknown
    is_old: bool = False  # also of what disagrees: the newest value believed is


@dataclass(frozen=True)
class Limits:
    """How old each series may be, in market time."""

    candles_ms: int = CANDLES_MS
    open_interest_ms: int = OPEN_INTEREST_MS
    mark_ms: int = MARK_MS
    liquidations_ms: int = LIQUIDATIONS_MS  # how long ago the feed was heard last, also if it told nothing
    kept_ms: int = KEPT_MS  # a share whose data is older has no place in a map

    @classmethod
    def at_speed(cls, speed: float) -> Limits:
        """Stretched where market time runs `speed` times as fast as the wall clock."""
        least = round(LATE_WALL_MS * speed)
        return cls(*(max(least, limit) for limit in astuple(cls())))


@dataclass(frozen=True)
class VenueQuality:
    """All series of one contract on one venue."""

    venue: str
    series: Mapping[Series, Quality]

    @property
    def is_late(self) -> bool:
        """Whether its share of a map rests on old data."""
        return any(self.series[one].is_old for one in RESTED_ON)

    @property
    def is_known(self) -> bool:
        """Whether anything that a map needs ever arrived."""
        return self.series[Series.CANDLES].state is not State.MISSING

    @property
    def price_off(self) -> float | None:
        """How far its mark price is off the others', None where nobody doubts it."""
        mark = self.series[Series.MARK]
        return mark.off if mark.state is State.DISAGREEING else None


def judged(stamp_ms: int | None, now_ms: int, late_after_ms: int, off: float | None = None) -> Quality:
    """A series by the stamp of its newest value; `off` is given where that value is not believed.

    Disagreeing is worse than late; a stamp ahead of now counts as new.
    """
    if stamp_ms is None:
        return Quality(State.MISSING)
    age_ms = max(0, now_ms - stamp_ms)
    is_old = age_ms > late_after_ms
    if off is not None:
        return Quality(State.DISAGREEING, age_ms, off, is_old)
    return Quality(State.LATE if is_old else State.FRESH, age_ms, is_old=is_old)


def rests_on(found: LiquidationMap, zone: Zone, venues: Collection[str]) -> float:
    """The share of a zone's mass that these venues have in it; 0 where the map has none there."""
    whole, part = (mass_in(one, zone) for one in (found, found.only(venues)))
    return part / whole if whole > 0 else 0.0
