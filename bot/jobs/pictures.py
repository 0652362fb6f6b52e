"""Pictures: drawn once in a worker for everybody who asks for the same, then sent by file id."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec

from bot.jobs import tasks
from bot.jobs.workers import Workers
from bot.liquidation.comparison import Comparison
from bot.liquidation.evolution import Evolution
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.past_map import PastProfile
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look

REMEMBERED_BYTES = 32_000_000  # some 300 pictures, or a dozen animations
USUAL = Drawing()

Asked = ParamSpec("Asked")


@dataclass
class Pictures:
    workers: Workers
    handle: str = ""
    _drawn: dict[str, bytes] = field(default_factory=dict)
    _under_way: dict[str, asyncio.Task[bytes]] = field(default_factory=dict)

    async def draw(self, shown: Snapshot, drawing: Drawing = USUAL) -> bytes:
        """PNG bytes of a map; the same snapshot is drawn once."""
        key = f"map {version_of(shown)} {drawing}"
        return await self.once(key, tasks.draw, shown, drawing, self.handle)

    async def replay(self, shown: Snapshot, past: Sequence[PastProfile], look: Look) -> bytes:
        """GIF bytes of moments that end with a snapshot; drawn once until its newest candle is another."""
        found = shown.found
        parts = [found.symbol, *(one.venue for one in found.venues), *_told(shown), look, past[-1].stamp_ms]
        return await self.once(f"replay {parts}", tasks.draw_replay, shown, past, look, self.handle)

    async def draw_comparison(self, pair: Comparison, drawing: Drawing = USUAL) -> bytes:
        versions = " ".join(version_of(one.shown) for one in pair.both)
        key = f"compare {versions} {[one.funding for one in pair.both]} {drawing}"
        return await self.once(key, tasks.draw_comparison, pair, drawing, self.handle)

    async def draw_evolution(self, found: Evolution, drawing: Drawing = USUAL) -> bytes:
        windows = [(one.window, [venue.venue for venue in one.venues]) for one in found.maps]
        key = f"evolution {version_of(found.whole)} {windows} {found.not_covered} {drawing}"
        return await self.once(key, tasks.draw_evolution, found, drawing, self.handle)

    async def draw_heat(
        self, shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing = USUAL
    ) -> bytes:
        """PNG bytes of a heatmap; the same one is drawn once."""
        told = f"{history.window} {history.stamp_ms[-1]} {history.venues} {reported.venues}"
        key = f"heat {version_of(shown)} {told} {drawing}"
        return await self.once(key, tasks.draw_heat, shown, history, reported, drawing, self.handle)

    async def once(
        self, key: str, render: Callable[Asked, bytes], *args: Asked.args, **named: Asked.kwargs
    ) -> bytes:
        """What `render` gives in a worker; who asks for the same meanwhile or soon after shares it."""
        if key in self._drawn:
            return self._drawn[key]
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._render(key, self.workers.run(render, *args, **named)))
            self._under_way[key] = task
        return await asyncio.shield(task)

    async def _render(self, key: str, rendering: Coroutine[None, None, bytes]) -> bytes:
        try:
            picture = await rendering
        finally:
            del self._under_way[key]
        self._drawn[key] = picture
        while len(self._drawn) > 1 and sum(map(len, self._drawn.values())) > REMEMBERED_BYTES:
            del self._drawn[next(iter(self._drawn))]
        return picture


def version_of(shown: Snapshot) -> str:
    """The same for snapshots of which every picture is the same."""
    found = shown.found
    parts = [shown.was, found.symbol, found.window, found.price, found.as_of_ms, shown.now_ms // 60_000]
    parts += [*((one.venue, one.price, one.rests_on_ms) for one in found.venues), *found.missing]
    parts += [*sorted(found.late), *sorted(found.doubted), *shown.zones, _told(shown)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _told(shown: Snapshot) -> tuple[object, ...]:
    picked = shown.selection
    return (sorted(picked.leverage), picked.side, picked.band, picked.top_band)
