"""What matching costs: 100,000 subscriptions on 200 pairs, beside an SQL join of the same; CPU time."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from statistics import median
from time import process_time

from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.deciding import decide
from bot.rules.matching.matcher import Matcher
from bot.rules.matching.rows import Follower
from bot.rules.memory import Memory
from bot.rules.presets import PRESETS
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Terms

TICK_MS, MAP_EVERY = 1_500, 40  # a new map each minute
U = 0.006  # mean hourly range
STEP = U / 1.6 / (3_600_000 / TICK_MS) ** 0.5  # sd of a tick, where a range is 1.6 sd
BIRTHS = 0.05  # of a zone, a map
START_MS = 1_800_000_000_000


@dataclass
class Pair:
    number: int
    price: float
    zones: list[Zone]
    matcher: Matcher
    followed: dict[int, Follower]
    reading: Reading


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pairs", type=int, default=200)
    asked.add_argument("--followers", type=int, default=100_000)
    asked.add_argument("--ticks", type=int, default=80)
    args = asked.parse_args()
    random = Random(1)
    pairs = [_pair(random, at, args.followers // args.pairs) for at in range(args.pairs)]
    settling = _cpu_ms(partial(_settle, pairs))
    print(f"{args.followers} subscriptions on {args.pairs} pairs; first look at all: {settling / 1000:.1f} s")
    _run(random, pairs, args.ticks)
    _compare(pairs, args.ticks)


def _run(random: Random, pairs: Sequence[Pair], ticks: int) -> None:
    plain: list[float] = []
    mapped: list[float] = []
    whole: list[float] = []
    named: list[int] = []
    deciding: list[float] = []
    for tick in range(1, ticks + 1):
        now_ms, matching, woken = START_MS + tick * TICK_MS, 0.0, 0
        for pair in pairs:
            pair.price *= 1 + random.gauss(0, STEP)
            is_mapped = (tick + pair.number) % MAP_EVERY == 0
            if is_mapped:
                _new_map(random, pair, now_ms)
            scene = Scene(pair.price, now_ms, pair.reading)
            begin = process_time()
            found = pair.matcher.candidates(scene)
            took = 1000 * (process_time() - begin)
            _decide(pair, found, scene)
            deciding.append(1000 * (process_time() - begin) - took)
            (mapped if is_mapped else plain).append(took)
            matching, woken = matching + took, woken + len(found)
        whole.append(matching)
        named.append(woken)
    print(f"one pair's tick: {_told(plain)}")
    print(f"one pair's tick with a new map: {_told(mapped)}")
    print(f"all pairs' tick: {_told(whole)}")
    share = sum(named) / len(named) / sum(len(pair.followed) for pair in pairs)
    decided = len(pairs) * sum(deciding) / len(deciding)
    print(f"named: {100 * share:.2f}% a tick; deciding for them: {decided:.1f} ms on average")


def _compare(pairs: Sequence[Pair], ticks: int) -> None:
    """The same question put to SQLite as a join: which subscriptions are within reach of a zone they want."""
    database = _in_sqlite(pairs)
    now_ms = START_MS + (ticks + 1) * TICK_MS
    one_sql = [_cpu_ms(partial(_rows, database, f"{_JOIN} and s.pair = {pair.number}")) for pair in pairs]
    all_sql = [_cpu_ms(partial(_rows, database, _JOIN)) for _ in range(3)]
    scenes = [Scene(pair.price, now_ms, pair.reading) for pair in pairs]
    asked = [partial(pair.matcher.candidates, scene) for pair, scene in zip(pairs, scenes, strict=True)]
    one = [_cpu_ms(ask) for ask in asked]
    print(f"SQL join, one pair: {_told(one_sql)}: {median(one_sql) / median(one):.0f} times as much")
    print(f"SQL join, all pairs: {_told(all_sql)}: {median(all_sql) / sum(one):.0f} times as much")


def _pair(random: Random, number: int, count: int) -> Pair:
    price = 10 ** random.uniform(-2, 5)
    zones = [_zone(random, at, price, 0) for at in range(1, 9)]
    followed = {
        one: Follower(one, _rules(random), Memory()) for one in range(number * count, (number + 1) * count)
    }
    reading = Reading(str(number), START_MS, price, U, tuple(zones))
    return Pair(number, price, zones, Matcher(followed.values()), followed, reading)


def _rules(random: Random) -> RuleSet:
    """Half of the chats keep a preset's numbers, the others typed a distance and a band."""
    preset = random.choice(list(PRESETS.values()))
    if random.random() < 0.5:
        return preset
    distance = 0.001 * 100 ** random.random()  # 0.1 % to 10 %
    return replace(preset, reach=Reach(percent=distance), band=Band(random.randrange(4)))


