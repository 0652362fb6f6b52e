"""Whatever price and maps do: none inside a cooldown, no flapping, none lost, never more than the budget."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.liquidation.reading import Gap, NarrowRange, Reading, Steepness
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.deciding import Decision, decide
from bot.rules.kinds import Kind, Loudness
from bot.rules.memory import Memory
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.scene import Burst, Scene
from bot.rules.telling import DIGESTED, Reason, Telling, Terms
from bot.rules.topics.topic import Distances, within
from bot.store.rule_state import memory_from_json, memory_to_json

MINUTE, DAY = 60_000, 86_400_000
U, REACH = 0.004, 0.01
COOLDOWN = 30 * MINUTE
BUDGET = 4
OFF = {Kind.RETURNED, Kind.NARROW}
EDGE = Distances(0.0, max(0.25 * U, 0.001))
AWAY = {Kind.NEAR: within(REACH), Kind.THIN: within(REACH), Kind.ENTERED: EDGE}
RULES = RuleSet(
    "day",
    Reach(REACH),
    Band.MEDIUM,
    cooldown_ms=COOLDOWN,
    budget=BUDGET,
    loudness=tuple(Loudness.OFF if kind in OFF else Loudness.ON for kind in Kind),
)


@dataclass
class Opened:
    """An alert of the past, and whether price has been away from it since."""

    telling: Telling
    was_left: bool = False


class RulesMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now_ms, self.price = 1_800_000_000_000, 100.0
        self.zones: dict[str, Zone] = {}
        self.number = 0
        self.memory = self.restarted = Memory()
        self.opened: list[Opened] = []
        self.open_ends = {Kind.GAP: 0, Kind.BURST: 0}  # alerts that the chat has to hear the end of
        self.messages: dict[int, int] = {}
        self.terms = Terms()
        self.is_stale = False
        self.withheld: frozenset[str] = frozenset()
        self.cover: dict[str, float] = {}
        self.burst: Burst | None = None
        self.gaps: tuple[Gap, ...] = ()
        self.narrow = NarrowRange(12, 99.0, 101.0, 50.0)

    @initialize()
    def some_zones(self) -> None:
        for side, low in ((Side.LONG, 97.0), (Side.SHORT, 102.5)):
            self._put(side, low, low + 0.8, 80.0)
        self._tick()

    @rule(steps=st.lists(st.floats(-0.012, 0.012), min_size=1, max_size=8), minutes=st.integers(1, 20))
    def price_wanders(self, steps: list[float], minutes: int) -> None:
        for step in steps:
            self._tick(self.price * (1 + step), minutes)

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99), beyond=st.sampled_from([0.0, REACH, 0.015, -0.001]), far=st.booleans())
    def price_trembles_at_an_edge(self, pick: int, beyond: float, far: bool) -> None:
        zone = self._picked(pick)
        edge = (zone.far_edge if far else zone.near_edge) * (1 - zone.side.sign * beyond)
        for at in range(6):
            self._tick(edge * (1 + (at % 2 - 0.5) * 1e-4), 1)

    @rule(share=st.floats(0.003, 0.04), width=st.floats(0.2, 1.5), side=st.sampled_from(Side))
    def a_zone_is_born(self, share: float, width: float, side: Side) -> None:
        edge = self.price * (1 + side.sign * share)
        low, high = sorted((edge, edge + side.sign * width))
        self._put(side, low, high, 20.0 + 79 * (width / 1.5))
        self._tick()

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99), by=st.floats(-0.3, 0.6), percentile=st.floats(20.0, 99.0))
    def a_zone_grows_or_shrinks(self, pick: int, by: float, percentile: float) -> None:
        zone = self._picked(pick)
        low, high = zone.low - by / 2, zone.high + by / 2
        if low < high:
            self.zones[zone.id] = replace(zone, low=low, high=high, percentile=percentile)
        self._tick()

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99))
    def a_zone_gets_another_name(self, pick: int) -> None:
        zone = self._picked(pick)
        del self.zones[zone.id]
        self._put(zone.side, zone.low, zone.high, zone.percentile)
        self._tick()

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99), at=st.floats(0.2, 0.8))
    def a_zone_splits(self, pick: int, at: float) -> None:
        zone = self._picked(pick)
        middle = zone.low + at * (zone.high - zone.low)
        self.zones[zone.id] = replace(zone, low=middle)
        self._put(zone.side, zone.low, middle * 0.9999, zone.percentile)
        self._tick()

    @precondition(lambda self: len(self.zones) > 1)
    @rule(pick=st.integers(0, 99))
    def a_zone_fades(self, pick: int) -> None:
        del self.zones[self._picked(pick).id]
        self._tick()

    @rule(moves=st.lists(st.floats(-0.05, 0.05), min_size=1, max_size=4))
    def data_is_stale_for_a_while(self, moves: list[float]) -> None:
        before = self.price
        self.is_stale = True
        for move in moves:
            self._tick(before * (1 + move), 5)
        self.is_stale = False
        self._tick()

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99), doubtful=st.booleans())
    def a_zone_is_doubtful_or_trusted(self, pick: int, doubtful: bool) -> None:
        name = {self._picked(pick).id}
        self.withheld = self.withheld | name if doubtful else self.withheld - name
        self._tick()

    @rule()
    def the_bot_restarts(self) -> None:
        """One copy only: the other never does."""
        self.restarted = memory_from_json(json.loads(json.dumps(memory_to_json(self.restarted))))

    @rule(ratio=st.sampled_from([None, 0.1, 0.4, 1.1, 2.5, 6.0]), side=st.sampled_from(Side))
    def liquidations_swell_or_cease(self, ratio: float | None, side: Side) -> None:
        self.burst = None if ratio is None else Burst(side, 10 * ratio, ratio, 5, at_least=True)
        self._tick()

    @rule(begin=st.floats(0.0, 0.01), width=st.floats(0.004, 0.02), side=st.sampled_from(Side))
    def a_gap_opens(self, begin: float, width: float, side: Side) -> None:
        ends = (self.price * (1 + side.sign * begin), self.price * (1 + side.sign * (begin + width)))
        self.gaps = (Gap(side, min(ends), max(ends), width / U, 0.3),)
        self._tick()

    @rule(percentile=st.sampled_from([5.0, 25.0, 60.0]))
    def the_range_narrows_or_widens(self, percentile: float) -> None:
        self.narrow = replace(self.narrow, percentile=percentile)
        self._tick()

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99), ratio=st.sampled_from([0.5, 3.0]))
    def the_book_thins_out_or_fills(self, pick: int, ratio: float) -> None:
        self.cover[self._picked(pick).id] = ratio
        self._tick()

    @rule(quiet=st.booleans(), snooze=st.integers(0, 60))
    def the_chat_wants_peace_or_not(self, quiet: bool, snooze: int) -> None:
        self.terms = replace(self.terms, is_quiet=quiet, snoozed_until_ms=self.now_ms + snooze * MINUTE)
        self._tick()

    @precondition(lambda self: self.zones)
    @rule(pick=st.integers(0, 99), within_reach=st.floats(0.1, 0.9))
    def coming_from_afar_is_told_or_kept_for_the_digest(self, pick: int, within_reach: float) -> None:
        zone = self._picked(pick)
        for other in [one for one in self.zones.values() if one.id != zone.id]:
            del self.zones[other.id]
        self.withheld -= {zone.id}
        self._tick(zone.near_edge * (1 - zone.side.sign * 0.1))
        self._tick(minutes=COOLDOWN // MINUTE + 1)
        decision = self._tick(zone.near_edge / (1 + zone.side.sign * within_reach * REACH))
        digest = [one.telling for one in decision.held if one.hold in DIGESTED]
        if RULES.wants(zone):
            assert f"near:{zone.id}" in {one.topic for one in (*decision.told, *digest)}

    def _picked(self, pick: int) -> Zone:
        return list(self.zones.values())[pick % len(self.zones)]

    def _put(self, side: Side, low: float, high: float, percentile: float) -> None:
        self.number += 1
        name = f"Z{self.number}"
        middle, mix = (low + high) / 2, (0.25, 0.25, 0.25, 0.25)
        self.zones[name] = Zone(name, side, low, high, middle, 5.0, percentile, 2.0, mix, self.now_ms)

    def _scene(self) -> Scene:
        zones = tuple(self.zones.values())
        steep = tuple(Steepness(one.side, one.low, one.high, 3.0, 90.0, 0.2) for one in zones[:1])
        reading = Reading(
            "X", self.now_ms, self.price, U, zones, steep, gaps=self.gaps, narrow_range=self.narrow
        )
        return Scene(
            self.price, self.now_ms, reading, self.withheld, self.is_stale, self.burst, {}, dict(self.cover)
        )

    def _tick(self, price: float | None = None, minutes: int = 1) -> Decision:
        self.price = min(max(price or self.price, 50.0), 200.0)
        self.now_ms += minutes * MINUTE
        scene, day = self._scene(), self.now_ms // DAY
        terms = replace(self.terms, spent=self.messages.get(day, 0))
        decision = decide(RULES, self.memory, scene, terms)
        assert decide(RULES, self.restarted, scene, terms) == decision
        self._check(decision, scene)
        self.messages[day] = self.messages.get(day, 0) + bool(decision.told)
        assert self.messages[day] <= BUDGET
        self.memory = self.restarted = decision.memory
        return decision

    def _check(self, decision: Decision, scene: Scene) -> None:
        if scene.is_stale:
            assert decision.memory == self.memory
            assert not decision.told
            assert not [one for one in decision.held if one.hold in DIGESTED]
            return
        for one in self.opened:
            low, high = one.telling.low, one.telling.high
            distances = AWAY.get(one.telling.kind)
            one.was_left |= distances is None or distances.is_left(scene.price, low, high)
        assert not OFF & {one.kind for one in decision.told}
        assert not [one for one in decision.told if one.zone and one.zone.id in scene.withheld]
        digest = [one.telling for one in decision.held if one.hold in DIGESTED]
        for telling in (*decision.told, *digest):
            if telling.kind in self.open_ends:
                self._check_ends(telling, is_told=telling in decision.told)
            if telling.reason is not Reason.ENDED:
                self._check_opening(telling)

    def _check_ends(self, telling: Telling, *, is_told: bool) -> None:
        if telling.reason is Reason.ENDED:
            assert self.open_ends[telling.kind] > 0
            self.open_ends[telling.kind] -= 1
        elif telling.reason is Reason.ESCALATED:
            self.open_ends[telling.kind] = max(self.open_ends[telling.kind], int(is_told))
        else:
            self.open_ends[telling.kind] += is_told

    def _check_opening(self, telling: Telling) -> None:
        if telling.reason is not Reason.ESCALATED:
            for one in self.opened:
                if _is_same_matter(one.telling, telling):
                    assert telling.at_ms - one.telling.at_ms >= COOLDOWN
                    assert one.was_left
        self.opened.append(Opened(telling))


def _is_same_matter(one: Telling, other: Telling) -> bool:
    if one.kind is not other.kind or one.kind is Kind.BURST:
        return one.kind is other.kind
    same_side = one.side is None or other.side is None or one.side is other.side
    return same_side and one.low <= other.high and one.high >= other.low


TestRules = RulesMachine.TestCase
TestRules.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
