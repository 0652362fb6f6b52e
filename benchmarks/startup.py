"""What a start costs beside a bare Python in the same run: `make startup`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from processes import VENUES, Child, cpu_seconds, house_settings, resident_mb, start_sandbox

TIMES = 3
WATCHED = ("BTC", "ETH", "SOL")
IMPORTS = {
    "bare Python": "pass",
    "import ccxt.pro": "import ccxt.pro",
    "import numpy": "import numpy",
}
LOAD_VENUES = """
import asyncio, sys
from bot.market.exchanges import open_venues
async def load():
    venues = open_venues(dict.fromkeys(sys.argv[2:], sys.argv[1]))
    await asyncio.gather(*(venue.load() for venue in venues.values()))
    await asyncio.gather(*(venue.close() for venue in venues.values()))
asyncio.run(load())
"""


@dataclass(frozen=True)
class Cost:
    """Wall seconds, CPU seconds and the most resident memory of one process."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="startup-") as name:
        folder = Path(name)
        sandbox, root = start_sandbox(folder / "sandbox.log", "--speed", "1", "--history", "3")
        try:
            _tell_all(root, folder)
        finally:
            sandbox.stop()


def _tell_all(root: str, folder: Path) -> None:
    print(f"{'':26} {'wall':>8} {'CPU':>8} {'ratio':>6} {'memory':>8}")
    bare = _cost(["-c", IMPORTS["bare Python"]])
    _tell("bare Python", bare, bare)
    for name in ("import numpy", "import ccxt.pro"):
        _tell(name, _cost(["-c", IMPORTS[name]]), bare)
    settings = house_settings(root, folder, WATCHED)
    _tell("python -m bot --help", _cost(["-m", "bot", "--help"], settings), bare)
    fresh = {**settings, "DATA_DIR": str(folder / "fresh")}
    _tell("migrate, a new database", _cost(["-m", "bot", "migrate"], fresh, times=1), bare)
    _tell("migrate, nothing to do", _cost(["-m", "bot", "migrate"], fresh), bare)
    _tell("listings of 3 venues", _cost(["-c", LOAD_VENUES, root, *VENUES]), bare)
    for step in ("ready, 3 pairs, new", "ready, 3 pairs, stored"):
        _tell_bot(step, folder, settings, bare)


def _cost(arguments: Sequence[str], settings: Mapping[str, str] | None = None, times: int = TIMES) -> Cost:
    """Medians of several runs."""
    found = [_once(arguments, {**os.environ, **(settings or {})}) for _ in range(times)]
    return Cost(*(median(getattr(one, name) for one in found) for name in ("wall_s", "cpu_s", "peak_mb")))


def _once(arguments: Sequence[str], environment: Mapping[str, str]) -> Cost:
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _tell(name: str, cost: Cost, bare: Cost) -> None:
    ratio = cost.cpu_s / bare.cpu_s
    print(
        f"{name:26} {cost.wall_s:6.2f} s {cost.cpu_s:6.2f} s {ratio:6.1f} {cost.peak_mb:5.0f} MB", flush=True
    )


def _tell_bot(name: str, folder: Path, settings: Mapping[str, str], bare: Cost) -> None:
    """With its workers; memory is what they and it hold when it is ready."""
    begun = time.monotonic()
    bot = Child(["-m", "bot", "run"], folder / "bot.log", settings)
    try:
        bot.line("Ready", 300)
        found = Cost(time.monotonic() - begun, cpu_seconds(bot.pid), resident_mb(bot.pid))
    finally:
        bot.stop()
    _tell(name, found, bare)


if __name__ == "__main__":
    main()
