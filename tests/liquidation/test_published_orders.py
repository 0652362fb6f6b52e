"""Real liquidation orders: is the trigger one maintenance margin before the bankruptcy price?"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from invented_candles import contract
from numpy.typing import NDArray

from bot.liquidation.contract import Tier
from bot.liquidation.levels import trigger_of_bankruptcy
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "recordings"
ORDERS = RECORDINGS / "events-development"
pytestmark = pytest.mark.skipif(not ORDERS.is_dir(), reason="../shared is absent")


def orders(name: str, side: Side, largest: float) -> dict[str, Floats]:
    """Columns of the orders of one side up to a quantity that stays in the first tier."""
    with gzip.open(ORDERS / name, "rt") as lines:
        rows = [row for row in csv.DictReader(lines) if row["side"] == side.word]
    names = set(rows[0]) - {"symbol", "side"}
    table = {name: np.array([float(row[name]) for row in rows]) for name in names}
    small = table["quantity_base"] <= largest
    return {name: column[small] for name, column in table.items()}


@pytest.mark.parametrize("side", list(Side))
def test_binance_filled_its_orders_at_the_trigger(side: Side) -> None:
    """The fill of a market order sent at the trigger: half of them within two basis points of it."""
    table = orders("binance_BTCUSDT.csv.gz", side, 0.5)
    errors = [
        np.median(np.abs(np.log(table["average_fill_price"] / trigger)))
        for rate in (0.003, 0.004, 0.005)
        for trigger in [triggers("binance", side, table["bankruptcy_price"], rate)]
    ]
    assert len(table["bankruptcy_price"]) > 500
    assert errors[1] < 0.0002 < 0.0008 < min(errors[0], errors[2])


@pytest.mark.parametrize("side", list(Side))
def test_okx_orders_were_triggered_inside_their_five_minutes(side: Side) -> None:
    """Best with the bare maintenance rate: neither none, nor another, nor the fee on top."""
    table = orders("okx_BTC.csv.gz", side, 10.0)
    low, high = traded_range(table["timestamp_ms"])
    inside = {}
    for rate in (1e-9, 0.003, 0.004, 0.0045, 0.005):
        trigger = triggers("okx", side, table["bankruptcy_price"], rate)
        inside[rate] = np.mean((trigger >= low * 0.9998) & (trigger <= high * 1.0002))
    assert inside[0.004] > 0.6
    assert max(inside, key=inside.__getitem__) == 0.004


def triggers(venue: str, side: Side, printed: Floats, rate: float) -> Floats:
    return trigger_of_bankruptcy(contract(venue, tiers=(Tier(1e9, 100, rate),)), side, printed)


def traded_range(stamp_ms: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest price of the five minutes around each stamp, on another venue."""
    path = RECORDINGS / "majors-5m-development" / "bybit" / "BTCUSDT" / "candles_5m.csv.gz"
    with gzip.open(path, "rt") as lines:
        candles = np.loadtxt(lines, delimiter=",", skiprows=1)
    at = np.searchsorted(candles[:, 0], stamp_ms, "right") - 1
    assert (stamp_ms - candles[at, 0] < 300_000).all()
    return candles[at, 3], candles[at, 2]
