"""Bounds of subscriptions under one reading: levels and times at which `decide` could come to anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.rules.kinds import Kind
from bot.rules.matching.columns import Columns
from bot.rules.matching.held_rows import Bools, Floats, Rows
from bot.rules.matching.rows import (
    AT,
    ATR,
    BAND,
    COOLDOWN,
    EVENT,
    HIGH,
    IS_SETTLED,
    IS_SWEPT,
    KIND,
    KINDS,
    LEAST,
    LEVEL,
    LEVERAGE,
    LOW,
    NO_SIDE,
    NUMBER,
    PERCENT,
    SIDE,
    SINCE,
    STAGE,
    STAGES,
    TOP_BAND,
    FollowerRows,
)
from bot.rules.matching.sleep import Sleep
from bot.rules.matching.view import View
from bot.rules.memory import Stage
from bot.rules.rule_set import LEVERAGE_SHARE
from bot.rules.scene import Scene
from bot.rules.topics import burst, gap, narrow, new, steep
from bot.rules.topics.topic import REARM_FACTOR, REARM_MARGIN, Standing, at_edge, within

TOLD, LEFT, BACK = (STAGES.index(stage) for stage in (Stage.TOLD, Stage.LEFT, Stage.BACK))


@dataclass(frozen=True)
class Hush:
    """What was told keeps topics quiet: rows x columns."""

    until: Floats  # market time; inf while price has not been away from it
    level: Floats  # that only something worse breaks; -inf where nothing was told

    def is_quiet(self, now_ms: float) -> Bools:
        return self.until > now_ms


def laid_down(known: FollowerRows, rows: Rows, view: View, scene: Scene) -> Sleep:
    """The bounds of these rows, in their order."""
    bed = _Bed(known, rows, view, scene)
    bed.zones_ahead()
    bed.steep_ahead()
    bed.pair_as_a_whole()
    bed.told_left()
    bed.passages_followed()
    return bed.sleep


class _Bed:
    def __init__(self, known: FollowerRows, rows: Rows, view: View, scene: Scene) -> None:
        self.known, self.rows, self.view, self.scene = known, rows, view, scene
        self.asked = known.asked[rows]
        self.told_row, self.told = known.told(rows)
        self.passage_row, self.passages = known.passages(rows)
        self.sleep = Sleep.none(len(rows))
        self.sleep.is_awake = self.asked[:, SINCE] == 0.0
        self.sleep.until = np.minimum(self.sleep.until, self.asked[:, EVENT])
        u = scene.reading.hourly_range
        percent, atr = self.asked[:, PERCENT], self.asked[:, ATR]
        self.reach = np.where(np.isnan(percent), atr * u, percent)
        self.rearm = np.maximum(self.reach * REARM_FACTOR, self.reach + REARM_MARGIN)
        self.edge = at_edge(scene).away
        self.beside = within(narrow.REACH_U * u)

    def zones_ahead(self) -> None:
        if not self.view.zones:
            return
        columns = self.view.of_kind
        wanted = self._wanted()
        thin = np.array([zone.id in self.view.thin for zone in self.view.zones], dtype=bool)
        reach, rearm = self.reach[:, None], self.rearm[:, None]
        self._wake_unseen(columns[Kind.NEAR])
        self._ahead(columns[Kind.NEAR], wanted, reach, rearm)
        self._ahead(columns[Kind.THIN], wanted & thin, reach, rearm)
        followed = wanted | self._told_near(columns[Kind.NEAR])
        self._ahead(columns[Kind.ENTERED], followed, np.zeros((1, 1)), np.array([[self.edge]]))
        self._narrow_ahead(columns[Kind.NARROW], wanted)
        young = self.scene.now_ms - self.view.facts.born_ms <= new.NEW_MS
        fresh = young & (self.view.facts.born_ms > self.asked[:, SINCE][:, None])
        new_reach = np.array([[new.REACH_U * self.scene.reading.hourly_range]])
        self._ahead(columns[Kind.NEW], wanted & fresh, new_reach, None)
        self._met(columns[Kind.ENTERED], followed)

    def steep_ahead(self) -> None:
        columns, is_steep = self.view.steep
        self._wake_unseen(columns)
        reach, rearm = self.reach[:, None], self.rearm[:, None]
        self._ahead(columns, is_steep[None, :], reach, rearm)
        hush = self._hush(columns)
        worse = is_steep & (hush.level < steep.INSIDE) & (hush.level > -np.inf)
        if worse.any():
            self.sleep.wake(worse, columns.near_edge[None, :], columns.is_long)

    def pair_as_a_whole(self) -> None:
        for topic, columns in self.view.pair_topics:
            self._wake_unseen(columns)
            near = self.known.near(columns.names, self.rows)[:, 0]
            hush = self._hush(columns)
            if topic.standing is Standing.AWAY:
                self.sleep.is_awake |= near
            if topic.standing is Standing.SO:
                worse = topic.level >= hush.level[:, 0] + 1
                quiet = hush.is_quiet(self.scene.now_ms)[:, 0] & ~worse
                self.sleep.is_awake |= ~near & ~quiet
                self._look_again(hush, ~near[:, None])

    def told_left(self) -> None:
        """Where what was told is over, or price has been away from it."""
        is_open = self.told[:, STAGE] != LEFT
        if not is_open.any():
            return
        row, told = self.told_row[is_open], self.told[is_open]
        kinds = told[:, KIND]
        away = np.full(len(told), np.nan)
        for kind in (Kind.NEAR, Kind.THIN, Kind.STEEP):
            away = np.where(kinds == KINDS.index(kind), self.rearm[row], away)
        away = np.where(kinds == KINDS.index(Kind.ENTERED), self.edge, away)
        away = np.where(kinds == KINDS.index(Kind.NARROW), self.beside.away, away)
        away = np.where((kinds == KINDS.index(Kind.GAP)) & ~self._gap_goes_on(told), 2 * self.edge, away)
        has = ~np.isnan(away)
        below = told[has, LOW] / (1 + away[has])
        above = told[has, HIGH] / (1 - np.minimum(away[has], 0.99))
        self.sleep.wake_each(row[has], below, above)
        self._swept_left(row, told)
        self._times_up(row, told)

    def passages_followed(self) -> None:
        row, all_passages = self.passage_row, self.passages
        if not len(all_passages):
            return
        withheld = [float(name.removeprefix("Z")) for name in self.scene.withheld]
        sure = ~np.isin(all_passages[:, NUMBER], withheld)
        row, passages = row[sure], all_passages[sure]
        low, high, is_long = passages[:, LOW], passages[:, HIGH], passages[:, SIDE] == 0.0
        below = np.where(is_long, 0.0, low / (1 + self.edge))  # clear of the near edge again
        above = np.where(is_long, high / (1 - self.edge), np.inf)
        self.sleep.wake_each(row, below, above)
        moves = (passages[:, IS_SWEPT] == 0.0) | (passages[:, IS_SETTLED] == 0.0)
        through_low = np.where(moves & is_long, low, 0.0)
        through_high = np.where(moves & ~is_long, high, np.inf)
        self.sleep.wake_each(row, through_low, through_high)

    def _wanted(self) -> Bools:
        facts, asked = self.view.facts, self.asked
        band = (asked[:, BAND, None] <= facts.band) & (facts.band <= asked[:, TOP_BAND, None])
        heavy = facts.heavy[:, asked[:, LEVERAGE].astype(int)].T >= LEVERAGE_SHARE - 1e-9
        return band & heavy & (facts.percentile >= asked[:, LEAST, None])

    def _told_near(self, columns: Columns) -> Bools:
        """Zones that are followed since price came near them, whatever their band is now."""
        found = np.zeros((len(self.rows), len(columns.names)), dtype=bool)
        is_near = (self.told[:, KIND] == KINDS.index(Kind.NEAR)) & (self.told[:, STAGE] != LEFT)
        at, column = np.nonzero(_covers(self.told[is_near], columns))
        found[self.told_row[is_near][at], column] = True
        return found

    def _wake_unseen(self, columns: Columns) -> None:
        if columns.names:
            self.sleep.is_awake |= ~self.known.seen(columns.known_by, self.rows).all(axis=1)

    def _ahead(self, columns: Columns, wanted: Bools, so: Floats, away: Floats | None) -> None:
        """Where price comes to what may be told, or away from what was so from the start."""
        if not columns.names:
            return
        near = self.known.near(columns.names, self.rows)
        may = wanted if away is None else wanted & ~near
        if may.any():
            hush = self._hush(columns)
            is_loud = may & ~hush.is_quiet(self.scene.now_ms)
            self.sleep.wake(is_loud, columns.price_at(so), columns.is_long)
            self._look_again(hush, may)
        if away is not None and near.any():
            self.sleep.wake(near, columns.price_at(away), ~columns.is_long)

    def _narrow_ahead(self, columns: Columns, wanted: Bools) -> None:
        found = self.scene.reading.narrow_range
        if found is None or not columns.names:
            return
        is_wide = found.percentile > narrow.WIDE
        if is_wide:
            self.sleep.is_awake |= self.known.near(columns.names, self.rows).any(axis=1)
        is_narrow = np.array(found.percentile <= narrow.NARROW)
        distances = (np.array([[self.beside.so]]), np.array([[self.beside.away]]))
        self._ahead(columns, wanted & is_narrow, *distances)

    def _met(self, columns: Columns, wanted: Bools) -> None:
        """Where price comes into a zone that no passage tells of yet."""
        at, column = np.nonzero(_covers(self.passages, columns))
        known = np.zeros(wanted.shape, dtype=bool)
        known[self.passage_row[at], column] = True
        self.sleep.wake(wanted & ~known, columns.near_edge[None, :], columns.is_long)

    def _hush(self, columns: Columns) -> Hush:
        shape = (len(self.rows), len(columns.names))
        until, level = np.zeros(shape), np.full(shape, -np.inf)
        of_kind = self.told[:, KIND] == KINDS.index(columns.kind)
        if not of_kind.any():
            return Hush(until, level)
        stirs = np.zeros(shape, dtype=bool)
        row, told = self.told_row[of_kind], self.told[of_kind]
        at, column = np.nonzero(_covers(told, columns))
        row, told = row[at], told[at]
        cools = told[:, AT] + self.asked[row, COOLDOWN]
        quiet_until = np.where(told[:, STAGE] == BACK, cools, 0.0)
        quiet_until = np.where(told[:, STAGE] == TOLD, np.inf, quiet_until)
        np.maximum.at(until, (row, column), quiet_until)
        np.maximum.at(level, (row, column), told[:, LEVEL])
        stirs[row, column] |= (told[:, STAGE] == LEFT) & (cools > self.scene.now_ms)
        return Hush(np.where(stirs & np.isfinite(until), 0.0, until), level)

    def _look_again(self, hush: Hush, may: Bools) -> None:
        """When a cooldown is over."""
        waits = may & (hush.until > self.scene.now_ms)
        if not waits.any():
            return
        until = np.where(waits, hush.until, np.inf).min(axis=1, initial=np.inf)
        self.sleep.until = np.minimum(self.sleep.until, until)

    def _swept_left(self, row: Rows, told: Floats) -> None:
        is_long = told[:, SIDE] == 0.0
        low, high = told[:, LOW], told[:, HIGH]
        swept = told[:, KIND] == KINDS.index(Kind.SWEPT)
        returned = told[:, KIND] == KINDS.index(Kind.RETURNED)
        above = np.where(swept & is_long, high / (1 - self.edge), np.inf)
        above = np.where(returned & ~is_long, high, above)
        below = np.where(swept & ~is_long, low / (1 + self.edge), 0.0)
        below = np.where(returned & is_long, low, below)
        self.sleep.wake_each(row, below, above)

    def _times_up(self, row: Rows, told: Floats) -> None:
        kinds, now = told[:, KIND], self.scene.now_ms
        is_new = kinds == KINDS.index(Kind.NEW)
        old_at = told[:, AT] + new.NEW_MS + 1
        np.minimum.at(self.sleep.until, row[is_new & (old_at > now)], old_at[is_new & (old_at > now)])
        over = is_new & (old_at <= now)
        found, spate = self.scene.reading.narrow_range, self.scene.burst
        if found is not None and found.percentile > narrow.WIDE:
            over |= kinds == KINDS.index(Kind.NARROW)
        if spate is not None and spate.ratio < burst.OVER:
            over |= kinds == KINDS.index(Kind.BURST)
        self.sleep.wake_now(row[over])

    def _gap_goes_on(self, told: Floats) -> Bools:
        """The quiet stretch that price is in meets what was told of."""
        goes_on = np.zeros(len(told), dtype=bool)
        for one in gap.around(self.scene):
            goes_on |= (one.low <= told[:, HIGH]) & (one.high >= told[:, LOW])
        return goes_on


def _covers(told: Floats, columns: Columns) -> Bools:
    """As `Told.covers`, and as passages know their zones again: entries x columns."""
    sides = told[:, SIDE, None]
    same_side = (sides == columns.sides) | (sides == NO_SIDE) | (columns.sides == NO_SIDE)
    overlaps = (columns.low <= told[:, HIGH, None]) & (columns.high >= told[:, LOW, None])
    covers: Bools = (told[:, NUMBER, None] == columns.numbers) | (same_side & overlaps)
    return covers
