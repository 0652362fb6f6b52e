"""The chronicle: how each pair's map looked, kept for later questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.liquidation_map import line_of
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.stored_reading import payload_of
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
    """The map as `estimate` writes it, its zones, and what was read off it."""
    venues = [venue.venue for venue in shown.found.venues]
    map_line = {**line_of(shown.found), "venues": venues}
    if shown.reading is None:
        return {**map_line, "zones": [asdict(zone) for zone in shown.zones]}
    return {**map_line, **payload_of(shown.reading)}
