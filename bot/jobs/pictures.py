"""Pictures: drawn once in a worker for everybody who asks for the same, then sent by file id."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec

from bot.jobs import tasks
from bot.jobs.once import Once
from bot.jobs.versions import heat_version, map_version, version_of
from bot.jobs.workers import Workers
from bot.liquidation.comparison import Comparison
from bot.liquidation.evolution import Evolution
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.replay import Replay
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look

REMEMBERED_BYTES = 32_000_000  # some 300 pictures, or a dozen animations
USUAL = Drawing()

Asked = ParamSpec("Asked")


@dataclass
class Pictures:
    workers: Workers
    models: Workers  # for what takes so long that an alert's picture should not wait behind it
    handle: str = ""
    _drawn: Once[str, bytes] = field(default_factory=lambda: Once(REMEMBERED_BYTES, len))

    async def draw(self, shown: Snapshot, drawing: Drawing = USUAL) -> bytes:
        """PNG bytes of a map; the same snapshot is drawn once."""
        key = _key("map", version_of(shown), drawing)
        return await self.once(key, tasks.draw, shown, drawing, self.handle)

    async def replay(self, day: Replay, look: Look) -> bytes:
        """GIF bytes; the same one is drawn once."""
        stamps = (day.moments[0].stamp_ms, day.moments[-1].stamp_ms)
        key = _key("replay", version_of(day.shown), stamps, look)
        return await self._drawn.of(key, lambda: self.models.run(tasks.draw_replay, day, look, self.handle))

    async def draw_comparison(self, pair: Comparison, drawing: Drawing = USUAL) -> bytes:
        versions = tuple((version_of(one.shown), one.funding) for one in pair.both)
        key = _key("compare", versions, drawing)
        return await self.once(key, tasks.draw_comparison, pair, drawing, self.handle)

    async def draw_evolution(self, found: Evolution, drawing: Drawing = USUAL) -> bytes:
        maps = tuple(map(map_version, found.maps))
        key = _key("evolution", version_of(found.whole), maps, found.not_covered, drawing)
        return await self.once(key, tasks.draw_evolution, found, drawing, self.handle)

    async def draw_heat(
        self, shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing = USUAL
    ) -> bytes:
        """PNG bytes of a heatmap; the same one is drawn once."""
        key = _key("heat", version_of(shown), heat_version(history), reported, drawing)
        return await self.once(key, tasks.draw_heat, shown, history, reported, drawing, self.handle)

    async def once(
        self, key: str, render: Callable[Asked, bytes], *args: Asked.args, **named: Asked.kwargs
    ) -> bytes:
        """What `render` gives in a worker; who asks for the same meanwhile or soon after shares it."""
        return await self._drawn.of(key, lambda: self.workers.run(render, *args, **named))


def _key(kind: str, *told: object) -> str:
    return f"{kind} {hashlib.sha256(repr(told).encode()).hexdigest()}"
