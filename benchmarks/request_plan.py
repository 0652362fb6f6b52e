"""What 100 pairs on 3 venues ask for, against the venues' limits: `make request-plan`.

The sandbox runs at the speed of life, counts requests as the venues do and refuses what is over a limit; the
bot keeps the pace it keeps live. It ends with 1 where anything was refused or a limit was reached.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from processes import VENUES, Child, get, house_settings, post, start_sandbox

from bot.sandbox.market.invented.small_coins import small_coins

USUAL = ("BTC", "ETH", "SOL")
BOT = str(Path(__file__).with_name("probed_bot.py"))
LOOK_SECONDS = 1.0
SETTLE_SECONDS = 20.0  # after the streams were cut, before it counts
LONGEST_SECONDS = 2400.0
SHOWN_LIMITS = 4

Report = Mapping[str, Any]  # of one venue, as GET /api/weights tells it


def main() -> int:
    wishes = _wishes()
    bases = [*USUAL, *(coin.base for coin in small_coins(wishes.pairs - len(USUAL)))]
    with tempfile.TemporaryDirectory(prefix="request-plan-") as folder:
        small = str(wishes.pairs - len(USUAL))
        options = ("--speed", "1", "--limits", "--small-coins", small, "--history", str(wishes.history))
        sandbox, root = start_sandbox(Path(folder, "sandbox.log"), *options)
        bot = Child([BOT, "--paced"], Path(folder, "bot.log"), house_settings(root, Path(folder), bases))
        try:
            return _measured(wishes, root, bot, Path(folder, "bot.db"))
        finally:
            bot.stop()
            sandbox.stop()


def _wishes() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--pairs", type=int, default=100)
    words.add_argument("--minutes", type=float, default=3.0, help="of each steady state, at most 5")
    words.add_argument("--history", type=float, default=1.0, help="days of market before it begins")
    return words.parse_args()


def _measured(wishes: argparse.Namespace, root: str, bot: Child, database: Path) -> int:
    begun = time.monotonic()
    bot.line("Ready", 600)
    print(f"ready after {time.monotonic() - begun:.0f} s", flush=True)
    _wait(bot, lambda: _count(database, "checkpoints") >= wishes.pairs)
    print(f"first maps of {wishes.pairs} pairs after {time.monotonic() - begun:.0f} s", flush=True)
    broken = _tell("until the first maps", _reports(root), None)
    _wait(bot, lambda: _count(database, "backfill_pages") == 0)
    print(f"their whole history after {time.monotonic() - begun:.0f} s", flush=True)
    broken |= _steady("streams alive", root, wishes.minutes)
    for venue in VENUES:
        post(f"{root}/api/faults", {"target": venue, "kind": "socket_closed", "seconds": 3600})
    time.sleep(SETTLE_SECONDS)
    broken |= _steady("streams dead", root, wishes.minutes)
    print("BROKEN: a limit was reached" if broken else "kept: within every limit, nothing refused")
    return int(broken)


def _steady(name: str, root: str, minutes: float) -> bool:
    post(f"{root}/api/weights", {"reset": True})
    time.sleep(minutes * 60)
    return _tell(name, _reports(root), minutes)


def _reports(root: str) -> Mapping[str, Report]:
    found: Mapping[str, Report] = get(f"{root}/api/weights")
    return {venue: found[venue] for venue in VENUES}


def _tell(name: str, reports: Mapping[str, Report], minutes: float | None) -> bool:
    """Prints the fullest limits of each venue; whether one was reached."""
    print(f"{name}:")
    for venue, report in reports.items():
        asked = (
            f"{report['requests_last_5_minutes'] / minutes:.0f} requests a minute"
            if minutes
            else f"{report['requests_last_minute']} requests in the last minute"
        )
        limits: Sequence[tuple[str, Report]] = sorted(
            report["limits"].items(), key=lambda limit: -limit[1]["peak"]
        )
        shares = [
            f"{limit} {of['peak'] * of['most']:.0f} of {of['most']} in {of['seconds']:g} s"
            for limit, of in limits[:SHOWN_LIMITS]
        ]
        print(f"  {venue:8} {asked}; {report['refusals']} refused; most of {'; '.join(shares)}", flush=True)
    peaks = [of["peak"] for report in reports.values() for of in report["limits"].values()]
    return max(peaks) > 1 or any(report["refusals"] for report in reports.values())


def _wait(bot: Child, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not done():
        if not bot.alive or time.monotonic() > deadline:
            raise TimeoutError(bot.log.read_text()[-2000:])
        time.sleep(LOOK_SECONDS)


def _count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as store:
        return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
