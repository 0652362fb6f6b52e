"""A language for what is told when: at this minute this price, between these minutes this alert, no more.

A scenario is a title and sentences below it, indented. What is said without a time is so before the first
look. A market is judged once a minute, from the first time that is named to five minutes after the last.
Whatever is told, or held back for the digest, has to be expected by a sentence; holds that go on (hysteresis,
cooldown, stale data) are looked for only where a sentence names them, and then in every minute of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.liquidation.reading import Gap, NarrowRange, Reading, Steepness
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.deciding import Decision, decide
from bot.rules.kinds import Kind, Loudness
from bot.rules.memory import Memory
from bot.rules.presets import PRESETS
from bot.rules.rule_set import HOUR_MS, Reach, RuleSet
from bot.rules.scene import Burst, Scene
from bot.rules.telling import DIGESTED, Hold, Reason, Telling, Terms
from bot.store.rule_state import memory_from_json, memory_to_json

MINUTE_MS = 60_000
DAY_MINUTES = 24 * 60
START_MS = 1_800_000_000_000 // (DAY_MINUTES * MINUTE_MS) * (DAY_MINUTES * MINUTE_MS)  # a midnight
AFTERWARDS = 5
SIDES = {"longs": Side.LONG, "shorts": Side.SHORT}
PERCENTILES = {"low": 10.0, "medium": 40.0, "high": 60.0, "extreme": 80.0}
RULES = RuleSet("day", Reach(percent=0.01), Band.HIGH, loudness=tuple(Loudness.ON for _ in Kind))


@dataclass
class World:
    """Everything that is so at a minute."""

    rules: RuleSet = RULES
    terms: Terms = field(default_factory=Terms)
    memory: Memory = field(default_factory=Memory)
    price: float = 100.0
    hourly_range: float = 0.004
    zones: dict[str, Zone] = field(default_factory=dict)
    steepness: tuple[Steepness, ...] = ()
    gaps: tuple[Gap, ...] = ()
    narrow: NarrowRange | None = None
    burst: Burst | None = None
    recorded: dict[str, float] = field(default_factory=dict)
    cover: dict[str, float] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    is_stale: bool = False
    now_ms: int = START_MS

    def scene(self) -> Scene:
        reading = Reading(
            "BTC/USDT:USDT",
            self.now_ms,
            self.price,
            self.hourly_range,
            tuple(self.zones.values()),
            self.steepness,
            gaps=self.gaps,
            narrow_range=self.narrow,
        )
        return Scene(
            self.price,
            self.now_ms,
            reading,
            self.doubtful,
            self.is_stale,
            self.burst,
            dict(self.recorded),
            dict(self.cover),
        )


@dataclass(frozen=True)
class Expected:
    begin: int
    end: int
    about: str  # "near Z1"
    reason: Reason | None  # of what is told
    hold: Hold | None  # of what is held
    facts: frozenset[str]
    all_along: bool  # held in every minute, not once in between


@dataclass(frozen=True)
class Scenario:
    title: str
    sentences: list[str]


@dataclass(frozen=True)
class Said:
    """What came out at a minute."""

    minute: int
    telling: Telling
    hold: Hold | None = None

    def __str__(self) -> str:
        what = f"held for {self.hold}" if self.hold else f"told, {self.telling.reason}"
        return f"{clock(self.minute)} {about(self.telling)} is {what}"


Change = Callable[[World], None]


def scenarios(folder: Path) -> Iterator[Scenario]:
    """Of all files, in the order of their names."""
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text().strip().split("\n\n"):
            title, *sentences = (line.strip() for line in block.splitlines())
            if not title.startswith("#"):
                yield Scenario(title, sentences)


def minutes(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def about(telling: Telling) -> str:
    kind, _, name = telling.topic.partition(":")
    return kind if name in ("", "pair") else f"{kind} {name}"


@dataclass
class Play:
    """A scenario as understood: what changes when, and what is expected."""

    changes: dict[int, list[Change]] = field(default_factory=dict)
    expected: list[Expected] = field(default_factory=list)
    last: int = 0
    is_closed: bool = False

    def at(self, minute: int, change: Change) -> None:
        self.changes.setdefault(minute, []).append(change)
        self.last = max(self.last, minute)


def understood(scenario: Scenario) -> Play:
    """Raises ValueError for a sentence that means nothing, and where "Nothing else." is not the last."""
    play = Play()
    for sentence in scenario.sentences:
        if play.is_closed:
            raise ValueError(f"after the end: {sentence}")
        _understand(play, sentence)
    if not play.is_closed:
        raise ValueError("a scenario ends with: Nothing else.")
    return play


def _understand(play: Play, sentence: str) -> None:
    if sentence == "Nothing else.":
        play.is_closed = True
        return
    if found := _EXPECTED.fullmatch(sentence):
        play.expected.append(_expectation(found))
        play.last = max(play.last, play.expected[-1].end)
        return
    timed = re.fullmatch(r"At (\d+:\d\d) (.*)", sentence)
    minute, rest = (minutes(timed[1]), timed[2]) if timed else (-1, sentence)
    for pattern, meaning in _SENTENCES:
        if found := re.fullmatch(f"(?i:{pattern})", rest):
            meaning(play, minute, found)
            return
    raise ValueError(f"not understood: {sentence}")


_EXPECTED = re.compile(
    r"(?P<when>Between|From) (?P<begin>\d+:\d\d) (?:and|to) (?P<end>\d+:\d\d) (?P<about>[\w ]+?) is "
    r"(?:told, (?P<reason>[\w-]+)|held for (?P<hold>[\w ]+?))(?P<facts>(?:, [\w. ]+)*)\."
)


def _expectation(found: re.Match[str]) -> Expected:
    return Expected(
        minutes(found["begin"]),
        minutes(found["end"]),
        found["about"],
        Reason(found["reason"]) if found["reason"] else None,
        Hold(found["hold"]) if found["hold"] else None,
        frozenset(found["facts"].split(", ")[1:]),
        all_along=found["when"] == "From",
    )


def play(scenario: Scenario) -> list[Said]:
    """All that is told or held, minute by minute. Raises AssertionError where it is not as expected."""
    script = understood(scenario)
    said: list[Said] = []
    world = World()
    day, spent = 0, 0
    first = min((minute for minute in script.changes if minute >= 0), default=0)
    for change in script.changes.get(-1, []):
        change(world)
    for minute in range(first, script.last + AFTERWARDS + 1):
        world.now_ms = START_MS + minute * MINUTE_MS
        for change in script.changes.get(minute, []):
            change(world)
        if minute // DAY_MINUTES != day:
            day, spent = minute // DAY_MINUTES, 0
        decision = decide(world.rules, world.memory, world.scene(), replace(world.terms, spent=spent))
        spent += bool(decision.told)
        world.memory = decision.memory
        said.extend(_said(minute, decision))
    _compare(script.expected, said)
    return said


def _said(minute: int, decision: Decision) -> Iterator[Said]:
    for telling in decision.told:
        yield Said(minute, telling)
    for held in decision.held:
        yield Said(minute, held.telling, held.hold)


def _compare(expected: list[Expected], said: list[Said]) -> None:
    left = [one for one in said if one.hold is None or one.hold in DIGESTED]
    missing = []
    for wanted in expected:
        goes_on = wanted.all_along or (wanted.hold is not None and wanted.hold not in DIGESTED)
        met = [one for one in (said if goes_on else left) if _meets(one, wanted)]
        if wanted.all_along:
            at = {one.minute for one in met}
            missing += [
                f"{clock(minute)} {wanted}"
                for minute in range(wanted.begin, wanted.end + 1)
                if minute not in at
            ]
        elif met:
            left = [one for one in left if one is not met[0]]
        else:
            missing.append(str(wanted))
    assert not missing, f"missing: {missing}; came: {[str(one) for one in said]}"
    assert not left, f"nobody expected: {[str(one) for one in left]}"


def _meets(one: Said, wanted: Expected) -> bool:
    in_time = wanted.begin <= one.minute <= wanted.end
    same = about(one.telling) == wanted.about and one.hold == wanted.hold
    reasoned = wanted.reason is None or one.telling.reason is wanted.reason
    return in_time and same and reasoned and wanted.facts <= _facts(one.telling)


def _facts(telling: Telling) -> frozenset[str]:
    facts = {f"at {telling.price:g}", f"from {telling.low:g} to {telling.high:g}"}
    if telling.is_silent:
        facts.add("silently")
    if telling.inside:
        facts.add("already inside")
    if telling.amount_base:
        facts.add(f"confirmed by {telling.amount_base:g}")
    if telling.ratio:
        facts.add(f"at a ratio of {telling.ratio:g}")
    return frozenset(facts)


Meaning = Callable[[Play, int, re.Match[str]], None]


def _simply(change: Callable[[World, re.Match[str]], None]) -> Meaning:
    return lambda play, minute, found: play.at(minute, lambda world: change(world, found))


def _zone(world: World, found: re.Match[str]) -> None:
    known = world.zones.get(found["name"])
    low, high = float(found["low"]), float(found["high"])
    world.zones[found["name"]] = Zone(
        found["name"],
        SIDES[found["side"]],
        low,
        high,
        (low + high) / 2,
        5.0,
        PERCENTILES[found["band"] or "extreme"],
        2.0,
        (0.25, 0.25, 0.25, 0.25),
        known.born_ms if known else world.now_ms - MINUTE_MS // 2,
    )


def _only(world: World, found: re.Match[str]) -> None:
    kinds = {Kind(word) for word in re.findall(r"\w+", found[1]) if word != "and"}
    loudness = tuple(Loudness.ON if kind in kinds else Loudness.OFF for kind in Kind)
    world.rules = replace(world.rules, loudness=loudness)


def _rules(world: World, **changed: object) -> None:
    world.rules = replace(world.rules, **changed)  # type: ignore[arg-type]


def _terms(world: World, **changed: object) -> None:
    world.terms = replace(world.terms, **changed)  # type: ignore[arg-type]


def _reach(world: World, found: re.Match[str]) -> None:
    value = float(found[1])
    reach = Reach(percent=value / 100) if found[2] == "%" else Reach(atr=value)
    world.rules = replace(world.rules, reach=reach)


def _preset(world: World, found: re.Match[str]) -> None:
    world.rules = replace(PRESETS[found[1]], loudness=world.rules.loudness)


def _gap(world: World, found: re.Match[str]) -> None:
    low, high = float(found[2]), float(found[3])
    world.gaps = (*world.gaps, Gap(SIDES[found[1]], low, high, (high - low) / world.price / 0.004, 0.3))


def _steep(world: World, found: re.Match[str]) -> None:
    low, high, value = (float(found[at]) for at in (2, 3, 4))
    world.steepness = (Steepness(SIDES[found[1]], low, high, value, 90.0, 0.2),)


def _range(world: World, found: re.Match[str]) -> None:
    world.narrow = NarrowRange(12, world.price, world.price, float(found[1]))


def _burst(world: World, found: re.Match[str]) -> None:
    ratio = float(found[2])
    world.burst = Burst(SIDES[found[1]], 10.0 * ratio, ratio, 5, at_least=True)


def _until_ms(text: str) -> int:
    return START_MS + minutes(text) * MINUTE_MS


def _restarted(world: World, _: re.Match[str]) -> None:
    world.memory = memory_from_json(json.loads(json.dumps(memory_to_json(world.memory))))


def _setting(name: str) -> Callable[[World, re.Match[str]], None]:
    def change(world: World, found: re.Match[str]) -> None:
        setattr(world, name, float(found[1]))

    return change


def _goes(play: Play, minute: int, found: re.Match[str]) -> None:
    """Evenly from where it is to where it will be."""
    target, end = float(found[1]), minutes(found[2])
    start: list[float] = []

    def move(at: int) -> Change:
        def change(world: World) -> None:
            if not start:
                start.append(world.price)
            world.price = start[0] + (target - start[0]) * (at - minute + 1) / (end - minute + 1)

        return change

    for at in range(minute, end + 1):
        play.at(at, move(at))


def _trembles(play: Play, minute: int, found: re.Match[str]) -> None:
    both = float(found[1]), float(found[2])
    for at in range(minute, minutes(found[3]) + 1):
        play.at(at, lambda world, price=both[(at - minute) % 2]: setattr(world, "price", price))  # type: ignore[misc]


def _forget_zone(world: World, found: re.Match[str]) -> None:
    del world.zones[found[1]]


def _loudness(world: World, found: re.Match[str]) -> None:
    world.rules = world.rules.with_loudness({Kind(found[1].lower()): Loudness(found[2])})


NUMBER = r"(\d+(?:\.\d+)?)"
_SENTENCES: tuple[tuple[str, Meaning], ...] = (
    (
        r"(?P<name>Z\d+) of (?P<side>longs|shorts) from (?P<low>[\d.]+) to (?P<high>[\d.]+?)"
        r"(?:, (?P<band>\w+))?\.",
        _simply(_zone),
    ),
    (r"(Z\d+) is gone\.", _simply(_forget_zone)),
    (r"(Z\d+) is doubtful\.", _simply(lambda w, f: setattr(w, "doubtful", w.doubtful | {f[1]}))),
    (r"(Z\d+) is trusted again\.", _simply(lambda w, f: setattr(w, "doubtful", w.doubtful - {f[1]}))),
    (rf"price is {NUMBER}\.", _simply(_setting("price"))),
    (rf"price goes to {NUMBER} until (\d+:\d\d)\.", _goes),
    (rf"price trembles between {NUMBER} and {NUMBER} until (\d+:\d\d)\.", _trembles),
    (rf"reach {NUMBER}( ATR|%)\.", _simply(_reach)),
    (r"preset (\w+)\.", _simply(_preset)),
    (r"cooldown (\d+)h\.", _simply(lambda w, f: _rules(w, cooldown_ms=int(f[1]) * HOUR_MS))),
    (r"budget (\d+) a day\.", _simply(lambda w, f: _rules(w, budget=int(f[1])))),
    (r"the chat's own budget is (\d+)\.", _simply(lambda w, f: _terms(w, budget=int(f[1])))),
    (r"only ([\w, ]+)\.", _simply(_only)),
    (r"(\w+) is (on|silent|off)\.", _simply(_loudness)),
    (rf"a gap of (longs|shorts) from {NUMBER} to {NUMBER}\.", _simply(_gap)),
    (r"there is no gap\.", _simply(lambda w, _: setattr(w, "gaps", ()))),
    (
        rf"the steepest stretch of (longs|shorts) is from {NUMBER} to {NUMBER}, {NUMBER} times flat\.",
        _simply(_steep),
    ),
    (rf"the range is at percentile {NUMBER}\.", _simply(_range)),
    (rf"the book before (Z\d+) is outweighed {NUMBER} times\.",
     _simply(lambda w, f: w.cover.update({f[1]: float(f[2])}))),
    (rf"{NUMBER} BTC are recorded in (Z\d+)\.", _simply(lambda w, f: w.recorded.update({f[2]: float(f[1])}))),
    (rf"liquidations of (longs|shorts) are {NUMBER} times rare\.", _simply(_burst)),
    (r"nobody listens to liquidations\.", _simply(lambda w, _: setattr(w, "burst", None))),
    (r"data is stale\.", _simply(lambda w, _: setattr(w, "is_stale", True))),
    (r"data is fresh again\.", _simply(lambda w, _: setattr(w, "is_stale", False))),
    (r"the bot restarts\.", _simply(_restarted)),
    (r"the chat snoozes until (\d+:\d\d)\.",
     _simply(lambda w, f: _terms(w, snoozed_until_ms=_until_ms(f[1])))),
    (r"an event is watched until (\d+:\d\d)\.",
     _simply(lambda w, f: _terms(w, event_until_ms=_until_ms(f[1])))),
    (r"quiet hours begin\.", _simply(lambda w, _: _terms(w, is_quiet=True))),
    (r"quiet hours end\.", _simply(lambda w, _: _terms(w, is_quiet=False))),
)  # fmt: skip
