"""A zone's mass over what rests in the book before it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.liquidation.cover import cover, depth_before
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.zone import Zone

PRICE, UNIT = 100.0, 0.01


def book(side: Side, step: float = 0.099, count: int = 30, size: float = 2.0) -> OrderBook:
    """A level every `step` from the price, the best one a step away; the other side is bare."""
    levels = tuple((PRICE + side.sign * step * at, size) for at in range(1, count + 1))
    return OrderBook(
        bids=() if side is Side.SHORT else levels, asks=levels if side is Side.SHORT else (), stamp_ms=0
    )


def zone(side: Side = Side.SHORT, near: float = 1.0, mass: float = 60.0) -> Zone:
    low, high = sorted((PRICE + side.sign * near, PRICE + side.sign * (near + 1.0)))
    return Zone("Z1", side, low, high, (low + high) / 2, mass, 80.0, 2.0, (0.25,) * 4, 0)


def found(**weights: float) -> LiquidationMap:
    """By venue, how much of everything is on it."""
    shares = tuple(
        VenueMap(name, "BTCUSDT", PRICE, 0, 1000.0, UNIT, np.full((2, 4, DISTANCE_BINS), weight))
        for name, weight in weights.items()
    )
    return LiquidationMap("BTC/USDT:USDT", PRICE, "all", shares)


@pytest.mark.parametrize("side", list(Side))
def test_everything_up_to_the_near_edge_counts(side: Side) -> None:
    assert depth_before(zone(side, near=1.05), [book(side)], PRICE, UNIT) == pytest.approx(20.0)


@pytest.mark.parametrize("side", list(Side))
def test_right_before_a_zone_a_quarter_of_an_hourly_range_counts(side: Side) -> None:
    """0.25 of a price of 100: two levels, though the zone begins before the first one."""
    assert depth_before(zone(side, near=0.05), [book(side)], PRICE, UNIT) == pytest.approx(4.0)


def test_a_book_that_does_not_reach_says_nothing() -> None:
    assert depth_before(zone(near=1.05), [book(Side.SHORT), book(Side.SHORT, count=9)], PRICE, UNIT) is None
    assert depth_before(zone(near=1.05), [], PRICE, UNIT) is None
    assert depth_before(zone(), [book(Side.LONG)], PRICE, UNIT) is None


def test_cover_is_mass_over_depth() -> None:
    assert cover(found(okx=1.0), zone(near=1.05), {"okx": book(Side.SHORT)}) == pytest.approx(3.0)


def test_a_venue_whose_book_is_too_short_counts_on_neither_side() -> None:
    books = {"okx": book(Side.SHORT), "bybit": book(Side.SHORT, count=3)}
    covered = cover(found(okx=1.0, bybit=3.0), zone(near=1.05), books)
    assert covered == pytest.approx(60.0 / 4 / 20.0)


def test_unknown_is_not_thin() -> None:
    assert cover(found(okx=1.0), zone(near=1.05), {}) is None
    assert cover(found(okx=1.0), zone(near=1.05), {"okx": book(Side.SHORT, count=2)}) is None
    assert cover(found(okx=1.0), zone(near=1.05), {"bybit": book(Side.SHORT)}) is None
