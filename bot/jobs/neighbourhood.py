"""What venues say around a contract, for a caption: asked when somebody looks, never waited for long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.jobs.resting import Resting
from bot.liquidation.surroundings import Surroundings
from bot.market.lanes import Lane, in_lane
from bot.market.venue import Venue, VenueError

PATIENCE_SECONDS = 1.5  # a map is not kept waiting for a line under it
GOOD_FOR_MS = 30_000  # market time

log = structlog.get_logger(__name__)

Patience = Callable[[set[asyncio.Task[None]]], Awaitable[object]]


async def _patiently(asking: set[asyncio.Task[None]]) -> None:
    await asyncio.wait(asking, timeout=PATIENCE_SECONDS)


@dataclass
class Neighbourhood:
    now_ms: Callable[[], int]  # market time
    patience: Patience = _patiently  # returns when the tasks are done or nobody wants to wait any longer
    resting: Resting = field(default_factory=Resting)
    _known: dict[tuple[str, str], tuple[int, Surroundings]] = field(default_factory=dict)

    async def of(self, venues: Sequence[Venue], symbol: str) -> tuple[Surroundings, ...]:
        """In the order of the venues; those that do not answer in time are left out."""
        self._forget()
        wanted = [venue for venue in venues if (venue.name, symbol) not in self._known]
        asking = {
            asyncio.create_task(self._ask(venue, symbol)): venue.name
            for venue in wanted
            if not self.resting.rests(venue.name)
        }
        if asking:
            try:
                await self.patience(set(asking))
            finally:
                self._give_up({task: name for task, name in asking.items() if not task.done()})
        found = (self._known.get((venue.name, symbol)) for venue in venues)
        return tuple(one[1] for one in found if one is not None)

    def _give_up(self, asking: Mapping[asyncio.Task[None], str]) -> None:
        for task, name in asking.items():
            task.cancel()
            self.resting.failed(name)

    def _forget(self) -> None:
        oldest_ms = self.now_ms() - GOOD_FOR_MS
        self._known = {key: one for key, one in self._known.items() if one[0] > oldest_ms}

    async def _ask(self, venue: Venue, symbol: str) -> None:
        asked_ms = self.now_ms()
        try:
            with in_lane(Lane.UPDATE):
                self._known[venue.name, symbol] = asked_ms, await venue.surroundings(symbol)
        except VenueError as error:
            log.info("no crosschecks", venue=venue.name, symbol=symbol, reason=error.reason)
            self.resting.failed(venue.name)
        else:
            self.resting.recovered(venue.name)
