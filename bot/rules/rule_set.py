"""What one subscription wants to be told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.liquidation.zone import Band, Zone
from bot.rules.kinds import Kind, Loudness

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Reach:
    """How near is near: a fraction of price, or a multiple of the hourly range (ATR)."""

    percent: float | None = None
    atr: float | None = None

    def of(self, hourly_range: float) -> float:
        """As a fraction of price."""
        return self.percent if self.percent is not None else (self.atr or 0.0) * hourly_range


@dataclass(frozen=True)
class RuleSet:
    preset: str  # its numbers are changed by what was typed beside it
    reach: Reach
    band: Band  # zones of this band
    top_band: Band = Band.EXTREME  # to this one
    least_percentile: float = 0.0  # what a daily budget asks for; 0..100
    leverage_band: int = 0  # the lowest of LEVERAGE_BANDS that at least half of a zone's mass is in
    cooldown_ms: int = 4 * HOUR_MS  # between two alerts of one kind about the same stretch
    budget: int = 8  # alerts a local day
    loudness: tuple[Loudness, ...] = ()  # by Kind, in its order; empty: DEFAULT_LOUDNESS

    def loudness_of(self, kind: Kind) -> Loudness:
        return (self.loudness or DEFAULT_LOUDNESS)[_PLACE[kind]]

    def with_loudness(self, changed: Mapping[Kind, Loudness]) -> RuleSet:
        return replace(self, loudness=tuple(changed.get(kind, self.loudness_of(kind)) for kind in Kind))

    def wants(self, zone: Zone) -> bool:
        """Whether the zone is one that it asks for, wherever price is."""
        heavy = sum(zone.leverage_mix[self.leverage_band :])
        return (
            self.band <= zone.band <= self.top_band
            and zone.percentile >= self.least_percentile
            and heavy >= LEVERAGE_SHARE - 1e-9
        )


LEVERAGE_SHARE = 0.5
_PLACE = {kind: at for at, kind in enumerate(Kind)}

_QUIET = {Kind.GAP, Kind.THIN, Kind.NARROW, Kind.NEW, Kind.RETURNED, Kind.STEEP}
DEFAULT_LOUDNESS = tuple(Loudness.OFF if kind in _QUIET else Loudness.ON for kind in Kind)
