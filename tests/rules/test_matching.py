"""Whoever the matcher passes over would have decided nothing, whatever price and maps do."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bot.liquidation.reading import Gap, NarrowRange, Reading, Steepness
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.deciding import decide
from bot.rules.kinds import Kind, Loudness
from bot.rules.matching.matcher import Matcher
from bot.rules.matching.rows import Follower
from bot.rules.memory import Memory
from bot.rules.presets import PRESETS
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.scene import Burst, Scene
from bot.rules.telling import DIGESTED, Terms

MINUTE, U = 60_000, 0.004
NOW = 1_800_000_000_000
RULES = RuleSet("day", Reach(0.01), Band.HIGH)


def zone(name: str, side: Side, low: float, high: float, percentile: float = 80.0, born_ms: int = 0) -> Zone:
    mix = (0.1, 0.2, 0.3, 0.4)
    return Zone(name, side, low, high, (low + high) / 2, 5.0, percentile, 2.0, mix, born_ms)


class Market:
    """A market that does everything at random."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.price, self.now_ms, self.number = 100.0, NOW, 0
        self.zones: list[Zone] = []
        self.scene = self._scene(Reading("X", NOW, self.price, U))
        for _ in range(5):
            self.add_zone()
        self.new_map()

    def add_zone(self) -> None:
        side = Side(self.random.randrange(2))
        near = self.price * (1 + side.sign * self.random.uniform(0.0, 0.03))
        low, high = sorted((near, near * (1 + side.sign * self.random.uniform(0.001, 0.01))))
        self.number += 1
        percentile = self.random.uniform(10, 99)
        self.zones.append(zone(f"Z{self.number}", side, low, high, percentile, self.now_ms))

    def new_map(self) -> None:
        random = self.random
        if random.random() < 0.3:
            self.add_zone()
        if self.zones and random.random() < 0.2:
            self.zones.pop(random.randrange(len(self.zones)))
        grown = [replace(one, high=one.high * (1 + random.uniform(0, 3e-4))) for one in self.zones]
        self.zones = [self._renamed(one) if random.random() < 0.05 else one for one in grown][-9:]
        steep = [
            Steepness(one.side, one.low, one.high, random.choice([1.8, 3.0]), 70.0, 0.1)
            for one in self.zones[:2]
        ]
        gaps = [self._gap() for _ in range(random.randrange(3))]
        narrow = NarrowRange(12, 99.0, 101.0, random.choice([5.0, 25.0, 25.0, 60.0]))
        u = U * random.uniform(0.9, 1.1)
        self.reading = Reading(
            "X",
            self.now_ms,
            self.price,
            u,
            tuple(self.zones),
            tuple(steep),
            gaps=tuple(gaps),
            narrow_range=None if random.random() < 0.1 else narrow,
        )
        names = [one.id for one in self.zones]
        self.withheld = frozenset(random.sample(names, min(len(names), random.choice([0, 0, 0, 1]))))
        self.cover = {name: random.choice([0.5, 2.5]) for name in names}

    def tick(self) -> Scene:
        random = self.random
        if random.random() < 0.1:
            self.new_map()
        if random.random() < 0.15 and self.zones:
            picked = random.choice(self.zones)
            edge = random.choice([picked.low, picked.high])
            self.price = edge * (1 + random.choice([-1, 1]) * random.choice([0.0, 1e-12, 0.001, 0.01]))
        else:
            self.price = min(max(self.price * (1 + random.gauss(0, 0.002)), 90.0), 110.0)
        self.now_ms += random.choice([1_500, MINUTE, 20 * MINUTE])
        return self._scene(self.reading)

    def _renamed(self, one: Zone) -> Zone:
        self.number += 1
        return replace(one, id=f"Z{self.number}")

    def _gap(self) -> Gap:
        side = Side(self.random.randrange(2))
        near = self.price * (1 + side.sign * self.random.uniform(0, 0.01))
        low, high = sorted((near, near * (1 + side.sign * self.random.uniform(0.004, 0.01))))
        return Gap(side, low, high, 1.0, 0.3)

    def _scene(self, reading: Reading) -> Scene:
        ratio = self.random.choice([0.1, 0.1, 0.5, 1.3, 2.9])
        burst = Burst(Side.LONG, 5.0, ratio, 5, at_least=True)
        has_burst = self.random.random() < 0.9
        return Scene(
            self.price,
            self.now_ms,
            reading,
            getattr(self, "withheld", frozenset()),
            is_stale=self.random.random() < 0.03,
            burst=burst if has_burst else None,
            cover=getattr(self, "cover", {}),
        )


def followers(random: Random, count: int) -> list[Follower]:
    return [Follower(one, _rules(random), Memory(), _event(random)) for one in range(1, count + 1)]


def _rules(random: Random) -> RuleSet:
    if random.random() < 0.3:
        return random.choice(list(PRESETS.values()))
    reach = (
        Reach(percent=random.uniform(0.001, 0.03))
        if random.random() < 0.5
        else Reach(atr=random.random() * 4)
    )
    band = Band(random.randrange(4))
    loudness = tuple(random.choice(list(Loudness)) for _ in Kind)
    return RuleSet(
        "day",
        reach,
        band,
        top_band=random.choice([Band.EXTREME, band]),
        least_percentile=random.choice([0.0, 60.0]),
        leverage_band=random.randrange(4),
        cooldown_ms=random.choice([0, 30 * MINUTE, 240 * MINUTE]),
        loudness=loudness,
    )


