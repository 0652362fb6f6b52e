"""What rules see of one pair at one mark price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone


@dataclass(frozen=True)
class Burst:
    """Realised liquidations of the last minutes, as far as the venues tell them."""

    side: Side  # of which more was liquidated
    quantity_base: float  # of the last minutes
    ratio: float  # over the most of as many minutes in 99 % of the last days
    minutes: int
    at_least: bool  # a feed behind it leaves orders out


@dataclass(frozen=True)
class Scene:
    price: float  # mark price
    now_ms: int  # market time
    reading: Reading
    withheld: frozenset[str] = frozenset()  # ids of zones whose data is doubtful: nothing is said of them
    is_stale: bool = False  # nothing is said at all, and nothing remembered
    burst: Burst | None = None  # None where nobody listened
    realised_base: Mapping[str, float] = field(default_factory=dict)  # by zone: recorded since price entered
    cover: Mapping[str, float] = field(default_factory=dict)  # by zone: mass over the book's depth before it

    @cached_property
    def zones(self) -> tuple[tuple[Zone, float], ...]:
        """Each with how far price is from it, a fraction of price; one scene is judged for many."""
        return tuple((zone, abs(zone.distance(self.price))) for zone in self.reading.zones)
