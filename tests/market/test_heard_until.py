"""Until when nothing can have been missed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from bot.liquidation.contract import Contract, Tier
from bot.market.live import ORDERS_LATE_MS, Live

NOW = 1_791_158_400_000
LINE, OTHER = "linear", "inverse"
LINES = {"BTCUSDT": LINE, "ETHUSDT": LINE, "BTCUSD": OTHER}


def contract(market_id: str) -> Contract:
    return Contract("bybit", market_id, f"{market_id}:", 0.1, (Tier(1e9, 50.0, 0.01),))


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    """Three contracts on two lines that nobody connects: no topic is wanted on them."""
    opened = Live("bybit", lambda topics, subscribe: (), pause_s=60)
    opened.listen(None, map(contract, LINES), lambda market_id: {LINES[market_id]: ()})
    yield opened
    await opened.close()


def mark(live: Live, stamps: Mapping[str, int]) -> None:
    for market_id, stamp_ms in stamps.items():
        live.tapes[market_id].hear_mark(100.0, stamp_ms)


async def test_a_contract_whose_mark_rests_does_not_hold_back_the_others_of_its_line(live: Live) -> None:
    mark(live, {"BTCUSDT": NOW, "ETHUSDT": NOW})
    mark(live, {"BTCUSDT": NOW + 5000})
    heard = live.heard()
    assert heard.until_ms == NOW + 5000 - ORDERS_LATE_MS
    assert heard.listening_since_ms == {"BTCUSDT:": NOW, "ETHUSDT:": NOW}


async def test_a_line_that_is_behind_holds_back_the_venue(live: Live) -> None:
    mark(live, {"BTCUSDT": NOW + 5000, "BTCUSD": NOW + 1000})
    assert live.heard().until_ms == NOW + 1000 - ORDERS_LATE_MS


async def test_without_any_mark_nobody_listened(live: Live) -> None:
    assert live.heard().listening_since_ms == {}
