"""How thin the order book is before a zone: the zone's mass over what rests on the way to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.data_quality import rests_on
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.zone import Zone

SHORTEST_U = 0.25  # in hourly ranges: right before a zone there is always little in between


def depth_before(zone: Zone, books: Sequence[OrderBook], price: float, hourly_range: float) -> float | None:
    """Base coin in these books between price and the zone, over at least a quarter of an hourly range.

    None unless each of them is shown that far.
    """
    end = way_end(zone, price, hourly_range)
    if not books or not all(book.shows(zone.side, end) for book in books):
        return None
    return sum(book.quantity_to(zone.side, end) for book in books)


def way_end(zone: Zone, price: float, hourly_range: float) -> float:
    """Up to where the book counts: the near edge, but at least a quarter of an hourly range from price."""
    least = price * (1 + zone.side.sign * SHORTEST_U * hourly_range)
    return max(zone.near_edge, least) if zone.side.sign > 0 else min(zone.near_edge, least)


def cover(found: LiquidationMap, zone: Zone, books: Mapping[str, OrderBook]) -> float | None:
    """The zone's mass over the depth before it, on the venues whose books reach that far; by venue.

    A venue's book is set against its own part of the zone. None where no book reaches, or none of the mass is
    on venues whose books do.
    """
    end = way_end(zone, found.price, found.hourly_range)
    reaching = {venue: book for venue, book in books.items() if book.shows(zone.side, end)}
    depth = depth_before(zone, tuple(reaching.values()), found.price, found.hourly_range)
    mass = zone.mass_base * rests_on(found, zone, reaching.keys())
    return mass / depth if depth and mass > 0 else None
