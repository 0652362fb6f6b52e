"""What was recorded of liquidations goes into the histories that the model learns from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.liquidations import Liquidations, as_sent
from bot.liquidation.listened import listened
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import Orders


async def with_recorded(
    database: Database, contract: Contract, histories: Sequence[History], now_ms: int
) -> Sequence[History]:
    """The histories, cut where listening began or ceased; as they are where nobody ever listened.

    Orders stand at the price that set them off, quantities made up for what a throttled feed leaves out.
    """
    known = [part for part in histories if len(part)]
    if not known:
        return histories
    begin_ms = max(int(known[0].start_ms[0]), liquidations.kept_from_ms(now_ms))
    span = (contract.venue, contract.symbol, begin_ms, int(known[-1].end_ms[-1]))
    async with database.read() as tx:
        stretches = [(one.from_ms, one.until_ms) for one in await liquidations.stretches(tx, *span)]
        if not stretches:
            return histories
        told = _told(contract, await liquidations.between(tx, *span))
    return [part for whole in known for part in listened(whole, told, stretches)]


def _told(contract: Contract, orders: Orders) -> Liquidations:
    quantity = as_sent(orders.stamp_ms, orders.quantity_base, contract.feed)
    return Liquidations(orders.stamp_ms, orders.side, orders.trigger_price, quantity, 0)
