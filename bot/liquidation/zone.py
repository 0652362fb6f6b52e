"""A zone: a stretch of price where much would be force-closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from bot.liquidation.side import Side


class Band(IntEnum):
    """Where a zone's mass stands among all zones of its symbol in the last 30 days."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    EXTREME = 3

    @property
    def word(self) -> str:
        return self.name.capitalize()

    @classmethod
    def of(cls, percentile: float) -> Band:
        """Low [0,25), Medium [25,50), High [50,75), Extreme [75,100]."""
        return cls(min(3, int(percentile // 25)))


@dataclass(frozen=True)
class Zone:
    """Prices are quote currency; a long's zone lies below price, a short's above."""

    id: str  # "Z42", kept while the zone lives
    side: Side
    low: float
    high: float
    peak: float
    mass_base: float
    percentile: float  # 0..100 among the symbol's zones of the last 30 days
    contrast: float  # density over the side's mean density in the range looked at
    leverage_mix: tuple[float, ...]  # shares of the mass by LEVERAGE_BANDS
    born_ms: int
    share: float = 0.0  # of its side's mass in the range looked at
    venue_mix: tuple[tuple[str, float], ...] = ()  # (venue, share of the mass), in the map's order
    shown_by: tuple[str, ...] = ()  # of these venues, whose own map shows a zone there

    @property
    def band(self) -> Band:
        return Band.of(self.percentile)

    @property
    def near_edge(self) -> float:
        """The edge that price reaches first: the high of a long's zone, the low of a short's."""
        return self.high if self.side is Side.LONG else self.low

    @property
    def far_edge(self) -> float:
        return self.low if self.side is Side.LONG else self.high

    def distance(self, price: float) -> float:
        """Signed fraction of the price to the near edge; 0 inside the zone or beyond its far edge."""
        ahead = self.near_edge / price - 1
        return ahead if ahead * self.side.sign > 0 else 0.0

    def contains(self, price: float) -> bool:
        return self.low <= price <= self.high

    def passed(self, price: float) -> bool:
        """Price has gone through to the other side."""
        return (price - self.far_edge) * self.side.sign > 0


def restored_zone(row: Mapping[str, Any]) -> Zone:
    """A zone out of JSON, as `asdict` wrote it; what an older version did not know has its default.

    Raises LookupError, TypeError or ValueError for a row that is not one.
    """
    zone = Zone(**row)
    return replace(
        zone,
        side=Side(zone.side),
        leverage_mix=tuple(float(share) for share in zone.leverage_mix),
        venue_mix=tuple((str(venue), float(share)) for venue, share in zone.venue_mix),
        shown_by=tuple(zone.shown_by),
    )
