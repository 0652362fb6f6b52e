"""What a ledger recalls of a recorded market, beside what the inventory held then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.recall import Frame, recalled
from bot.market.recording import open_recording

Floats = NDArray[np.float64]
DAY_MS = 86_400_000
RECORDING = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "majors-5m-development"
pytestmark = pytest.mark.skipif(not RECORDING.is_dir(), reason="../shared is absent")
NEAR = 200  # bins, 10 % of price
CELL = 8  # bins


def held(inventory: Inventory, stamp_ms: int, first: int) -> Floats:
    """(2 sides, bins) around a price at a moment."""
    group = np.zeros(len(inventory.tiers.leverage), np.int64)
    frame = Frame(np.array([stamp_ms]), first, 2 * NEAR, group, 1)
    return recalled(inventory, frame).quantity[0, :, 0]


def advanced(contract: Contract, history: History) -> Inventory:
    inventory = Inventory.empty(contract)
    inventory.advance(history)
    return inventory


@pytest.fixture(scope="module")
def contract() -> Contract:
    return open_recording(RECORDING).contract("binance", "BTCUSDT")


@pytest.fixture(scope="module")
def history() -> History:
    return open_recording(RECORDING).history("binance", "BTCUSDT")


@pytest.fixture(scope="module")
def inventory(contract: Contract, history: History) -> Inventory:
    return advanced(contract, history)


@pytest.mark.parametrize(("days", "least"), [(0.5, 0.97), (20.0, 0.96), (30.0, 0.95), (80.0, 0.92)])
def test_real_bitcoin_is_recalled_nearly_as_it_was(
    contract: Contract, history: History, inventory: Inventory, days: float, least: float
) -> None:
    ended = inventory.state.ledger.column("end_ms")
    asked_ms = inventory.as_of_ms - days * DAY_MS
    stamp_ms = int(ended[np.searchsorted(ended, asked_ms, "right") - 1])
    then = advanced(contract, history.until(stamp_ms))
    first = int(np.log(then.last_close) / DISTANCE_BIN) - NEAR
    ours, true = (held(one, stamp_ms, first).reshape(2, -1, CELL).sum(axis=2) for one in (inventory, then))
    assert np.minimum(ours, true).sum() > least * max(ours.sum(), true.sum())
    assert ours.sum() == pytest.approx(true.sum(), rel=0.05)
