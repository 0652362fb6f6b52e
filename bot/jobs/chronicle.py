"""The chronicle: how each pair's map looked, kept for later questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.liquidation_map import line_of
from bot.liquidation.snapshot import Snapshot
from bot.store import pairs
from bot.store.database import Database

STEP_MS = 15 * 60_000  # the finest step that history is kept at


@dataclass
class Chronicle:
    database: Database
    _kept: dict[str, int] = field(default_factory=dict)  # symbol -> step that was written last

    async def tick(self, watches: Iterable[PairWatch], now_ms: int) -> None:
        """One row for each pair and quarter of an hour of market time."""
        for watch in watches:
            shown = watch.snapshot(now_ms)
            if shown is None or self._kept.get(watch.symbol) == shown.found.as_of_ms // STEP_MS:
                continue
            async with self.database.begin() as tx:
                await pairs.save_map(tx, watch.symbol, shown.found.as_of_ms, _payload(shown))
            self._kept[watch.symbol] = shown.found.as_of_ms // STEP_MS


def _payload(shown: Snapshot) -> dict[str, object]:
    """The map as `estimate` writes it, and its zones."""
    venues = [venue.venue for venue in shown.found.venues]
    return {**line_of(shown.found), "venues": venues, "zones": [asdict(zone) for zone in shown.zones]}
