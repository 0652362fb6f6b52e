"""A pair's subscriptions as arrays: what they ask for and what they remember, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.rules import event_watch
from bot.rules.kinds import Kind
from bot.rules.matching.held_rows import Bools, Floats, NameTable, Ragged, Rows
from bot.rules.memory import Memory, Passage, Stage, Told
from bot.rules.rule_set import RuleSet

KINDS = tuple(Kind)
STAGES = tuple(Stage)
NO_SIDE = -1.0
PERCENT, ATR, BAND, TOP_BAND, LEAST, LEVERAGE, COOLDOWN, SINCE, EVENT = range(9)
KIND, NUMBER, SIDE, LOW, HIGH, STAGE, AT, LEVEL = range(8)  # of what was told
IS_SWEPT, IS_SETTLED = 5, 6  # of a passage, instead of its stage; the others as above


@dataclass(frozen=True)
class Follower:
    """One subscription to the pair."""

    id: int
    rules: RuleSet
    memory: Memory
    event_until_ms: int = 0


class FollowerRows:
    """Told matters and passages are kept row by row, since their number differs."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.place: dict[int, int] = {}
        self.followers: list[Follower] = []
        self.asked: Floats = np.zeros((0, 9))
        self._told = Ragged()
        self._passages = Ragged()
        self._near = NameTable()
        self._seen = NameTable()

    def put(self, followers: Sequence[Follower], now_ms: int) -> None:
        """Those that are new."""
        self.place |= {one.id: len(self.ids) + at for at, one in enumerate(followers)}
        self.ids += [one.id for one in followers]
        self.followers += followers
        self.asked = np.vstack([self.asked, np.zeros((len(followers), 9))])
        for ragged in (self._told, self._passages):
            ragged.grow(len(followers))
        for table in (self._near, self._seen):
            table.forget()
        for one in followers:
            self.load(one, now_ms)

    def load(self, follower: Follower, now_ms: int) -> int:
        """The place of one that is known, as it is now."""
        at = self.place[follower.id]
        self.followers[at] = follower
        self.asked[at] = _asked(follower, now_ms)
        memory = follower.memory
        self._told.put(at, [_told_row(one) for one in memory.told])
        self._passages.put(at, [_passage_row(one, memory) for one in memory.passages])
        self._near.put(at, memory.near)
        self._seen.put(at, memory.seen)
        return at

    def told(self, at: Rows) -> tuple[Rows, Floats]:
        """Index into `at`, and what was told."""
        return self._told.of(at)

    def passages(self, at: Rows) -> tuple[Rows, Floats]:
        return self._passages.of(at)

    def near(self, names: tuple[str, ...], at: Rows) -> Bools:
        """Whether a topic was so when first seen: rows x names."""
        return self._near.of(names, at, lambda: [one.memory.near for one in self.followers])

    def seen(self, names: tuple[str, ...], at: Rows) -> Bools:
        return self._seen.of(names, at, lambda: [one.memory.seen for one in self.followers])

    def forget_names_but(self, names: Iterable[str]) -> None:
        kept = set(names)
        self._near.forget(kept)
        self._seen.forget(kept)


def zone_number(name: str) -> float:
    """Of the zone that a topic is about; another number for each that is about none, nan for a gap."""
    subject = name.partition(":")[2]
    if not subject:
        return np.nan
    digits = subject.removeprefix("Z")
    return float(digits) if digits.isdecimal() else -1.0 - len(subject)


def _asked(follower: Follower, now_ms: int) -> tuple[float, ...]:
    watches = now_ms < follower.event_until_ms
    rules = event_watch.denser(follower.rules) if watches else follower.rules
    percent = np.nan if rules.reach.percent is None else rules.reach.percent
    return (
        percent,
        rules.reach.atr or 0.0,
        rules.band,
        rules.top_band,
        rules.least_percentile,
        rules.leverage_band,
        rules.cooldown_ms,
        follower.memory.since_ms,
        follower.event_until_ms if watches else np.inf,
    )


def _told_row(told: Told) -> tuple[float, ...]:
    return (
        KINDS.index(told.kind),
        zone_number(told.topic),
        NO_SIDE if told.side is None else told.side,
        told.low,
        told.high,
        STAGES.index(told.stage),
        told.at_ms,
        told.level,
    )


def _passage_row(passage: Passage, memory: Memory) -> tuple[float, ...]:
    zone = passage.zone
    topic = f"{Kind.SWEPT.value}:{zone.id}"
    open_ones = [one for one in memory.told if one.stage is Stage.TOLD]
    settled = topic in memory.near or any(
        one.covers(topic, zone.side, zone.low, zone.high) for one in open_ones
    )
    number = zone_number(topic)
    return (0.0, number, zone.side, zone.low, zone.high, passage.is_swept, settled, 0.0)
