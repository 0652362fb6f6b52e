"""How fast the estimator is: CPU seconds on one core, and as ratios to the public recipe on the same rows."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence

import numpy as np
from invented_year import CONTRACT, coarser, invented_minutes
from volume_peer import Frame, VolumeLevels, volume_matrix

from bot.jobs.tasks import warm_up_model
from bot.liquidation import recall
from bot.liquidation.heat_frame import Cells
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.long_history import take_in
from bot.liquidation.pair_model import PairModel
from bot.liquidation.side import Side

MONTH, YEAR = 43_200, 525_600  # minutes
STEPS = 2_000
COLUMNS, CELLS = 720, 400


def seconds(job: Callable[[], object], times: int = 5) -> float:
    """Median CPU time."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        job()
        found.append(time.process_time() - begun)
    return float(np.median(found))


def step_seconds(advance: Callable[[History], None], rows: Sequence[History]) -> float:
    """Median CPU time of one candle."""
    found = []
    for row in rows:
        begun = time.process_time_ns()
        advance(row)
        found.append(time.process_time_ns() - begun)
    return float(np.median(found)) / 1e9


def frame_of(history: History, columns: int = COLUMNS) -> Frame:
    ends = np.linspace(int(history.start_ms[0]), int(history.end_ms[-1]), columns + 1)[1:]
    low, high = np.log([history.low.min() / 1.03, history.high.max() * 1.03]) / DISTANCE_BIN
    return Frame(ends.astype(np.int64), Cells(int(low), int((high - low) / CELLS) + 1, CELLS))


def heat(inventory: Inventory, frame: Frame) -> recall.Recalled:
    """The matrix out of the ledger, in bins."""
    first, width, cells = frame.cells
    group = np.zeros(len(inventory.tiers.leverage), np.int64)
    return recall.recalled(inventory, recall.Frame(frame.stamp_ms, first, width * cells, group, 1))


def advanced(*histories: History) -> Inventory:
    inventory = Inventory.empty(CONTRACT)
    for history in histories:
        inventory.advance(history)
    return inventory


def tell(job: str, ours: float, peer: float, of: str = "the same rows") -> None:
    ratio = ours / peer
    print(f"{job:<52} {ours * 1e3:>11.3f} ms {peer * 1e3:>11.3f} ms {ratio:>9.2f}  {of}", flush=True)


def month(minutes: History) -> float:
    """30 days of minutes with the matrix; returns the peer's seconds."""
    rows, frame = minutes.rows(slice(0, MONTH)), frame_of(minutes.rows(slice(0, MONTH)))
    ours = seconds(lambda: heat(advanced(rows), frame))
    peer = seconds(lambda: volume_matrix(rows, frame))
    tell("30 days of minutes, 720 x 400 matrix", ours, peer)
    return peer


def one_candle(minutes: History) -> None:
    known, news = minutes.rows(slice(0, MONTH)), range(MONTH, MONTH + STEPS)
    rows = [minutes.rows(slice(row, row + 1)) for row in news]
    levels = VolumeLevels()
    for row in range(MONTH):
        levels.advance(minutes.rows(slice(row, row + 1)))
    ours, peer = step_seconds(advanced(known).advance, rows), step_seconds(levels.advance, rows)
    tell("one more candle (median)", ours, peer, "the same candles, one at a time")


def year(minutes: History) -> None:
    frame = frame_of(minutes)
    peer = seconds(lambda: volume_matrix(minutes, frame), 1)
    tell("one year of minutes", seconds(lambda: advanced(minutes), 3), peer)


def cold_build(minutes: History) -> None:
    hours = coarser(minutes.rows(slice(0, YEAR - MONTH)), 60)
    fives = coarser(minutes.rows(slice(YEAR - MONTH, YEAR)), 5)
    frames = [(part, frame_of(part)) for part in (hours, fives)]
    peer = seconds(lambda: [volume_matrix(part, frame) for part, frame in frames])
    tell("cold: a year of hours, 30 days of 5 minutes", seconds(lambda: advanced(hours, fives), 3), peer)
    contracts, histories = {CONTRACT.venue: CONTRACT}, {CONTRACT.venue: (hours, fives)}
    with_zones = seconds(lambda: take_in(PairModel(CONTRACT.symbol), contracts, histories), 1)
    tell("the same with zones, hour by hour", with_zones, peer)


def questions(minutes: History, peer: float) -> None:
    inventory, of = advanced(minutes.rows(slice(0, MONTH))), "the matrix of 30 days"
    price, blob = inventory.last_close, inventory.to_bytes()
    tell("the map", seconds(inventory.read_out, 21), peer, of)
    tell("window 30d", seconds(lambda: inventory.window(30 * 86_400_000), 9), peer, of)
    frame = frame_of(minutes.rows(slice(0, MONTH)), 180)
    tell(
        "heatmap of 30 days out of the ledger, 180 columns",
        seconds(lambda: heat(inventory, frame), 9),
        peer,
        of,
    )
    source = seconds(lambda: inventory.provenance(Side.LONG, price * 0.97, price * 0.99), 9)
    tell("provenance of a price range", source, peer, of)
    tell("checkpoint to bytes", seconds(inventory.to_bytes, 9), peer, of)
    tell("checkpoint from bytes", seconds(lambda: Inventory.from_bytes(CONTRACT, blob), 9), peer, of)
    print(f"checkpoint: {len(blob) / 1e6:.2f} MB")


def memory() -> None:
    """In a process of its own: peak above what imports and the warm-up took, the rows included."""
    warm_up_model()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    minutes = invented_minutes(YEAR)
    with_rows = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    advanced(minutes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"memory for one year of minutes: {(peak - before) / 1024:.0f} MB above imports, "
        f"{(with_rows - before) / 1024:.0f} MB of them before the first row is processed"
    )


def main() -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=memory
    )  # first: a child counts its parent's
    process.start()
    process.join()
    warm_up_model()
    minutes = invented_minutes(YEAR)
    print(f"{'CPU time on one core':<52} {'ours':>14} {'volume peer':>14} {'ratio':>9}  peer's job")
    peer = month(minutes)
    one_candle(minutes)
    year(minutes)
    cold_build(minutes)
    questions(minutes, peer)


if __name__ == "__main__":
    main()
