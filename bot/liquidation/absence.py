"""Why a venue has no share in a map."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShortHistory:
    """Its open interest is known for less than the window."""

    known_ms: int
    loaded: float | None = None  # share of its history read so far; None once all of it is


@dataclass(frozen=True)
class ShorterThan:
    """Its open interest is known for less than this window; nobody asked since when."""

    window: str
    loaded: float | None = None  # as above


@dataclass(frozen=True)
class OtherBundle:
    """It lists the coin in bundles of another size, at a price of its own."""

    symbol: str  # what it lists, e.g. 1000PEPE/USDT:USDT


@dataclass(frozen=True)
class OldData:
    """What is known of it is hours old."""


Absence = ShortHistory | ShorterThan | OtherBundle | OldData | str  # a text: its trouble in its own words
