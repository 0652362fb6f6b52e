"""Sides of liquidations against the way price went."""

from __future__ import annotations

import pytest

from bot.liquidation.side import Side
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
