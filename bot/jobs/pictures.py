"""Pictures of maps: drawn once in a worker, kept in the store, sent by file id from then on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bot.jobs import tasks
from bot.jobs.workers import Workers
from bot.liquidation.snapshot import Snapshot

REMEMBERED = 64


@dataclass
class Pictures:
    workers: Workers
    handle: str = ""
    _drawn: dict[str, bytes] = field(default_factory=dict)

    async def draw(self, shown: Snapshot, stack: tasks.Stack = "tier") -> bytes:
        """PNG bytes; the same snapshot is drawn once."""
        key = _key(shown, stack)
        if key not in self._drawn:
            self._drawn[key] = await self.workers.run(tasks.draw, shown, stack, self.handle)
            while len(self._drawn) > REMEMBERED:
                del self._drawn[next(iter(self._drawn))]
        return self._drawn[key]


def _key(shown: Snapshot, stack: str) -> str:
    found = shown.found
    names = (found.symbol, found.window, found.price, found.as_of_ms, shown.now_ms // 60_000, stack)
    parts = [*names, *(venue.venue for venue in found.venues), *found.missing, *shown.zones]
    parts += [*sorted(found.late), *sorted(found.doubted)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
