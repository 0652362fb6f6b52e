"""What worker processes do for scores; module-level so that it can be sent to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bot.jobs.kept_model import KeptModel
from bot.jobs.tasks import price_path
from bot.liquidation.history import History, no_candles
from bot.liquidation.packed_json import unpacked_json
from bot.liquidation.scoring.map_line import MapLine
from bot.liquidation.scoring.recorded_gain import HOUR_MS, RecordedGain, recorded_gain
from bot.liquidation.scoring.truth import PricedQuantities, ScoredMarket
from bot.liquidation.stored_reading import reading_of
from bot.rules.price_path import PricePath
from bot.rules.record import Record, records
from bot.rules.replay_record import HeardOrders, Past, replayed
from bot.rules.rule_set import RuleSet

QUARTER_MS = HOUR_MS // 4
DAY_MS = 24 * HOUR_MS

CANDLE_COLUMNS = ("start_ms", "open", "high", "low", "close", "volume_base", "open_interest_base")

Payloads = Sequence[tuple[int, bytes]]  # stamp and packed map, ascending


@dataclass(frozen=True)
class PastScore:
    """Of one pair, from what is stored of its past."""

    records: tuple[Record, ...]
    days: float  # that were replayed
    gain: RecordedGain


def past_score(
    kept: KeptModel,
    payloads: Payloads,
    rules: RuleSet,
    heard: HeardOrders,
    candles: Sequence[History] = (),
) -> PastScore:
    """Readings of the stored maps are replayed, and the maps themselves judged by what was recorded, beside
    plain ones made from `candles`, of one venue."""
    maps = [(stamp_ms, unpacked_json(packed)) for stamp_ms, packed in payloads]
    readings = [found for _, payload in maps if (found := reading_of(payload)) is not None]
    if not readings:
        return PastScore((), 0.0, _gain(kept, maps, heard, candles))
    path = price_path(kept, readings[0].as_of_ms)
    judged = replayed(rules, Past(readings, path, heard))
    days = path.known_ms / DAY_MS
    return PastScore(records(judged), days, _gain(kept, maps, heard, candles))


def _gain(
    kept: KeptModel,
    maps: Sequence[tuple[int, dict[str, Any]]],
    heard: HeardOrders,
    candles: Sequence[History],
) -> RecordedGain:
    lines = _hourly(maps)
    begin_ms = lines[0].stamp_ms if lines else 0
    hours = (
        _candles(price_path(kept, begin_ms).by_hour()) if lines else _candles(PricePath.of(np.zeros((0, 5))))
    )
    orders = heard.orders
    events = PricedQuantities(orders.stamp_ms, orders.side, orders.price, orders.quantity_base)
    return recorded_gain(lines, hours, events, heard.stretches, _market(candles))


def _market(parts: Sequence[History]) -> ScoredMarket | None:
    """Of the newest parts that have one span; half the volume where nobody says what takers bought."""
    known = [part for part in parts if len(part)]
    fine = [part for part in known if part.span_ms == known[-1].span_ms]
    if not fine:
        return None
    columns: Any = {name: np.concatenate([getattr(part, name) for part in fine]) for name in CANDLE_COLUMNS}
    whole = replace(no_candles(fine[-1].span_ms), **columns)
    bought = [one.volume_base / 2 if one.taker_buy_base is None else one.taker_buy_base for one in fine]
    told = np.isfinite(whole.open_interest_base)
    interest = (whole.end_ms[told], whole.open_interest_base[told])
    return ScoredMarket(whole, np.concatenate(bought), *interest)


def _hourly(maps: Sequence[tuple[int, dict[str, Any]]]) -> list[MapLine]:
    """The map that was known at each full hour, where one of the quarter before was kept whole."""
    newest: dict[int, Mapping[str, Any]] = {}
    for stamp_ms, payload in maps:
        hour_ms = -(-stamp_ms // HOUR_MS) * HOUR_MS
        if "edges" in payload and hour_ms - stamp_ms < QUARTER_MS:
            newest[hour_ms] = payload
    return [_line(hour_ms, newest[hour_ms]) for hour_ms in sorted(newest)]


def _line(stamp_ms: int, payload: Mapping[str, Any]) -> MapLine:
    edges, longs, shorts = (np.array(payload[name]) for name in ("edges", "long_base", "short_base"))
    return MapLine(stamp_ms, float(payload["price"]), edges, (longs, shorts))


def _candles(hours: PricePath) -> History:
    nothing = np.zeros(len(hours))
    prices = (hours.close, hours.high, hours.low, hours.close)
    return History(HOUR_MS, hours.start_ms, *prices, nothing, nothing)
