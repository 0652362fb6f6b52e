"""Writes a recording; `recording.py` and the sandbox read it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.listened import Stretches
from bot.liquidation.side import Side
from bot.market.forced_orders import ForcedOrder
from bot.market.recorded_table import SPAN_MS

MADE_BY = "What the venues and a bot that listened to them told. Quantities are base coins, one-sided."


@dataclass(frozen=True)
class MarketToRecord:
    contract: Contract
    contract_size: float
    history: History  # of one span
    orders: Sequence[ForcedOrder]  # ascending in time
    listened: Stretches  # in which no order can be missing

    @property
    def folder(self) -> Path:
        return Path(self.contract.venue) / self.contract.market_id


def write_recording(folder: Path, markets: Sequence[MarketToRecord]) -> None:
    """recording.json comes last: a folder without it is no recording. Raises OSError."""
    for market in markets:
        target = folder / market.folder
        target.mkdir(parents=True, exist_ok=True)
        _write_candles(target, market.history)
        _write_marks(target, market.history)
        _write_interest(target, market.history)
        if market.orders:
            _write_orders(target, market.orders)
    entries = [_entry(market) for market in markets]
    head = {"name": folder.resolve().name, "notes": MADE_BY, "markets": entries}
    (folder / "recording.json").write_text(json.dumps(head, indent=1), encoding="utf-8")


def _entry(market: MarketToRecord) -> dict[str, object]:
    contract = market.contract
    tiers = [[tier.notional_cap, tier.max_leverage, tier.maintenance_rate] for tier in contract.tiers]
    return {
        "exchange": contract.venue,
        "id": contract.market_id,
        "symbol": contract.symbol,
        "contract_size": market.contract_size,
        "tick_size": contract.tick_size,
        "tiers": tiers,
        "caps_in_base": contract.caps_in_base,
        "listened": [list(stretch) for stretch in market.listened],
    }


def _write_candles(folder: Path, history: History) -> None:
    columns = [history.open, history.high, history.low, history.close, history.volume_base]
    header = "timestamp_ms,open,high,low,close,volume_base"
    if history.taker_buy_base is not None:
        columns.append(history.taker_buy_base)
        header += ",taker_buy_base"
    rows = zip(history.start_ms.tolist(), *(column.tolist() for column in columns), strict=True)
    _write(folder / f"candles_{_span_name(history.span_ms)}.csv.gz", header, rows)


def _write_marks(folder: Path, history: History) -> None:
    """The range of the mark price in each candle, its middle as the price; no file where none is known."""
    if history.mark_low is None or history.mark_high is None:
        return
    known = np.isfinite(history.mark_low) & np.isfinite(history.mark_high)
    low, high = history.mark_low[known], history.mark_high[known]
    columns = (history.start_ms[known], (low + high) / 2, low, high)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    if known.any():
        name = f"mark_{_span_name(history.span_ms)}.csv.gz"
        _write(folder / name, "timestamp_ms,mark_price,mark_low,mark_high", rows)


def _write_interest(folder: Path, history: History) -> None:
    """Stamped when the candle has ended in which it became known; no file where none is."""
    known = np.isfinite(history.open_interest_base)
    rows = zip(history.end_ms[known].tolist(), history.open_interest_base[known].tolist(), strict=True)
    if known.any():
        name = f"open_interest_{_span_name(history.span_ms)}.csv.gz"
        _write(folder / name, "timestamp_ms,open_interest_base", rows)


def _write_orders(folder: Path, orders: Sequence[ForcedOrder]) -> None:
    header = "timestamp_ms,side,price,quantity_base,price_kind"
    rows = [
        (order.stamp_ms, Side(order.side).word, order.price, order.quantity_base, _kind(order))
        for order in orders
    ]
    _write(folder / "liquidations.csv.gz", header, rows)


def _kind(order: ForcedOrder) -> str:
    return "fill" if order.price == order.trigger_price else "bankruptcy"


def _span_name(span_ms: int) -> str:
    unit = next(name for name, unit_ms in reversed(SPAN_MS.items()) if span_ms % unit_ms == 0)
    return f"{span_ms // SPAN_MS[unit]}{unit}"


def _write(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    text = "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
