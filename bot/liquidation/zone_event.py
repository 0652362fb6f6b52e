"""What happened to a zone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.liquidation.side import Side


class ZoneEventKind(StrEnum):
    BORN = "born"
    GREW = "grew"
    SHRANK = "shrank"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    ENTERED = "entered"
    SWEPT = "swept"  # price went through it
    RETURNED = "returned"  # price came back through a zone that was swept
    FADED = "faded"


@dataclass(frozen=True)
class ZoneEvent:
    """Masses are base coin, prices quote currency, as they were when it happened."""

    kind: ZoneEventKind
    zone_id: str
    side: Side
    low: float
    high: float
    mass_base: float
    percentile: float
    price: float
    stamp_ms: int
    other: str = ""  # the zone it was part of, or that became part of it
    ratio: float = 1.0  # mass now over mass at the last event that told of mass
    interest_grew: bool = False  # open interest rose meanwhile: people opened, the model did not just close