def _zone(random: Random, number: int, price: float, born_ms: int) -> Zone:
    side = Side(number % 2)
    near = price * (1 + side.sign * random.uniform(0.5, 10) * U)
    low, high = sorted((near, near * (1 + side.sign * random.uniform(0.5, 1.5) * U)))
    mix = (0.1, 0.2, 0.3, 0.4)
    return Zone(f"Z{number}", side, low, high, near, 1.0, random.uniform(0, 100), 2.0, mix, born_ms)


def _new_map(random: Random, pair: Pair, now_ms: int) -> None:
    pair.zones = [
        replace(
            zone, low=zone.low * (1 + random.gauss(0, 1e-5)), high=zone.high * (1 + random.gauss(0, 1e-5))
        )
        for zone in pair.zones
    ]
    if random.random() < BIRTHS:
        newest = max(int(zone.id[1:]) for zone in pair.zones)
        pair.zones = [*pair.zones[1:], _zone(random, newest + 1, pair.price, now_ms)]
    pair.reading = Reading(str(pair.number), now_ms, pair.price, U, tuple(pair.zones))


def _settle(pairs: Sequence[Pair]) -> None:
    """Nobody is looked at for the first time in what is measured."""
    for pair in pairs:
        scene = Scene(pair.price, START_MS, pair.reading)
        _decide(pair, pair.matcher.candidates(scene), scene)
        pair.matcher.candidates(scene)


def _decide(pair: Pair, named: Sequence[int], scene: Scene) -> None:
    for one in named:
        follower = pair.followed[one]
        decision = decide(follower.rules, follower.memory, scene, Terms())
        if decision.memory != follower.memory:
            pair.followed[one] = replace(follower, memory=decision.memory)
            pair.matcher.put(pair.followed[one])


_JOIN = """
    select s.id, z.id from subscriptions s join marks m on m.pair = s.pair join zones z on z.pair = s.pair
    where z.band >= s.band and z.percentile >= s.least
      and max(0, case z.side when 0 then 1 - z.near_edge / m.price else z.near_edge / m.price - 1 end)
          <= coalesce(s.percent, s.atr * m.u)
"""


def _rows(database: sqlite3.Connection, asked: str) -> list[object]:
    return database.execute(asked).fetchall()


def _in_sqlite(pairs: Sequence[Pair]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(
        """
        create table subscriptions (id integer primary key, pair, percent, atr, band, least);
        create table zones (id, pair, side, near_edge, band, percentile);
        create table marks (pair integer primary key, price, u);
        create index of_pair on subscriptions (pair);
        create index zones_of_pair on zones (pair);
        """
    )
    for pair in pairs:
        database.execute("insert into marks values (?, ?, ?)", (pair.number, pair.price, U))
        database.executemany(
            "insert into zones values (?, ?, ?, ?, ?, ?)",
            [
                (zone.id, pair.number, int(zone.side), zone.near_edge, int(zone.band), zone.percentile)
                for zone in pair.zones
            ],
        )
        database.executemany(
            "insert into subscriptions values (?, ?, ?, ?, ?, ?)",
            [
                (
                    one.id,
                    pair.number,
                    rules.reach.percent,
                    rules.reach.atr,
                    int(rules.band),
                    rules.least_percentile,
                )
                for one in pair.followed.values()
                for rules in [one.rules]
            ],
        )
    database.execute("analyze")
    return database


def _cpu_ms(work: Callable[[], object]) -> float:
    begin = process_time()
    work()
    return 1000 * (process_time() - begin)


def _told(times: Sequence[float]) -> str:
    ranked = sorted(times)
    late = ranked[int(0.99 * (len(ranked) - 1))]
    return f"median {median(ranked):.3f} ms, 99% {late:.3f}, worst {ranked[-1]:.3f}"


if __name__ == "__main__":
    main()
