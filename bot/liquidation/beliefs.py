"""What one venue's inventory assumes and has learned about the people behind the open interest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Beliefs:
    venue: str
    market_id: str
    as_of_ms: int
    covers_from_ms: int  # start of the first candle with open interest
    missing_ms: int  # candles that are missing since then
    distrusted_rows: int  # open interest values that could not be believed since then
    leverage: tuple[tuple[float, float], ...]  # (leverage, share of what is opened), descending in leverage
    prior: tuple[tuple[float, float], ...]  # the same before anything was learned
    never_share: float  # of open interest: positions that no move reaches
    slow_share: float  # of what is opened: held long
    slow_prior: float
    learned_base: float  # liquidated quantity that was learned from, forgotten with a half-life of 20 days
    realised_ratio: float | None  # liquidated / crossed according to the map; None before anything was
    first_maintenance_rate: float

    @property
    def has_learned(self) -> bool:
        return self.learned_base > 0
