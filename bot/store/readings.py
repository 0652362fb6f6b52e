"""What was read off past maps; a map's row holds it beside the map, or alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.liquidation.impact import HOUR_MS, LATEST_READING_MS
from bot.liquidation.packed_json import unpacked_json
from bot.liquidation.reading import Reading
from bot.liquidation.stored_reading import reading_of
from bot.store.tables import map_history

ROWS_AT_ONCE = 20  # each is a millisecond of work; between them the event loop has other things to do


async def save_past(tx: AsyncConnection, symbol: str, payloads: Sequence[tuple[int, bytes]]) -> None:
    """(stamp_ms, payload) of past hours; what was known of these moments goes."""
    if payloads:
        stamps = [as_of_ms for as_of_ms, _ in payloads]
        known = and_(map_history.c.symbol == symbol, map_history.c.as_of_ms.in_(stamps))
        await tx.execute(delete(map_history).where(known))
        rows = [{"symbol": symbol, "as_of_ms": stamp, "payload": payload} for stamp, payload in payloads]
        await tx.execute(map_history.insert(), rows)


async def since(tx: AsyncConnection, symbol: str, from_ms: int) -> list[Reading]:
    """Oldest first, from that moment on; rows of older versions, which held no reading, are left out."""
    those = and_(map_history.c.symbol == symbol, map_history.c.as_of_ms >= from_ms)
    wanted = select(map_history.c.payload).where(those).order_by(map_history.c.as_of_ms)
    found: list[Reading] = []
    async with tx.stream(wanted) as rows:
        async for some in rows.partitions(ROWS_AT_ONCE):
            read = [reading_of(unpacked_json(payload)) for (payload,) in some]
            found += [one for one in read if one is not None]
            await asyncio.sleep(0)
    return found


async def hourly_payloads(tx: AsyncConnection, symbol: str, from_ms: int) -> list[bytes]:
    """What is stored of the first minutes of each hour, oldest first; a worker unpacks a month."""
    those = and_(
        map_history.c.symbol == symbol,
        map_history.c.as_of_ms >= from_ms,
        map_history.c.as_of_ms % HOUR_MS <= LATEST_READING_MS,
    )
    wanted = select(map_history.c.payload).where(those).order_by(map_history.c.as_of_ms)
    return [payload for (payload,) in await tx.execute(wanted)]
