"""`python -m bot score`: how good maps are on a recording that knows what happened."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer

from bot.commands.errors import CommandError
from bot.commands.map_file import checked_map, read_map_file
from bot.commands.recorded_maps import recorded_maps
from bot.commands.score_table import report_record, report_text
from bot.liquidation.contract import Contract
from bot.liquidation.listened import Stretches
from bot.liquidation.scoring.map_line import MapLine
from bot.liquidation.scoring.report import NothingToScore, score
from bot.liquidation.scoring.scored_maps import FARTHEST, ScoredMaps
from bot.liquidation.scoring.truth import ScoredMarket, Truth
from bot.liquidation.uncertainty import line_with_band
from bot.market.recorded_table import RecordingError
from bot.market.recorded_truth import read_scored_market, read_truth
from bot.market.recording import Recording, open_recording

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class ScoreWishes:
    """What was asked for on the command line; `exchange` and `symbol` default to the recording's first."""

    recording: Path
    exchange: str | None
    symbol: str | None
    maps: Path | None
    horizon_minutes: int
    warm_up_days: float
    as_json: bool
    beside_plain: bool


@dataclass(frozen=True)
class _Judged:
    """One market of the recording and everything a map of it is judged with."""

    contract: Contract
    market: ScoredMarket
    truth: Truth
    listened: Stretches

    def was_heard(self, stamp_ms: int, horizon_ms: int) -> bool:
        """Whether somebody listened all the time after a map; a recording that does not say is believed."""
        ahead = (stamp_ms, stamp_ms + horizon_ms)
        return not self.listened or any(begin <= ahead[0] and ahead[1] <= end for begin, end in self.listened)

    @property
    def name(self) -> str:
        return f"{self.contract.venue} {self.contract.symbol}"


def score_recording(wishes: ScoreWishes) -> None:
    """Print the figures; raises CommandError with a sentence for whatever is missing or malformed."""
    judged = _open(wishes)
    warm_ms = math.ceil(judged.market.candles.start_ms[0] + wishes.warm_up_days * DAY_MS)
    horizon_ms = wishes.horizon_minutes * MINUTE_MS
    lines, source = _lines(wishes, judged, warm_ms)
    heard = (line for line in lines if judged.was_heard(line.stamp_ms, horizon_ms))
    maps = ScoredMaps.of(heard).since(warm_ms)
    if not len(maps):
        listened = ", or none lies where liquidations were listened to" if judged.listened else ""
        raise CommandError(f"No map is later than the warm-up of {wishes.warm_up_days:g} days{listened}.")
    if maps.short_of_reach:
        typer.echo(
            f"{maps.short_of_reach} maps end below {FARTHEST:.4f} of their price; "
            "what lies beyond counts as empty.",
            err=True,
        )
    try:
        report = score(maps, judged.market, judged.truth, horizon_ms, beside_plain=wishes.beside_plain)
    except NothingToScore as error:
        raise CommandError(f"Nothing can be scored: {error}.") from error
    if wishes.as_json:
        head = {"market": judged.name, "source": source}
        typer.echo(json.dumps(head | report_record(report), indent=1, allow_nan=False))
    else:
        typer.echo(f"{judged.name}: {source}\n{report_text(report)}")


def _open(wishes: ScoreWishes) -> _Judged:
    try:
        recording = open_recording(wishes.recording)
        contract = _contract(recording, wishes.exchange, wishes.symbol)
        market, truth = read_scored_market(recording, contract), read_truth(recording, contract)
        judged = _Judged(contract, market, truth, recording.listened(contract))
    except RecordingError as error:
        raise CommandError(str(error)) from error
    if judged.truth.is_empty:
        raise CommandError(
            f"{recording.name} knows no open positions, liquidations or totals of {judged.name} "
            "to score maps with."
        )
    return judged


def _contract(recording: Recording, exchange: str | None, symbol: str | None) -> Contract:
    for found in recording.markets:
        contract = found.contract
        if exchange in (None, found.exchange) and symbol in (None, contract.symbol, contract.market_id):
            return contract
    known = ", ".join(f"{found.exchange} {found.contract.symbol}" for found in recording.markets)
    raise CommandError(f"{recording.name} holds no such market; it has {known or 'none'}.")


def _lines(wishes: ScoreWishes, judged: _Judged, warm_ms: int) -> tuple[Iterator[MapLine], str]:
    """The maps to score, and in words where they are from."""
    if wishes.maps is not None:
        return read_map_file(wishes.maps, judged.market), f"the maps of {wishes.maps.name}"
    step_ms = _step_ms(judged.truth)
    begin_ms, last = max(warm_ms, _known_from_ms(judged)), int(judged.market.candles.end_ms[-1])
    stamps = range(-(-begin_ms // HOUR_MS) * HOUR_MS, last + 1, step_ms)
    if not stamps:
        raise CommandError(f"The recording ends within the warm-up of {wishes.warm_up_days:g} days.")
    found = recorded_maps(judged.contract, judged.market.candles, judged.listened, stamps)
    made = (checked_map(line_with_band(one), judged.market) for one in found)
    return made, f"our own maps, with floor, every {step_ms // MINUTE_MS} minutes"


def _known_from_ms(judged: _Judged) -> int:
    """When the first open interest had been published; the first candle's end where there is none."""
    candles = judged.market.candles
    return int(candles.end_ms[np.argmax(candles.open_interest_base > 0)])


def _step_ms(truth: Truth) -> int:
    """Every hour, which meets the 6-hour snapshots too, or every bucket where those are shorter."""
    return min([HOUR_MS, *(totals.span_ms for totals in truth.totals)])
