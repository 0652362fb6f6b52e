"""Which subscriptions of a pair could have anything to say or to remember at a mark price.

Under one reading every rule waits for price to come to a level or to get beyond one, or for a time. So each
subscription sleeps between two prices until a time, worked out for all of them at once when the reading
changes, and for one when its memory does. A tick compares the price with these bounds. Bounds err on the side
of waking: whoever is passed over would have decided nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bot.rules.matching.held_rows import Bools, Rows
from bot.rules.matching.laying import laid_down
from bot.rules.matching.rows import EVENT, Follower, FollowerRows
from bot.rules.matching.sleep import Sleep
from bot.rules.matching.view import View
from bot.rules.scene import Scene

SLACK = 1e-9  # of a price: rounding must not let one sleep through its level


class Matcher:
    """Of one pair. Tell it of every change: `put` who is new, whose rules or event watch changed, and whose
    memory a decision changed; `drop` who is gone. What a chat otherwise wants (snooze, quiet hours, budget)
    changes what becomes of a decision, not who needs one.
    """

    def __init__(self, followers: Iterable[Follower] = ()) -> None:
        self._rows = FollowerRows()
        self._view: View | None = None
        self._sleep = Sleep.none(0)
        self._fresh: dict[int, Follower] = {one.id: one for one in followers}

    def put(self, follower: Follower) -> None:
        self._fresh[follower.id] = follower

    def drop(self, follower_id: int) -> None:
        self._fresh.pop(follower_id, None)
        if follower_id in self._rows.place:
            left = {one.id: one for one in self._rows.followers if one.id != follower_id}
            self._rows, self._view, self._sleep = FollowerRows(), None, Sleep.none(0)
            self._fresh = left | self._fresh

    def candidates(self, scene: Scene) -> tuple[int, ...]:
        """Ids of those whose decision may differ from "nothing, and the same memory"."""
        if scene.is_stale:
            return ()
        self._take_in(scene.now_ms)
        view = View(scene)
        if self._view is None or view.key != self._view.key:
            self._view = view
            self._rows.forget_names_but(view.names)
            self._sleep.until[:] = 0
        due = np.flatnonzero(self._sleep.until <= scene.now_ms)
        if len(due):
            self._lay_down(due, self._view, scene)
        return tuple(self._rows.ids[at] for at in np.flatnonzero(self._awake(scene.price)))

    def _awake(self, price: float) -> Bools:
        sleep = self._sleep
        return sleep.is_awake | (price <= sleep.low * (1 + SLACK)) | (price >= sleep.high * (1 - SLACK))

    def _take_in(self, now_ms: int) -> None:
        """Those that are new or changed are looked at anew."""
        if not self._fresh:
            return
        known = [one for one in self._fresh.values() if one.id in self._rows.place]
        fresh = [one for one in self._fresh.values() if one.id not in self._rows.place]
        self._fresh = {}
        if fresh:
            self._rows.put(fresh, now_ms)
            self._sleep = self._sleep.with_more(len(fresh))
        for one in known:
            self._sleep.until[self._rows.load(one, now_ms)] = 0

    def _lay_down(self, rows: Rows, view: View, scene: Scene) -> None:
        over = rows[self._rows.asked[rows, EVENT] <= scene.now_ms]  # an event watch that has ended
        for at in over:
            self._rows.load(self._rows.followers[at], scene.now_ms)
        self._sleep.put(rows, laid_down(self._rows, rows, view, scene))
