"""What venues reported of a pair in a heatmap's time, out of the store; never more of it than is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.feed import Feed
from bot.liquidation.reported_orders import MOST_ORDERS, LargeOrder, ReportedOrders, ReportingVenue
from bot.liquidation.side import Side
from bot.store import liquidations
from bot.store.database import Database, Transaction
from bot.store.liquidations import Liquidation, Total, kept_from_ms


async def reported_orders(
    database: Database,
    symbol: str,
    feeds: Mapping[str, Feed],
    sides: Sequence[Side],
    begin_ms: int,
    end_ms: int,
) -> ReportedOrders:
    """Of these venues, as far as anybody listened to them in [begin, end); orders of these sides."""
    begin_ms = max(begin_ms, kept_from_ms(end_ms))
    async with database.read() as tx:
        totals = await liquidations.totals(tx, symbol, list(feeds), begin_ms, end_ms)
        told = [await _venue(tx, symbol, name, feeds[name], totals, begin_ms, end_ms) for name in feeds]
        heard = tuple(one for one in told if one is not None)
        names = [one.venue for one in heard]
        largest = await liquidations.largest(tx, symbol, names, sides, begin_ms, end_ms, MOST_ORDERS)
    return ReportedOrders(begin_ms, end_ms, heard, tuple(map(_order, largest)))


async def _venue(
    tx: Transaction,
    symbol: str,
    venue: str,
    feed: Feed,
    totals: Sequence[Total],
    begin_ms: int,
    end_ms: int,
) -> ReportingVenue | None:
    """None where nobody listened."""
    stretches = await liquidations.stretches(tx, venue, symbol, begin_ms, end_ms)
    if not stretches:
        return None
    heard_ms = sum(min(one.until_ms, end_ms) - one.from_ms for one in stretches)
    of_side = {total.side: total.amount_quote for total in totals if total.venue == venue}
    amounts = (of_side.get(Side.LONG, 0.0), of_side.get(Side.SHORT, 0.0))
    return ReportingVenue(venue, feed, stretches[0].from_ms, heard_ms, amounts)


def _order(order: Liquidation) -> LargeOrder:
    amount = order.price * order.quantity_base
    return LargeOrder(order.venue, order.stamp_ms, order.side, order.trigger_price, amount)
