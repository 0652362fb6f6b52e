"""A day of market time on 30 pairs and 3 venues at high speed, with faults: `make soak`.

The sandbox and the bot are processes of their own. It ends with 1 and names the promise where one is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from probed_bot import PROBE
from processes import (
    VENUES,
    Child,
    cpu_seconds,
    get,
    house_settings,
    open_files,
    own_resident_mb,
    post,
    resident_mb,
    start_sandbox,
)
from soak_counts import HOUR_MS, Heard, compare
from soak_plan import KINDS, Strike, strikes

from bot.sandbox.market.invented.small_coins import small_coins

Floats = NDArray[np.float64]

USUAL = ("BTC", "ETH", "SOL")
SAMPLE_SECONDS = 2.0
QUIET_SECONDS = 25.0  # before the first fault and after the last one
MOST_MB_AN_HOUR = 3.0  # of market time, after the first quarter
MOST_MORE_TASKS = MOST_MORE_FILES = 10  # at the end, beside the beginning
BOT = str(Path(__file__).with_name("probed_bot.py"))
BAD_LINES = re.compile(
    r" (ERROR|CRITICAL) |never retrieved|never awaited|unreadable message|subscription refused|make no sense"
    r"|starting new workers|did not stop"
)


@dataclass
class Soak:
    """What was seen while it ran. Samples: wall seconds, its open files, MB of the bot, MB of its workers."""

    root: str
    bot: Child
    begun_s: float = field(default_factory=time.monotonic)
    samples: list[tuple[float, float, float, float]] = field(default_factory=list)
    tasks: list[tuple[float, float]] = field(default_factory=list)  # wall seconds, number
    gaps_ms: list[float] = field(default_factory=list)
    struck: list[tuple[Strike, int]] = field(default_factory=list)  # and market time when it struck

    @property
    def passed_s(self) -> float:
        return time.monotonic() - self.begun_s

    def run(self, seconds: float, plan: Sequence[Strike]) -> None:
        """Strike and look until then."""
        waiting = list(plan)
        while (now := self.passed_s) < seconds:
            if not self.bot.alive:
                raise RuntimeError(f"the bot has ended: {self.bot.log.read_text()[-2000:]}")
            while waiting and waiting[0].at + QUIET_SECONDS <= now:
                self._strike(waiting.pop(0))
            self._look()
            time.sleep(SAMPLE_SECONDS)

    def _strike(self, one: Strike) -> None:
        fault = {"target": one.venue, "kind": one.kind, "seconds": one.seconds, **one.details}
        post(f"{self.root}/api/faults", fault)
        self.struck.append((one, _now_ms(self.root)))

    def _look(self) -> None:
        bot = self.bot.pid
        own_mb, all_mb = own_resident_mb(bot), resident_mb(bot)
        self.samples.append((self.passed_s, open_files(bot), own_mb, all_mb - own_mb))
        while not self.bot.lines.empty():
            line = self.bot.lines.get()
            if line.startswith(PROBE):
                told = json.loads(line.removeprefix(PROBE))
                self.tasks.append((self.passed_s, told["tasks"]))
                self.gaps_ms.append(told["gap_ms"])


@dataclass(frozen=True)
class Promise:
    words: str
    kept: bool


def main() -> int:
    wishes = _wishes()
    bases = [*USUAL, *(coin.base for coin in small_coins(wishes.pairs - len(USUAL)))]
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        sandbox, root = start_sandbox(
            Path(folder, "sandbox.log"),
            *("--speed", str(wishes.speed), "--seed", str(wishes.seed)),
            *("--small-coins", str(wishes.pairs - len(USUAL)), "--history", str(wishes.history)),
        )
        try:
            return _soak(wishes, root, sandbox, Path(folder), bases)
        finally:
            sandbox.stop()


def _soak(wishes: argparse.Namespace, root: str, sandbox: Child, folder: Path, bases: Sequence[str]) -> int:
    begun_s = time.monotonic()
    bot = Child([BOT], folder / "bot.log", house_settings(root, folder, bases))
    try:
        bot.line("Ready", 600)
        print(f"ready after {time.monotonic() - begun_s:.0f} s", flush=True)
        begin_ms, cpu = _now_ms(root), [cpu_seconds(one.pid) for one in (bot, sandbox)]
        soak, seconds = Soak(root, bot), wishes.hours * 3600 / wishes.speed
        soak.run(seconds, list(strikes(wishes.seed, seconds - 2 * QUIET_SECONDS, wishes.kinds)))
        end_ms = _now_ms(root)
        used = [cpu_seconds(one.pid) - before for one, before in zip((bot, sandbox), cpu, strict=True)]
    finally:
        bot.stop()
    heard = asyncio.run(compare(root, f"sqlite:///{folder / 'bot.db'}", begin_ms, end_ms, bases))
    hours = (end_ms - begin_ms) / HOUR_MS
    print(
        f"{hours:.1f} market hours, {wishes.pairs} pairs, {len(VENUES)} venues in {soak.passed_s:.0f} s;"
        f" CPU: bot {used[0]:.0f} s, sandbox {used[1]:.0f} s"
    )
    struck = Counter(one.kind for one, _ in soak.struck)
    print(f"faults: {', '.join(f'{kind} {count}' for kind, count in sorted(struck.items()))}")
    _tell_heard(heard, hours)
    _tell_lost(heard, soak.struck)
    log = bot.log.read_text().splitlines()
    _tell_log(log)
    if wishes.keep_log:
        Path(wishes.keep_log).write_text("\n".join(log))
    promises = [*_counted(heard, bases), *_flat(soak, hours), _clean(log)]
    for one in promises:
        print(f"{'kept  ' if one.kept else 'BROKEN'} {one.words}")
    return 0 if all(one.kept for one in promises) else 1


def _wishes() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--hours", type=float, default=24.0, help="of market time")
    words.add_argument("--speed", type=float, default=144.0)
    words.add_argument("--pairs", type=int, default=30)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--history", type=float, default=2.0, help="days of market before it begins")
    words.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS, metavar="KIND", help="of faults")
    words.add_argument("--keep-log", help="where to put the bot's log")
    return words.parse_args()


def _now_ms(root: str) -> int:
    return int(get(f"{root}/api/streams")["now_ms"])


def _tell_heard(heard: Sequence[Heard], hours: float) -> None:
    names = ("contracts", "listened", "published", "lost", "added", "outside")
    print("venue    " + " ".join(f"{name:>9}" for name in names))
    for venue in VENUES:
        own = [one for one in heard if one.venue == venue]
        listened = sum(one.listened_ms for one in own) / HOUR_MS / max(1, len(own)) / hours
        sums = [sum(getattr(one, name) for one in own) for name in ("published", "added", "outside")]
        sums.insert(1, sum(len(one.lost_ms) for one in own))
        print("{:8} {:9} {:9.1%} {:9} {:9} {:9} {:9}".format(venue, len(own), listened, *sums))


def _tell_lost(heard: Sequence[Heard], struck: Sequence[tuple[Strike, int]]) -> None:
    """After which fault of their venue orders were lost that it published."""
    told: Counter[str] = Counter()
    for one in heard:
        for stamp_ms in one.lost_ms:
            before = [fault.kind for fault, at in struck if fault.venue == one.venue and at <= stamp_ms]
            told[f"{one.venue} after {before[-1] if before else 'no fault'}"] += 1
    for words, count in told.most_common():
        print(f"  {count} lost on {words}")


def _tell_log(lines: Sequence[str]) -> None:
    """How often each warning was said, without what it said it of."""
    words = Counter(_said(line) for line in lines if " WARNING " in line)
    for warning, count in words.most_common(8):
        print(f"  {count:5} x {warning}")


def _said(line: str) -> str:
    return re.sub(r" [a-z_]+=.*", "", line.partition(" WARNING ")[2])[:90]


def _counted(heard: Sequence[Heard], bases: Sequence[str]) -> list[Promise]:
    lost, added = sum(len(one.lost_ms) for one in heard), sum(one.added for one in heard)
    published = sum(one.published for one in heard)
    deaf = [f"{one.venue} {one.symbol}" for one in heard if not one.listened_ms]
    whole = len(heard) == len(VENUES) * len(bases)
    return [
        Promise(
            f"liquidations while listening: {published} published, {lost} lost, {added} added",
            lost == added == 0,
        ),
        Promise(f"contracts never listened to: {', '.join(deaf) or 'none'}", whole and not deaf),
    ]


def _flat(soak: Soak, hours: float) -> list[Promise]:
    samples, tasks = np.array(soak.samples), np.array(soak.tasks)
    at_hours = samples[:, 0] / samples[-1, 0] * hours
    late = at_hours >= hours / 4
    slopes = [_slope(at_hours[late], samples[late, column]) for column in (2, 3)]
    whole = samples[late, 2:].sum(1)
    told = f"{whole.min():.0f}-{whole.max():.0f} MB, bot {slopes[0]:+.2f} and workers {slopes[1]:+.2f}"
    more_tasks, more_files = _more(tasks), _more(samples[:, [0, 1]])
    gaps = np.array(soak.gaps_ms)
    print(
        f"event loop: worst gap {gaps.max():.0f} ms, median of each second's worst {np.median(gaps):.0f} ms"
    )
    return [
        Promise(
            f"memory: {told} MB a market hour, at most {MOST_MB_AN_HOUR:g} together",
            sum(slopes) <= MOST_MB_AN_HOUR,
        ),
        Promise(f"tasks: {_ends(tasks)}, at most {MOST_MORE_TASKS} more", more_tasks <= MOST_MORE_TASKS),
        Promise(
            f"open files: {_ends(samples[:, [0, 1]])}, at most {MOST_MORE_FILES} more",
            more_files <= MOST_MORE_FILES,
        ),
    ]


def _slope(
    hours: Floats,
    values: Floats,
) -> float:
    return float(np.polyfit(hours, values, 1)[0])


def _quiet(series: Floats) -> tuple[float, float]:
    """Medians of the quiet times at the beginning and at the end; rows of (wall seconds, number)."""
    at, number = series.T
    first, last = at <= QUIET_SECONDS, at >= at[-1] - QUIET_SECONDS / 2
    return float(np.median(number[first])), float(np.median(number[last]))


def _more(series: Floats) -> float:
    first, last = _quiet(series)
    return last - first


def _ends(series: Floats) -> str:
    first, last = _quiet(series)
    return f"{first:.0f} at the beginning, {last:.0f} at the end, most {series[:, 1].max():.0f}"


def _clean(log: Sequence[str]) -> Promise:
    bad = [line for line in log if BAD_LINES.search(line)]
    for line in bad[:5]:
        print(f"  {line[:200]}")
    return Promise(f"lines in the log that should not be there: {len(bad)} of {len(log)}", not bad)


if __name__ == "__main__":
    sys.exit(main())
