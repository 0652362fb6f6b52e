"""Sides of liquidations against the way price went."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.side import Side
from bot.market.live import Live, PublishedOrder
from bot.market.side_agreement import ENOUGH, SideAgreement


def heard(swapped: bool, orders: int = ENOUGH) -> SideAgreement:
    """Nine of ten longs are liquidated while price falls, nine of ten shorts while it rises."""
    sides = SideAgreement()
    for number in range(orders):
        side = Side(number % 2)
        right_way = number % 10 != 0
        now = 100.0 + side.sign * (1 if right_way else -1)
        sides.note(Side(1 - side) if swapped else side, 100.0, now)
    return sides


def test_a_right_feed_is_not_doubted() -> None:
    assert not heard(swapped=False).is_doubtful


def test_swapped_sides_are_found_out() -> None:
    assert heard(swapped=True).is_doubtful


@pytest.mark.parametrize("swapped", [True, False])
def test_few_orders_say_nothing(swapped: bool) -> None:
    assert not heard(swapped, ENOUGH - 1).is_doubtful


def test_a_price_that_stands_still_says_nothing() -> None:
    sides = SideAgreement()
    for _ in range(3 * ENOUGH):
        sides.note(Side.LONG, 100.0, 100.0)
    assert not sides.is_doubtful


def test_a_feed_that_is_right_again_is_trusted_again() -> None:
    sides = heard(swapped=True, orders=60)
    for _ in range(60):
        sides.note(Side.SHORT, 100.0, 101.0)
    assert not sides.is_doubtful


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    """Longs are told while price rises; no line is connected."""
    contract = Contract("okx", "X-SWAP", "X/USDT:USDT", 0.1, (Tier(1e9, 50.0, 0.01),))
    opened = Live("okx", lambda topics, subscribe: (), pause_s=60)
    opened.listen(None, [contract], lambda market_id: {"line": ()})
    opened.tapes["X-SWAP"].hear_minute([0, 100, 100, 100, 100, 1])
    opened.tapes["X-SWAP"].hear_mark(101.0, 90_000)
    yield opened
    await opened.close()


def orders(side: Side, count: int = ENOUGH, price: float = 101.0) -> list[PublishedOrder]:
    return [PublishedOrder("X-SWAP", side, price, 80_000 + at, 1.0) for at in range(count)]


async def test_orders_of_a_feed_whose_sides_contradict_price_are_not_handed_on(live: Live) -> None:
    assert live.heard().listening_since_ms
    live.hear_orders(orders(Side.LONG))
    assert live.heard().orders == ()
    assert live.heard().listening_since_ms == {}


async def test_orders_that_fit_price_are(live: Live) -> None:
    live.hear_orders(orders(Side.SHORT))
    heard = live.heard()
    assert len(heard.orders) == ENOUGH
    assert set(heard.listening_since_ms) == {"X/USDT:USDT"}


async def test_an_order_is_judged_by_its_own_moment(live: Live) -> None:
    """Price has turned since: what was told late fits the price it happened at, not the newest one."""
    live.tapes["X-SWAP"].hear_minute([60_000, 100, 100, 99, 99, 1])
    live.tapes["X-SWAP"].hear_minute([120_000, 99, 103, 99, 103, 1])
    live.tapes["X-SWAP"].hear_mark(103.0, 180_000)
    live.hear_orders(orders(Side.LONG, price=99.0))
    assert len(live.heard().orders) == ENOUGH


async def test_an_order_of_which_the_minute_before_is_unknown_says_nothing(live: Live) -> None:
    late = [PublishedOrder("X-SWAP", Side.LONG, 101.0, 900_000 + at, 1.0) for at in range(ENOUGH)]
    live.hear_orders(late)
    assert len(live.heard().orders) == ENOUGH


async def test_what_nobody_asked_for_is_bounded_and_then_no_listening(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.market.live.MOST_UNHEARD", 10)
    live.hear_orders(orders(Side.SHORT, 11))
    heard = live.heard()
    assert heard.orders == ()
    assert heard.listening_since_ms == {}
