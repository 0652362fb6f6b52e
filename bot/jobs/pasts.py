"""How a pair looked before: its heatmap, and its map as it was at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.jobs import tasks
from bot.jobs.once import Once
from bot.jobs.pair_watch import PairWatch
from bot.jobs.reaches import covered, not_covered, too_short
from bot.jobs.workers import Workers
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.past_map import BeforeKnown, PastProfile
from bot.liquidation.replay import Replay
from bot.liquidation.selection import Selection
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.stored_reading import reading_of, zones_of
from bot.liquidation.told_zones import edges_to_show
from bot.liquidation.windows import ALL, DAY_MS, HOUR_MS, WINDOWS, covering
from bot.store import pairs
from bot.store.database import Database
from bot.wording import problems
from bot.wording.refusal import Refusal

MOMENT_MS = HOUR_MS // 2  # between the moments of a replay
KEPT = 12  # heatmaps, each about half a megabyte, and as many replays
DAY = "24h"  # of WINDOWS: a replay's
ZONES_KEPT_MS = HOUR_MS  # zones of an older map are not those of the moment

# Venues with what is known of them, the selection, the window: the same until a new candle comes.
PastKey = tuple[str, tuple[tuple[str, int, int], ...], Selection, str]


@dataclass
class Pasts:
    database: Database
    workers: Workers
    _heats: Once[tuple[object, ...], HeatHistory] = field(default_factory=lambda: Once(KEPT))
    _days: Once[PastKey, tuple[PastProfile, ...]] = field(default_factory=lambda: Once(KEPT))

    async def heat(self, watch: PairWatch, shown: Snapshot, window: str) -> HeatHistory:
        """Of the venues of the map shown that cover the window; raises Refusal where none does."""
        names, picked = _covering(watch, shown, window), shown.selection
        found, wanted = shown.found.only(names), edges_to_show(shown)
        return await self._heats.of(
            (*_key(watch, names, picked, window), wanted),
            lambda: self.workers.run(tasks.heat, watch.model, found, window, picked, wanted),
        )

    async def last_day(self, watch: PairWatch, shown: Snapshot) -> Replay:
        """The selection of everything open, each half hour of the last day and at the newest candle, on the
        venues of the map shown that cover the day; raises Refusal where none does."""
        names, picked = _covering(watch, shown, DAY), shown.selection
        stamps = _half_hours(watch, names)
        try:
            moments = await self._days.of(
                _key(watch, names, picked, DAY),
                lambda: self.workers.run(tasks.past_profiles, watch.model, stamps, names, picked),
            )
        except BeforeKnown as error:
            raise Refusal(problems.moment_before_known(watch.symbol, stamps[0], error.since_ms)) from error
        return Replay(_only(watch, shown, names), moments)

    async def view_at(
        self, watch: PairWatch, at_ms: int, now_ms: int, window: str, venue: str | None
    ) -> Snapshot:
        """The map as it was, with the zones as they were named then, none where none were kept; raises
        Refusal for a moment that is not known."""
        if at_ms > now_ms:
            raise Refusal(problems.moment_ahead(at_ms))
        venues = _reaching(watch, at_ms, window, venue)
        try:
            (found,) = await self.workers.run(
                tasks.maps_at, watch.model, [at_ms], venues, WINDOWS.get(window), window
            )
        except BeforeKnown as error:
            raise Refusal(problems.moment_before_known(watch.symbol, at_ms, error.since_ms)) from error
        shown = await self._as_told(Snapshot(found, (), watch.tick_size, at_ms, was=True))
        return shown if window == ALL and venue is None else replace(shown, reading=None)

    async def _as_told(self, shown: Snapshot) -> Snapshot:
        """With what had been read off by then."""
        at_ms = shown.now_ms
        async with self.database.read() as tx:
            payload = await pairs.load_map(tx, shown.found.symbol, at_ms, at_ms - ZONES_KEPT_MS)
        if payload is None:
            return shown
        return replace(shown, zones=zones_of(payload), reading=reading_of(payload))


def _key(watch: PairWatch, names: Sequence[str], picked: Selection, window: str) -> PastKey:
    standings = watch.model.inventories
    known = tuple((name, standings[name].as_of_ms, standings[name].covers_from_ms) for name in names)
    return (watch.symbol, known, picked, window)


def _half_hours(watch: PairWatch, names: Sequence[str]) -> list[int]:
    """Of the last day, as far as these venues are known, and their newest candle."""
    standings = [watch.model.inventories[name] for name in names]
    newest_ms = max(one.as_of_ms for one in standings)
    # Of a venue that is known for hardly a day the first row may be an hour.
    begin_ms = max(newest_ms - DAY_MS, *(one.covers_from_ms + HOUR_MS for one in standings))
    return [*range(-(-begin_ms // MOMENT_MS) * MOMENT_MS, newest_ms, MOMENT_MS), newest_ms]


def _only(watch: PairWatch, shown: Snapshot, names: Sequence[str]) -> Snapshot:
    """On these venues alone; why each of the others is missing."""
    reasons = too_short(covered(watch, shown.found), names, shown.found.loading, shown.now_ms)
    return replace(shown, found=shown.found.without(reasons))


def _covering(watch: PairWatch, shown: Snapshot, window: str) -> tuple[str, ...]:
    """The venues of a map that cover a window; raises Refusal where none does."""
    known = covered(watch, shown.found)
    names = covering(known, WINDOWS[window], shown.now_ms)
    if not names:
        only = next(iter(known)) if len(known) == 1 else None
        raise not_covered(watch, window, only, known, shown.now_ms)
    return names


def _reaching(watch: PairWatch, at_ms: int, window: str, venue: str | None) -> tuple[str, ...]:
    """The venues asked for; of a window those that covered it then. Raises Refusal where none did."""
    standings = watch.model.inventories.items()
    begun = {name: one.covers_from_ms for name, one in standings if one.covers_from_ms}
    known = {name: since_ms for name, since_ms in begun.items() if venue is None or name == venue}
    if window == ALL or at_ms < min(known.values(), default=0):
        return tuple(known)
    names = covering(known, WINDOWS[window], at_ms)
    if not names:
        raise not_covered(watch, window, venue, known, at_ms)
    return names
