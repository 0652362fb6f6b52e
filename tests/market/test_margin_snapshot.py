from __future__ import annotations

from itertools import pairwise

import pytest

from bot.liquidation.contract import Tier
from bot.market.binance_tiers import (
    bundled_tiers,
    cautious_tiers,
    published_tiers,
    snapshot_coins,
    snapshot_words,
)
from bot.market.margin_table import PublishedTier


def is_sane(tiers: tuple[Tier, ...]) -> bool:
    falling = all(lower.max_leverage > upper.max_leverage for lower, upper in pairwise(tiers))
    rising = all(lower.maintenance_rate < upper.maintenance_rate for lower, upper in pairwise(tiers))
    wider = all(lower.notional_cap < upper.notional_cap for lower, upper in pairwise(tiers))
    margin = all(tier.maintenance_rate < 1 / tier.max_leverage for tier in tiers)
    return falling and rising and wider and margin


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("coin", snapshot_coins())
def test_every_bundled_table_is_sane(coin: str, dated: bool) -> None:
    assert is_sane(bundled_tiers(coin, dated))
    assert is_sane(cautious_tiers())


def test_the_majors_have_their_own_tables_and_others_a_cautious_one() -> None:
    assert bundled_tiers("BTC", dated=False)[0] == Tier(300_000, 150, 0.004)
    assert bundled_tiers("SOL", dated=False)[0].max_leverage == 100
    assert bundled_tiers("ZRX", dated=False)[0].maintenance_rate == 0.015
    assert bundled_tiers("NEWCOIN", dated=False) == ()
    assert cautious_tiers()[0] == Tier(10_000, 25, 0.02)
    assert snapshot_words() == "our snapshot of Sep 2026"


def test_dated_contracts_are_stricter() -> None:
    assert (
        bundled_tiers("BTC", dated=True)[0].max_leverage < bundled_tiers("BTC", dated=False)[0].max_leverage
    )


def test_a_published_table_is_read_by_market_id() -> None:
    bracket = {
        "bracketSeq": 1, "bracketNotionalFloor": 0, "bracketNotionalCap": 300000,
        "bracketMaintenanceMarginRate": 0.004, "cumFastMaintenanceAmount": 0, "maxOpenPosLeverage": 150,
    }  # fmt: skip
    answer = {"data": {"brackets": [{"symbol": "BTCUSDT", "riskBrackets": [bracket]}]}}
    assert published_tiers(answer) == {"BTCUSDT": (PublishedTier(300_000, 150, 0.004, None, 0.0),)}
