"""The last margin table that each venue published of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.liquidation.contract import Tier
from bot.store.statements import insert_into
from bot.store.tables import margin_tables


@dataclass(frozen=True)
class StoredTable:
    tiers: tuple[Tier, ...]
    source: str
    read_ms: int  # market time


async def save(
    tx: AsyncConnection, venue: str, symbol: str, tiers: Sequence[Tier], *, source: str, read_ms: int
) -> None:
    """It replaces the one that was there."""
    rows = [[tier.notional_cap, tier.max_leverage, tier.maintenance_rate] for tier in tiers]
    fresh = {"tiers": rows, "source": source, "read_ms": read_ms}
    stored = insert_into(tx, margin_tables).values(venue=venue, symbol=symbol, **fresh)
    await tx.execute(stored.on_conflict_do_update(index_elements=["venue", "symbol"], set_=fresh))


async def load(tx: AsyncConnection, venue: str, symbol: str) -> StoredTable | None:
    wanted = select(margin_tables).where(margin_tables.c.venue == venue, margin_tables.c.symbol == symbol)
    row = (await tx.execute(wanted)).mappings().one_or_none()
    if row is None:
        return None
    tiers = tuple(Tier(*map(float, numbers)) for numbers in row["tiers"])
    return StoredTable(tiers, row["source"], row["read_ms"])
