"""Liquidations that venues reported of a pair in some time: their sums, and the largest one by one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.feed import Feed
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


def none_reported(begin_ms: int, end_ms: int) -> ReportedOrders:
    """Nobody listened."""
    return ReportedOrders(begin_ms, end_ms, (), ())
