"""`python -m bot alerts`: what alerts would have been worth on recordings, beside like levels in no zone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from bot.commands.alerts_table import worth_record, worth_table
from bot.commands.errors import CommandError
from bot.commands.recorded_readings import recorded_readings
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.reading import Reading
from bot.liquidation.scoring.truth import PricedQuantities
from bot.market.recorded_table import RecordingError
from bot.market.recorded_truth import read_truth
from bot.market.recording import Recording, open_recording
from bot.rules.grading import ForcedOrders
from bot.rules.presets import PRESETS
from bot.rules.price_path import PricePath
from bot.rules.replay import PriceRow
from bot.rules.tally import Tally, tally
from bot.rules.worth import JudgedMarket

Floats = NDArray[np.float64]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class AlertWishes:
    """What was asked for on the command line; without `exchange` or `symbol` all markets that have them."""

    recordings: tuple[Path, ...]
    exchange: str | None
    symbol: str | None
    step_minutes: int
    warm_up_days: float
    horizon_hours: int
    as_json: bool


@dataclass(frozen=True)
class _Recorded:
    """One market of a recording."""

    recording: Recording
    contract: Contract
    history: History

    @property
    def name(self) -> str:
        return f"{self.recording.name} {self.contract.symbol}"


def audit_alerts(wishes: AlertWishes) -> None:
    """Print the figures of all markets together; raises CommandError with a sentence for what is missing."""
    names, found = audited(wishes)
    if wishes.as_json:
        typer.echo(json.dumps({"markets": names, "presets": worth_record(found)}, indent=1, allow_nan=False))
    else:
        typer.echo(worth_table(names, found))


def audited(wishes: AlertWishes) -> tuple[list[str], dict[str, Tally]]:
    """The markets' names, and what each preset told of them together."""
    names, found = [], dict[str, Tally]()
    for market in _markets(wishes):
        names.append(market.name)
        for preset, one in _tallies(market, wishes).items():
            found[preset] = found[preset].with_other(one) if preset in found else one
    if not names:
        raise CommandError("No such market with open interest is recorded there.")
    return names, found


def _markets(wishes: AlertWishes) -> Iterator[_Recorded]:
    """The markets asked for, but for those without open interest."""
    try:
        for recording in map(open_recording, wishes.recordings):
            for exchange, contract in ((one.exchange, one.contract) for one in recording.markets):
                is_asked = wishes.exchange in (None, exchange)
                if is_asked and wishes.symbol in (None, contract.symbol, contract.market_id):
                    history = recording.history(exchange, contract.market_id)
                    if history.has_open_interest:
                        yield _Recorded(recording, contract, history)
    except RecordingError as error:
        raise CommandError(str(error)) from error


def _tallies(market: _Recorded, wishes: AlertWishes) -> dict[str, Tally]:
    from_ms = int(market.history.end_ms[0] + wishes.warm_up_days * DAY_MS)
    stretches = market.recording.listened(market.contract)
    step_ms = wishes.step_minutes * MINUTE_MS
    readings = list(recorded_readings(market.contract, market.history, stretches, from_ms, step_ms))
    if not readings:
        raise CommandError(f"{market.name} ends within the warm-up of {wishes.warm_up_days:g} days.")
    judged = _judged(market, readings, wishes.horizon_hours * HOUR_MS)
    rows = _rows(judged.path, readings[0].as_of_ms)
    return {name: tally(rules, readings, rows, judged) for name, rules in PRESETS.items()}


def _rows(path: PricePath, since_ms: int) -> list[PriceRow]:
    columns = (path.start_ms, path.end_ms, path.low, path.high, path.close)
    rows = (PriceRow(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
    return [row for row in rows if row.start_ms >= since_ms]


def _range_of(history: History) -> tuple[Floats, Floats]:
    """Of mark prices where they are known: alerts are judged on them."""
    if history.mark_low is None or history.mark_high is None:
        return history.low, history.high
    known = np.isfinite(history.mark_low)
    return np.where(known, history.mark_low, history.low), np.where(known, history.mark_high, history.high)


def _judged(market: _Recorded, readings: Sequence[Reading], horizon_ms: int) -> JudgedMarket:
    history = market.history
    low, high = _range_of(history)
    return JudgedMarket(
        name=market.name,
        path=PricePath(history.start_ms, history.end_ms, low, high, np.clip(history.close, low, high)),
        volume_base=history.volume_base,
        zones_at={reading.as_of_ms: reading.zones for reading in readings},
        truth=_orders(_truth(market)),
        horizon_ms=horizon_ms,
    )


def _truth(market: _Recorded) -> PricedQuantities | None:
    try:
        return read_truth(market.recording, market.contract).liquidations
    except RecordingError as error:
        raise CommandError(str(error)) from error


def _orders(known: PricedQuantities | None) -> ForcedOrders | None:
    if known is None:
        return None
    return ForcedOrders(known.stamp_ms, known.side, known.price, known.quantity_base, at_least=False)