def _event(random: Random) -> int:
    return random.choice([0, 0, NOW + 600 * MINUTE])


def settle(matcher: Matcher, followed: dict[int, Follower], scene: Scene) -> int:
    """Decides for all, and holds the matcher to its word; how many it named."""
    named = set(matcher.candidates(scene))
    for one in list(followed.values()):
        terms = Terms(event_until_ms=one.event_until_ms, budget=10**9)
        decision = decide(one.rules, one.memory, scene, terms)
        digest = [held for held in decision.held if held.hold in DIGESTED]
        if decision.memory == one.memory and not decision.told and not digest:
            continue
        assert one.id in named, (one, scene, decision)
        followed[one.id] = replace(one, memory=decision.memory)
        matcher.put(followed[one.id])
    return len(named)


@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_passed_over_would_have_decided_nothing(seed: int) -> None:
    random = Random(seed)
    market = Market(random)
    followed = {one.id: one for one in followers(random, 8)}
    matcher = Matcher(followed.values())
    for _ in range(80):
        settle(matcher, followed, market.tick())
        if random.random() < 0.05:
            _somebody_changes(random, matcher, followed)


def test_between_two_levels_nobody_is_asked() -> None:
    followed = {one: Follower(one, RULES, Memory()) for one in range(1, 6)}
    matcher = Matcher(followed.values())
    reading = Reading("X", NOW, 100.0, U, (zone("Z1", Side.SHORT, 102.0, 103.0),))
    counts = [
        settle(matcher, followed, Scene(price, NOW + at * 1_500, reading))
        for at, price in enumerate([100.0, 100.0, 100.5, 100.9, 101.1, 101.2, 101.3])
    ]
    assert counts == [5, 0, 0, 0, 5, 0, 0]


def test_an_event_that_ends_leaves_the_usual_reach() -> None:
    followed = {1: Follower(1, RULES, Memory(), NOW + MINUTE)}
    matcher = Matcher(followed.values())
    reading = Reading("X", NOW, 98.0, U, (zone("Z1", Side.SHORT, 102.0, 103.0),))
    counts = [
        settle(matcher, followed, Scene(price, NOW + at, reading))
        for at, price in ((0, 98.0), (2 * MINUTE, 98.0), (3 * MINUTE, 100.5), (4 * MINUTE, 101.2))
    ]
    assert counts == [1, 0, 0, 1]


def test_a_map_without_zones_wakes_nobody_twice() -> None:
    rules = replace(RULES, leverage_band=3)
    followed = {1: Follower(1, rules, Memory())}
    matcher = Matcher(followed.values())
    reading = Reading("X", NOW, 100.0, U)
    counts = [settle(matcher, followed, Scene(100.0, NOW + at, reading)) for at in range(3)]
    assert counts == [1, 0, 0]


def test_whoever_is_dropped_is_not_named_again() -> None:
    matcher = Matcher([Follower(1, RULES, Memory()), Follower(2, RULES, Memory())])
    scene = Scene(100.0, NOW, Reading("X", NOW, 100.0, U))
    assert set(matcher.candidates(scene)) == {1, 2}
    matcher.drop(1)
    assert matcher.candidates(scene) == (2,)


def _somebody_changes(random: Random, matcher: Matcher, followed: dict[int, Follower]) -> None:
    one = random.choice(list(followed))
    if random.random() < 0.3 and len(followed) > 5:
        del followed[one]
        matcher.drop(one)
        return
    memory = followed[one].memory.judged_anew()
    followed[one] = Follower(one, _rules(random), memory, _event(random))
    matcher.put(followed[one])


def test_most_are_asleep_in_an_ordinary_minute() -> None:
    """Hundreds of subscriptions, a price that drifts under one map."""
    random = Random(5)
    zones = [zone(f"Z{at}", Side(at % 2), *_stretch(at)) for at in range(1, 9)]
    reading = Reading("X", NOW, 100.0, U, tuple(zones))
    followed = {one: Follower(one, _of_distance(random), Memory()) for one in range(100)}
    matcher = Matcher(followed.values())
    price, asked = 100.0, []
    for at in range(25):
        price *= 1 + random.gauss(0, 1e-4)
        asked.append(settle(matcher, followed, Scene(price, NOW + at * 1_500, reading)))
    assert sum(asked[2:]) < 0.02 * 100 * len(asked[2:])


def _stretch(at: int) -> tuple[float, float]:
    side = Side(at % 2)
    edges = (100 * (1 + side.sign * 0.004 * at), 100 * (1 + side.sign * (0.004 * at + 0.003)))
    return min(edges), max(edges)


def _of_distance(random: Random) -> RuleSet:
    return RuleSet("day", Reach(percent=random.uniform(0.001, 0.05)), Band(random.randrange(4)))
