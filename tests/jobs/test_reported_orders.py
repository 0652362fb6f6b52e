"""A heatmap's dots: the largest orders and what each venue told, out of the store."""

from __future__ import annotations

from store_samples import BTC, MINUTE, NOW

from bot.jobs.reported_orders import reported_orders
from bot.liquidation.feed import Feed
from bot.liquidation.reported_orders import MOST_ORDERS, ReportedOrders
from bot.liquidation.side import Side
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import DAY_MS, KEPT_MS, Liquidation, Stretch

FEEDS = {"binance": Feed.THROTTLED, "bybit": Feed.COMPLETE, "okx": Feed.PARTIAL}


async def told(
    database: Database, *orders: Liquidation, sides: tuple[Side, ...] = tuple(Side), reach_ms: int = DAY_MS
) -> ReportedOrders:
    heard = [(("bybit", BTC), Stretch(NOW - 60 * MINUTE, NOW)), (("binance", BTC), Stretch(0, NOW - MINUTE))]
    async with database.begin() as tx:
        await liquidations.add(tx, orders)
        await liquidations.listened(tx, heard)
    return await reported_orders(database, BTC, FEEDS, sides, NOW - reach_ms, NOW)


def order(
    quantity: float = 2.0, side: Side = Side.LONG, ago_ms: int = MINUTE, venue: str = "bybit"
) -> Liquidation:
    return Liquidation(venue, BTC, NOW - ago_ms, side, 97.0, 97.4, quantity)


async def test_each_venue_that_was_listened_to_tells_its_sums(database: Database) -> None:
    found = await told(database, order(), order(3.0), order(1.0, Side.SHORT), order(9.0, venue="binance"))
    sums = {one.venue: one.amounts for one in found.venues}
    assert sums == {"bybit": (5 * 97.0, 97.0), "binance": (9 * 97.0, 0.0)}
    heard = {one.venue: (one.heard_from_ms, one.heard_ms) for one in found.venues}
    whole_day = (NOW - DAY_MS, DAY_MS - MINUTE)
    assert heard == {"bybit": (NOW - 60 * MINUTE, 60 * MINUTE), "binance": whole_day}


async def test_the_largest_come_first_at_the_price_that_set_them_off(database: Database) -> None:
    found = await told(database, *(order(float(at)) for at in range(1, MOST_ORDERS + 40)))
    assert len(found.largest) == MOST_ORDERS
    amounts = [one.amount for one in found.largest]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] == 97.0 * (MOST_ORDERS + 39)
    assert {one.price for one in found.largest} == {97.4}


async def test_one_side_and_its_time_alone(database: Database) -> None:
    orders = [order(), order(3.0, Side.SHORT), order(5.0, Side.SHORT, ago_ms=2 * DAY_MS), order(venue="okx")]
    found = await told(database, *orders, sides=(Side.SHORT,))
    assert [(one.side, one.amount) for one in found.largest] == [(Side.SHORT, 3 * 97.0)]


async def test_what_came_after_the_newest_candle_is_neither_drawn_nor_summed(database: Database) -> None:
    found = await told(database, order(), order(5.0, ago_ms=0), order(7.0, ago_ms=-MINUTE))
    assert [one.amount for one in found.largest] == [2 * 97.0]
    assert {one.venue: one.amounts for one in found.venues}["bybit"] == (2 * 97.0, 0.0)


async def test_time_before_what_is_kept_is_not_promised(database: Database) -> None:
    found = await told(database, reach_ms=365 * DAY_MS)
    assert found.begin_ms == NOW - KEPT_MS
