"""A pair's model between two refreshes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.liquidation.zone import Zone


@dataclass(frozen=True)
class Standing:
    """How far one venue's inventory reaches."""

    as_of_ms: int
    covers_from_ms: int
    open_interest_ms: int  # when the newest open interest that was believed was told, 0 before the first
    is_interest_doubted: bool = False  # the newest one told was not believed
    daily_volume_base: float = 0.0  # usual, 0 where nothing is known


@dataclass(frozen=True)
class KeptModel:
    """What is often asked of the model, and the whole of it, packed.

    Only workers unpack it (`tasks.unpacked`): here that would bring numba in and hold up the event loop.
    """

    symbol: str
    inventories: Mapping[str, Standing] = field(default_factory=dict)  # by venue
    zones: tuple[Zone, ...] = ()
    packed: bytes = field(default=b"", repr=False)  # empty before the first history
