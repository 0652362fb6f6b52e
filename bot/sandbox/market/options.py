"""What a sandbox market is asked to be."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MarketOptions:
    """A recording to play, or (without one) a seed to invent a market from.

    `start_ms` is the market time at which the clock starts to run, `history_days` how much lies before it.
    `served_as` serves every recorded market in that venue's dialect; `also` names venues that the invented
    market has beside its usual ones, `expiry_hours` after how many hours its dated contracts expire that are
    listed besides those of the quarter, `small_coins` how many coins it lists beside its usual ones.
    """

    speed: float = 60.0
    seed: int = 1
    start_ms: int | None = None
    history_days: float | None = None
    recording: Path | None = None
    served_as: str | None = None
    also: tuple[str, ...] = ()
    expiry_hours: float | None = None
    small_coins: int = 0

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError(f"the speed must be above zero, not {self.speed:g}")
        if self.history_days is not None and not self.history_days > 0:
            raise ValueError(f"the history must be longer than {self.history_days:g} days")
        if self.expiry_hours is not None and not self.expiry_hours > 0:
            raise ValueError(f"a contract must expire after the start, not {self.expiry_hours:g} hours on")
        if self.seed < 0:
            raise ValueError(f"the seed must not be negative, but it is {self.seed}")
