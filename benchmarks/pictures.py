"""What a picture costs: CPU from data to PNG bytes, beside the same chart by naive pyplot in the same run."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from invented_heat import InventedHeat, invented_heat
from invented_snapshots import invented_snapshot

from bot.jobs import tasks
from bot.jobs.workers import Workers
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look, PaletteName

TIMES, NAIVE_TIMES, WARM_UP = 40, 3, 5
MANY = 1_000  # renders over which memory is watched
IN_POOL, WORKERS = 60, 2
USUAL, FULL = Drawing(), Drawing(full=True)
COLOUR_BLIND = Drawing(look=Look(PaletteName.COLOUR_BLIND))
MB = 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A kind of picture: its data by number, how a worker draws it, and how pyplot would."""

    name: str
    invented: Callable[[int], Any]
    drawn: Callable[[Any, Drawing], bytes]
    naive: str  # the functions in naive_pictures, by the beginning of their names


def draw_map(shown: Snapshot, drawing: Drawing) -> bytes:
    return tasks.draw(shown, drawing, "@liquidation_bot")


def draw_heat(told: InventedHeat, drawing: Drawing) -> bytes:
    return tasks.draw_heat(told.shown, told.history, told.reported, drawing, "@liquidation_bot")


KINDS = (
    Kind("map", invented_snapshot, draw_map, "map_of"),
    Kind("heatmap", invented_heat, draw_heat, "heat_of"),
)


def timed(drawn: Callable[..., bytes], *given: object) -> tuple[bytes, float]:
    """The picture and its CPU seconds; also in a worker."""
    begun = time.process_time()
    png = drawn(*given)
    return png, time.process_time() - begun


def cpu_ms(drawn: Callable[..., bytes], data: Sequence[Any], *more: object) -> tuple[float, float]:
    """Median milliseconds and mean kilobytes, each with data of its own."""
    found = [timed(drawn, one, *more) for one in data]
    return 1e3 * float(np.median([took for _, took in found])), float(
        np.mean([len(png) for png, _ in found])
    ) / 1024


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / MB


def costs(kind: Kind, numbers: Iterator[int]) -> None:
    for _ in range(WARM_UP):
        kind.drawn(kind.invented(next(numbers)), USUAL)
    for name, drawing in (("usual", USUAL), ("colour-blind", COLOUR_BLIND), ("full quality", FULL)):
        ms, kilobytes = cpu_ms(kind.drawn, [kind.invented(next(numbers)) for _ in range(TIMES)], drawing)
        print(f"{kind.name:<8} {name:<32} {ms:7.0f} ms CPU {kilobytes:7.0f} KB")


def beside_pyplot(kind: Kind, numbers: Iterator[int]) -> None:
    """In turn, so that a busy machine slows both."""
    import naive_pictures

    for name, naive in vars(naive_pictures).items():
        if not name.startswith(kind.naive):
            continue
        naive(kind.invented(next(numbers)))
        ours, theirs = [], []
        for _ in range(NAIVE_TIMES):
            theirs.append(cpu_ms(naive, [kind.invented(next(numbers))])[0])
            ours.append(cpu_ms(kind.drawn, [kind.invented(next(numbers)) for _ in range(5)], USUAL)[0])
        ratio = float(np.median(theirs) / np.median(ours))
        print(f"{kind.name:<8} pyplot, {name:<24} {np.median(theirs):7.0f} ms CPU {ratio:7.1f} times ours")


def memory(kind: Kind, numbers: Iterator[int]) -> None:
    told = []
    for at in range(1, MANY + 1):
        kind.drawn(kind.invented(next(numbers)), USUAL)
        if at in (MANY // 20, MANY // 2, MANY):
            told.append(f"{resident_mb():.0f} MB after {at}")
    print(f"{kind.name:<8} memory: {', '.join(told)} renders")


async def in_pool(kind: Kind, numbers: Iterator[int]) -> None:
    """Through the bot's own workers; the bytes have to be those of this process."""
    workers = Workers(WORKERS)
    try:
        await workers.warm_up(tasks.warm_up_pictures, "loading what draws pictures")
        data = [kind.invented(next(numbers)) for _ in range(IN_POOL)]
        await asyncio.gather(*(workers.run(timed, kind.drawn, one, USUAL) for one in data[:WARM_UP]))
        begun = time.monotonic()
        found = await asyncio.gather(*(workers.run(timed, kind.drawn, one, USUAL) for one in data))
        wall = 1e3 * (time.monotonic() - begun) / IN_POOL
    finally:
        workers.close()
    same = sum(png == kind.drawn(one, USUAL) for one, (png, _) in zip(data, found, strict=True))
    ms = 1e3 * float(np.median([took for _, took in found]))
    print(f"{kind.name:<8} in {WORKERS} workers: {ms:.0f} ms CPU, a picture each {wall:.0f} ms")
    print(f"{kind.name:<8} {same} of {IN_POOL} of the workers' pictures have the same bytes as here")


def main(names: Sequence[str]) -> None:
    numbers = count()
    for kind in KINDS:
        if not names or kind.name in names:
            costs(kind, numbers)
            memory(kind, numbers)
            asyncio.run(in_pool(kind, numbers))
            beside_pyplot(kind, numbers)


if __name__ == "__main__":
    main(sys.argv[1:])
