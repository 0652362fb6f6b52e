"""Margin tables in the database, where they outlive a restart.

They have a table of their own and not a place in the pair's checkpoint: a checkpoint can only be opened when
the contract is known already, and it is written when the model moves, not when a table was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.market.clock import MarketClock
from bot.market.margin_table import MarginTable
from bot.store import margin_tables
from bot.store.database import Database


@dataclass(frozen=True)
class TableShelf:
    database: Database
    clock: MarketClock

    def now_ms(self) -> int:
        return self.clock.now_ms()

    async def kept(self, venue: str, symbol: str) -> MarginTable | None:
        async with self.database.read() as tx:
            found = await margin_tables.load(tx, venue, symbol)
        return None if found is None else MarginTable(found.tiers, found.source, found.read_ms)

    async def keep(self, venue: str, symbol: str, table: MarginTable) -> None:
        async with self.database.begin() as tx:
            await margin_tables.save(
                tx, venue, symbol, table.tiers, source=table.source, read_ms=table.read_ms
            )
