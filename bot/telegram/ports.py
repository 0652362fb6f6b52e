"""What this room is handed of the others; `app.py` hands it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.liquidation.snapshot import Snapshot
from bot.wording.status import VenueStatus


class Market(Protocol):
    def now_ms(self) -> int:
        """Market time."""
        ...

    @property
    def speed(self) -> float:
        """Of market time; 1 but beside a sandbox."""
        ...

    @property
    def watched(self) -> tuple[str, ...]: ...

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Pairs to offer where none was named."""
        ...

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        """Symbol and perhaps venue; raises Refusal with buttons that carry `ask(symbol)`."""
        ...

    async def view(self, symbol: str, window: str = ..., venue: str | None = None) -> Snapshot:
        """Raises Refusal."""
        ...

    async def picture(self, shown: Snapshot) -> bytes: ...

    def venue_states(self) -> tuple[VenueStatus, ...]: ...
