"""What a subscription's rules remember between two prices."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side


@dataclass(frozen=True)
class Told:
    """A matter that was told (or held back) and stays quiet until price has been away from its stretch."""

    topic: str
    side: Side | None
    low: float
    high: float
    at_ms: int  # when it was told last
    level: int = 0  # how bad it was then; worse is told again


@dataclass(frozen=True)
class Memory:
    armed: frozenset[str] = frozenset()  # topics that were seen not to be so
    near: frozenset[str] = frozenset()  # topics that were so when first seen, and nothing was told of
    told: tuple[Told, ...] = ()
    seen_ms: int = 0  # stamp of the last reading that was judged
