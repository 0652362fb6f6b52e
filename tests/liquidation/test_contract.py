"""Margin tables: what is refused, and where."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_candles import TIERS, contract
from margin_tables import contracts

from bot.liquidation.contract import Contract, Tier, TierError, check_tiers

BROKEN = [
    (2, "notional_cap", math.nan),
    (2, "notional_cap", 0.0),
    (2, "notional_cap", -1.0),
    (2, "notional_cap", 600_000.0),  # that of the row before
    (2, "notional_cap", 500.0),
    (4, "notional_cap", math.inf),
    (0, "max_leverage", math.nan),
    (0, "max_leverage", math.inf),
    (0, "max_leverage", 250.0),  # 1 / 250 is the maintenance rate itself
    (1, "max_leverage", 126.0),
    (4, "max_leverage", 0.99),
    (4, "max_leverage", 0.0),
    (4, "max_leverage", -5.0),
    (0, "maintenance_rate", math.nan),
    (0, "maintenance_rate", 0.0),
    (0, "maintenance_rate", -0.004),
    (4, "maintenance_rate", 0.51),
    (3, "maintenance_rate", 0.4),  # a percent table read as fractions, in one row
    (2, "maintenance_rate", 0.004),
]


@pytest.mark.parametrize(("row", "field", "value"), BROKEN)
def test_a_broken_row_is_named(row: int, field: str, value: float) -> None:
    tiers = tuple(replace(tier, **{field: value}) if at == row else tier for at, tier in enumerate(TIERS))
    with pytest.raises(TierError) as refused:
        contract(tiers=tiers)
    assert refused.value.row == row
    assert f"tiers[{row}]: " in str(refused.value)
    at_once = field == "maintenance_rate" and value == 0.4
    assert refused.value.field == ("max_leverage" if at_once else field)


def test_a_missing_table_is_refused() -> None:
    with pytest.raises(TierError, match="empty"):
        contract(tiers=())


def test_the_closing_fee_counts_when_a_position_would_be_liquidated_at_once() -> None:
    tiers = (Tier(1e6, 50.0, 0.0196),)
    assert contract("binance", tiers=tiers).max_leverage == 50
    with pytest.raises(TierError, match="at once"):
        contract("okx", tiers=tiers)


def test_the_last_tiers_of_real_tables_are_valid() -> None:
    """Binance's tables end at 1x and 50 %; some venues repeat a leverage or a rate from row to row."""
    check_tiers((Tier(1e6, 4, 0.125), Tier(2e6, 2, 0.25), Tier(3e6, 1, 0.5)))
    check_tiers((Tier(1e6, 4, 0.125), Tier(2e6, 4, 0.125)))


@given(contracts())
def test_sensible_tables_are_accepted_and_survive_the_way_to_a_worker(market: Contract) -> None:
    assert pickle.loads(pickle.dumps(market)) == market


@given(st.sampled_from(BROKEN))
def test_the_error_survives_the_way_back_from_a_worker(broken: tuple[int, str, float]) -> None:
    error = TierError(broken[0], broken[1], "is wrong")
    copied = pickle.loads(pickle.dumps(error))
    assert (copied.row, copied.field, str(copied)) == (error.row, error.field, str(error))
    assert isinstance(copied, ValueError)
