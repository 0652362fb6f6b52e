"""How long zones live, how they end, and how often something happens to them: zone_lives.py RECORDING...

Every market of every recording is walked through as a watched pair would be, its map read every 15 minutes.
Zones of the first ten days are left out: they belong to an inventory that is still filling.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.liquidation.pair_model import PairModel
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.market.recording import Recording, open_recording

STEP_MS = 15 * 60_000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WARM_UP_MS = 10 * DAY_MS
BEGINS = {ZoneEventKind.BORN, ZoneEventKind.SPLIT}
ENDS = {ZoneEventKind.SWEPT, ZoneEventKind.MERGED, ZoneEventKind.FADED}
TOLD = (
    ZoneEventKind.GREW,
    ZoneEventKind.SHRANK,
    ZoneEventKind.MOVED,
    ZoneEventKind.ENTERED,
    ZoneEventKind.RETURNED,
)


@dataclass(frozen=True)
class Lives:
    """Of the zones that began in `days` days of one market."""

    days: float
    hours: list[float]  # of those that ended
    alive_hours: list[float]  # so far, of those that had not at the end of the recording
    ends: Counter[ZoneEventKind]
    told: Counter[ZoneEventKind]


def walked(recording: Recording, symbol: str) -> Iterator[ZoneEvent]:
    """All events of a symbol over all its venues."""
    venues = [one.exchange for one in recording.markets if one.contract.symbol == symbol]
    contracts = {venue: recording.contract(venue, symbol) for venue in venues}
    histories = {venue: recording.history(venue, symbol) for venue in venues}
    model = PairModel(symbol)
    begin = max(int(one.start_ms[0]) for one in histories.values())
    end = min(int(one.end_ms[-1]) for one in histories.values())
    for stamp in range(begin + STEP_MS, end + 1, STEP_MS):
        fresh = {venue: [one.after(model.as_of_ms).until(stamp)] for venue, one in histories.items()}
        model.advance(contracts, fresh)
        yield from model.take_annals().events


def lives_of(events: Iterable[ZoneEvent]) -> Lives:
    told = list(events)
    first, last = told[0].stamp_ms, told[-1].stamp_ms
    since = first + WARM_UP_MS
    begun = {one.zone_id: one.stamp_ms for one in told if one.kind in BEGINS and one.stamp_ms >= since}
    ended = {one.zone_id: one for one in told if one.kind in ENDS and one.zone_id in begun}
    return Lives(
        days=(last - since) / DAY_MS,
        hours=[(one.stamp_ms - begun[name]) / HOUR_MS for name, one in ended.items()],
        alive_hours=[(last - stamp) / HOUR_MS for name, stamp in begun.items() if name not in ended],
        ends=Counter(one.kind for one in ended.values()),
        told=Counter(one.kind for one in told if one.stamp_ms >= since),
    )


def row(name: str, lives: Lives) -> str:
    """Zones that still live count with what they have lived, so the median is a little too short."""
    lengths = np.array([*lives.hours, *lives.alive_hours])
    low, middle, high = np.percentile(lengths, [25, 50, 75])
    ended = max(1, len(lives.hours))
    ends = [f"{100 * lives.ends[kind] / ended:.0f} %" for kind in sorted(ENDS)]
    told = [f"{lives.told[kind] / lives.days:.1f}" for kind in TOLD]
    cells = [name, f"{len(lengths)}", f"**{middle:.1f} h**", f"{low:.1f} to {high:.1f} h", *ends, *told]
    return f"| {' | '.join(cells)} |"


def main(folders: list[str]) -> None:
    titles = ["market", "zones", "median life", "middle half", *(f"{kind}" for kind in sorted(ENDS))]
    titles += [f"{kind} a day" for kind in TOLD]
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    for folder in folders:
        recording = open_recording(Path(folder))
        for symbol in dict.fromkeys(one.contract.symbol for one in recording.markets):
            name = f"{recording.name} {symbol.partition('/')[0]}"
            print(row(name, lives_of(walked(recording, symbol))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
