"""Liquidations that venues reported of a pair in some time: their sums, and the largest one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.liquidation.feed import Feed
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.side import Side

MOST_ORDERS = 150  # that are told one by one


@dataclass(frozen=True)
class LargeOrder:
    venue: str
    stamp_ms: int
    side: Side  # of the position
    price: float  # of the mark price that set it off, as far as the published price tells
    amount: float  # in quote currency


@dataclass(frozen=True)
class ReportingVenue:
    """What one venue told; nobody listened to it before `heard_from_ms`, nor all the time since."""

    venue: str
    feed: Feed
    heard_from_ms: int  # not before the stretch began
    heard_ms: int  # for so long nothing can have been missed
    amounts: tuple[float, float]  # in quote currency: of longs, of shorts; not to be added to another venue's


@dataclass(frozen=True)
class ReportedOrders:
    """Of the venues that were listened to at some time between `begin_ms` and `end_ms`."""

    begin_ms: int
    end_ms: int
    venues: tuple[ReportingVenue, ...]
    largest: tuple[LargeOrder, ...]  # at most MOST_ORDERS, largest first


def reported_by(heard: Mapping[str, tuple[Feed, Liquidations]], begin_ms: int, end_ms: int) -> ReportedOrders:
    """Out of everything that venues told, by venue; each listened to without a break once it began."""
    told = {
        name: (feed, orders.between(begin_ms, end_ms))
        for name, (feed, orders) in heard.items()
        if orders.covered_from_ms < end_ms
    }
    venues = [_venue(name, feed, orders, begin_ms, end_ms) for name, (feed, orders) in told.items()]
    every = [order for name, (_, orders) in told.items() for order in _orders(name, orders)]
    largest = sorted(every, key=lambda order: -order.amount)[:MOST_ORDERS]
    return ReportedOrders(begin_ms, end_ms, tuple(venues), tuple(largest))


def _venue(name: str, feed: Feed, orders: Liquidations, begin_ms: int, end_ms: int) -> ReportingVenue:
    since_ms = max(begin_ms, orders.covered_from_ms)
    amounts = orders.price * orders.quantity_base
    longs, shorts = (float(amounts[orders.side == side].sum()) for side in Side)
    return ReportingVenue(name, feed, since_ms, end_ms - since_ms, (longs, shorts))


def _orders(venue: str, orders: Liquidations) -> list[LargeOrder]:
    columns = (orders.stamp_ms, orders.side, orders.price, orders.price * orders.quantity_base)
    return [
        LargeOrder(venue, stamp_ms, Side(side), price, amount)
        for stamp_ms, side, price, amount in zip(*(column.tolist() for column in columns), strict=True)
    ]
